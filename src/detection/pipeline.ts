// A log line's way: read, joined to its message, counted for its customer, judged. Live and replayed logs go the same way.
import { type LogTimeOptions, logTimeReader, type ReadLogTime } from '../intake/formats/log-time.js';
import { parsePostfixLine } from '../intake/formats/postfix.js';
import { Joiner } from '../intake/join.js';
import type { Directory } from '../partners/directory.js';
import type { Thresholds } from './assess.js';
import { Counters } from './counters.js';
import { Detector } from './detector.js';
import type { Finding } from './finding.js';
import { meaningOf } from './outcome.js';

export type LogFormat = 'postfix';

export interface PipelineOptions {
  directory: Directory;
  /** Domains that Postfix appends to logins; see partners/attribution.ts. */
  localDomains?: readonly string[];
  thresholds?: Partial<Thresholds>;
  time?: LogTimeOptions;
}

export interface PipelineStats {
  linesRead: number;
  /** Lines we should know and do not, and lines that are no log lines at all. */
  unknownLines: number;
  /** Time of the last line, on the log's clock. */
  lastLineAt: number;
}

/** Holds all state that lines leave behind. */
export class Pipeline {
  readonly joiner = new Joiner();
  readonly detector: Detector;
  readonly counters = new Counters();
  readonly stats: PipelineStats = { linesRead: 0, unknownLines: 0, lastLineAt: 0 };
  private readonly readers = new Map<string, ReadLogTime>();
  private readonly time: LogTimeOptions;

  constructor(options: PipelineOptions) {
    this.detector = new Detector({
      ...options,
      onNewRecipients: ({ at, message }, customer, count) => this.counters.countNew(at, customer, message.relay, count),
    });
    this.time = options.time ?? {};
  }

  /** Takes the next line of the log named `source`; answers what it proves. */
  see(line: string, source: string): Finding[] {
    this.stats.linesRead++;
    const parsed = parsePostfixLine(line, this.readerOf(source));
    if (typeof parsed === 'string') {
      if (parsed === 'unknown') this.stats.unknownLines++;
      return [];
    }
    this.stats.lastLineAt = parsed.at;
    const event = this.joiner.see(parsed);
    if (!event) return [];
    const customer = this.detector.customerOf(event);
    const meaning = meaningOf(event);
    if (customer !== undefined) this.counters.count(event, customer, meaning);
    return this.detector.seeRead(event, meaning);
  }

  /** Lets go of what would be saved, where nothing is: it grows with the log. */
  forgetChanges(): void {
    this.joiner.takeChanges();
    this.detector.takeChanges();
    this.counters.take();
  }

  /** The time of a line, without taking it; undefined when it has none. */
  timeOf(line: string, source: string): number | undefined {
    return this.readerOf(source)(line)?.at;
  }

  /** Years roll over within one log, so each has a reader of its own. */
  private readerOf(source: string): ReadLogTime {
    let reader = this.readers.get(source);
    if (!reader) {
      reader = logTimeReader(this.time);
      this.readers.set(source, reader);
    }
    return reader;
  }
}

/** How a directory says traditional log times are to be read. */
export function timeOptionsOf(directory: Directory): LogTimeOptions {
  return { year: directory.log_year, timeZone: directory.log_timezone };
}
