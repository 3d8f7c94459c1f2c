// Mail addresses in what servers write to people: typed values of reports, header fields, sentences. One pass over each text. Pure.

/** A value with its type before a semicolon (RFC 3464 section 2.1.2): `rfc822; a@b.example`, `dns; mx.example`, `smtp; 550 …`. */
export interface Typed {
  /** Lower case; '' when none was given. */
  type: string;
  value: string;
}

/** Longest address we take for one (RFC 5321 section 4.5.3.1: 64 + 1 + 255). */
const MAX_ADDRESS = 320;

/** Splits the type off. A value without one, as some servers write, keeps its whole text. */
export function readTyped(text: string): Typed {
  const semicolon = text.indexOf(';');
  const type = semicolon < 0 ? '' : text.slice(0, semicolon).trim();
  if (!/^[a-z0-9][a-z0-9._-]{0,40}$/i.test(type)) return { type: '', value: text.trim() };
  return { type: type.toLowerCase(), value: text.slice(semicolon + 1).trim() };
}

/** The address of a typed recipient: without brackets, comments and source routes; as it stands when it has no `@`. */
export function recipientOf(value: string): string {
  const found = addressesIn(value)[0]?.address;
  return (
    found ??
    value
      .trim()
      .replace(/^<(.*)>$/, '$1')
      .trim()
      .slice(0, MAX_ADDRESS)
  );
}

/** An address in brackets, else the text as it is: `<a@b.example>`, `Ann <a@b.example>`, `a@b.example`; '' for `<>`. */
export function bareAddress(value: string): string {
  const open = value.lastIndexOf('<');
  const close = open < 0 ? -1 : value.indexOf('>', open);
  return (close > open ? value.slice(open + 1, close) : value).trim();
}

export interface Found {
  address: string;
  /** Where it stands in the text, without brackets. */
  from: number;
  to: number;
}

/** Every address in a text, in order; domains may be literals (`[192.0.2.1]`) and local parts quoted. */
export function addressesIn(text: string): Found[] {
  const found: Found[] = [];
  let from = 0;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at, from);
    const end = domainEnd(text, at + 1);
    if (start === at || end <= at + 1) continue;
    found.push({ address: text.slice(start, end), from: start, to: end });
    from = end;
    if (found.length >= 1_000) break;
  }
  return found;
}

/** Where the local part before `at` begins, not before `from`; `at` itself when there is none. */
function localStart(text: string, at: number, from: number): number {
  const least = Math.max(from, at - 200);
  if (text[at - 1] === '"') {
    const quote = text.lastIndexOf('"', at - 2);
    if (quote >= least && at - quote > 2) return quote;
  }
  let start = at;
  while (start > least && isLocal(text.charCodeAt(start - 1))) start--;
  // What stands before an address in running text is no part of it: `mailto:`, quotes, brackets are no such letters, `'` is one.
  while (start < at && /['.=/&?]/.test(text[start] as string)) start++;
  return start;
}

/** Behind the last letter of the domain that begins at `start`; `start` when there is none. */
function domainEnd(text: string, start: number): number {
  if (text[start] === '[') {
    const close = text.indexOf(']', start);
    return close > 0 && close - start < 60 ? close + 1 : start;
  }
  let end = start;
  while (end < text.length && end - start < 255 && isDomain(text.charCodeAt(end))) end++;
  while (end > start && /[.\-_]/.test(text[end - 1] as string)) end--;
  return end;
}

/** RFC 5322 atext and the dot, and letters beyond ASCII (RFC 6531). */
function isLocal(code: number): boolean {
  if (code >= 128) return !isMark(code);
  return isLetterOrDigit(code) || "!#$%&'*+-./=?^_`{|}~".includes(String.fromCharCode(code));
}

/**
 * Blanks, quotes, brackets and colons beyond ASCII: Latin-1's, the general ones, those of Chinese, Japanese and Korean, and their wide forms
 * of ASCII's. RFC 6531 lets a local part have them; in a text they end it, as in `收件人：bob@b.example`.
 */
function isMark(code: number): boolean {
  return (
    code < 0xc0 ||
    (code >= 0x2000 && code <= 0x206f) ||
    (code >= 0x3000 && code <= 0x3020) ||
    (code >= 0xff01 && code <= 0xff0f) ||
    (code >= 0xff1a && code <= 0xff20) ||
    (code >= 0xff3b && code <= 0xff40) ||
    (code >= 0xff5b && code <= 0xff65) ||
    code === 0xfffd
  );
}

function isDomain(code: number): boolean {
  if (code >= 128) return isLocal(code) && code > 0xbf && !(code >= 0x2000 && code < 0x3040);
  return isLetterOrDigit(code) || code === 0x2e || code === 0x2d || code === 0x5f;
}

function isLetterOrDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}
