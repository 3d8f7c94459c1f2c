// Scores a replay by what is known to be true (truth.ts): spam found and missed, false alarms, how early. Pure.
import type { ToldIncident } from './told-incidents.js';
import { isAbout, isOfBlock, type ReachTally, sendersOf, type TrueRun, type Truth, verdictOf } from './truth.js';

const DAY_MS = 86_400_000;

export interface Score {
  /** Runs of spam in the truth. */
  spam: number;
  /** Those of them that were reported. */
  found: number;
  /** Those whose first finding had the right kind, and wrong names among at most a quarter of its senders. */
  right: number;
  missed: number;
  /** Reported incidents that were honest mail. */
  false: number;
  /** The same for 1,000 customer-days; undefined for logs of no length. */
  falsePerThousand: number | undefined;
  /** Reported incidents that nobody ever judged. */
  unjudged: number;
  /** From the first spam to the first finding, median over those found, ms; undefined when none was. */
  delayMs: number | undefined;
  /** Recipients of spam tried before the first finding; all of a run that was missed. */
  reached: number;
  /** Recipients of spam in all. */
  recipients: number;
  /** Blocks by receivers in the truth, and those that were reported. */
  blocks: number;
  blocksSeen: number;
}

interface ScoreBasis {
  truth: Truth;
  tally: ReachTally;
  customers: number;
  /** Length of the time that is reported on, ms. */
  lengthMs: number;
}

/** Scores the incidents that a replay reported. The caller leaves out of `told` and of the truth what is not to be reported on. */
export function scoreOf(told: readonly ToldIncident[], { truth, tally, customers, lengthMs }: ScoreBasis): Score {
  const spam = truth.runs.filter(({ verdict }) => verdict === 'spam');
  const alarms = new Map(spam.map((run) => [run, firstAlarm(told, run)]));
  const found = [...alarms].flatMap(([run, alarm]) => (alarm ? [{ run, alarm }] : []));
  const compromises = told.filter(({ first }) => first.kind !== 'blocklist');
  const verdicts = compromises.map((each) => verdictOf(each, truth));
  const falseCount = verdicts.filter((verdict) => verdict === 'honest').length;
  const customerDays = (customers * lengthMs) / DAY_MS;
  return {
    spam: spam.length,
    found: found.length,
    right: found.filter(({ run, alarm }) => isRight(alarm, run)).length,
    missed: spam.length - found.length,
    false: falseCount,
    falsePerThousand: customerDays > 0 ? (1000 * falseCount) / customerDays : undefined,
    unjudged: verdicts.filter((verdict) => verdict === undefined).length,
    delayMs: median(found.map(({ run, alarm }) => Math.max(0, alarm.first.at - run.since))),
    reached: spam.reduce((sum, run) => sum + tally.reached(run, alarms.get(run)?.first.at), 0),
    recipients: spam.reduce((sum, run) => sum + tally.reached(run), 0),
    blocks: truth.blocks.length,
    blocksSeen: truth.blocks.filter((block) => told.some(({ first }) => isOfBlock(first, block))).length,
  };
}

/** Harmonic mean of precision and recall over incidents; undefined when there is neither spam nor an alarm. */
export function f1({ found, missed, false: wrong }: Pick<Score, 'found' | 'missed' | 'false'>): number | undefined {
  const sum = 2 * found + missed + wrong;
  return sum === 0 ? undefined : (2 * found) / sum;
}

/** The first reported incident about a run of mail. */
export function firstAlarm(told: readonly ToldIncident[], run: TrueRun): ToldIncident | undefined {
  return told
    .filter((each) => isAbout(each, run))
    .reduce<ToldIncident | undefined>(
      (best, each) => (best && best.first.at <= each.first.at ? best : each),
      undefined,
    );
}

function isRight({ first }: ToldIncident, run: TrueRun): boolean {
  if (first.kind === 'blocklist' || (run.kind && first.kind !== run.kind)) return false;
  const wrong = sendersOf(first).filter((sender) => !run.senders.includes(sender));
  return run.senders.length === 0 || wrong.length <= first.senders.length / 4;
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle];
  return sorted.length === 0 ? undefined : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
