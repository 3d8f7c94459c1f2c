// Whether a list is believed: what its test entries come to over time, when that is news, and how long a refusal keeps us away. Pure.
import type { ListHealth } from '../health.js';
import { backOffMs } from './plan.js';
import type { ListState } from './store.js';

/** Its test entries are asked no more often than this, ms. */
const TEST_EVERY_MS = 5 * 60_000;
/** A list that was silent for so long while others answered is broken, ms. */
const SILENT_FOR_GOOD_MS = 60 * 60_000;

/** What people are told of a list, once each. */
export type ListNews = 'broken' | 'well' | 'refuses' | 'answers again';

export interface Step {
  set: Partial<Omit<ListState, 'list'>>;
  news?: ListNews;
}

const VANISHED = 'its test entry, listed until now, is not listed any more';

/** What a test of a list changes. `silentSince` is when it fell silent; silence that may still end changes nothing. */
export function stepBelief(before: ListState, seen: ListHealth, at: number, silentSince = at): Step {
  const { state, reason } = seen;
  switch (state) {
    case 'sound':
      return pass(before, { health: 'sound', healthReason: reason }, at);
    case 'unproven':
      // Only who was seen to list the entry can be seen to have lost it.
      if (before.health === 'sound' || before.healthReason === VANISHED) return fail(before, VANISHED, at);
      return pass(before, { health: 'untested', healthReason: reason }, at);
    case 'broken':
      return fail(before, reason, at);
    case 'refused':
      return refuse(before, reason, at);
    case 'silent':
      if (at - silentSince < SILENT_FOR_GOOD_MS) return { set: { testedAt: at } };
      return fail(before, `nobody answers for it: ${reason}`, at);
  }
}

/** Reports whether the answers of a list count for anything now. */
export function isBelieved({ health, testedAt, refusals }: ListState): boolean {
  return health !== 'broken' && testedAt !== null && refusals === 0;
}

/** Reports whether the test entries are to be asked before the next sweep. */
export function isTestDue({ testedAt, refusals }: ListState, now: number): boolean {
  return testedAt === null || refusals > 0 || now - testedAt >= TEST_EVERY_MS || testedAt > now;
}

function pass(before: ListState, set: Pick<ListState, 'health' | 'healthReason'>, at: number): Step {
  const wasBroken = before.health === 'broken';
  return {
    set: {
      ...set,
      testedAt: at,
      healthSince: before.health === set.health ? before.healthSince : at,
      refusals: 0,
      backOffUntil: null,
    },
    ...(wasBroken ? { news: 'well' } : before.refusals > 0 ? { news: 'answers again' } : {}),
  };
}

function fail(before: ListState, reason: string, at: number): Step {
  const wasBroken = before.health === 'broken';
  return {
    set: {
      health: 'broken',
      healthReason: reason,
      healthSince: wasBroken ? before.healthSince : at,
      testedAt: at,
      refusals: 0,
      backOffUntil: null,
    },
    ...(wasBroken ? {} : { news: 'broken' }),
  };
}

/** A refusal says nothing of the list's health, only that it does not answer us. */
function refuse(before: ListState, reason: string, at: number): Step {
  const refusals = before.refusals + 1;
  const backOffUntil = at + backOffMs(refusals);
  return {
    set: {
      refusals,
      backOffUntil,
      dueAt: backOffUntil,
      testedAt: at,
      ...(before.health === 'broken' ? {} : { healthReason: reason }),
    },
    ...(before.refusals === 0 ? { news: 'refuses' } : {}),
  };
}
