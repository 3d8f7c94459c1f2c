// A journal's entries as the syslog lines they would have been: `host identifier: message`, read like any other.
import type { MailEvent } from '../../../mail/event.js';
import { CR, LF, Page, SPACE } from '../page.js';
import { behindTime } from './carried.js';
import { beginsExport, beginsJson, ExportEntry, type JournalEntry, readJsonEntry } from './journal.js';
import type { LineReader } from './line-reader.js';

const LONGEST_LINE = 64 * 1024;
/** A binary value may be any number of lines. */
const LOOK_AHEAD_LINES = 64;

/** Reads the journal of one source. Holds what is read of an entry so far. */
export class JournalReader {
  private readonly entry = new ExportEntry();
  /** An entry in export format was seen: everything that follows belongs to one. */
  isExport = false;
  private readonly line = new Page();

  constructor(private readonly lines: LineReader) {}

  /** Reports whether what begins at `from` is a journal's. */
  owns(page: Page, from: number): boolean {
    return this.isExport || beginsJson(page, from) || beginsExport(page, from);
  }

  /** Reads what begins at `from`: a line, or part of a binary value; answers where the rest begins, -1 when that is later than `until`. */
  read(page: Page, from: number, to: number, until: number, take: (event: MailEvent) => void): number {
    if (this.entry.isWithinValue) return this.readValue(page, from, to);
    const end = page.lineEnd(from);
    if (beginsJson(page, from)) return this.readJson(page, from, end, until, take);
    this.isExport = true;
    const { entry } = this;
    if (end === from || (end === from + 1 && page.byte(from) === CR)) {
      this.give(entry, take);
      entry.clear();
    } else if (entry.timeIn(page, from, end) > until) return -1;
    else if (entry.takeLine(page, from, end)) this.lines.uncounted++;
    else this.lines.refuse(page, from, end);
    return end + 1;
  }

  /** A binary value has line ends of its own, which whoever looks a line up counts too. */
  private readValue(page: Page, from: number, to: number): number {
    const next = this.entry.takeValue(page, from, to);
    for (let at = from; at < next; at++) if (page.byte(at) === LF) this.lines.uncounted++;
    return next;
  }

  /** The time of the first entry that has one in bytes[from, to). */
  timeOf(page: Page, from: number, to: number): number | undefined {
    if (!Number.isNaN(this.entry.at)) return this.entry.at;
    let start = from;
    for (let i = 0; i < LOOK_AHEAD_LINES && start < to; i++) {
      const end = page.lineEnd(start);
      const at = beginsJson(page, start) ? readJsonEntry(page, start, end)?.at : this.entry.timeIn(page, start, end);
      if (at !== undefined && !Number.isNaN(at)) return at;
      start = end + 1;
    }
    return undefined;
  }

  private readJson(page: Page, from: number, end: number, until: number, take: (event: MailEvent) => void): number {
    const entry = readJsonEntry(page, from, end);
    if (!entry) this.lines.refuse(page, from, end);
    else if (entry.at > until) return -1;
    else this.give(entry, take);
    return end + 1;
  }

  private give(entry: JournalEntry, take: (event: MailEvent) => void): void {
    // Between entries, or one without what every log line has.
    if (Number.isNaN(entry.at)) {
      this.lines.uncounted++;
      return;
    }
    const own = entry.isContainers ? behindTime(entry.message.toString('utf8', 0, LONGEST_LINE)) : undefined;
    const head = Buffer.from(own === undefined ? originOf(entry) : '');
    const text = own === undefined ? entry.message.subarray(0, LONGEST_LINE) : Buffer.from(own);
    const bytes = Buffer.concat([head, text, Buffer.of(LF)]);
    for (let i = head.length; i < bytes.length - 1; i++) if (bytes[i] === LF) bytes[i] = SPACE;
    this.line.open(bytes, bytes.length);
    const { lines, line } = this;
    if (!lines.read(line, 0, 0, bytes.length - 1, entry, take)) lines.refuse(line, 0, bytes.length - 1);
    line.close();
  }
}

/** `host identifier[812]: `, as a log line has them before its text. */
function originOf({ host, identifier, process }: JournalEntry): string {
  const program = `${wordOf(identifier) || 'journal'}${/^\d+$/.test(process) ? `[${process}]` : ''}`;
  return `${wordOf(host) || 'localhost'} ${program}: `;
}

/** Without what would end a word of a log line. */
function wordOf(text: string): string {
  return text.replace(/[\s[\]:]+/g, '');
}
