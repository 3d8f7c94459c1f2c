// Syslog as it comes over a connection, written down as it came: each message behind a count of its octets, and no line ends between them
// (RFC 6587 section 3.4.1). What comes out are lines; messages with a line end instead of a count (3.4.2) may stand among them.
//
//   118 <22>1 2026-01-14T10:05:03.685495+01:00 relay1 postfix/smtpd 16780 - - …119 <22>1 2026-01-14T10:05:03.701211+01:00 relay1 …
import { MAX_LINE_BYTES } from './lines.js';

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;
const LESS = 0x3c;
/** What begins a message, a count before it. */
const HEADER = /[1-9]\d{0,4} <\d{1,3}>/;
const HEADER_BYTES = 12;
/** More has no message; a stretch that is neither counted nor ended is let go in pieces of this size. */
const MOST_BYTES = MAX_LINE_BYTES;

/** Bytes of a log as they are, or as lines when they begin with a counted message. */
export async function* uncounted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  let messages: CountedMessages | undefined;
  for await (const chunk of chunks) {
    let next = chunk;
    if (head) {
      next = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      head = next.length < HEADER_BYTES ? next : undefined;
      if (head) continue;
      if (beginsCounted(next)) messages = new CountedMessages();
    }
    yield messages ? messages.push(next) : next;
  }
  if (head && head.length > 0) yield head;
  if (messages) yield messages.end();
}

function beginsCounted(bytes: Buffer): boolean {
  return HEADER.exec(bytes.toString('latin1', 0, HEADER_BYTES))?.index === 0;
}

/** Collects bytes and gives out the messages among them, each ended by LF. */
export class CountedMessages {
  /** What begins at a message's beginning, and has no end yet. */
  private held: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): Buffer {
    return this.take(Buffer.concat([this.held, chunk]), false);
  }

  /** The last message, which may have been cut. */
  end(): Buffer {
    return this.take(this.held, true);
  }

  private take(bytes: Buffer, isEnd: boolean): Buffer {
    // A count is longer than the line end that takes its place, but for what has none.
    const lines = Buffer.allocUnsafe(2 * bytes.length + 1);
    let filled = 0;
    let at = 0;
    while (at < bytes.length) {
      const message = messageAt(bytes, at, isEnd);
      if (!message) break;
      const { from, to } = message;
      const begin = filled;
      filled += bytes.copy(lines, filled, from, trimmed(bytes, from, to));
      withoutLineEnds(lines.subarray(begin, filled));
      if (filled > begin) lines[filled++] = LF;
      at = to;
    }
    this.held = Buffer.from(bytes.subarray(at));
    return lines.subarray(0, filled);
  }
}

/** A view of one message: in the whole buffer the search would go on to its far end. */
function withoutLineEnds(message: Buffer): void {
  for (let i = message.indexOf(LF); i >= 0; i = message.indexOf(LF, i)) message[i] = SPACE;
}

interface Span {
  from: number;
  to: number;
}

/** The message that begins at `at`, its count left out; undefined when more bytes are needed. */
function messageAt(bytes: Buffer, at: number, isEnd: boolean): Span | undefined {
  const counted = countAt(bytes, at);
  if (counted) {
    const { from, to } = counted;
    if (to <= bytes.length) return counted;
    return isEnd ? { from, to: bytes.length } : undefined;
  }
  const end = endOfUncounted(bytes, at);
  if (end >= 0) return { from: at, to: end };
  return isEnd || bytes.length - at > MOST_BYTES ? { from: at, to: bytes.length } : undefined;
}

function countAt(bytes: Buffer, at: number): Span | undefined {
  let from = at;
  let count = 0;
  for (let byte = bytes[from]; byte !== undefined && byte >= ZERO && byte <= NINE; byte = bytes[from]) {
    count = 10 * count + byte - ZERO;
    from++;
  }
  const isCount = from > at && from - at <= 5 && bytes[from] === SPACE && bytes[from + 1] === LESS;
  return isCount && count <= MOST_BYTES ? { from: from + 1, to: from + 1 + count } : undefined;
}

/** Up to its line end; where a count was wrong, up to the next message that has one. -1 when neither is there. */
function endOfUncounted(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(LF, at) + 1 || -1;
  if (bytes[at] === LESS && end >= 0) return end;
  const stop = end < 0 ? bytes.length : end;
  const next = HEADER.exec(bytes.toString('latin1', at + 1, Math.min(stop, at + MOST_BYTES)));
  return next ? at + 1 + next.index : end;
}

/** Where a message ends without the line ends behind it. */
function trimmed(bytes: Buffer, from: number, to: number): number {
  let end = to;
  while (end > from && (bytes[end - 1] === LF || bytes[end - 1] === CR)) end--;
  return end;
}
