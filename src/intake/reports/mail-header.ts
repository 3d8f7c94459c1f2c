// A mail's header, read before the MIME parser sees it: that one reads every address of it, which nobody asks for and which takes seconds
// where a header was made for it. Mail knows no limit to its header (RFC 5322), whoever handles it does: Postfix drops what a field has
// beyond 100 KiB. What says how the body is to be read (RFC 2045) is taken wherever it stands.
import { type Field, readGroups } from './fields.js';

/** Kept of a field, and of all together: a hundred times what bounces have. */
const MAX_FIELD_BYTES = 32_768;
const MAX_HEADER_BYTES = 262_144;
/** The shortest field has three bytes and its line's end. */
const MAX_FIELDS = MAX_HEADER_BYTES / 4;
const CONTENT_FIELDS = ['content-type', 'content-transfer-encoding', 'content-disposition'];

const LF = 0x0a;
const CR = 0x0d;

interface SplitMail {
  header: Field[];
  /** The lines that say how the body is to be read, the first of each name, as they stand. */
  contentFields: Buffer;
  /** All behind the first empty line. */
  body: Buffer;
}

/** A field with the lines it goes on in. */
interface Range {
  from: number;
  to: number;
  /** Lower case, of those about the body; '' for the others. */
  name: string;
}

/** Parts a mail's header from its body. Takes time that grows with the header's length. Lines end in LF or CRLF. */
export function splitMail(mail: Buffer, decode: (bytes: Buffer) => string): SplitMail {
  const { fields, end } = fieldsOf(mail);
  const about = CONTENT_FIELDS.flatMap((name) => fields.find((field) => field.name === name) ?? []);
  const bytesOf = (range: Range) =>
    endedLine(mail.subarray(range.from, Math.min(range.to, range.from + MAX_FIELD_BYTES)));
  let left = MAX_HEADER_BYTES;
  const kept = fields.flatMap((field) => {
    const bytes = left > 0 || about.includes(field) ? bytesOf(field) : undefined;
    left -= bytes?.length ?? 0;
    return bytes ?? [];
  });
  return {
    header: readGroups(decode(Buffer.concat(kept))).flat(),
    contentFields: Buffer.concat(about.map(bytesOf)),
    body: mail.subarray(end),
  };
}

/** Fields, as many as may be kept, and those about the body; where the body begins. */
function fieldsOf(mail: Buffer): { fields: Range[]; end: number } {
  const fields: Range[] = [];
  /** The field that goes on, kept or not. */
  let last: Range | undefined;
  for (let at = 0; at < mail.length; ) {
    const lineEnd = mail.indexOf(LF, at);
    const to = lineEnd < 0 ? mail.length : lineEnd + 1;
    if (isEmpty(mail, at, to)) return { fields, end: to };
    if (last && isIndent(mail[at])) last.to = to;
    else {
      last = { from: at, to, name: contentNameAt(mail, at) };
      if (fields.length < MAX_FIELDS || last.name !== '') fields.push(last);
    }
    at = to;
  }
  return { fields, end: mail.length };
}

function endedLine(bytes: Buffer): Buffer {
  return bytes.at(-1) === LF ? bytes : Buffer.concat([bytes, Buffer.of(LF)]);
}

function isEmpty(mail: Buffer, at: number, to: number): boolean {
  return mail[at] === LF || (to - at === 2 && mail[at] === CR && mail[at + 1] === LF);
}

function isIndent(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

/** `content-type` at `Content-Type : text/plain`; '' where no such field begins. */
function contentNameAt(mail: Buffer, at: number): string {
  const first = mail[at];
  if (first !== 0x43 && first !== 0x63) return '';
  const start = mail.toString('latin1', at, at + 64).toLowerCase();
  return CONTENT_FIELDS.find((name) => start.startsWith(name) && /^[ \t]*:/.test(start.slice(name.length))) ?? '';
}
