// What differs from one telling of a reply to the next, taken out before anything is read: whose mailbox, which address of ours, the
// receiver's own ids and times. Names of mailboxes are not words of a refusal (`spam@`, `blacklist@` are people), and replies that are
// alike to us become the same text, whose meaning can be remembered (memory.ts). What is code or name of a list stays as it is.
import { foldToAscii } from './fold.js';
import {
  addressEnd,
  BLANK,
  DIGIT,
  DOT,
  HYPHEN,
  isDomain,
  isName,
  KIND,
  LOWER,
  lower,
  OTHER,
  timeEnd,
  UPPER,
} from './stretches.js';

export interface Masked {
  /** Of the key, which is what was asked for to stand before the text, and the text; 0 for one that is not to be remembered. */
  hash: number;
  /** Addresses in the order they stood; the n-th is `0.0.0.n` in the text, n from 1. */
  addresses: readonly string[];
  /** Where the text is in `bytes`. */
  bytes: Uint8Array;
  from: number;
  to: number;
  /** The text, where that is not what the bytes say. */
  text?: string;
}

/** Ids are no shorter: the codes of receivers are. One that is called `id` may be. */
const SHORTEST_ID = 10;
const SHORTEST_NUMBER = 5;
const MOST_ADDRESSES = 250;
const NONE: readonly string[] = [];

const AT = '@'.charCodeAt(0);
const SPACE = 32;
const ZERO = 48;
const X = 'x'.charCodeAt(0);
const D = 'd'.charCodeAt(0);
const I = 'i'.charCodeAt(0);

/** Stands for the recipient's domain behind a mailbox. */
const ITS_DOMAIN = 'y.yy';
/** Ends every reply of Google's, behind the id of the session. */
const GOOGLES_END = Buffer.from(' - gsmtp');

/** Room for what a reply can be, as it came and as it is made; texts are made one after the other. */
const ROOM = 8_192;
const LONGEST_TEXT = Math.floor(ROOM / 3);
const source = Buffer.alloc(ROOM);
const made = Buffer.from(new ArrayBuffer(ROOM * 2));
/** The same, four bytes at a time. */
const madeWords = new Int32Array(made.buffer);
/** What is longer is rare, and no use to remember. */
const LONGEST_REMEMBERED = 700;

/**
 * Runs of blanks become one, too, and what is not ASCII is put into it. A text longer than any reply comes back with its blanks in order
 * and nothing else changed. `before` is put before the key: ASCII, and short. `domain`, the recipient's, lower case, is taken out behind a
 * mailbox; unmaskedDomain puts it back. What comes back holds until the next call.
 */
export function maskReply(said: string, before = '', domain = ''): Masked {
  if (said.length * 3 > ROOM) return plain(said);
  let text = said;
  let length = source.write(text);
  if (length !== text.length) {
    text = foldToAscii(text).slice(0, LONGEST_TEXT);
    length = source.write(text);
  }
  const start = before.length;
  for (let i = 0; i < start; i++) made[i] = before.charCodeAt(i);
  let end = start;
  let addresses: string[] | undefined;
  /** Of the letters and digits that were written last. */
  let run = end;
  let digits = 0;
  let uppers = 0;
  for (let i = 0; i < length; i++) {
    const code = source[i] as number;
    const kind = KIND[code] as number;
    if (kind === LOWER) made[end++] = code;
    else if (kind === UPPER) {
      uppers++;
      made[end++] = code;
    } else if (kind === DIGIT) {
      const stop = end === run ? addressEnd(source, i, length) : 0;
      const timeStop = stop === 0 && end === run ? timeEnd(source, i, length) : 0;
      if (timeStop > 0) {
        made[end++] = ZERO;
        run = end;
        i = timeStop - 1;
      } else if (stop > 0 && (addresses?.length ?? 0) < MOST_ADDRESSES) {
        addresses ??= [];
        addresses.push(text.slice(i, stop));
        end = writeAddress(end, addresses.length);
        run = end;
        i = stop - 1;
      } else {
        digits++;
        made[end++] = code;
      }
    } else {
      if (digits > 0) end = endRun(run, end, digits, uppers, isName(source, i, length));
      digits = 0;
      uppers = 0;
      if (kind === BLANK) {
        if (end > start && made[end - 1] !== SPACE) made[end++] = SPACE;
      } else {
        if (code === AT) end = withoutLocalPart(start, end);
        made[end++] = code;
        if (code === AT && domain !== '' && isDomain(source, domain, i + 1, length)) {
          end += made.write(ITS_DOMAIN, end, 'latin1');
          i += domain.length;
        }
      }
      run = end;
    }
  }
  if (digits > 0) end = endRun(run, end, digits, uppers, false);
  if (end > start && made[end - 1] === SPACE) end--;
  end = withoutGooglesId(start, end);
  // Nothing of an earlier text behind it: it is read four bytes at a time.
  made[end] = 0;
  made[end + 1] = 0;
  made[end + 2] = 0;
  made[end + 3] = 0;
  const hash = end > LONGEST_REMEMBERED ? 0 : hashOf(end);
  return { hash, addresses: addresses ?? NONE, bytes: made, from: start, to: end };
}

/** The text as it was masked last. */
export function textOf({ text, from, to }: Masked): string {
  return text ?? made.toString('latin1', from, to);
}

/** The key as numbers; the same for equal keys only. */
export function keyOf({ to }: Masked): Int32Array {
  return madeWords.slice(0, wordsIn(to));
}

/** Reports whether the key is one that was asked for earlier. */
export function hasKey({ to }: Masked, key: Int32Array): boolean {
  if (key.length !== wordsIn(to)) return false;
  for (let i = 0; i < key.length; i++) if (key[i] !== madeWords[i]) return false;
  return true;
}

/** One at least is not full, so that keys of different length differ. */
function wordsIn(length: number): number {
  return (length >> 2) + 1;
}

function plain(text: string): Masked {
  const even = text.replace(/[ \t\r\n]+/g, ' ').trim();
  return { hash: 0, addresses: NONE, bytes: Buffer.from(even, 'latin1'), from: 0, to: even.length, text: even };
}

/** Four bytes at a time, of what was made. */
function hashOf(length: number): number {
  let hash = length;
  for (let i = 0; i < wordsIn(length); i++) {
    hash = Math.imul(hash ^ (madeWords[i] as number), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash === 0 ? 1 : hash;
}

/** The address that stood where `0.0.0.n` stands; any other as it is. */
export function unmasked(address: string, addresses: readonly string[]): string {
  return address.startsWith('0.0.0.') ? (addresses[Number(address.slice(6)) - 1] ?? address) : address;
}

/** The recipient's domain where its stand-in stands; any other as it is. */
export function unmaskedDomain(domain: string, recipients: string | undefined): string {
  return domain === ITS_DOMAIN ? (recipients ?? domain) : domain;
}

/** `0.0.0.n`. */
function writeAddress(at: number, n: number): number {
  let end = at;
  for (let part = 0; part < 3; part++) {
    made[end++] = ZERO;
    made[end++] = DOT;
  }
  if (n > 99) made[end++] = ZERO + Math.floor(n / 100);
  if (n > 9) made[end++] = ZERO + (Math.floor(n / 10) % 10);
  made[end++] = ZERO + (n % 10);
  return end;
}

/** Where letters and digits end that were written from `run` on: a stand-in is put for an id or a long number. */
function endRun(run: number, end: number, digits: number, uppers: number, goesOn: boolean): number {
  const length = end - run;
  const isCalledId = isBehindId(run);
  if (length < SHORTEST_NUMBER && !isCalledId) return end;
  if (digits === length) {
    made[run] = ZERO;
    return run + 1;
  }
  if (isCalledId) {
    made[run] = X;
    return run + 1;
  }
  if (length < SHORTEST_ID || digits < 2 || (uppers === 0 && goesOn)) return end;
  made[run] = X;
  made[run + 1] = ZERO;
  return run + 2;
}

/** `id=`, `ID: `, `id-` and the like before it. */
function isBehindId(run: number): boolean {
  let at = run - 1;
  while (at > 1 && run - at < 4 && (KIND[made[at] as number] as number) !== LOWER && KIND[made[at] as number] !== UPPER)
    at--;
  const isId = at > 0 && at < run - 1 && lower(made[at] as number) === D && lower(made[at - 1] as number) === I;
  const kind = at > 1 ? KIND[made[at - 2] as number] : OTHER;
  return isId && kind !== LOWER && kind !== UPPER && kind !== DIGIT;
}

/** Takes back what was written of a local part, and writes `x` for it. */
function withoutLocalPart(start: number, end: number): number {
  let from = end;
  while (from > start) {
    const kind = KIND[made[from - 1] as number];
    if (kind === OTHER || kind === BLANK) break;
    from--;
  }
  if (from === end) return end;
  made[from] = X;
  return from + 1;
}

/** Google's id of the session holds numbers of one digit to a dozen: `5b1f17b1804b1-x0.34 - gsmtp` becomes `x - gsmtp`. */
function withoutGooglesId(start: number, end: number): number {
  const at = end - GOOGLES_END.length;
  if (at <= start || made.compare(GOOGLES_END, 0, GOOGLES_END.length, at, end) !== 0) return end;
  let from = at;
  while (from > start && isOfId(made[from - 1] as number)) from--;
  const isId = /[a-z].*\.\d+$/.test(made.toString('latin1', from, at)) && made[from - 1] === SPACE;
  if (!isId) return end;
  made[from] = X;
  return from + 1 + GOOGLES_END.copy(made, from + 1);
}

function isOfId(code: number): boolean {
  const kind = KIND[code];
  return kind === DIGIT || kind === LOWER || code === DOT || code === HYPHEN;
}
