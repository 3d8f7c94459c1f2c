// to=<a@b.example>, orig_to=<c@d.example>, relay=mx.example[192.0.2.1]:25, conn_use=2, delay=2.3, delays=0.21/0.02/0.98/1.1,
//   tls=verified, dsn=2.0.0, status=sent (250 OK (really))
// Fields come by name and in this order; one that a later Postfix puts between them is passed over (`tls=` came with 3.11).
import type { Attempt } from '../../join.js';
import { type Page, SPACE, word } from '../page.js';
import { endOfAddress, readSeconds } from './fields.js';
import type { Names } from './names.js';

const COMMA = 0x2c;
const ORIG_TO = word('orig_to=<');
const RELAY = word('relay=');
const DELAY = word('delay=');
const DSN = word('dsn=');
const STATUS = word('status=');

/** `probe`: whether an address could be delivered to; no mail. */
export type DeliveryLine = 'attempt' | 'probe' | 'unknown';

/** Reads delivery lines into `attempt`, which holds the last one read. */
export class DeliveryReader {
  readonly attempt: Attempt = {
    recipient: '',
    status: 'sent',
    remoteHost: undefined,
    remoteIp: undefined,
    delaySeconds: 0,
    dsn: '',
    reply: '',
  };

  constructor(private readonly names: Names) {}

  /** Reads bytes[from, end), which begin with `to=<`. */
  read(page: Page, from: number, end: number): DeliveryLine {
    const { attempt, names } = this;
    let at = endOfAddress(page, from + 4, end);
    if (at < 0) return 'unknown';
    attempt.recipient = names.addresses.get(page, from + 4, at);
    at += 3;
    if (page.has(ORIG_TO, at)) at = endOfAddress(page, at + 9, end) + 3;
    if (!page.has(RELAY, at)) return 'unknown';
    const relayEnd = page.findByte(COMMA, at + 6, end);
    if (relayEnd < 0) return 'unknown';
    const host = names.hosts.get(page, at + 6, relayEnd);
    attempt.remoteHost = host.name;
    attempt.remoteIp = host.ip;
    at = findField(page, DELAY, relayEnd + 2, end);
    if (at < 0) return 'unknown';
    attempt.delaySeconds = readSeconds(page, at + 6);
    at = findField(page, DSN, afterComma(page, at + 6, end), end);
    if (at < 0) return 'unknown';
    const dsnEnd = page.findByte(COMMA, at, end);
    if (dsnEnd < 0 || !page.has(STATUS, dsnEnd + 2)) return 'unknown';
    attempt.dsn = names.names.get(page, at + 4, dsnEnd);
    return this.readStatus(page, dsnEnd + 9, end);
  }

  private readStatus(page: Page, from: number, end: number): DeliveryLine {
    const { attempt } = this;
    const wordEnd = page.findByte(SPACE, from, end);
    if (wordEnd < 0 || page.byte(wordEnd + 1) !== 0x28) return 'unknown';
    const status = statusOf(page, from, wordEnd);
    if (status === 'probe' || status === 'unknown') return status;
    attempt.status = status;
    attempt.reply = status === 'sent' ? '' : page.text(wordEnd + 2, page.byte(end - 1) === 0x29 ? end - 1 : end);
    return 'attempt';
  }
}

const WORDS = (
  [
    ['sent', 'sent'],
    ['deferred', 'deferred'],
    ['bounced', 'bounced'],
    ['expired', 'expired'],
    // A bounce that soft_bounce turned into a deferral.
    ['SOFTBOUNCE', 'deferred'],
    ['deliverable', 'probe'],
    ['undeliverable', 'probe'],
  ] as const
).map(([name, status]) => ({ name: word(name), status }));

function statusOf(page: Page, from: number, to: number): Attempt['status'] | 'probe' | 'unknown' {
  for (const { name, status } of WORDS) if (to - from === name.length && page.has(name, from)) return status;
  return 'unknown';
}

/** Where the field begins, at `at` or behind one of the commas after it; -1 when it does not come. */
function findField(page: Page, field: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && !page.has(field, at)) at = afterComma(page, at, end);
  return at < end ? at : -1;
}

function afterComma(page: Page, from: number, end: number): number {
  const comma = page.findByte(COMMA, from, end);
  return comma < 0 ? end : comma + 2;
}
