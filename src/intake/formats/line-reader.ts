// Reads a log line by line, for the formats that are read as text: cuts, decodes, counts. What a line says is the grammar's.
import type { MailEvent } from '../../mail/event.js';
import { MAX_LINE_BYTES } from '../lines.js';
import type { LogIntake, LogReader, ReaderStats, SamplePlace } from './format.js';
import type { BookRow, MessageBook } from './message-book.js';

const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = 0xfeff;
const MAX_SAMPLES = 5;
/** Different faults that are kept; whoever writes such a log mends them all. */
const MAX_FAULTS = 20;
const SAMPLE_LENGTH = 300;
/** Of a line whose fault is told beside it: enough to find it by. */
const FAULTY_LENGTH = 60;

/** A line we should know and do not, where it can be said what is wrong with it. */
export interface NotUnderstood {
  /** The same for all lines that are wrong in this way: one of them is shown. */
  fault: string;
  /** The fault as a sentence. */
  error: string;
}

type Counted = SamplePlace & { count: number };

interface LineGrammar<Line extends { at: number }> {
  /** `other`: a line that says nothing about mail; `unknown`: one we should know and do not, or none of this log. Throws nothing. */
  parse(line: string): Line | NotUnderstood | 'other' | 'unknown';
  timeOf(line: string): number | undefined;
  /** Hands on what the line means, in order. */
  tell(line: Line, take: (event: MailEvent) => void): void;
}

/** An intake whose open messages are in one book. */
export function bookIntake(book: MessageBook, reader: LogIntake['reader']): LogIntake {
  return {
    reader,
    stats: () => book.stats(),
    takeChanges: () => book.takeChanges(),
    restore: (rows) => book.restore(rows as Iterable<[string, BookRow]>),
  };
}

export function lineReader<Line extends { at: number }>(grammar: LineGrammar<Line>): LogReader {
  const places: Counted[] = [];
  const stats: ReaderStats = { lines: 0, unknown: 0, samples: [], places, lastLineAt: 0 };
  const seen = new Map<string, Counted>();
  /** Empty ones too. */
  let linesGiven = 0;

  function unknown(sample: string, line: number, fault?: string): void {
    stats.unknown++;
    const known = seen.get(fault ?? sample);
    if (known) known.count++;
    if (known || stats.samples.length >= (fault === undefined ? MAX_SAMPLES : MAX_FAULTS)) return;
    const place = { line, count: 1, isFault: fault !== undefined };
    seen.set(fault ?? sample, place);
    places.push(place);
    stats.samples.push(sample.slice(0, SAMPLE_LENGTH));
  }

  function readLine(line: string, number: number, take: (event: MailEvent) => void): void {
    stats.lines++;
    const parsed = line.length > MAX_LINE_BYTES ? 'unknown' : grammar.parse(line);
    if (parsed === 'unknown') unknown(line.slice(0, SAMPLE_LENGTH), number);
    else if (typeof parsed === 'object' && 'fault' in parsed) unknown(sampleOf(parsed, line), number, parsed.fault);
    if (typeof parsed === 'string' || 'fault' in parsed) return;
    stats.lastLineAt = parsed.at;
    grammar.tell(parsed, take);
  }

  const reader: LogReader = {
    stats,
    leftOut: 0,
    read(bytes, from, to, take, until = Number.POSITIVE_INFINITY) {
      for (let start = from; start < to; ) {
        const end = lineEnd(bytes, start, to);
        const line = textOf(bytes, start, Math.min(end, start + MAX_LINE_BYTES + 8));
        if (until < Number.POSITIVE_INFINITY && (grammar.timeOf(line) ?? 0) > until) return start;
        linesGiven++;
        if (line !== '') readLine(line, linesGiven + (reader.leftOut ?? 0), take);
        start = end + 1;
      }
      return to;
    },
    timeOf(bytes, from, to) {
      for (let start = from; start < to; ) {
        const end = lineEnd(bytes, start, to);
        const at = grammar.timeOf(textOf(bytes, start, Math.min(end, start + MAX_LINE_BYTES + 8)));
        if (at !== undefined) return at;
        start = end + 1;
      }
      return undefined;
    },
  };
  return reader;
}

function sampleOf({ error }: NotUnderstood, line: string): string {
  const shown = line.length > FAULTY_LENGTH ? `${line.slice(0, FAULTY_LENGTH)}…` : line;
  return `${error.replace(/\.$/, '')}: ${shown}`;
}

/** The first lines of a log as text, the last of them perhaps cut. */
export function firstLines(bytes: Buffer): string[] {
  return bytes
    .toString('utf8', 0, 64 * 1024)
    .replace(/^\ufeff/, '')
    .split('\n', 200);
}

function lineEnd(bytes: Buffer, start: number, to: number): number {
  const end = bytes.indexOf(LF, start);
  return end < 0 || end > to ? to : end;
}

/** Without the mark that some programs begin a file with. */
function textOf(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end > start && bytes[end - 1] === CR ? end - 1 : end);
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}
