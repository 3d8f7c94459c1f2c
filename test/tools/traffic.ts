// Traffic of a relay provider, made up: customers who work office hours, oddities that are honest, and attacks. For tests and for
// measuring detection. Everything comes from a seed; no number here is taken from a fixture.
import type { MailEvent, MessageHead } from '../../src/mail/event.js';
import { Directory } from '../../src/partners/directory.js';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
const START = Date.UTC(2026, 2, 2); // a Monday

export type Random = ReturnType<typeof random>;

/** Mulberry32: small, seedable, good enough to draw traffic. */
export function random(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    int: (low: number, high: number) => low + Math.floor(next() * (high - low + 1)),
    is: (probability: number) => next() < probability,
    pick: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T,
    /** Few come often, most rarely. */
    rank: (count: number) => Math.min(count - 1, Math.floor(count * next() ** 3)),
    exponential: (mean: number) => -mean * Math.log(1 - next()),
  };
}

export type Auth = 'mailbox' | 'smarthost' | 'address' | 'shared';
interface Mailbox {
  address: string;
  /** Messages on a working day. */
  aDay: number;
  book: string[];
}
export interface SimCustomer {
  id: string;
  domain: string;
  auth: Auth;
  ip: string;
  mailboxes: Mailbox[];
  /** Day the customer came. */
  from: number;
}
export interface Sent {
  at: number;
  customer: SimCustomer;
  sender: string;
  recipients: string[];
  login?: string | undefined;
  clientIp?: string | undefined;
  unknown: number;
  content: number;
  /** The sender does not exist: notices to it come back. */
  isForged?: boolean;
}

const FIRST = [
  'ada',
  'ben',
  'cia',
  'dan',
  'eli',
  'fay',
  'gus',
  'hal',
  'ian',
  'joy',
  'kim',
  'lea',
  'max',
  'ned',
  'ola',
  'pia',
  'rex',
  'sue',
  'tim',
  'una',
];
const LAST = [
  'abel',
  'birk',
  'carr',
  'dorn',
  'egan',
  'falk',
  'gray',
  'holm',
  'ives',
  'jung',
  'kerr',
  'lund',
  'mohr',
  'noor',
  'opal',
  'penn',
  'quist',
  'ross',
  'stam',
  'tove',
];
const BIG = ['bigmail.test', 'postbox.test', 'webpost.test', 'telemail.test'];

/** A provider with customers of all kinds, and the mail they have sent so far. */
export class World {
  readonly customers: SimCustomer[] = [];
  readonly sent: Sent[] = [];
  readonly declared = new Map<string, string[]>();
  private readonly trades: string[];

  constructor(
    readonly r: Random,
    readonly days: number,
    count: number,
  ) {
    this.trades = Array.from({ length: 400 }, (_, i) => `firm${i}.test`);
    for (let i = 0; i < count; i++) this.addCustomer(0);
  }

  get end(): number {
    return START + this.days * DAY;
  }
  at(day: number, hour: number): number {
    return START + day * DAY + hour * HOUR;
  }
  person(): string {
    return `${this.r.pick(FIRST)}.${this.r.pick(LAST)}${this.r.is(0.3) ? this.r.int(2, 99) : ''}`;
  }
  stranger(): string {
    const domain = this.r.is(0.6)
      ? this.r.pick(BIG)
      : this.r.is(0.5)
        ? this.r.pick(this.trades)
        : `site${this.r.int(0, 30_000)}.test`;
    return `${this.person()}${this.r.int(100, 99_999)}@${domain}`;
  }

  addCustomer(from: number, auth: Auth = this.r.pick(['mailbox', 'smarthost', 'address', 'shared'])): SimCustomer {
    const i = this.customers.length;
    const domain = `customer${i}.example`;
    const size = Math.max(2, Math.round(this.r.exponential(14)));
    const mailboxes = Array.from({ length: size }, (_, n) => ({
      address: `${this.person()}${n}@${domain}`.replace(/(\d)\d*@/, '$1@'),
      aDay: 1 + this.r.exponential(9),
      book: Array.from({ length: this.r.int(8, 80) }, () =>
        this.r.is(0.35) ? this.stranger() : `${this.person()}@${this.r.pick(this.trades)}`,
      ),
    }));
    const customer = { id: `c${i}`, domain, auth, ip: `10.${i >> 8}.${i & 255}.9`, mailboxes, from };
    this.customers.push(customer);
    return customer;
  }

  /** Adds a message; login and address follow from how the customer hands its mail in. */
  send(message: Partial<Sent> & Pick<Sent, 'at' | 'customer' | 'sender' | 'recipients'>): void {
    const { customer, sender } = message;
    const login = { mailbox: sender, smarthost: `relay-${customer.id}`, address: undefined, shared: undefined }[
      customer.auth
    ];
    const clientIp = customer.auth === 'shared' ? `172.16.${this.r.int(0, 9)}.${this.r.int(1, 250)}` : customer.ip;
    this.sent.push({ unknown: 0.012, content: 0.002, login, clientIp, ...message });
  }

  /** Office days of everybody, with a little in the evening and at weekends. */
  liveOrdinaryDays(): void {
    for (const customer of this.customers) {
      for (let day = customer.from; day < this.days; day++) {
        const isWeekend = day % 7 >= 5;
        for (const mailbox of customer.mailboxes) this.liveDay(customer, mailbox, day, isWeekend ? 0.08 : 1);
      }
    }
  }

  private liveDay(customer: SimCustomer, mailbox: Mailbox, day: number, share: number): void {
    const count = Math.round(this.r.exponential(mailbox.aDay * share));
    for (let i = 0; i < count; i++) {
      const hour = this.r.is(0.92) ? 7.5 + this.r.next() * 9.5 : this.r.next() * 24;
      const many = this.r.is(0.1) ? this.r.int(2, 9) : 1;
      const recipients = Array.from({ length: many }, () => this.acquaintance(mailbox));
      this.send({ at: this.at(day, hour), customer, sender: mailbox.address, recipients });
    }
  }

  private acquaintance(mailbox: Mailbox): string {
    if (this.r.is(0.85)) return mailbox.book[this.r.rank(mailbox.book.length)] as string;
    const fresh = this.stranger();
    mailbox.book.push(fresh);
    return fresh;
  }

  directory(): Directory {
    return Directory.parse({
      relays: [{ host: 'relay1', outbound_ip: '203.0.113.9' }],
      customers: this.customers.map(({ id, domain, auth, ip }) => ({
        id,
        name: id,
        domains: [domain],
        sasl_domains: auth === 'mailbox' ? [domain] : [],
        sasl_users: auth === 'smarthost' ? [`relay-${id}`] : [],
        ips: auth === 'address' || auth === 'smarthost' ? [ip] : [],
        shared_ips: auth === 'shared' ? ['172.16.0.0/16'] : [],
        declared_senders: this.declared.get(id) ?? [],
      })),
    });
  }

  /** Everything sent, as the relay's log would tell it, in order of time. */
  events(): MailEvent[] {
    const events = this.sent.flatMap((sent, i) => eventsOf(sent, i, this.r));
    return events.sort((a, b) => a.at - b.at);
  }
}

function eventsOf(sent: Sent, i: number, r: Random): MailEvent[] {
  const message: MessageHead = {
    relay: 'relay1',
    queueId: `Q${i}`,
    acceptedAt: sent.at,
    origin: 'client',
    sender: sent.sender,
    recipientCount: sent.recipients.length,
    sizeBytes: 5_000,
    ...(sent.login === undefined ? {} : { login: sent.login }),
    ...(sent.clientIp === undefined ? {} : { clientIp: sent.clientIp }),
  };
  const events: MailEvent[] = [{ kind: 'accepted', at: sent.at, message }];
  let hasBounced = false;
  for (const recipient of sent.recipients) {
    const at = sent.at + 500 + r.exponential(2_000);
    const isUnknown = r.is(sent.unknown);
    const isContent = !isUnknown && r.is(sent.content);
    hasBounced ||= isUnknown || isContent;
    const outcome = isUnknown
      ? { status: 'bounced' as const, dsn: '5.1.1', reply: '550 5.1.1 User unknown' }
      : isContent
        ? { status: 'bounced' as const, dsn: '5.7.1', reply: '550 5.7.1 rejected as spam' }
        : { status: 'sent' as const, dsn: '2.0.0', reply: '250 ok' };
    events.push({ kind: 'delivery', at, message, recipient, isFirstAttempt: true, ...outcome });
  }
  if (hasBounced && sent.sender !== '') events.push(noticeOf(sent, i));
  return events;
}

function noticeOf(sent: Sent, i: number): MailEvent {
  const message: MessageHead = {
    relay: 'relay1',
    queueId: `N${i}`,
    acceptedAt: sent.at + 9_000,
    origin: 'notification',
    sender: '',
    recipientCount: 1,
    sizeBytes: 3_000,
  };
  const outcome = sent.isForged
    ? { status: 'bounced' as const, dsn: '5.1.1', reply: '550 5.1.1 User unknown' }
    : { status: 'sent' as const, dsn: '2.0.0', reply: '250 ok' };
  return { kind: 'delivery', at: sent.at + 10_000, message, recipient: sent.sender, isFirstAttempt: true, ...outcome };
}
