// The way of a mail event: it is read from a log line (or comes from an HTTP batch or a report), is counted for its customer, and is judged
// by the detector. The live log worker and a replay of past logs both use this.
import type { IntakeOptions, LogFormatId, LogIntake, LogReader, SamplePlace } from '../intake/formats/format.js';
import { formats } from '../intake/formats/index.js';
import type { LogTimeOptions } from '../intake/formats/log-time.js';
import type { MailEvent } from '../mail/event.js';
import { type Directory, namesOfRelays } from '../partners/directory.js';
import { meaningOf } from './clues/outcome.js';
import { Counters } from './counters/counters.js';
import { Detector } from './detector.js';
import type { Finding } from './finding.js';
import type { Thresholds } from './thresholds.js';

interface PipelineOptions {
  directory: Directory;
  /** Domains that Postfix appends to logins; see partners/attribution.ts. */
  localDomains?: readonly string[];
  thresholds?: Partial<Thresholds>;
  time?: LogTimeOptions;
  /** Host of the relay that wrote a log, for formats that do not say; by default the only relay there is, else this machine. */
  relayOf?: (source: string) => string | undefined;
  /** Reads saved state by its key; see DetectorOptions in parts.ts. */
  load?: (key: string) => object | undefined;
  /** Reads all saved state of a customer; see DetectorOptions in parts.ts. */
  loadMatching?: (prefix: string, part: string, most: number) => object[];
  /** Sees every event after the pipeline has taken it. */
  onEvent?: ((event: MailEvent) => void) | undefined;
}

export interface PipelineStats {
  linesRead: number;
  /** Lines of a program whose lines we read, in a form we do not know; and lines that are no log lines at all. */
  unknownLines: number;
  /** Time of the last line, on the log's clock. */
  lastLineAt: number;
  /** Messages that are in the relays' queues, as far as the logs tell. */
  openMessages: number;
}

/** A line that was not understood; outsiders' text. */
export interface UnknownSample extends Partial<SamplePlace> {
  /** The log. */
  source: string;
  /** What is wrong with it, where that can be said, and the beginning of the line. */
  text: string;
}

/** Holds everything learned from events: counters, the detector's state, and messages whose last log line has not come yet. */
export class Pipeline {
  readonly detector: Detector;
  readonly counters: Counters;
  private found: Finding[] = [];
  private readonly intakes = new Map<LogFormatId, LogIntake>();
  private readonly readers = new Map<string, LogReader>();
  private readonly intakeOptions: IntakeOptions;
  private readonly relayOf: (source: string) => string | undefined;
  private readonly onEvent: PipelineOptions['onEvent'];
  private readonly takeOne = (event: MailEvent) => this.take(event);

  constructor(options: PipelineOptions) {
    this.counters = new Counters(options.directory.relays);
    this.detector = new Detector({
      ...options,
      onNewRecipients: (event, customer, count, route) => this.counters.countNew(event, customer, count, route),
    });
    const {
      relayOf,
      directory: { relays },
    } = options;
    this.intakeOptions = { ...options.time, ...(relays.length > 1 ? { ownRelays: namesOfRelays(relays) } : {}) };
    const onlyRelay = relays.length === 1 ? relays[0]?.host : undefined;
    this.relayOf = (source) => relayOf?.(source) ?? onlyRelay;
    this.onEvent = options.onEvent;
  }

  /** The reader of the log named `source`, made at the first call; `time` then overrides how log times are read elsewhere. */
  reader(source: string, format: LogFormatId, time?: LogTimeOptions): LogReader {
    let reader = this.readers.get(source);
    if (!reader) {
      reader = this.intake(format).reader(source, this.relayOf(source), time);
      this.readers.set(source, reader);
    }
    return reader;
  }

  /** Reads bytes[from, to) of a log, whole lines up to the time `until` (ms); returns the offset where it stopped. */
  read(reader: LogReader, bytes: Buffer, from: number, to: number, until?: number): number {
    return reader.read(bytes, from, to, this.takeOne, until);
  }

  /** No log has another line: takes what waited for one. */
  finish(): void {
    for (const intake of this.intakes.values()) intake.finish?.(this.takeOne);
  }

  /** Counts and judges an event. */
  take(event: MailEvent): void {
    const { detector, counters } = this;
    const route = detector.routeOf(event);
    const meaning = meaningOf(event);
    if (event.kind === 'accepted' || event.kind === 'delivery') {
      if (route) counters.count(event, route.owner.customer, meaning, route);
    } else {
      const customer = detector.customerOf(event);
      if (customer !== undefined) counters.count(event, customer, meaning);
    }
    const found = detector.seeRouted(event, route, meaning);
    for (let i = 0; i < found.length; i++) this.found.push(found[i] as Finding);
    this.onEvent?.(event);
  }

  /** Findings of the events since the last call, in order. */
  takeFindings(): Finding[] {
    const { found } = this;
    this.found = [];
    return found;
  }

  get stats(): PipelineStats {
    const stats = { linesRead: 0, unknownLines: 0, lastLineAt: 0, openMessages: 0 };
    for (const { stats: each } of this.readers.values()) {
      stats.linesRead += each.lines;
      stats.unknownLines += each.unknown;
      stats.lastLineAt = Math.max(stats.lastLineAt, each.lastLineAt);
    }
    for (const intake of this.intakes.values()) stats.openMessages += intake.stats().open;
    return stats;
  }

  /** The first few lines of each log that were not understood, each with its log and its place in it. */
  get unknownSamples(): UnknownSample[] {
    return [...this.readers].flatMap(([source, { stats }]) =>
      stats.samples.map((text, i) => ({ source, text, ...stats.places[i] })),
    );
  }

  /** Messages between their first and last log line that changed since the last call, as rows to save by key; undefined deletes a row. */
  takeMessages(): Map<string, object | undefined> {
    const rows = new Map<string, object | undefined>();
    for (const [format, intake] of this.intakes) {
      for (const [key, row] of intake.takeChanges()) rows.set(`${format}:${key}`, row);
    }
    return rows;
  }

  /** Puts saved messages back, before the first line. */
  restoreMessages(rows: Iterable<[string, object]>): void {
    const byFormat = new Map<LogFormatId, [string, object][]>();
    for (const [key, row] of rows) {
      const at = key.indexOf(':');
      const format = key.slice(0, at) as LogFormatId;
      if (!(format in formats)) continue;
      const known = byFormat.get(format);
      if (known) known.push([key.slice(at + 1), row]);
      else byFormat.set(format, [[key.slice(at + 1), row]]);
    }
    for (const [format, messages] of byFormat) this.intake(format).restore(messages);
  }

  /** Drops the list of changes to be saved. For a replay, which saves nothing: the list would grow with the log. */
  forgetChanges(): void {
    for (const intake of this.intakes.values()) intake.takeChanges();
    this.detector.takeChanges();
    this.counters.take();
    this.detector.owners.hints.takeChanges();
  }

  private intake(id: LogFormatId): LogIntake {
    let intake = this.intakes.get(id);
    if (!intake) {
      const format = formats[id];
      if (!format) throw new Error(`no log format ${id}`);
      intake = format.open(this.intakeOptions);
      this.intakes.set(id, intake);
    }
    return intake;
  }
}

/** How a directory says traditional log times are to be read. */
export function timeOptionsOf(directory: Directory): LogTimeOptions {
  return { year: directory.log_year, timeZone: directory.log_timezone };
}
