// What a replay shows, on its page and in its closing lines: one row for each incident that either run reported, and for each known spam
// that none did, with what is known to be true of it. Pure.
import type { MailEvent } from '../../mail/event.js';
import { type Finding, refusedOf } from '../finding.js';
import { THRESHOLD_NAMES, THRESHOLDS, type ThresholdName, type Thresholds } from '../thresholds.js';
import { type Change, type ChangeKind, compareRuns, firstToldAt } from './compare.js';
import type { ReplaySummary } from './replay.js';
import { firstAlarm, type Score, scoreOf } from './score.js';
import type { ToldIncident } from './told-incidents.js';
import {
  isOfBlock,
  LABEL_SLACK_MS,
  type ReachTally,
  runsOf,
  type TrueRun,
  type Truth,
  type Verdict,
  verdictOf,
} from './truth.js';

export interface ReportRow {
  /** `missed`: known spam that no run reports. Undefined for an incident of a single run. */
  change: ChangeKind | 'missed' | undefined;
  verdict: Verdict | undefined;
  kind: Finding['kind'];
  /** Customer id, or the address or domain that is refused. */
  whose: string;
  /** Senders accused; of a block, who refuses and its code. Hostile text. */
  what: string[];
  whatCount: number;
  /** When the mail began and was last seen, ms. */
  since: number;
  until: number;
  /** When each run reports it; undefined when it does not, or there is no such run. */
  now: Alarm | undefined;
  changed: Alarm | undefined;
  /** Recipients in all; of a block, refusals. */
  recipients: number;
  /** Sentences, strongest first. Hostile text. */
  evidence: string[];
}

/** The first finding of an incident. */
export interface Alarm {
  at: number;
  /** Recipients tried before it; of a block, refusals. */
  reached: number;
}

interface Setting {
  name: ThresholdName;
  default: number;
  now: number;
  /** Undefined when there is one run. */
  changed: number | undefined;
  meaning: string;
}

export interface ReplayReport {
  files: string[];
  linesRead: number;
  unknownLines: number;
  tookMs: number;
  /** Reports whether it was stopped before the logs were read to their end. */
  isStopped: boolean;
  /** The time that is reported on, ms. */
  from: number;
  to: number;
  customers: number;
  settings: Setting[];
  /** Incidents that a run reported, each with its row. */
  changes: { change: Change; row: ReportRow }[];
  /** The rows of the changes, and of known spam that no run reported; by their beginning. */
  rows: ReportRow[];
  /** Recipients of accepted messages, by the hour. */
  traffic: { at: number; recipients: number }[];
  truth: { source: string; isComplete: boolean } | undefined;
  now: Score | undefined;
  changed: Score | undefined;
}

/** What a report is made of besides the summary of the replay. */
interface ReportBasis {
  files: string[];
  /** Of both runs; `changed` is undefined when there is one. */
  thresholds: { now: Thresholds; changed: Thresholds | undefined };
  /** Incidents reported before this time (ms) are history and left out. */
  reportFrom: number | undefined;
  customers: number;
  truth: Truth | undefined;
  /** These two have seen every event of the replay. */
  tally: ReachTally;
  traffic: TrafficCurve;
  tookMs: number;
}

/** The report of a finished replay, or of one that was stopped. */
export function reportOf(summary: ReplaySummary, basis: ReportBasis): ReplayReport {
  const { linesRead, unknownLines, isStopped, lastLineAt, firstLineAt = lastLineAt } = summary;
  const { files, thresholds, reportFrom, customers, tally, traffic, tookMs } = basis;
  const from = Math.max(firstLineAt, reportFrom ?? firstLineAt);
  const to = Math.max(from, lastLineAt);
  const truth = basis.truth && between(basis.truth, from, to);
  const changes = changesOf(summary, reportFrom);
  const now = changes.flatMap((change) => change.now ?? []);
  const changed = summary.changed && changes.flatMap((change) => change.changed ?? []);
  const score = (told: readonly ToldIncident[]) =>
    truth && scoreOf(told, { truth, tally, customers, lengthMs: to - from });
  const known = truth ?? NOTHING_KNOWN;
  const told = changes.map((change) => ({ change, row: toldRow(change, changed !== undefined, known, tally) }));
  return {
    ...{ files, linesRead, unknownLines, tookMs, isStopped, from, to, customers },
    settings: settingsOf(thresholds.now, thresholds.changed),
    changes: told,
    rows: [
      ...told.map(({ row }) => row),
      ...missedRuns(known, [...now, ...(changed ?? [])], tally),
      ...missedBlocks(known, [...now, ...(changed ?? [])]),
    ].toSorted((a, b) => a.since - b.since),
    traffic: traffic.between(from, to),
    truth: truth && { source: truth.source, isComplete: truth.isComplete },
    now: score(now),
    changed: changed && score(changed),
  };
}

const NOTHING_KNOWN: Truth = { source: '', isComplete: false, runs: [], blocks: [] };

/** The incidents of both runs, compared; of a single run each incident as it is. */
function changesOf({ incidents, changed }: ReplaySummary, reportFrom = Number.NEGATIVE_INFINITY): Change[] {
  const changes = changed ? compareRuns(incidents, changed) : incidents.map(asItIs);
  return changes.filter((change) => firstToldAt(change) >= reportFrom);
}

function asItIs(incident: ToldIncident): Change {
  return { change: 'same', now: incident, changed: incident, laterMs: 0 };
}

/** The part of the truth that began in the time reported on: spam that began before it could not be reported early here. */
function between(truth: Truth, from: number, to: number): Truth {
  const isIn = ({ since }: { since: number }) => since >= from - LABEL_SLACK_MS && since <= to;
  return { ...truth, runs: truth.runs.filter(isIn), blocks: truth.blocks.filter(isIn) };
}

function toldRow(change: Change, isCompared: boolean, truth: Truth, tally: ReachTally): ReportRow {
  const { now, changed } = change;
  const about = now ?? changed;
  const { first } = changed ?? now;
  const spam = runsOf(about, truth).filter(({ verdict }) => verdict === 'spam');
  const alarm = (told: ToldIncident | undefined) =>
    told && { at: told.first.at, reached: reachedBefore(told, spam, tally) };
  const told = [now, changed].flatMap((each) => each ?? []);
  return {
    ...aboutWhat(first),
    change: isCompared ? change.change : undefined,
    verdict: verdictOf(about, truth),
    since: Math.min(about.first.since, ...spam.map(({ since }) => since)),
    until: Math.max(...told.map(({ last }) => last.at)),
    now: alarm(now),
    changed: isCompared ? alarm(changed) : undefined,
    recipients: recipientsOf(told, spam, tally),
    evidence: first.kind === 'blocklist' ? [first.reply] : first.evidence,
  };
}

function settingsOf(now: Thresholds, changed: Thresholds | undefined): Setting[] {
  return THRESHOLD_NAMES.map((name) => {
    const { default: usual, meaning } = THRESHOLDS[name];
    return { name, default: usual, now: now[name], changed: changed?.[name], meaning };
  });
}

const HOUR_MS = 3_600_000;

/** How much mail there was, by the hour, counted while the logs are read. */
export class TrafficCurve {
  private readonly byHour = new Map<number, number>();

  take(event: MailEvent): void {
    if (event.kind !== 'accepted') return;
    const hour = event.at - (event.at % HOUR_MS);
    this.byHour.set(hour, (this.byHour.get(hour) ?? 0) + event.message.recipientCount);
  }

  between(from: number, to: number): { at: number; recipients: number }[] {
    return [...this.byHour]
      .map(([at, recipients]) => ({ at, recipients }))
      .filter(({ at }) => at > from - HOUR_MS && at <= to)
      .toSorted((a, b) => a.at - b.at);
  }
}

/** Recipients tried before the first finding: those of the known spam it is about, else as the finding says. */
function reachedBefore({ first }: ToldIncident, spam: readonly TrueRun[], tally: ReachTally): number {
  if (first.kind === 'blocklist') return first.refusals;
  if (spam.length > 0) return spam.reduce((sum, run) => sum + tally.reached(run, first.at), 0);
  return Math.round(first.recipients);
}

function recipientsOf(told: readonly ToldIncident[], spam: readonly TrueRun[], tally: ReachTally): number {
  if (spam.length > 0) return spam.reduce((sum, run) => sum + tally.reached(run), 0);
  const counts = told.flatMap(({ first, last }) => [first, last]);
  return Math.max(...counts.map((each) => (each.kind === 'blocklist' ? each.refusals : Math.round(each.recipients))));
}

function aboutWhat(finding: Finding): Pick<ReportRow, 'kind' | 'whose' | 'what' | 'whatCount'> {
  if (finding.kind !== 'blocklist') {
    const { kind, customer, senders, senderCount } = finding;
    return { kind, whose: customer, what: senders, whatCount: senderCount };
  }
  const what = [finding.provider, ...(finding.code ? [finding.code] : [])];
  return { kind: finding.kind, whose: refusedOf(finding), what, whatCount: what.length };
}

const MISSED = { change: 'missed', verdict: 'spam', now: undefined, changed: undefined } as const;

function missedRuns({ runs }: Truth, told: readonly ToldIncident[], tally: ReachTally): ReportRow[] {
  return runs
    .filter((run) => run.verdict === 'spam' && !firstAlarm(told, run))
    .map((run) => {
      const { kind = 'single', customer, senders, since, until } = run;
      const who = { whose: customer, what: senders, whatCount: senders.length, evidence: [] };
      return { ...MISSED, kind, ...who, since, until, recipients: tally.reached(run) };
    });
}

function missedBlocks({ blocks }: Truth, told: readonly ToldIncident[]): ReportRow[] {
  return blocks
    .filter((block) => !told.some(({ first }) => isOfBlock(first, block)))
    .map(({ ip, since, until }) => {
      const who = { kind: 'blocklist' as const, whose: ip, what: [], whatCount: 0, evidence: [] };
      return { ...MISSED, ...who, since, until, recipients: 0 };
    });
}
