// Content filters before the queue (smtpd_proxy_filter). The smtpd(8) that a client speaks to has no queue file: while the client waits it
// passes the mail to the filter, and that to another smtpd, which queues it. What the first knows of the client, its login most of all, is
// found again by the address that the filter passes on (XFORWARD), or by the queue id in the filter's reply.
//
//   smtpd[101]: NOQUEUE: client=pc[192.0.2.9], sasl_method=PLAIN, sasl_username=bob@x.example
//   smtpd[120]: 4CCC: client=localhost[127.0.0.1], orig_client=pc[192.0.2.9]
//   smtpd[101]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 4CCC; from=<bob@x.example> to=<c@y.example> proto=ESMTP helo=<pc>
//   smtpd[101]: proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=123 - spam; from=<bob@x.example> to=<c@y.example> proto=ESMTP helo=<pc>
import type { MailEvent } from '../../../mail/event.js';
import { parseIp } from '../../../mail/ip.js';
import type { Joiner } from '../../join.js';
import type { Client } from '../../joined.js';
import { QueueId, type QueueScope } from '../../open-messages.js';
import { type Page, word } from '../page.js';
import { endOfLogin, startOfLogin } from './client-fields.js';
import { endOfQueueId } from './fields.js';
import type { Host, Names } from './names.js';
import { findSender, readProxyReject } from './refusal.js';
import { processBefore, type Sessions } from './sessions.js';

const CLIENT = word('client=');
const ACCEPT = word('proxy-accept: ');
const REJECT = word('proxy-reject: ');
const QUEUED_AS = word('queued as ');
const COMMA = 0x2c;
/** Messages of one host that are with the filter; with more, the log lacks their ends. */
const MOST_OPEN = 2_000;
/** No filter takes so long (smtpd_proxy_timeout is 100 seconds by default): the log lacks the end. */
const KEEP_MS = 3_600_000;

/** A message that is with the filter since `at`, ms. */
interface Front {
  client: Client;
  at: number;
}

/** The messages that are with a filter as they are saved, as JSON. */
export interface FrontsRow {
  /** Earlier versions saved no time. */
  fronts: { relay: string; process: number; client: Client; at?: number }[];
}

/** Reports whether a text with these first four letters may be one that `Fronts.read` takes. */
export function mayBeFront(four: number): boolean {
  return four === CLIENT.first || four === ACCEPT.first;
}

/** Holds state: the messages that are with the filter now. */
export class Fronts {
  /** By host and process: an smtpd has one at a time. */
  private readonly open = new Map<string, Map<number, Front>>();
  private readonly next = new QueueId();
  private hasChanged = false;

  constructor(
    private readonly joiner: Joiner,
    private readonly names: Names,
    private readonly sessions: Sessions,
  ) {}

  /**
   * Reads bytes[from, end) of a line whose text, NOQUEUE and all, begins at `start`. Reports whether they are about a message with a filter
   * before the queue. The joiner's time must be that of the line.
   */
  read(
    scope: QueueScope,
    page: Page,
    start: number,
    from: number,
    end: number,
    take: (event: MailEvent) => void,
  ): boolean {
    if (page.has(CLIENT, from)) this.begin(scope, page, start, from + CLIENT.length, end);
    else if (page.has(ACCEPT, from)) this.accept(scope, page, start, from + ACCEPT.length, end, take);
    else if (page.has(REJECT, from)) this.reject(scope, page, start, from + REJECT.length, end, take);
    else return false;
    return true;
  }

  /** The process has no client, or another, which is no longer with the filter. */
  end(scope: QueueScope, page: Page, start: number): Client | undefined {
    if (this.open.size === 0) return undefined;
    const open = this.open.get(scope.relay);
    const process = open ? processBefore(page, start) : -1;
    const client = open?.get(process)?.client;
    if (open?.delete(process)) this.hasChanged = true;
    return client;
  }

  /** Who a message comes from that the filter hands back as from `said`: `own` is the filter, if that is no address. */
  clientOf(own: Client, relay: string, said: Host): Client {
    const { name = own.name, ip } = said;
    if (ip === undefined || !parseIp(ip)) return own;
    const all = [...(this.open.get(relay)?.values() ?? [])].filter((front) => this.isOpen(front));
    const fronts = all.map(({ client }) => client).filter((client) => client.ip === ip);
    const [first] = fronts;
    // Of several from one address, with other logins, none is certain.
    const login = fronts.every((client) => client.login === first?.login) ? first?.login : undefined;
    return { ...own, name, ip, login, isSameSession: fronts.length === 1 ? first?.isSameSession : undefined };
  }

  /** What is with a filter, to save; undefined when it is as it was at the last call. */
  takeChange(): FrontsRow | undefined {
    if (!this.hasChanged) return undefined;
    this.hasChanged = false;
    const fronts = [...this.open].flatMap(([relay, open]) =>
      [...open].flatMap(([process, front]) => (this.isOpen(front) ? { relay, process, ...front } : [])),
    );
    return { fronts };
  }

  /** Puts back what was saved, before the first line. */
  restore({ fronts }: FrontsRow): void {
    for (const { relay, process, client, at = 0 } of fronts) this.put(relay, process, { client, at });
  }

  private begin(scope: QueueScope, page: Page, start: number, from: number, end: number): void {
    const process = processBefore(page, start);
    const rest = page.findByte(COMMA, from, end);
    const { name, ip } = this.names.hosts.get(page, from, rest < 0 ? end : rest);
    if (process < 0 || name === undefined) return;
    const loginAt = rest < 0 ? -1 : startOfLogin(page, rest, end);
    const login = loginAt < 0 ? undefined : this.names.senders.get(page, loginAt, endOfLogin(page, loginAt, end));
    const isSameSession = this.sessions.hasBefore(scope, page, start);
    const client = { name, ip, login, isFromWithin: false, isSameSession };
    this.put(scope.relay, process, { client, at: this.joiner.now });
    this.hasChanged = true;
  }

  private isOpen({ at }: Front): boolean {
    return this.joiner.now - at < KEEP_MS;
  }

  private put(relay: string, process: number, front: Front): void {
    const open = this.open.get(relay) ?? new Map<number, Front>();
    this.open.set(relay, open);
    if (open.size >= MOST_OPEN) open.clear();
    open.set(process, front);
    this.joiner.expectReplies(relay);
  }

  private accept(
    scope: QueueScope,
    page: Page,
    start: number,
    from: number,
    end: number,
    take: (event: MailEvent) => void,
  ): void {
    const client = this.end(scope, page, start);
    const senderAt = findSender(page, from, end);
    const found = page.find(QUEUED_AS, from, senderAt < 0 ? end : senderAt);
    const idAt = found + QUEUED_AS.length;
    const idEnd = found < 0 ? -1 : endOfQueueId(page, idAt);
    if (!client || idEnd < 0) return;
    const event = this.joiner.passedOn(this.next.load(scope, page, idAt, idEnd), client);
    if (event) take(event);
  }

  private reject(
    scope: QueueScope,
    page: Page,
    start: number,
    from: number,
    end: number,
    take: (event: MailEvent) => void,
  ): void {
    const client = this.end(scope, page, start);
    const head = { at: this.joiner.now, relay: scope.relay };
    const event = readProxyReject(page, from, end, head, this.names, client);
    if (event) take(event);
  }
}
