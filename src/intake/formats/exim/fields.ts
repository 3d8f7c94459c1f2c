// What stands behind the flag of an Exim log line: an address, then `KEY=value` items, then text. Scans forward only; no value can make
// a scan begin again. Grammar: the Exim specification, chapter "Log files", and log lines of its own test suite.
import { readEndpoint } from '../endpoint.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

interface LoggedAddress {
  /** The address as it stands; `<>` is ''. A pipe or a file begins with `|` or `/`. */
  address: string;
  /** The address it was before aliases and the like, where that is another. */
  original?: string;
  next: number;
}

/** `a@b`, `a@b <c@d>`, `a@b (x@y) <c@d>`, `|/bin/pipe <c@d>`. */
export function readAddress(line: string, from: number): LoggedAddress {
  const isProgram = line[from] === '|' || line[from] === '/';
  const end = isProgram ? endOfProgram(line, from) : endOfAddress(line, from);
  const address = line.slice(from, end);
  const parents = skipParents(line, end);
  if (!line.startsWith(' <', parents)) return { address: address === '<>' ? '' : address, next: parents };
  const close = endOfBracket(line, parents + 1);
  const original = line.slice(parents + 2, close - 1);
  return { address, ...(original === '' ? {} : { original }), next: close };
}

/** A quoted local part may hold blanks. The colon before a text is no part of an address. */
function endOfAddress(line: string, from: number): number {
  let at = line.charCodeAt(from) === QUOTE ? endOfQuoted(line, from) : from;
  while (at < line.length && line.charCodeAt(at) !== SPACE) at++;
  return line[at - 1] === ':' && line[at] === ' ' ? at - 1 : at;
}

function endOfProgram(line: string, from: number): number {
  const ends = [line.indexOf(' <', from), line.indexOf(' R=', from)].filter((end) => end > 0);
  return ends.length > 0 ? Math.min(...ends) : line.length;
}

function skipParents(line: string, from: number): number {
  if (!line.startsWith(' (', from)) return from;
  const close = line.indexOf(')', from);
  return close < 0 ? from : close + 1;
}

/** Index behind the quote that closes the one at `from`; the line's end when none does. */
function endOfQuoted(line: string, from: number): number {
  for (let at = from + 1; at < line.length; at++) {
    if (line.charCodeAt(at) === BACKSLASH) at++;
    else if (line.charCodeAt(at) === QUOTE) return at + 1;
  }
  return line.length;
}

/** Index behind the `>` of the address that begins with `<` at `from`. */
function endOfBracket(line: string, from: number): number {
  const start = line.charCodeAt(from + 1) === QUOTE ? endOfQuoted(line, from + 1) : from;
  const close = line.indexOf('>', start);
  return close < 0 ? line.length : close + 1;
}

export interface LoggedHost {
  name?: string;
  ip?: string;
}

export interface Items {
  /** Values by key; the first of a key counts. */
  values: Map<string, string>;
  host?: LoggedHost;
  /** Where the items end: at a text, a colon or the line's end. */
  next: number;
}

/** `id*=` is a Message-ID that Exim gave. */
const KEY = /([A-Za-z][A-Za-z0-9]{0,9})\*?=/y;
/** Items without a value: pipelining (`L-`: offered and not used), chunking, what was checked, and so on. */
const FLAG = /(?:L[*.]?-?|K\*?|K\/C|PRDR|ARC|SPF|DMARC|DS|TFO\*?|\*)(?= |$)/y;
/** Host, sender and so on may be many; a line is 64 KiB at most. */
const MAX_ITEMS = 64;

/** Reads ` KEY=value KEY=value …` from `from`, where a blank or the first key stands. */
export function readItems(line: string, from: number): Items {
  const items: Items = { values: new Map(), next: from };
  for (let count = 0; count < MAX_ITEMS; count++) {
    let at = items.next;
    while (line.charCodeAt(at) === SPACE) at++;
    FLAG.lastIndex = at;
    KEY.lastIndex = at;
    if (FLAG.test(line)) items.next = FLAG.lastIndex;
    else {
      const key = KEY.exec(line)?.[1];
      if (key === undefined) break;
      readItem(line, key, KEY.lastIndex, items);
      if (line[items.next] === ':') break;
    }
  }
  return items;
}

/** Behind the Message-ID, which is the sender's text and may hold blanks, Exim writes the subject and addresses, and nothing else. */
function readItem(line: string, key: string, from: number, items: Items): void {
  const isSendersText = items.values.has('id') && key !== 'T';
  if (key === 'H') {
    const { host, next } = readHost(line, from);
    if (!isSendersText) items.host ??= host;
    items.next = next;
    return;
  }
  const first = line[from];
  const isBracket = first === '<' && (key === 'F' || key === 'P');
  let end = first === '"' ? endOfQuoted(line, from) : isBracket ? endOfBracket(line, from) : endOfWord(line, from);
  if (key === 'U') end = endOfUser(line, from, end);
  if (!isSendersText && !items.values.has(key)) items.values.set(key, unwrapped(line.slice(from, end)));
  items.next = end;
}

function unwrapped(value: string): string {
  const [first, last] = [value[0], value.at(-1)];
  const isWrapped = value.length > 1 && ((first === '"' && last === '"') || (first === '<' && last === '>'));
  return isWrapped ? value.slice(1, -1) : value;
}

/** The next blank, or the colon before it: that one begins a text. */
function endOfWord(line: string, from: number): number {
  const blank = line.indexOf(' ', from);
  const end = blank < 0 ? line.length : blank;
  return blank > from && line[end - 1] === ':' ? end - 1 : end;
}

/** Local users may have names of several words. */
function endOfUser(line: string, from: number, wordEnd: number): number {
  const protocol = line.slice(from, from + 100).indexOf(' P=');
  return protocol < 0 ? wordEnd : from + protocol;
}

/** `name [ip]:port`, `name (helo) [ip]`, `(helo) [ip]`: only the address in brackets is to be relied on, and the name before it. */
export function readHost(line: string, from: number): { host: LoggedHost; next: number } {
  const nameEnd = line[from] === '(' ? from : endOfWord(line, from);
  const name = line.slice(from, nameEnd);
  let at = name === '' || name.startsWith('[') ? from : nameEnd + 1;
  if (line[at] === '(') {
    const close = line.indexOf(') [', at);
    at = close < 0 ? at : close + 2;
  }
  const close = line[at] === '[' ? line.indexOf(']', at) : -1;
  if (close < 0) return { host: name === '' ? {} : { name }, next: Math.max(nameEnd, from) };
  const ip = readEndpoint(line.slice(at + 1, close));
  const next = endOfWord(line, close);
  const known = name === '' || name.startsWith('[') ? {} : { name };
  return { host: { ...known, ...(ip === undefined ? {} : { ip }) }, next };
}
