// to=<a@b.example>, orig_to=<c@d.example>, relay=mx.example[192.0.2.1]:25, conn_use=2, delay=2.3, delays=0.21/0.02/0.98/1.1,
//   tls=verified, dsn=2.0.0, status=sent (250 OK (really))
// Fields come by name and in this order; one that a later Postfix puts between them is passed over (`tls=` came with 3.11).
import type { Attempt } from '../../joined.js';
import { letters, type Page, SPACE, word } from '../page.js';
import { endOfAddress, readSeconds } from './fields.js';
import { addressOf, type Names } from './names.js';

const COMMA = 0x2c;
const EQUALS = 0x3d;
const LESS = 0x3c;
const OPEN = 0x28;
const CLOSE = 0x29;
const DOT = 0x2e;
/** Fields by their first letters, `delay=` by its last too. */
const ORIG_TO = letters('orig');
const RELAY = letters('rela');
const DELAY = letters('dela');
const DSN = letters('dsn=');
const STATUS = letters('stat');
const SENT = letters('sent');

/** `probe`: whether an address could be delivered to; no mail. */
export type DeliveryLine = 'attempt' | 'probe' | 'unknown';

/** Reads delivery lines; it is itself what it read last. */
export class DeliveryReader implements Attempt {
  status: Attempt['status'] = 'sent';
  remoteHost: string | undefined;
  remoteIp: string | undefined;
  toRelay: string | undefined;
  dsn = '';
  reply = '';
  /** Where the text begins with which something of ours took the message; 0 for all else. */
  takenAt = 0;
  /** The host may be the relay itself, a filter of it, or another of our relays. */
  private isOurs = false;
  private page: Page | undefined;
  private recipientAt = 0;
  private recipientEnd = 0;
  private delayAt = -1;
  private readonly codes: (string | undefined)[] = new Array(1000).fill(undefined);

  constructor(private readonly names: Names) {}

  /** A string of its own each time. */
  get recipient(): string {
    return this.page ? addressOf(this.page, this.recipientAt, this.recipientEnd) : '';
  }

  /** Read when it is asked for, which is hardly ever. */
  get delaySeconds(): number {
    return this.page && this.delayAt >= 0 ? readSeconds(this.page, this.delayAt) : 0;
  }

  /** Reads bytes[from, end), which begin with `to=<`, or `to=` where somebody took the brackets away. */
  read(page: Page, from: number, end: number): DeliveryLine {
    const isBare = page.byte(from + 3) !== LESS;
    const start = isBare ? from + 3 : from + 4;
    const recipientEnd = isBare ? page.findByte(COMMA, start, end) : endOfAddress(page, start, end);
    if (recipientEnd < 0) return 'unknown';
    this.page = page;
    this.recipientAt = start;
    this.recipientEnd = recipientEnd;
    this.delayAt = -1;
    let hasRelay = false;
    let hasCode = false;
    for (let at = recipientEnd + (isBare ? 2 : 3); at < end; ) {
      const name = page.word(at);
      if (name === STATUS)
        return hasRelay && hasCode && this.delayAt >= 0 ? this.readStatus(page, at + 7, end) : 'unknown';
      const valueEnd = name === ORIG_TO && !isBare ? endOfAddress(page, at + 9, end) : at;
      const comma = valueEnd < 0 ? -1 : page.findByte(COMMA, valueEnd, end);
      if (comma < 0) return 'unknown';
      if (name === RELAY) {
        hasRelay = true;
        const host = this.names.hosts.get(page, at + 6, comma);
        this.remoteHost = host.name;
        this.remoteIp = host.ip;
        this.isOurs = host.isNear || host.isPrivate || host.relay !== undefined;
        this.toRelay = host.relay;
      } else if (name === DSN) {
        hasCode = true;
        this.dsn = this.readCode(page, at + 4, comma);
      } else if (name === DELAY && page.byte(at + 5) === EQUALS) this.delayAt = at + 6;
      at = comma + 2;
    }
    return 'unknown';
  }

  /** `5.1.1`: nearly all have three digits. */
  private readCode(page: Page, from: number, to: number): string {
    const kind = page.byte(from) - 48;
    const subject = page.byte(from + 2) - 48;
    const detail = page.byte(from + 4) - 48;
    const isShort = to - from === 5 && page.byte(from + 1) === DOT && page.byte(from + 3) === DOT;
    if (!isShort || !isOne(kind) || !isOne(subject) || !isOne(detail)) return this.names.names.get(page, from, to);
    const place = kind * 100 + subject * 10 + detail;
    const known = this.codes[place];
    if (known !== undefined) return known;
    const code = page.text(from, to);
    this.codes[place] = code;
    return code;
  }

  private readStatus(page: Page, from: number, end: number): DeliveryLine {
    if (page.word(from) === SENT && page.byte(from + 4) === SPACE && page.byte(from + 5) === OPEN) {
      this.status = 'sent';
      this.reply = '';
      this.takenAt = this.isOurs ? from + 6 : 0;
      return 'attempt';
    }
    this.takenAt = 0;
    const wordEnd = page.findByte(SPACE, from, end);
    if (wordEnd < 0 || page.byte(wordEnd + 1) !== OPEN) return 'unknown';
    const status = statusOf(page, from, wordEnd);
    if (status === 'probe' || status === 'unknown') return status;
    this.status = status;
    this.reply = status === 'sent' ? '' : page.text(wordEnd + 2, page.byte(end - 1) === CLOSE ? end - 1 : end);
    return 'attempt';
  }
}

function isOne(digit: number): boolean {
  return digit >= 0 && digit <= 9;
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
    ['undeliverable-but-not-cached', 'probe'],
    ['deliverable-but-not-cached', 'probe'],
  ] as const
).map(([name, status]) => ({ name: word(name), status }));

function statusOf(page: Page, from: number, to: number): Attempt['status'] | 'probe' | 'unknown' {
  for (const { name, status } of WORDS) if (to - from === name.length && page.has(name, from)) return status;
  return 'unknown';
}
