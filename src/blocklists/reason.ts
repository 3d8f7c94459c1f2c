// The reason a list gives for a listing (TXT), made fit to be shown: one line of bounded length, and no account key in it. Many lists quote
// the name that was asked, and our key stands in that name.

const MAX_LENGTH = 500;
/** Parts of a key this long are taken out too: a reason may have been cut in the middle of the name. */
const TELLING_PART = 8;

/** `texts` are the TXT records, outsiders' text of any content; `key` is the account key that was part of the question. */
export function reasonText(texts: readonly string[], key: string | undefined): string {
  const line = withoutKey(texts.join(' '), key)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return [...line].slice(0, MAX_LENGTH).join('');
}

/**
 * Replaces the key by `{key}`: in any case, with anything but letters and digits between its own, escaped as `\107`, `\x6b`, `\u006b`, `%6b`
 * or `&#107;`, and parts of it.
 */
export function withoutKey(text: string, key: string | undefined): string {
  if (key === undefined || key === '') return text;
  const secret = plainLetters(key)
    .map(({ char }) => char)
    .join('');
  if (secret === '') return text.replaceAll(key, '{key}');
  // What looks like an escape may be the beginning of the key: read both ways.
  const isSecret = new Array<boolean>(text.length).fill(false);
  for (const letters of [plainLetters(text), unescapedLetters(text)]) markSecret(letters, secret, isSecret);
  return redact(text, isSecret);
}

/** A letter or digit of a text, lower case, and where it stands there, escape and all. */
interface Letter {
  char: string;
  from: number;
  to: number;
}

const PLAIN = /[\p{L}\p{N}]/gu;
const ESCAPED =
  /(?:\\x|%|\\u00|\\u\{0*)([0-9a-f]{2})\}?|&#x0*([0-9a-f]{2});?|&#0*(\d{2,3});?|\\(\d{3})|[\p{L}\p{N}]/giu;

function plainLetters(text: string): Letter[] {
  return [...text.matchAll(PLAIN)].flatMap((match) => lettersAt(match, match[0]));
}

function unescapedLetters(text: string): Letter[] {
  return [...text.matchAll(ESCAPED)].flatMap((match) => {
    const [whole, hex, hexEntity, decimalEntity, decimal] = match;
    const hexadecimal = hex ?? hexEntity;
    const code = hexadecimal === undefined ? Number(decimalEntity ?? decimal) : Number.parseInt(hexadecimal, 16);
    return lettersAt(match, Number.isNaN(code) ? whole : String.fromCodePoint(code));
  });
}

function lettersAt({ 0: whole, index: from }: RegExpExecArray, written: string): Letter[] {
  const chars = [...written.normalize('NFKC').toLowerCase()].filter((char) => /[a-z0-9]/.test(char));
  return chars.map((char) => ({ char, from, to: from + whole.length }));
}

/** Marks in the text what belongs to the key, or to a telling part of it. */
function markSecret(letters: readonly Letter[], secret: string, isSecret: boolean[]): void {
  const width = Math.min(secret.length, TELLING_PART);
  const parts = new Set(Array.from({ length: secret.length - width + 1 }, (_, at) => secret.slice(at, at + width)));
  const read = letters.map(({ char }) => char).join('');
  for (let at = 0; at + width <= read.length; at++) {
    if (!parts.has(read.slice(at, at + width))) continue;
    isSecret.fill(true, letters[at]?.from, letters[at + width - 1]?.to);
  }
}

function redact(text: string, isSecret: readonly boolean[]): string {
  let out = '';
  for (let at = 0; at < text.length; at++) {
    if (!isSecret[at]) out += text[at];
    else if (!isSecret[at - 1]) out += '{key}';
  }
  return out;
}
