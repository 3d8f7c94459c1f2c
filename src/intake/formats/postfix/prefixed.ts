// Syslog lines as they go over a network, some of which end up in files: with a priority in front, in the traditional form (RFC 3164) or
// in that of RFC 5424 section 6, which is read as the traditional line it would have been. Before the priority may stand the count of the
// message's octets (RFC 6587 section 3.4.1); what has no line ends between such messages comes here as lines: octet-counting.ts.
//
//   <22>Jan 14 10:05:03 relay1 postfix/smtpd[16780]: …
//   <22>1 2026-01-14T10:05:03.685495+01:00 relay1 postfix/smtpd 16780 - - …
//   118 <22>1 2026-01-14T10:05:03.685495+01:00 relay1 postfix/smtpd 16780 - - …
import type { LogClock } from '../log-clock.js';
import { isDigit, LF, Page, SPACE, word as wordOf } from '../page.js';

const LONGEST_LINE = 64 * 1024;
const LESS = 0x3c;
const GREATER = 0x3e;
const DASH = 0x2d;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What a message in UTF-8 begins with. */
const BOM = wordOf('\xef\xbb\xbf');

/** Takes the priority off the lines of one log, on its clock. */
export class PrefixedLines {
  /** The line whose time was read last is one of RFC 5424. */
  private isModern = false;
  private readonly rewritten = new Page();

  constructor(private readonly clock: LogClock) {}

  /** Reads the time of the line that begins at `start`, if it has a priority; answers where the rest begins, or -1. Sets the clock. */
  timeIn(page: Page, start: number): number {
    const time = endOfPriority(page, afterCount(page, start));
    if (time < 0) return -1;
    this.isModern = isDigit(page.byte(time)) && page.byte(time + 1) === SPACE;
    return this.clock.read(page, this.isModern ? time + 2 : time);
  }

  /**
   * What follows a time that ended before `next`, as the traditional form has it: in the same page, or at the beginning of another, which
   * is used again for the next. Undefined when it is none.
   */
  restOf(page: Page, next: number): { page: Page; from: number } | undefined {
    if (!this.isModern) return { page, from: next };
    const line = traditional(page, next, page.lineEnd(next));
    if (!line) return undefined;
    this.rewritten.open(line, line.length);
    return { page: this.rewritten, from: 0 };
  }
}

/** Reports whether a line has a priority, a count before it or none. */
export function hasPriority(page: Page, start: number): boolean {
  return page.byte(afterCount(page, start)) === LESS;
}

/** Behind `118 `; `from` when there is none. */
function afterCount(page: Page, from: number): number {
  let at = from;
  while (at < from + 5 && isDigit(page.byte(at))) at++;
  return at > from && page.byte(at) === SPACE ? at + 1 : from;
}

/** Behind `<22>`; -1 when there is none. */
function endOfPriority(page: Page, from: number): number {
  let at = from + 1;
  while (at < from + 4 && isDigit(page.byte(at))) at++;
  return page.byte(from) === LESS && at > from + 1 && page.byte(at) === GREATER ? at + 1 : -1;
}

/** `relay1 postfix/smtpd[16780]: …` from `relay1 postfix/smtpd 16780 - - …`; undefined when it is cut before the message. */
function traditional(page: Page, from: number, end: number): Buffer | undefined {
  const ends: number[] = [];
  let at = from;
  for (let i = 0; i < 4; i++) {
    const space = page.findByte(SPACE, at, end);
    if (space <= at) return undefined;
    ends.push(space);
    at = space + 1;
  }
  const [hostEnd = 0, nameEnd = 0, processEnd = 0] = ends;
  const text = endOfData(page, at, end);
  if (text < 0) return undefined;
  const isNone = (begin: number, until: number) => until === begin + 1 && page.byte(begin) === DASH;
  const word = (begin: number, until: number) => page.bytes.subarray(begin, until);
  const hasProcess = !isNone(nameEnd + 1, processEnd);
  return Buffer.concat([
    isNone(from, hostEnd) ? Buffer.from('localhost') : word(from, hostEnd),
    Buffer.of(SPACE),
    word(hostEnd + 1, nameEnd),
    ...(hasProcess ? [Buffer.of(OPEN), word(nameEnd + 1, processEnd), Buffer.of(CLOSE)] : []),
    Buffer.from(': '),
    word(page.has(BOM, text) ? text + BOM.length : text, Math.min(end, text + LONGEST_LINE)),
    Buffer.of(LF),
  ]);
}

/** Where the message begins behind the structured data: `-`, or `[id name="value"]` any number of times. -1 when it has no end. */
function endOfData(page: Page, from: number, end: number): number {
  let at = from;
  if (page.byte(at) === DASH) at++;
  else {
    while (page.byte(at) === OPEN) {
      at = endOfElement(page, at, end);
      if (at < 0) return -1;
    }
    if (at === from) return -1;
  }
  if (at >= end) return end;
  if (page.byte(at) !== SPACE) return -1;
  // rsyslog's own template leaves the blank in that the traditional form has before its message.
  return page.byte(at + 1) === SPACE ? at + 2 : at + 1;
}

/** Behind the bracket that closes it; brackets within a quoted value do not, nor does an escaped quote end one. */
function endOfElement(page: Page, from: number, end: number): number {
  let isQuoted = false;
  for (let at = from + 1; at < end; at++) {
    const byte = page.byte(at);
    if (isQuoted && byte === BACKSLASH) at++;
    else if (byte === QUOTE) isQuoted = !isQuoted;
    else if (byte === CLOSE && !isQuoted) return at + 1;
  }
  return -1;
}
