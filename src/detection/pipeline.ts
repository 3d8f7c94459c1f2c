// An event's way: read from a log or taken otherwise, counted for its customer, judged. Live and replayed logs go the same way.
import type { LogFormatId, LogIntake, LogReader, SamplePlace } from '../intake/formats/format.js';
import { formats } from '../intake/formats/index.js';
import type { LogTimeOptions } from '../intake/formats/log-time.js';
import type { MailEvent } from '../mail/event.js';
import type { Directory } from '../partners/directory.js';
import { Counters } from './counters.js';
import { Detector } from './detector.js';
import type { Finding } from './finding.js';
import { meaningOf } from './outcome.js';
import type { Thresholds } from './thresholds.js';

export interface PipelineOptions {
  directory: Directory;
  /** Domains that Postfix appends to logins; see partners/attribution.ts. */
  localDomains?: readonly string[];
  thresholds?: Partial<Thresholds>;
  time?: LogTimeOptions;
  /** Whose log it is, for formats that do not say; by default the only relay's, else this machine's. */
  relayOf?: (source: string) => string | undefined;
  /** Saved state by its key; see detector.ts. */
  load?: (key: string) => object | undefined;
  /** Saved state of a customer; see detector.ts. */
  loadMatching?: (prefix: string, part: string, most: number) => object[];
  /** Sees every event after the pipeline has taken it. */
  onEvent?: ((event: MailEvent) => void) | undefined;
}

export interface PipelineStats {
  linesRead: number;
  /** Lines we should know and do not, and lines that are no log lines at all. */
  unknownLines: number;
  /** Time of the last line, on the log's clock. */
  lastLineAt: number;
  /** Messages in the queues, as far as the logs tell. */
  openMessages: number;
}

/** A line that was not understood; outsiders' text. */
export interface UnknownSample extends Partial<SamplePlace> {
  /** The log. */
  source: string;
  /** What is wrong with it, where that can be said, and the beginning of the line. */
  text: string;
}

/** Holds all state that events leave behind. */
export class Pipeline {
  readonly detector: Detector;
  readonly counters: Counters;
  private found: Finding[] = [];
  private readonly intakes = new Map<LogFormatId, LogIntake>();
  private readonly readers = new Map<string, LogReader>();
  private readonly time: LogTimeOptions;
  private readonly relayOf: (source: string) => string | undefined;
  private readonly onEvent: PipelineOptions['onEvent'];
  private readonly takeOne = (event: MailEvent) => this.take(event);

  constructor(options: PipelineOptions) {
    this.counters = new Counters(options.directory.relays);
    this.detector = new Detector({
      ...options,
      onNewRecipients: (event, customer, count, route) => this.counters.countNew(event, customer, count, route),
    });
    this.time = options.time ?? {};
    const { relays } = options.directory;
    const onlyRelay = relays.length === 1 ? relays[0]?.host : undefined;
    this.relayOf = (source) => options.relayOf?.(source) ?? onlyRelay;
    this.onEvent = options.onEvent;
  }

  /** The reader of the log named `source`; `time` is over how all logs are read, for one that is new. */
  reader(source: string, format: LogFormatId, time?: LogTimeOptions): LogReader {
    let reader = this.readers.get(source);
    if (!reader) {
      reader = this.intake(format).reader(source, this.relayOf(source), time);
      this.readers.set(source, reader);
    }
    return reader;
  }

  /** Takes bytes[from, to) of a log, whole lines up to the time `until`; answers where it stopped. */
  read(reader: LogReader, bytes: Buffer, from: number, to: number, until?: number): number {
    return reader.read(bytes, from, to, this.takeOne, until);
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

  /** What the events since the last call proved, in order. */
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

  /** The first lines that were not understood, a few of each log; outsiders' text. */
  get unknownSamples(): string[] {
    return [...this.readers.values()].flatMap(({ stats }) => stats.samples);
  }

  /** The same, with where they stand. */
  get unknownLines(): UnknownSample[] {
    return [...this.readers].flatMap(([source, { stats }]) =>
      stats.samples.map((text, i) => ({ source, text, ...stats.places[i] })),
    );
  }

  /** Rows of messages between their first and last line, to be saved by key; undefined for those to delete. */
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

  /** Lets go of what would be saved, where nothing is: it grows with the log. */
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
      intake = format.open(this.time);
      this.intakes.set(id, intake);
    }
    return intake;
  }
}

/** How a directory says traditional log times are to be read. */
export function timeOptionsOf(directory: Directory): LogTimeOptions {
  return { year: directory.log_year, timeZone: directory.log_timezone };
}
