// The ranking of customers without the pauses between its steps.

import type { RankedCustomer } from '../../../src/incidents/culprits/suspect.js';
import { type Case, type Judged, judging, rankingSteps } from '../../../src/incidents/culprits/suspects.js';

export function rankSuspects(given: Case): RankedCustomer[] {
  return atOnce(rankingSteps(given));
}

/** Everybody's odds, likeliest first. */
export function likelihoods(given: Case): Judged[] {
  return atOnce(judging(given));
}

function atOnce<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
