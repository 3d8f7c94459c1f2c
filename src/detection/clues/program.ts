// Which mail program wrote a message, by the form of its Message-ID. RFC 5322 section 3.6.4 leaves the form to the program, and a program
// makes all of its in one form, or a few. No program is known here by name: forms are only compared with each other.
import { getDomain } from 'tldts';
import { domainOf } from '../../mail/address.js';

/** A left part with upper and lower case letters and at least this many characters is taken for random: its marks tell nothing. */
const RANDOM_LENGTH = 24;
/** Lengths are told apart in steps of this many characters. */
const LENGTH_STEP = 12;
/** Characters. What is longer is taken for no Message-ID. */
const MAX_LENGTH = 250;

/**
 * The form of a Message-ID, with its angle brackets or without: the registered domain after the `@` when that is not the sender's own, else
 * a name for how the left part is made up. Undefined for what is no Message-ID.
 */
export function programOf(messageId: string, sender: string): string | undefined {
  const at = messageId.lastIndexOf('@');
  const from = messageId.startsWith('<') ? 1 : 0;
  if (at <= from || messageId.length > MAX_LENGTH) return undefined;
  const host = messageId.slice(at + 1, messageId.endsWith('>') ? -1 : undefined).toLowerCase();
  const own = domainOf(sender);
  return host === own || host.endsWith(`.${own}`) ? formOf(messageId, from, at) : domainBehind(host);
}

/** Cache of registered domains by host: the same few come over and over. */
const DOMAINS = new Map<string, string>();
const MAX_DOMAINS = 2_000;

function domainBehind(host: string): string {
  let domain = DOMAINS.get(host);
  if (domain !== undefined) return domain;
  domain = getDomain(host) ?? 'no domain';
  if (DOMAINS.size >= MAX_DOMAINS) DOMAINS.clear();
  DOMAINS.set(host, domain);
  return domain;
}

/** Names a left part by its length, its punctuation marks and whether it has upper and lower case letters. */
function formOf(text: string, from: number, to: number): string {
  let dots = 0;
  let dashes = 0;
  let dollars = 0;
  let hasUpper = false;
  let hasLower = false;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x2e) dots++;
    else if (code === 0x2d || code === 0x5f) dashes++;
    else if (code === 0x24) dollars++;
    else if (code >= 0x41 && code <= 0x5a) hasUpper = true;
    // From g on: a to f may be hexadecimal digits.
    else if (code >= 0x67 && code <= 0x7a) hasLower = true;
  }
  const length = to - from;
  const isRandom = hasUpper && hasLower && length >= RANDOM_LENGTH;
  const steps = Math.ceil(length / LENGTH_STEP);
  const marks = isRandom ? MANY : (Math.min(dots, 4) * 6 + Math.min(dashes, 5)) * 4 + Math.min(dollars, 3);
  return nameOf(((marks * 2 + Number(hasUpper)) * 2 + Number(hasLower)) * 32 + steps);
}

/** Stands for the marks of a random part; above every other value that `marks` can have. */
const MANY = 120;
/** Names of forms by number. Always the same string object, because comparing two such strings is fastest. */
const NAMES = new Map<number, string>();

function nameOf(form: number): string {
  let name = NAMES.get(form);
  if (name === undefined) {
    name = `form ${form}`;
    NAMES.set(form, name);
  }
  return name;
}
