// Which program wrote a message, as the form of its Message-ID shows (RFC 5322 section 3.6.4 leaves the form to the program): a mail
// client makes all of its alike, and somebody else's client makes others. No name of a program is known here; forms are compared.
import { getDomain } from 'tldts';
import { domainOf } from '../mail/address.js';

/** Letters of a part are told apart from digits only; so long a random part holds whatever its alphabet has. */
const RANDOM_LENGTH = 24;
const LENGTH_STEP = 12;
const MAX_LENGTH = 250;

/**
 * The form of a Message-ID (with its angle brackets or without) of a sender: the domain behind it when it is not the sender's own, else how the part
 * before it is put together. Messages of one program have one form, or a few. Undefined for what is no Message-ID.
 */
export function programOf(messageId: string, sender: string): string | undefined {
  const at = messageId.lastIndexOf('@');
  const from = messageId.startsWith('<') ? 1 : 0;
  if (at <= from || messageId.length > MAX_LENGTH) return undefined;
  const host = messageId.slice(at + 1, messageId.endsWith('>') ? -1 : undefined).toLowerCase();
  const own = domainOf(sender);
  return host === own || host.endsWith(`.${own}`) ? formOf(messageId, from, at) : domainBehind(host);
}

/** Asked for the same few over and over. */
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
    // Beyond f: hexadecimal digits alone are no alphabet.
    else if (code >= 0x67 && code <= 0x7a) hasLower = true;
  }
  const length = to - from;
  const isRandom = hasUpper && hasLower && length >= RANDOM_LENGTH;
  const steps = Math.ceil(length / LENGTH_STEP);
  const marks = isRandom ? MANY : (Math.min(dots, 4) * 6 + Math.min(dashes, 5)) * 4 + Math.min(dollars, 3);
  return nameOf(((marks * 2 + Number(hasUpper)) * 2 + Number(hasLower)) * 32 + steps);
}

/** Marks of a random part, of which there are any. */
const MANY = 120;
/** Names of forms. The same string every time: that one is like another is told by where it lies. */
const NAMES = new Map<number, string>();

function nameOf(form: number): string {
  let name = NAMES.get(form);
  if (name === undefined) {
    name = `form ${form}`;
    NAMES.set(form, name);
  }
  return name;
}
