// Runs the live detection over past logs, on their own clock. Several logs are merged by time, so that the relays of a pool are seen side
// by side as they ran; memory does not grow with the length of the logs. A second run with other thresholds gets the same events, so that
// reading the logs, most of the work, is done once.
import type { LogFormatId } from '../../intake/formats/format.js';
import { yearsOf } from '../../intake/formats/log-years.js';
import { findSameLines, type SameLines } from '../../intake/same-lines.js';
import type { MailEvent } from '../../mail/event.js';
import type { Directory } from '../../partners/directory.js';
import type { Finding } from '../finding.js';
import { Pipeline, type PipelineStats, timeOptionsOf, type UnknownSample } from '../pipeline.js';
import type { Thresholds } from '../thresholds.js';
import { PastLog } from './past-log.js';
import { type ToldIncident, ToldIncidents } from './told-incidents.js';

const PROGRESS_LINES = 50_000;
/** Lines of different logs may be out of order by this much: relays' clocks differ anyway, and changing between logs costs time. */
const MERGE_MS = 1_000;

interface ReplayOptions {
  /** Paths; `-` is stdin, gzip is unpacked. Lines that are in two of them are read once (intake/same-lines.ts). */
  files: string[];
  directory: Directory;
  /** Domains that Postfix appends to logins (`smtpd_sasl_local_domain`); none unless given. */
  localDomains?: readonly string[];
  /** Format of all logs; unless given, each log's first lines tell its own. */
  format?: LogFormatId;
  thresholds?: Partial<Thresholds>;
  /** Thresholds of a second run, to be compared with the first. */
  changed?: Partial<Thresholds>;
  /** Each incident of the first run once, at its first finding. */
  onFinding: (finding: Finding) => void;
  onEvent?: (event: MailEvent) => void;
  onProgress?: (progress: ReplayProgress) => void;
  /** Stops reading; what was found so far is returned. */
  signal?: AbortSignal;
}

export interface ReplayProgress {
  linesRead: number;
  /** Bytes read of the files as they lie on disk; total is 0 when it is not known (stdin). */
  bytesRead: number;
  bytesTotal: number;
}

export interface ReplaySummary extends PipelineStats {
  overlongLines: number;
  /** The first lines that were not understood, a few of each log. */
  unknownSamples: UnknownSample[];
  /** Logs whose beginning looks like no format we know. */
  strangeLogs: string[];
  /** Logs with lines that are in another log too, and which of these were left out. */
  sameLines: SameLines[];
  /** Time of the first line, on the log's clock; undefined when no line has one. */
  firstLineAt: number | undefined;
  isStopped: boolean;
  incidents: ToldIncident[];
  /** Of the second run, when there was one. */
  changed?: ToldIncident[];
}

/** One of the two runs: its detection, and the incidents it has reported so far. */
interface Run {
  pipeline: Pipeline;
  told: ToldIncidents;
}

/** Replays the logs. Throws UserError for a file that cannot be read. */
export async function replay(options: ReplayOptions): Promise<ReplaySummary> {
  const changed = options.changed && startRun(options, options.changed);
  const run = startRun(options, options.thresholds, options.onFinding, (event) => {
    changed?.pipeline.take(event);
    options.onEvent?.(event);
  });
  const { pipeline } = run;
  const runs = changed ? [run, changed] : [run];
  const sameLines = await findSameLines(options.files, options.signal);
  const logs = await openLogs(options, pipeline, sameLines);
  const firstLineAt = Math.min(...logs.map((log) => log.at).filter(Number.isFinite));
  const stop = stopping(options.signal);
  let nextProgress = PROGRESS_LINES;
  const report = () => options.onProgress?.(progressOf(pipeline.stats.linesRead, logs));
  for (let log = earliest(logs); log && !stop.isDue(); log = earliest(logs)) {
    // The merge: reads the earliest log up to the time of the next line of any other, so that lines need not be compared one by one.
    const until = Math.min(...logs.filter((other) => other !== log && !other.isDone).map((other) => other.at));
    log.take(until + MERGE_MS);
    collect(runs);
    if (log.needsMore) await stop.orElse(log.fill());
    if (pipeline.stats.linesRead >= nextProgress) {
      nextProgress = pipeline.stats.linesRead + PROGRESS_LINES;
      for (const each of runs) each.pipeline.forgetChanges();
      report();
    }
  }
  pipeline.finish();
  collect(runs);
  report();
  return {
    ...pipeline.stats,
    overlongLines: logs.reduce((sum, log) => sum + log.overlongLines, 0),
    unknownSamples: pipeline.unknownSamples,
    strangeLogs: logs.filter(({ isKnown }) => !isKnown).map(({ path }) => path),
    sameLines,
    firstLineAt: Number.isFinite(firstLineAt) ? firstLineAt : undefined,
    isStopped: stop.isDue(),
    incidents: run.told.all(),
    ...(changed ? { changed: changed.told.all() } : {}),
  };
}

/** Opens the logs without those that are wholly in another, and finds the year of each when the configuration names one. */
async function openLogs(
  { files, format, directory }: ReplayOptions,
  pipeline: Pipeline,
  sameLines: readonly SameLines[],
): Promise<PastLog[]> {
  const same = new Map(sameLines.map((each) => [each.path, each]));
  const read = files.filter((file) => same.get(file)?.part !== 'whole');
  const skipOf = (file: string) => sameLines.find(({ path, part }) => path === file && part === 'beginning');
  const logs = await Promise.all(read.map((file) => PastLog.open(file, pipeline, format, skipOf(file))));
  const { log_year: year } = directory;
  const firsts = year === undefined ? [] : logs.map((log) => log.firstUndated(year));
  const years = year === undefined ? [] : yearsOf(firsts, year);
  await Promise.all(logs.map((log, i) => log.start(years[i] === undefined ? {} : { year: years[i] })));
  return logs;
}

function startRun(
  { directory, localDomains = [] }: ReplayOptions,
  thresholds: Partial<Thresholds> = {},
  onFinding?: (finding: Finding) => void,
  onEvent?: (event: MailEvent) => void,
): Run {
  const time = timeOptionsOf(directory);
  return {
    pipeline: new Pipeline({ directory, localDomains, time, thresholds, onEvent }),
    told: new ToldIncidents(onFinding),
  };
}

function collect(runs: readonly Run[]): void {
  for (const { pipeline, told } of runs) for (const finding of pipeline.takeFindings()) told.add(finding);
}

/** Tells whether to stop; `orElse` ends a wait too, such as for stdin, which may never bring more. */
function stopping(signal: AbortSignal | undefined) {
  const due = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
  return {
    isDue: () => signal?.aborted === true,
    orElse: (work: Promise<void>) => (signal ? Promise.race([work, due]) : work),
  };
}

function earliest(logs: PastLog[]): PastLog | undefined {
  let first: PastLog | undefined;
  for (const log of logs) if (!log.isDone && (!first || log.at < first.at)) first = log;
  return first;
}

function progressOf(linesRead: number, logs: PastLog[]): ReplayProgress {
  const isKnown = logs.every((log) => log.bytesTotal > 0);
  return {
    linesRead,
    bytesRead: logs.reduce((sum, log) => sum + log.bytesRead, 0),
    bytesTotal: isKnown ? logs.reduce((sum, log) => sum + log.bytesTotal, 0) : 0,
  };
}
