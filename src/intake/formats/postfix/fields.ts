// The small parts of a Postfix line, in its bytes: queue ids, bracketed hosts, addresses in angle brackets, numbers. Pure.
import { isDigit, type Page } from '../page.js';

const HEX = 1;
const LONG = 2;
/** What a byte may be part of: a short queue id (upper-case hex), a long one (no vowels), or neither. */
const ID_LETTER = new Uint8Array(256);
for (const c of '0123456789ABCDEF') ID_LETTER[c.charCodeAt(0)] = HEX;
for (const c of '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz') {
  ID_LETTER[c.charCodeAt(0)] = (ID_LETTER[c.charCodeAt(0)] ?? 0) | LONG;
}
const FEWEST_HEX = 6;
const FEWEST_LONG = 10;
const MOST_LETTERS = 40;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const DOT = 0x2e;
const GREATER = 0x3e;
const CLOSE = 0x5d;
const SPACE = 0x20;

/** Where the queue id at `from` ends: 6 or more hex digits, or 10 or more of the 52 letters of the long form. -1 when there is none. */
export function endOfQueueId(page: Page, from: number): number {
  const { bytes } = page;
  let kinds = HEX | LONG;
  let at = from;
  for (
    let kind = ID_LETTER[bytes[at] as number] as number;
    kind !== 0;
    kind = ID_LETTER[bytes[++at] as number] as number
  ) {
    kinds &= kind;
  }
  const length = at - from;
  if (length < FEWEST_HEX || length > MOST_LETTERS) return -1;
  return (kinds & HEX) !== 0 || ((kinds & LONG) !== 0 && length >= FEWEST_LONG) ? at : -1;
}

/** Index of the `]` that closes the `[` before `from`; -1 when there is none within an address' length. */
export function closingBracket(page: Page, from: number, to: number): number {
  return page.findByte(CLOSE, from, Math.min(to, from + 50));
}

/**
 * Index of the `>` that ends the address starting at `from`; -1 when it never ends before `to`. A quoted local part may hold `>` and
 * our separators (`"a>, relay=x"@y`), so quotes are honoured (RFC 5321 section 4.1.2). Before 3.5 Postfix logged without quotes: then
 * the first `>` counts that a separator follows.
 */
export function endOfAddress(page: Page, from: number, to: number): number {
  const { bytes } = page;
  if (bytes[from] === QUOTE) {
    const end = firstEnd(page, endOfQuoted(page, from + 1, to), to);
    if (end >= 0) return end;
  }
  return firstEnd(page, from, to);
}

function firstEnd(page: Page, from: number, to: number): number {
  const { bytes } = page;
  for (let at = page.findByte(GREATER, from, to); at >= 0; at = page.findByte(GREATER, at + 1, to)) {
    const next = bytes[at + 1];
    if (next === COMMA || next === SPACE || next === COLON || at + 1 === to) return at;
  }
  return -1;
}

function endOfQuoted(page: Page, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    if (page.byte(at) === BACKSLASH) at++;
    else if (page.byte(at) === QUOTE) return at + 1;
  }
  return to;
}

/** A whole number; what is none counts as 0. */
export function readInteger(page: Page, from: number): number {
  const { bytes } = page;
  let value = 0;
  for (let at = from; isDigit(bytes[at] as number); at++) value = value * 10 + (bytes[at] as number) - 48;
  return value;
}

/** `2.3` or `401`. */
export function readSeconds(page: Page, from: number): number {
  const { bytes } = page;
  let at = from;
  let value = 0;
  for (; isDigit(bytes[at] as number); at++) value = value * 10 + (bytes[at] as number) - 48;
  if (bytes[at] !== DOT) return value;
  at++;
  for (let scale = 0.1; isDigit(bytes[at] as number); at++) {
    value += ((bytes[at] as number) - 48) * scale;
    scale /= 10;
  }
  return value;
}
