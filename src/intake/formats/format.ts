// What every log format gives: bytes of a log in, mail events out. One file each in this folder, listed in index.ts.
import type { MailEvent } from '../../mail/event.js';
import type { OwnRelays } from '../relay-chains.js';
import type { LogTimeOptions } from './log-time.js';

export const LOG_FORMATS = ['postfix', 'exim', 'kumomta', 'json'] as const;
export type LogFormatId = (typeof LOG_FORMATS)[number];

export interface LogFormat {
  id: LogFormatId;
  /** For people: `Postfix`. */
  name: string;
  /** Reports whether the beginning of a log (some lines, the last perhaps cut) is of this format. Throws nothing. */
  looksLike(bytes: Buffer): boolean;
  open(options: IntakeOptions): LogIntake;
}

export interface IntakeOptions extends LogTimeOptions {
  /** Our relays, where the log may tell that one hands its mail to another. */
  ownRelays?: OwnRelays;
}

/** All logs of one format, read together: the lines of one message may be scattered over several files. Holds state. */
export interface LogIntake {
  /**
   * A reader for one log; years roll over within one log, so each has its own. `relay` is whose log it is, for formats that do not
   * say so themselves; this machine's unless given. `time` is how this log's times are read, over what all logs have.
   */
  reader(source: string, relay?: string, time?: LogTimeOptions): LogReader;
  stats(): IntakeStats;
  /** What changed since the last call: rows to save by key (JSON-safe), undefined for those to delete. */
  takeChanges(): Map<string, object | undefined>;
  /** Puts saved rows back, before the first line. */
  restore(rows: Iterable<[string, object]>): void;
  /** No log has another line: hands on what waited for one. */
  finish?(take: (event: MailEvent) => void): void;
}

export interface IntakeStats {
  /** Messages between their first and their last line. */
  open: number;
  /** Deliveries of messages that were never seen arriving. */
  headless: number;
  /** Messages forgotten because of age or of the cap. */
  forgotten: number;
}

export interface LogReader {
  readonly stats: ReaderStats;
  /** Lines of the log that were left out before the next one, for the numbers of lines; 0 unless set. */
  leftOut?: number;
  /**
   * Reads bytes[from, to): whole lines, each ended by LF. Events are handed on in the order of their lines; an event object is the
   * taker's to keep. Stops before the first line that is later than `until` (ms). Answers where it stopped. Throws nothing.
   */
  read(bytes: Buffer, from: number, to: number, take: (event: MailEvent) => void, until?: number): number;
  /** Time of the first line of bytes[from, to) that has one, in ms, without taking it. */
  timeOf(bytes: Buffer, from: number, to: number): number | undefined;
}

export interface ReaderStats {
  lines: number;
  /** Lines we should know and do not, and lines that are no log lines at all. */
  unknown: number;
  /** The first few different ones of those, cut to a readable length. */
  samples: string[];
  /** Where the samples stand, in their order. */
  places: SamplePlace[];
  /** Time of the last line, on the log's clock; 0 before the first. */
  lastLineAt: number;
}

/** Where a line stands that was not understood, and how many are like it. */
export interface SamplePlace {
  /** From 1, in the log as it lies there. */
  line: number;
  /** Lines that are wrong in the same way, this one included; undefined where they are not counted. */
  count?: number;
  /** Reports whether the sample says what is wrong: then it is a line of this kind of log. */
  isFault: boolean;
}
