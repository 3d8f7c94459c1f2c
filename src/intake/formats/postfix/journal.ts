// Entries of the systemd journal: the export format (systemd's JOURNAL_EXPORT_FORMATS: `NAME=value` lines, or `NAME`, eight bytes of
// length and the value where it is binary; an empty line ends an entry) and JSON, one object a line. Pure but for what is between reads.
import { type Page, word } from '../page.js';

/** What an entry tells. A field that is not there is ''. */
export interface JournalEntry {
  /** ms; NaN when the entry has none. */
  at: number;
  host: string;
  identifier: string;
  /** Id of the process. */
  process: string;
  /** A container's runtime handed the message on (`CONTAINER_NAME=`, as Docker's and Podman's journald drivers write it). */
  isContainers: boolean;
  message: Buffer;
}

const CURSOR = word('__CURSOR=');
const TIME = word('__REALTIME_TIMESTAMP=');
const BRACE = 0x7b;
const RECORD_SEPARATOR = 0x1e;
const EQUALS = 0x3d;
const NOTHING = Buffer.alloc(0);
const MAX_VALUE_BYTES = 64 * 1024;
/** systemd writes no longer value. What claims to be longer is garbage, whose end would be waited for for ever. */
const LONGEST_VALUE_BYTES = 768 * 1024 * 1024;
const FIELD_NAME = /^[A-Z0-9_]{1,64}$/;

/** Reports whether an entry in export format begins at `from`. */
export function beginsExport(page: Page, from: number): boolean {
  return page.has(CURSOR, from) || page.has(TIME, from);
}

/** Reports whether a JSON object begins at `from`, as `-o json` or `-o json-seq` writes it. */
export function beginsJson(page: Page, from: number): boolean {
  const first = page.byte(from);
  return first === BRACE || (first === RECORD_SEPARATOR && page.byte(from + 1) === BRACE);
}

/** The entry in bytes[from, end); undefined when it is no JSON object. */
export function readJsonEntry(page: Page, from: number, end: number): JournalEntry | undefined {
  const start = page.byte(from) === RECORD_SEPARATOR ? from + 1 : from;
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(page.text(start, end));
  } catch {
    return undefined;
  }
  return {
    at: Math.floor(Number(textOf(fields.__REALTIME_TIMESTAMP) || Number.NaN) / 1000),
    host: textOf(fields._HOSTNAME),
    identifier: textOf(fields.SYSLOG_IDENTIFIER),
    process: textOf(fields.SYSLOG_PID) || textOf(fields._PID),
    isContainers: fields.CONTAINER_NAME !== undefined,
    message: bytesOf(fields.MESSAGE),
  };
}

/** A value is text, an array of bytes when it is not UTF-8, or an array of values when the field came more than once. */
function bytesOf(value: unknown): Buffer {
  if (typeof value === 'string') return Buffer.from(value);
  if (!Array.isArray(value)) return NOTHING;
  return typeof value[0] === 'number' ? Buffer.from(value.map(Number)) : bytesOf(value[0]);
}

function textOf(value: unknown): string {
  return bytesOf(value).toString();
}

/** An entry in export format, put together from its fields. */
export class ExportEntry implements JournalEntry {
  at = Number.NaN;
  host = '';
  identifier = '';
  process = '';
  isContainers = false;
  message: Buffer = NOTHING;
  /** A binary value of which not all bytes have come. */
  private binary: { name: string; head: Buffer; left: number; parts: Buffer[]; kept: number } | undefined;

  get isWithinValue(): boolean {
    return this.binary !== undefined;
  }

  clear(): void {
    this.at = Number.NaN;
    this.host = this.identifier = this.process = '';
    this.isContainers = false;
    this.message = NOTHING;
  }

  /** The time in a line with nothing else; NaN when it is another line. */
  timeIn(page: Page, from: number, end: number): number {
    return page.has(TIME, from) ? Math.floor(Number(page.text(from + TIME.length, end)) / 1000) : Number.NaN;
  }

  /** Takes the field in bytes[from, end), a line without its end; answers false when it is none. */
  takeLine(page: Page, from: number, end: number): boolean {
    const equals = page.findByte(EQUALS, from, Math.min(end, from + 65));
    const name = page.text(from, equals < 0 ? Math.min(end, from + 65) : equals);
    if (!FIELD_NAME.test(name)) return false;
    if (equals < 0) this.binary = { name, head: NOTHING, left: -1, parts: [], kept: 0 };
    else this.set(name, page.bytes.subarray(equals + 1, end));
    return true;
  }

  /** Takes what belongs to a binary value from bytes[from, to); answers where it ends, behind its LF, or `to`. */
  takeValue(page: Page, from: number, to: number): number {
    const { binary } = this;
    if (!binary) return from;
    let at = from;
    if (binary.left < 0) {
      const take = Math.min(8 - binary.head.length, to - at);
      binary.head = Buffer.concat([binary.head, page.bytes.subarray(at, at + take)]);
      at += take;
      if (binary.head.length < 8) return at;
      const length = Number(binary.head.readBigUInt64LE());
      if (length > LONGEST_VALUE_BYTES) {
        this.binary = undefined;
        return at - from === 8 ? from : at;
      }
      // With the LF behind it.
      binary.left = length + 1;
    }
    const take = Math.min(binary.left, to - at);
    if (binary.kept < MAX_VALUE_BYTES) binary.parts.push(Buffer.from(page.bytes.subarray(at, at + take)));
    binary.kept += take;
    binary.left -= take;
    if (binary.left === 0) {
      this.binary = undefined;
      this.set(binary.name, Buffer.concat(binary.parts).subarray(0, -1));
    }
    return at + take;
  }

  private set(name: string, value: Buffer): void {
    if (name === '__REALTIME_TIMESTAMP') this.at = Math.floor(Number(value.toString()) / 1000);
    else if (name === '_HOSTNAME') this.host ||= value.toString();
    else if (name === 'SYSLOG_IDENTIFIER') this.identifier ||= value.toString();
    else if (name === 'SYSLOG_PID') this.process = value.toString();
    else if (name === '_PID') this.process ||= value.toString();
    else if (name === 'CONTAINER_NAME') this.isContainers = true;
    else if (name === 'MESSAGE' && this.message.length === 0) this.message = Buffer.from(value);
  }
}
