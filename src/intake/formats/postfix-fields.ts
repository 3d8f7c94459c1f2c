// The small parts of a Postfix line: queue ids, bracketed hosts, addresses in angle brackets. Pure.

const HEX = 1;
const LONG = 2;
/** What an ASCII character may be part of: a short queue id (upper-case hex), a long one (no vowels), or neither. */
const ID_CHARACTER = new Uint8Array(128);
for (const c of '0123456789ABCDEF') ID_CHARACTER[c.charCodeAt(0)] = HEX;
for (const c of '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz') {
  ID_CHARACTER[c.charCodeAt(0)] = (ID_CHARACTER[c.charCodeAt(0)] ?? 0) | LONG;
}

/** Reports whether line[from, to) is a queue id: 6 or more hex digits, or 10 or more of the 52 letters of the long form. */
export function isQueueId(line: string, from: number, to: number): boolean {
  if (to - from < 6 || to - from > 40) return false;
  let kinds = HEX | LONG;
  for (let i = from; i < to && kinds !== 0; i++) kinds &= ID_CHARACTER[line.charCodeAt(i)] ?? 0;
  return (kinds & HEX) !== 0 || ((kinds & LONG) !== 0 && to - from >= 10);
}

/** Index of the `]` that closes the `[` at `open`; -1 when there is none within an address' length. */
export function closingBracket(line: string, open: number): number {
  if (open < 0) return -1;
  const close = line.indexOf(']', open);
  return close - open > 50 ? -1 : close;
}

/**
 * Index of the `>` that ends the address starting at `from`; -1 when it never ends. A quoted local part may hold `>` and our
 * separators (`"a>, relay=x"@y`), so quotes are honoured (RFC 5321 section 4.1.2). Before 3.5 Postfix logged without quotes.
 */
export function endOfAddress(line: string, from: number): number {
  if (line.charCodeAt(from) !== 0x22 /* " */) return line.indexOf('>', from);
  let i = from + 1;
  for (; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code === 0x5c /* \ */) i++;
    else if (code === 0x22) break;
  }
  const end = line.indexOf('>', i);
  return end < 0 ? line.indexOf('>', from) : end;
}

/** `mx.example[192.0.2.1]:25`, `mx.example[private/lmtp]`, `none`, `local`: host and address where there are any. */
export function readHost(line: string, from: number, to: number): { remoteHost?: string; remoteIp?: string } {
  const open = line.indexOf('[', from);
  if (open < 0 || open >= to) return {};
  const close = closingBracket(line, open);
  if (close < 0 || close > to) return {};
  const remoteHost = line.slice(from, open);
  const address = line.slice(open + 1, close);
  return address.includes('/') ? { remoteHost } : { remoteHost, remoteIp: address };
}
