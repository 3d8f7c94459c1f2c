// A mail taken apart far enough to find reports in it: its header, its text, and the parts that are not text. The MIME is postal-mime's;
// what that gives up (no boundary, a bare CR for a line end, too deep) is read as plain text instead: a report is never lost for its form.
import { decodeWords, type Email } from 'postal-mime';
import { type Field, linesOf, readGroups } from './fields.js';
import { splitMail } from './mail-header.js';
import { parseMime } from './mime.js';

export interface MailPart {
  /** MIME type, lower case, without parameters. */
  type: string;
  bytes: Buffer;
}

export interface ReportMail {
  header: Field[];
  /** What a person reads: all text parts; '' for none. */
  text: string;
  /** Every part that is not text to be shown, in order: reports, attached messages, attached texts. */
  parts: MailPart[];
}

/** Far more than any report; a mail is read into memory whole. */
export const MAX_MAIL_BYTES = 32 * 1_048_576;
/**
 * The MIME parser takes a microsecond for each line. A report stands at the beginning; behind it comes a copy of the message, of which only
 * the header is read. This much holds 10,000 recipients. And for each part, however small: `delimiters` are lines that may part two.
 */
const MAX_PARSED = { bytes: 4 * 1_048_576, lines: 50_000, delimiters: 500 };
const DASH = 0x2d;
/** Text to be looked through for addresses and fields. */
const MAX_TEXT = 1_000_000;

/** Reads any bytes as a mail. Never throws for what they hold. */
export async function readMail(bytes: Buffer): Promise<ReportMail> {
  const { header, contentFields, body } = splitMail(withLineFeeds(withoutFromLine(bytes)), decode);
  const parsed = await parse(contentFields, beginningOf(body));
  const parts = (parsed?.attachments ?? []).map(({ mimeType, content }) => ({
    type: mimeType.toLowerCase(),
    bytes: asBuffer(content),
  }));
  const text = parsed ? [brokenText(parts), textOf(parsed) || attachedText(parts)].filter(Boolean).join('\n') : '';
  if (text === '' && parts.length === 0) return { header, text: plainText(body), parts };
  return { header, text: text.slice(0, MAX_TEXT), parts };
}

/** A header's value for people: encoded words (RFC 2047) decoded. */
export function wordsOf(value: string): string {
  return decodeWords(value.slice(0, 2_000));
}

/** Bytes as text: UTF-8, or what every byte has a meaning in. */
export function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/** Fields of an attached message or of its header alone. */
export function headerOf(bytes: Buffer): Field[] {
  return readGroups(decode(bytes.subarray(0, 256 * 1024)))[0] ?? [];
}

async function parse(contentFields: Buffer, body: Buffer): Promise<Email | undefined> {
  try {
    return await parseMime(Buffer.concat([contentFields, Buffer.from('\n'), body]));
  } catch {
    return undefined;
  }
}

function plainText(body: Buffer): string {
  return linesOf(decode(body.subarray(0, MAX_TEXT))).join('\n');
}

/** Text in parts whose type is broken (`text/plain charset=…`): they come first, where the report stands. */
function brokenText(parts: readonly MailPart[]): string {
  return attachedText(parts.filter(({ type }) => type !== 'text/plain'));
}

/** Text in parts that are attached. */
function attachedText(parts: readonly MailPart[]): string {
  const texts = parts
    .filter(({ type }) => type.startsWith('text/plain'))
    .map(({ bytes }) => decode(bytes.subarray(0, MAX_TEXT)));
  return texts.join('\n');
}

function textOf({ text, html }: Email): string {
  if (text !== undefined && text.trim() !== '') return text;
  return html === undefined ? '' : withoutMarkup(html.slice(0, MAX_TEXT));
}

/** What is left of a page that nobody wrote as text too: enough to find addresses and codes in. */
function withoutMarkup(html: string): string {
  return html
    .replace(/<\/?(?:p|br|div|tr|td|li|h\d|table|pre)\b[^<>]{0,1000}>/gi, '\n')
    .replace(/<[a-z/!][^<>]{0,2000}>/gi, ' ')
    .replace(/&lt;/gi, '<')
    .replace(/&gt;/gi, '>')
    .replace(/&#64;/g, '@')
    .replace(/&nbsp;/gi, ' ')
    .replace(/&amp;/gi, '&');
}

/** Mail of a mailbox file begins with a line that is no header (`From MAILER-DAEMON Thu Sep 7 …`), and some with empty ones. */
function withoutFromLine(bytes: Buffer): Buffer {
  let start = 0;
  while (bytes[start] === 0x0a || bytes[start] === 0x0d) start++;
  const isFrom =
    bytes.toString('latin1', start, start + 5) === 'From ' || bytes.toString('latin1', start, start + 6) === '>From ';
  if (!isFrom) return bytes.subarray(start);
  while (start < bytes.length && bytes[start] !== 0x0a && bytes[start] !== 0x0d) start++;
  while (bytes[start] === 0x0a || bytes[start] === 0x0d) start++;
  return bytes.subarray(start);
}

/** Lines that end in a bare CR, and only those, get a line feed. */
function withLineFeeds(bytes: Buffer): Buffer {
  if (bytes.includes(0x0a) || !bytes.includes(0x0d)) return bytes;
  const changed = Buffer.from(bytes);
  for (let i = changed.indexOf(0x0d); i >= 0; i = changed.indexOf(0x0d, i + 1)) changed[i] = 0x0a;
  return changed;
}

function beginningOf(bytes: Buffer): Buffer {
  let delimiters = 0;
  let start = 0;
  for (let lines = 0; lines < MAX_PARSED.lines && start < MAX_PARSED.bytes; lines++) {
    if (bytes[start] === DASH && bytes[start + 1] === DASH && ++delimiters > MAX_PARSED.delimiters) break;
    const end = bytes.indexOf(0x0a, start);
    if (end < 0) return bytes.subarray(0, MAX_PARSED.bytes);
    start = end + 1;
  }
  return bytes.subarray(0, Math.min(start, MAX_PARSED.bytes));
}

function asBuffer(content: ArrayBuffer | Uint8Array | string): Buffer {
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof ArrayBuffer
    ? Buffer.from(content)
    : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}
