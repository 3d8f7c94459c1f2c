// How the bot is doing, in words: what /healthz, the Home tab and the health alert say.
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ExportState } from '../containment/mtas/postfix/export.js';
import type { HealthItem } from '../context.js';
import type { DatabaseTrouble } from '../db/trouble.js';
import type { ReportStats } from '../intake/reports/report-stats.js';
import type { SpoolLevel } from '../intake/spool-writer.js';
import { count } from '../words.js';

/** Below this much free space the database's disk is called full: one digest and a few hundred decisions fit in it. */
const SCARCE_BYTES = 50 * 1024 * 1024;

export interface HealthParts {
  /** Path of the decisions database. */
  path: string;
  trouble: DatabaseTrouble;
  /** Whether the policy server listens, how many requests it answered, and how many of them for a route that is not there. */
  policy: { isListening: boolean; requests: number; answers: { 'no-route': number } };
  /** The exported table, where there is one. */
  exported?: ExportState | undefined;
  slack: HealthItem | undefined;
  intake: IntakeLevel | undefined;
  /** Seconds of the logs' clock in a second. */
  speed: number;
  /** Batches between their receipt and the log worker, where any are taken. */
  spool?: SpoolLevel | undefined;
  /** What became of reports, where any are taken. */
  reports?: ReportStats | undefined;
  /** The DNS servers and the watch, once it runs. */
  watch?: HealthItem[];
  /** Microsoft SNDS, where it is asked. */
  snds?: HealthItem[];
  /** Effects that were tried several times or given up. */
  stuck: () => number;
}

/** How the reading of the logs goes; see `LiveStats`. */
export interface IntakeLevel {
  linesRead: number;
  unknownLines: number;
  lagMs: number;
  /** Up to when all of them are read, ms since the epoch; 0 where that is not known yet. */
  readTo: number;
  troubles: string[];
  losses: string[];
  lostFiles: number;
  /** Logs whose newest line has a time that has not come yet, and by how much. */
  ahead: { path: string; byMs: number }[];
  /** Postfix asks, and no log has a line of it; see wiring/log-silence.ts. `since` in ms since the epoch. */
  silence?: { questions: number; since: number } | undefined;
  error?: string;
}

/** Logs further behind than this are worth a word: a finding would come too late. */
const LAG_LIMIT_MS = 60_000;

/** Every part in one line each, the same order always. */
export function healthReport(parts: HealthParts): HealthItem[] {
  return [
    databaseHealth(parts.path, parts.trouble),
    policyHealth(parts.policy),
    ...(parts.exported ? [exportHealth(parts.exported)] : []),
    ...(parts.slack ? [parts.slack] : []),
    intakeHealth(parts),
    ...(parts.spool ? [spoolHealth(parts.spool)] : []),
    ...(parts.reports ? [reportsHealth(parts.reports)] : []),
    ...(parts.watch ?? []),
    ...(parts.snds ?? []),
    outboxHealth(parts),
  ];
}

function policyHealth({ isListening, requests, answers }: HealthParts['policy']): HealthItem {
  const unrouted = answers['no-route'];
  return {
    name: 'policy server',
    ok: isListening,
    text: isListening ? `answers; ${requests} requests so far` : 'does not listen: blocks are not in force',
    ...(unrouted > 0
      ? { lacks: `mail to ${count(unrouted, 'recipient')} went its usual way: its route is not configured` }
      : {}),
  };
}

/** Rows that are behind count while we are down; rows without signs of life count although we answer. */
function exportHealth({ path, trouble }: ExportState): HealthItem {
  const name = 'exported table';
  if (!trouble) return { name, ok: true, text: 'is in step with what is in force' };
  const since = `since ${new Date(trouble.since).toISOString().slice(0, 16)}Z: ${trouble.why}`;
  const text =
    trouble.of === 'rows'
      ? `${path} is behind ${since}. While the bot is down, Postfix does not know what was decided since then`
      : `${path} has had no sign of life ${since}. Postfix may go by it although the bot answers`;
  return { name, ok: false, text };
}

/** Where the logs' clock runs faster, what is worth a word is measured by the wall clock; late it is all the same. */
function intakeHealth({ intake, speed }: HealthParts): HealthItem {
  if (!intake) return { name: 'logs', ok: true, text: 'starting', isLate: true };
  const { linesRead, unknownLines, lagMs, readTo, troubles, losses, lostFiles, ahead, silence, error } = intake;
  if (error) return { name: 'logs', ok: false, text: error, isLate: true };
  if (troubles.length > 0) return { name: 'logs', ok: false, text: troubles.join('; '), isLate: true };
  const late = lagMs > LAG_LIMIT_MS ? { isLate: true as const } : {};
  if (late.isLate && readTo === 0)
    return { name: 'logs', ok: false, text: 'what was written before the start is being read', ...late };
  if (lagMs > LAG_LIMIT_MS * speed)
    return { name: 'logs', ok: false, text: `reading is ${hoursWords(lagMs)} behind`, ...late, readTo };
  if (silence) return { name: 'logs', ok: false, text: silenceText(silence), isLate: true, readTo: silence.since };
  const lateTo = late.isLate ? { ...late, readTo } : {};
  // What is lost will not come any more: it delays nothing.
  if (losses.length > 0) return { name: 'logs', ok: false, text: losses.join('; '), ...lateTo };
  if (ahead.length > 0) return { name: 'logs', ok: false, text: ahead.map(aheadText).join('; '), ...lateTo };
  const lost =
    lostFiles === 0
      ? ''
      : `; since the start ${lostFiles} rotated ${lostFiles === 1 ? 'log' : 'logs'} not read to the end`;
  const text = `${linesRead} lines read, ${unknownLines} not understood${lost}`;
  return { name: 'logs', ok: true, text, ...lateTo };
}

/** `Postfix asked 130 times since 2026-01-14T10:05Z, and no line came in any log. …` */
function silenceText({ questions, since }: NonNullable<IntakeLevel['silence']>): string {
  const from = `${new Date(since).toISOString().slice(0, 16)}Z`;
  return `Postfix asked ${count(questions, 'time')} since ${from}, and no line came in any log. See whether syslog runs and where it writes`;
}

/** `/var/log/mail.log: its newest line is 2 h 4 min ahead of the bot's clock. …` */
function aheadText({ path, byMs }: IntakeLevel['ahead'][number]): string {
  return `${path}: its newest line is ${hoursWords(byMs)} ahead of the bot's clock. Set the clock of that relay or of this machine, or logTimezone`;
}

/** `2 h 4 min`, for a minute and more. */
function hoursWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const parts = [minutes >= 60 ? `${Math.floor(minutes / 60)} h` : '', minutes % 60 > 0 ? `${minutes % 60} min` : ''];
  return parts.filter((part) => part !== '').join(' ');
}

/** A batch that failed is news for a day; after that it is a file for somebody who tidies up. */
const FAILED_NEWS_MS = 24 * 3_600_000;

function spoolHealth({
  batches,
  bytes,
  oldestAgeMs,
  isFull,
  failed,
  newestFailedAgeMs,
  trouble,
}: SpoolLevel): HealthItem {
  const waiting =
    batches === 0
      ? `${failed > 0 ? 'all else' : 'everything'} is read`
      : `${count(batches, 'batch waits', 'batches wait')} to be read (${(bytes / 1e6).toFixed(1)} MB), the oldest for ${Math.round(oldestAgeMs / 1000)} s`;
  const late = batches > 0 && oldestAgeMs > LAG_LIMIT_MS;
  const faults = [
    ...(trouble === undefined ? [] : [`no more can be kept (${trouble}), so senders are told to come again`]),
    ...(isFull ? ['no more fits in, so senders are told to come again'] : []),
    ...(late ? ['reading is late'] : []),
    ...(failed > 0 && newestFailedAgeMs < FAILED_NEWS_MS ? ['a batch could not be read today'] : []),
  ];
  const kept = failed > 0 ? [`${count(failed, 'batch', 'batches')} that could not be read in the folder "failed"`] : [];
  const isLate = late || isFull || trouble !== undefined;
  return {
    name: 'spool',
    ok: faults.length === 0,
    text: [...faults, waiting, ...kept].join('; '),
    ...(isLate ? { isLate } : {}),
  };
}

function reportsHealth({ complaints, lateBounces, withoutEffect, others }: ReportStats): HealthItem {
  const counted = [count(complaints, 'complaint'), count(lateBounces, 'late bounce')].join(' and ');
  const left = [count(withoutEffect, 'report that changes', 'reports that change'), count(others, 'mail', 'mails')];
  const text = `${counted} since the start; left out: ${left[0]} nothing, ${left[1]} of another kind`;
  return { name: 'reports', ok: true, text };
}

function outboxHealth({ stuck, trouble }: HealthParts): HealthItem {
  if (trouble.text()) return { name: 'effects', ok: true, text: 'cannot be looked at now' };
  const left = stuck();
  return {
    name: 'effects',
    ok: left === 0,
    text:
      left === 0
        ? 'all that was decided is done'
        : `${count(left, 'step')} could not be done yet: /relay digest names them`,
  };
}

/** The database's line: whether it takes decisions now, and whether it will soon not. */
export function databaseHealth(path: string, trouble: DatabaseTrouble): HealthItem {
  const failure = trouble.text();
  if (failure && trouble.isHeld())
    return {
      name: 'database',
      ok: false,
      text: `another program holds ${path} (${failure}). Buttons and new alarms wait until it lets go; mail flows and blocks in force stay.`,
    };
  if (failure)
    return {
      name: 'database',
      ok: false,
      text: `cannot write: ${failure}. Buttons do nothing until there is room; mail flows and blocks in force stay.`,
    };
  const free = freeBytes(path);
  if (free !== undefined && free < SCARCE_BYTES)
    return {
      name: 'database',
      ok: false,
      text: `only ${Math.round(free / 1024 / 1024)} MB free on the disk of ${path}`,
    };
  return { name: 'database', ok: true, text: 'takes decisions' };
}

function freeBytes(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
