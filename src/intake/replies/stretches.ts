// What can stand in a reply as it came, in bytes: kinds of characters, and where an address, a time, the recipient's domain ends.

/** Kinds of characters. */
export const OTHER = 0;
export const DIGIT = 1;
export const LOWER = 2;
export const UPPER = 3;
/** What a local part holds beside letters and digits, as far as it is met; not what parts a link (RFC 5321 section 4.1.2 has more). */
export const LOCAL = 4;
export const BLANK = 5;
/** Of every byte; those that are not ASCII do not come here. */
export const KIND = new Uint8Array(256);
for (let code = 0; code < 256; code++) {
  const char = String.fromCharCode(code);
  if (/[0-9]/.test(char)) KIND[code] = DIGIT;
  else if (/[a-z]/.test(char)) KIND[code] = LOWER;
  else if (/[A-Z]/.test(char)) KIND[code] = UPPER;
  else if (/[-._+=~$%*^!{}]/.test(char)) KIND[code] = LOCAL;
  else if (/[ \t\r\n]/.test(char)) KIND[code] = BLANK;
}

export const DOT = '.'.charCodeAt(0);
export const HYPHEN = '-'.charCodeAt(0);
const UNDERSCORE = '_'.charCodeAt(0);
const COLON = ':'.charCodeAt(0);
const ZERO = 48;
const T = 'T'.charCodeAt(0);
const Z = 'Z'.charCodeAt(0);

/**
 * Where an IPv4 address that begins here ends; 0 when none does. As the patterns see one: nothing of a word or number before or behind it.
 * What a list answers (127.0.0.0/8) is read by patterns and stays.
 */
export function addressEnd(source: Uint8Array, from: number, length: number): number {
  if (from > 0 && isOfName(source, from - 1, length)) return 0;
  let i = from;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && (i >= length || source[i++] !== DOT)) return 0;
    const first = i;
    let value = 0;
    while (i < length && i - first < 4 && KIND[source[i] as number] === DIGIT)
      value = value * 10 + (source[i++] as number) - ZERO;
    const isNumber = i > first && value < 256 && (i === first + 1 || source[first] !== ZERO);
    if (!isNumber || (part === 0 && value === 127)) return 0;
  }
  const behind = i < length && source[i] === DOT ? i + 1 : i;
  return isOfName(source, behind, length) ? 0 : i;
}

function isOfName(source: Uint8Array, at: number, length: number): boolean {
  if (at >= length) return false;
  const code = source[at] as number;
  const kind = KIND[code];
  return kind === DIGIT || kind === LOWER || kind === UPPER || code === DOT || code === UNDERSCORE;
}

/** Where a time that begins here ends, `2026-01-14T09:20:43.343Z` or `9:20:43`; 0 when none does. */
export function timeEnd(source: Uint8Array, from: number, length: number): number {
  if (source[from + 1] === COLON || source[from + 2] === COLON) return clockEnd(source, from, length);
  if (source[from + 4] !== HYPHEN || source[from + 10] !== T || source[from + 13] !== COLON) return 0;
  let end = from;
  while (end < length && isOfTime(source[end] as number)) end++;
  return end > from + 18 && source[end - 1] === Z ? end : 0;
}

/** Three numbers with nothing of an address of IPv6 or of a word before or behind them. */
function clockEnd(source: Uint8Array, from: number, length: number): number {
  const minutes = source[from + 1] === COLON ? from + 2 : from + 3;
  const end = minutes + 5;
  const isTime =
    end <= length && source[minutes + 2] === COLON && areDigits(source, minutes) && areDigits(source, minutes + 3);
  if (!isTime || (minutes === from + 3 && !areDigits(source, from)) || isOfAddress(source, from - 1, length)) return 0;
  return isOfAddress(source, source[end] === DOT ? end + 1 : end, length) ? 0 : end;
}

/** Two of them. */
function areDigits(source: Uint8Array, at: number): boolean {
  return KIND[source[at] as number] === DIGIT && KIND[source[at + 1] as number] === DIGIT;
}

function isOfAddress(source: Uint8Array, at: number, length: number): boolean {
  return at >= 0 && (source[at] === COLON || isOfName(source, at, length));
}

function isOfTime(code: number): boolean {
  return KIND[code] === DIGIT || code === HYPHEN || code === COLON || code === DOT || code === T || code === Z;
}

/** Reports whether a name in the DNS that begins here is `domain`, which is lower case. */
export function isDomain(source: Uint8Array, domain: string, from: number, length: number): boolean {
  const behind = from + domain.length;
  if (behind > length) return false;
  if (behind < length && KIND[source[behind] as number] !== OTHER && KIND[source[behind] as number] !== BLANK)
    return false;
  for (let i = 0; i < domain.length; i++) {
    const code = source[from + i] as number;
    if ((KIND[code] === UPPER ? lower(code) : code) !== domain.charCodeAt(i)) return false;
  }
  return true;
}

/** A full stop or hyphen and a letter behind it: a name in the DNS goes on. */
export function isName(source: Uint8Array, at: number, length: number): boolean {
  const code = source[at];
  if ((code !== DOT && code !== HYPHEN) || at + 1 >= length) return false;
  const kind = KIND[source[at + 1] as number];
  return kind === LOWER || kind === UPPER;
}

export function lower(code: number): number {
  return code | 0x20;
}
