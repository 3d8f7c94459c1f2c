// Past logs through the same detection, on their own clock. Several logs are merged by time, so that the relays of a pool are seen
// side by side as they ran; memory does not grow with the logs. A second run with other thresholds takes the same events: what is read
// and joined once is judged twice.
import { createReadStream, statSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { UserError } from '../errors.js';
import type { LogFormatId } from '../intake/formats/format.js';
import { detectFormat } from '../intake/formats/index.js';
import { LineCutter } from '../intake/lines.js';
import type { MailEvent } from '../mail/event.js';
import type { Directory } from '../partners/directory.js';
import type { Finding } from './finding.js';
import { Pipeline, type PipelineStats, timeOptionsOf } from './pipeline.js';
import type { Thresholds } from './thresholds.js';
import { type ToldIncident, ToldIncidents } from './told-incidents.js';

const PROGRESS_LINES = 50_000;
const CHUNK_BYTES = 1024 * 1024;

export interface ReplayOptions {
  /** Paths; `-` is stdin, `.gz` is unpacked. */
  files: string[];
  directory: Directory;
  /** Domains that Postfix appends to logins (`smtpd_sasl_local_domain`); none unless given. */
  localDomains?: readonly string[];
  /** Of all logs; told by each log's first lines unless given. */
  format?: LogFormatId;
  thresholds?: Partial<Thresholds>;
  /** Thresholds of a second run, to be compared with the first. */
  changed?: Partial<Thresholds>;
  /** Each incident of the first run once, at its first finding. */
  onFinding: (finding: Finding) => void;
  onEvent?: (event: MailEvent) => void;
  onProgress?: (progress: ReplayProgress) => void;
  /** Stops reading; what was found so far is told. */
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
  /** Time of the first line, on the log's clock; undefined when no line has one. */
  firstLineAt: number | undefined;
  isStopped: boolean;
  incidents: ToldIncident[];
  /** Of the second run, when there was one. */
  changed?: ToldIncident[];
}

/** One run: its state, and what it has told so far. */
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
  const logs = await Promise.all(options.files.map((file) => PastLog.open(file, pipeline, options.format)));
  const firstLineAt = Math.min(...logs.map((log) => log.at).filter(Number.isFinite));
  const stop = stopping(options.signal);
  let nextProgress = PROGRESS_LINES;
  const report = () => options.onProgress?.(progressOf(pipeline.stats.linesRead, logs));
  for (let log = earliest(logs); log && !stop.isDue(); log = earliest(logs)) {
    // One log at a time up to the moment another is due: that is the merge, without comparing every line.
    const until = Math.min(...logs.filter((other) => other !== log && !other.isDone).map((other) => other.at));
    log.take(until, (line) => {
      for (const finding of pipeline.see(line, log.path, log.format)) run.told.add(finding);
    });
    collect(runs);
    if (log.needsMore) await stop.orElse(log.fill());
    if (pipeline.stats.linesRead >= nextProgress) {
      nextProgress = pipeline.stats.linesRead + PROGRESS_LINES;
      for (const each of runs) each.pipeline.forgetChanges();
      report();
    }
  }
  report();
  return {
    ...pipeline.stats,
    overlongLines: logs.reduce((sum, log) => sum + log.overlongLines, 0),
    firstLineAt: Number.isFinite(firstLineAt) ? firstLineAt : undefined,
    isStopped: stop.isDue(),
    incidents: run.told.all(),
    ...(changed ? { changed: changed.told.all() } : {}),
  };
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

/** A stop order, also for who waits for a reader that may never come back. */
function stopping(signal: AbortSignal | undefined) {
  const due = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
  return {
    isDue: () => signal?.aborted === true,
    orElse: (work: Promise<void>) => (signal ? Promise.race([work, due]) : work),
  };
}

/** A log being read: a chunk of lines at a time, never more. */
class PastLog {
  /** Time of the next line; a log of garbage is read first and done with. */
  at = Number.NEGATIVE_INFINITY;
  isDone = false;
  format: LogFormatId | undefined;
  private lines: string[] = [];
  private next = 0;
  private readonly cutter = new LineCutter();

  private constructor(
    readonly path: string,
    readonly bytesTotal: number,
    private readonly chunks: AsyncIterator<Buffer>,
    private readonly pipeline: Pipeline,
    private readonly knownFormat: LogFormatId | undefined,
    private readonly readSoFar: () => number = () => 0,
  ) {}

  /** Of the file as it lies on disk. */
  get bytesRead(): number {
    return this.readSoFar();
  }

  static async open(path: string, pipeline: Pipeline, format?: LogFormatId): Promise<PastLog> {
    const log = await PastLog.openStream(path, pipeline, format);
    await log.fill();
    return log;
  }

  private static async openStream(path: string, pipeline: Pipeline, format?: LogFormatId): Promise<PastLog> {
    if (path === '-')
      return new PastLog(path, 0, process.stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer>, pipeline, format);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) throw new UserError(`There is no log ${path}.`);
    const raw = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    const chunks = unpacked(raw, path)[Symbol.asyncIterator]();
    return new PastLog(path, stat.size, chunks, pipeline, format, () => raw.bytesRead);
  }

  get needsMore(): boolean {
    return !this.isDone && this.next >= this.lines.length;
  }

  get overlongLines(): number {
    return this.cutter.overlong;
  }

  /** Hands out lines up to and including the time `until`, or the end of what is in memory. */
  take(until: number, onLine: (line: string) => void): void {
    while (this.next < this.lines.length) {
      onLine(this.lines[this.next++] as string);
      if (this.pipeline.stats.lastLineAt > until) break;
    }
    this.lookAhead();
  }

  async fill(): Promise<void> {
    this.lines = [];
    this.next = 0;
    while (this.lines.length === 0 && !this.isDone) {
      const { value, done } = await this.nextChunk();
      if (done) {
        this.cutter.finish((line) => this.lines.push(line));
        this.isEnded = true;
        break;
      }
      this.format = this.knownFormat ?? this.format ?? detectFormat(value) ?? 'postfix';
      this.cutter.feed(value, (line) => this.lines.push(line));
    }
    this.lookAhead();
  }
  private isEnded = false;

  private async nextChunk(): Promise<{ value: Buffer; done: false } | { value?: never; done: true }> {
    if (this.isEnded) return { done: true };
    try {
      const result = await this.chunks.next();
      return result.done ? { done: true } : { value: result.value, done: false };
    } catch (error) {
      throw new UserError(`${this.path} cannot be read: ${(error as Error).message}`, { cause: error });
    }
  }

  private lookAhead(): void {
    if (this.next < this.lines.length) {
      this.at = this.pipeline.timeOf(this.lines[this.next] as string, this.path, this.format) ?? this.at;
    } else if (this.isEnded) this.isDone = true;
  }
}

function unpacked(raw: ReturnType<typeof createReadStream>, path: string): AsyncIterable<Buffer> {
  if (!path.endsWith('.gz')) return raw;
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  raw.on('error', (error) => gunzip.destroy(error));
  return raw.pipe(gunzip);
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
