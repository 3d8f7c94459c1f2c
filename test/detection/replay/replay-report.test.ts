import { expect, it } from 'vitest';
import type { CompromiseFinding } from '../../../src/detection/finding.js';
import type { ReplaySummary } from '../../../src/detection/replay/replay.js';
import { reportOf, TrafficCurve } from '../../../src/detection/replay/replay-report.js';
import type { ToldIncident } from '../../../src/detection/replay/told-incidents.js';
import { ReachTally } from '../../../src/detection/replay/truth.js';
import { DEFAULT_THRESHOLDS } from '../../../src/detection/thresholds.js';

const HOUR = 3_600_000;

function told(since: number, at: number): ToldIncident {
  const finding: CompromiseFinding = {
    ...{ kind: 'single', key: 'acme', customer: 'acme', senders: ['kim@acme.example'], senderCount: 1 },
    ...{ logins: [], sharedLogins: [], clientIps: [], messages: 9, recipients: 9, confidence: 1, evidence: [] },
    ...{ since, at },
  };
  return { first: finding, last: finding };
}

it('shows each incident of a single run, also one that began before the last was over', () => {
  const incidents = [told(0, HOUR), told(2 * HOUR, 30 * HOUR)];
  const summary: ReplaySummary = {
    ...{ linesRead: 9, unknownLines: 0, overlongLines: 0, lastLineAt: 31 * HOUR, firstLineAt: 0, openMessages: 0 },
    ...{ unknownSamples: [], strangeLogs: [], sameLines: [], isStopped: false, incidents },
  };
  const report = reportOf(summary, {
    ...{ files: [], thresholds: { now: DEFAULT_THRESHOLDS, changed: undefined }, reportFrom: undefined, customers: 1 },
    ...{ truth: undefined, tally: new ReachTally([]), traffic: new TrafficCurve(), tookMs: 1 },
  });

  expect(report.rows).toHaveLength(incidents.length);
  expect(report.rows.map(({ change }) => change)).toEqual([undefined, undefined]);
});
