// Messages that a content filter on the relay hands back without saying which they were: over loopback (`client=localhost[127.0.0.1]`), or
// by sendmail(1) (`pickup: uid=…`), under a queue id of their own (Postfix' FILTER_README). What they go on from has the same message id
// and sender, came from elsewhere, and is still open; or was just removed, when it went to a program that wrote no reply.
//
//   4AAA: client=pc[192.0.2.5], sasl_username=ann   4AAA: message-id=<m1>   4AAA: from=<ann@x>, … (queue active)
//   4BBB: client=localhost[127.0.0.1]               4BBB: message-id=<m1>   4BBB: from=<ann@x>, … (queue active)
//   4AAA: to=<b@y>, relay=127.0.0.1[127.0.0.1]:10024, …, status=sent (250 2.0.0 Ok: queued as 4BBB)
//
// Mail that one of our relays hands to another waits for its reply in the same way (relay-chains.ts).
// The reply comes last. Where a filter was seen at work, a message that nothing stands out for waits for it, until it is delivered itself.
import type { MailEvent } from '../mail/event.js';
import type { Attempt } from './joined.js';
import type { OpenMessage, OpenMessages, QueueId, QueueScopes } from './open-messages.js';
import { isId, RelayChains } from './relay-chains.js';

/** How many of the newest messages are looked through; more where there is a filter, and a backlog before it. */
const LOOKED_THROUGH = 200;
const LOOKED_THROUGH_AT_FILTER = 5_000;
/** How long after its `removed` what a program took may come back: pickup(8) is told at once. */
const LATE_MS = 120_000;
const MOST_LATE = 1_000;
/** Addresses that were seen to be a filter's; a relay has few. */
const MOST_ADDRESSES = 1_000;

interface Service {
  taken: number;
  back: number;
}

/** Holds state; nothing here is known after a restart but by the next message. */
export class HandOvers {
  /** Hosts on which a message came back over loopback. */
  private readonly filtered = new Set<string>();
  /** By relay the addresses of content filters on other hosts, which hand back what it gave them. */
  private readonly elsewhere = new Map<string, Set<string>>();
  /** Hosts with a filter before the queue, the reply of which says whose a message is. */
  readonly fronted = new Set<string>();
  /** How many messages a pipe(8) service took, and how many of them came back. */
  private readonly services = new Map<string, Service>();
  private readonly takenBy = new Map<OpenMessage, Service>();
  /** Removed messages that a program took. */
  private readonly late: { message: OpenMessage; service: Service; at: number }[] = [];
  private readonly waiting = new Set<OpenMessage>();
  private readonly chains: RelayChains;
  /** What waited in vain, to be told with the line that is being read. */
  readonly untold: MailEvent[] = [];
  /** Messages of which a filter before the queue said so before they were in it. */
  private readonly told = new WeakSet<OpenMessage>();
  /** How many recipients of a message came back. */
  private readonly back = new WeakMap<OpenMessage, number>();

  /** `changed` is told of messages that are open and whose row is another. */
  constructor(
    private readonly open: OpenMessages,
    scopes: QueueScopes,
    private readonly changed: (message: OpenMessage) => void,
  ) {
    this.chains = new RelayChains(open, scopes, this.waiting, changed);
  }

  get isWaiting(): boolean {
    return this.waiting.size > 0;
  }

  get isEmpty(): boolean {
    return this.waiting.size === 0 && this.takenBy.size === 0;
  }

  /** A message came from a local program. Reports whether it is another that came back. */
  cameByProgram(message: OpenMessage, now: number): boolean {
    return this.goOn(message, this.originalOf(message, now, true));
  }

  /** A message came over loopback. Reports whether it is another that came back, or waits for the reply that says so. */
  cameBack(message: OpenMessage, now: number): boolean {
    if (this.told.has(message)) return false;
    const before = this.originalOf(message, now, false);
    if (before !== 'several' && this.goOn(message, before)) return true;
    const { relay } = message.scope;
    // A filter before the queue may name the client's address, which does not say yet whose the message is: many may share it.
    const waits = before === 'several' || this.fronted.has(relay) || this.filtered.has(relay);
    if (waits) this.waiting.add(message);
    return waits;
  }

  /**
   * All of a message is known that did not come back. Reports whether it is one that another of our relays took, or waits for the reply that
   * says so: none comes where the other's log is not read.
   */
  cameByRelay(message: OpenMessage): boolean {
    return this.chains.came(message);
  }

  /** A saved message is open again: it may have waited, if all of it was known. */
  restored(message: OpenMessage): void {
    const mayWait = message.isFromWithin || message.fromRelay !== undefined;
    if (mayWait && !message.isAccepted && message.head.recipientCount > 0) this.waiting.add(message);
  }

  /** Nothing will tell any more what a message is. Reports whether it waited, and is one of its own. */
  isOwn(message: OpenMessage, now: number): boolean {
    return (
      this.waiting.delete(message) && !message.isAccepted && !this.goOn(message, this.originalOf(message, now, true))
    );
  }

  /** Tells a message as one of its own, if it waited. */
  settle(message: OpenMessage, now: number): void {
    if (this.isOwn(message, now)) this.untold.push(message.accept());
  }

  /** Tells what was settled since the last call. */
  tellUntold(take: (event: MailEvent) => void): void {
    for (const event of this.untold.splice(0)) take(event);
  }

  /** No line will come any more: the messages that waited for one, and are of their own. */
  rest(now: number): OpenMessage[] {
    return [...this.waiting].filter((message) => this.isOwn(message, now));
  }

  /** What a message is was told. Reports whether it waited. */
  isTold(message: OpenMessage): boolean {
    this.told.add(message);
    return this.waiting.delete(message);
  }

  /**
   * The reply to being handed `before` names the message of an id, on the relay itself or on another of ours. Reports whether the other's
   * lines tell the rest: this attempt is none.
   */
  replied(id: QueueId, before: OpenMessage, attempt: Attempt, now: number): boolean {
    const { toRelay, remoteIp, recipient } = attempt;
    if (toRelay !== undefined && toRelay !== id.scope.relay) {
      return this.chains.replied(toRelay, id, before, recipient, now);
    }
    const message = this.open.findOriginal(id);
    if (message) this.named(message, before, remoteIp);
    return false;
  }

  /** A reply names `message`; or another that has its id, if it was no filter. `from` is the address that it came from. */
  private named(message: OpenMessage, before: OpenMessage, from?: string): void {
    const { messageId } = before.head;
    const isBack = message.isFromWithin || message.continues !== undefined;
    const isSame = !isId(messageId) || messageId === message.head.messageId;
    if (before === message || !before.isAccepted || !isSame) return;
    if (!isBack) this.learnFilter(message, before, from);
    else if (message.continues !== before.key) this.goOn(message, before);
  }

  /** Too late for the message at hand, which was told as one of its own: the address it came from is a filter's. */
  private learnFilter(message: OpenMessage, before: OpenMessage, from: string | undefined): void {
    const { clientIp, login, messageId, sender } = message.head;
    if (!isId(messageId) || sender !== before.head.sender) return;
    if (from === undefined || from !== clientIp || login !== undefined) return;
    const known = this.elsewhere.get(before.scope.relay) ?? new Set();
    this.elsewhere.set(before.scope.relay, known);
    if (known.size < MOST_ADDRESSES) known.add(from);
  }

  /** Reports whether a content filter of the relay is at that address, by what it handed back before. */
  isFilter(relay: string, ip: string | undefined): boolean {
    return ip !== undefined && this.elsewhere.size > 0 && this.elsewhere.get(relay)?.has(ip) === true;
  }

  /** Whether what was sent there was handed to a filter: the message goes on under its other queue id. */
  isHandOver({ continuedAs, handedNear, scope }: OpenMessage, attempt: Attempt): boolean {
    if (continuedAs === undefined || attempt.status !== 'sent') return false;
    return !handedNear || isLoopback(attempt.remoteIp) || this.isFilter(scope.relay, attempt.remoteIp);
  }

  /** A pipe(8) service took the message: a filter, if most of what it took came back, or where it was to go. */
  taken(message: OpenMessage, name: string): void {
    const key = `${message.scope.relay}/${name}`;
    const service = this.services.get(key) ?? { taken: 0, back: 0 };
    this.services.set(key, service);
    if (this.takenBy.has(message)) return;
    if (service.back * 2 > service.taken) goesOnNear(message, name);
    this.takenBy.set(message, service);
    service.taken++;
    if (this.back.has(message)) service.back++;
  }

  /** The message was removed. */
  gone(message: OpenMessage, now: number): void {
    this.waiting.delete(message);
    const service = this.takenBy.get(message);
    if (!service) return;
    this.takenBy.delete(message);
    this.late.push({ message, service, at: now });
    if (this.late.length > MOST_LATE) this.late.shift();
  }

  /** Makes `message` the same as `before`, if there is one; `before` may be removed. */
  private goOn(message: OpenMessage, before: OpenMessage | 'several' | undefined): boolean {
    if (!before || before === 'several') return false;
    this.waiting.delete(message);
    // From another of our relays, the reply of which has not come: a filter has it before that tells.
    if (this.waiting.delete(before)) this.untold.push(before.accept());
    if (message.head.origin === 'client') this.filtered.add(message.scope.relay);
    const service = this.takenBy.get(before) ?? this.late.find((one) => one.message === before)?.service;
    if (service && !this.back.has(before)) service.back++;
    this.back.set(before, (this.back.get(before) ?? 0) + Math.max(1, message.head.recipientCount));
    message.head = before.head;
    message.continues = before.key;
    message.isAccepted = true;
    message.isFromWithin = false;
    goesOnNear(before, message.key);
    this.changed(message);
    if (this.open.has(before)) this.changed(before);
    return true;
  }

  /**
   * The message that one from the relay itself goes on from. Where several could be it, `several` while a reply may still tell, and in the
   * end (`isLast`) the first that has not come back, if all are from the same client and login.
   */
  private originalOf(message: OpenMessage, now: number, isLast: boolean): OpenMessage | 'several' | undefined {
    const found = this.candidates(message, now);
    const [first] = found;
    if (!first) return undefined;
    if (!isLast && found.some(({ head }) => head !== first.head)) return 'several';
    const { login, clientIp } = first.head;
    if (found.some(({ head }) => head.login !== login || head.clientIp !== clientIp)) return undefined;
    return found.findLast((candidate) => !this.back.has(candidate)) ?? first;
  }

  /** The newest first. */
  private candidates(message: OpenMessage, now: number): OpenMessage[] {
    const { messageId } = message.head;
    if (!message.isFromWithin || !isId(messageId)) return [];
    const isOne = (candidate: OpenMessage) => candidate.head.messageId === messageId && this.mayBe(candidate, message);
    const found: OpenMessage[] = [];
    let left = this.filtered.has(message.scope.relay) ? LOOKED_THROUGH_AT_FILTER : LOOKED_THROUGH;
    for (const candidate of this.open.fromNewest()) {
      if (left-- === 0) break;
      if (isOne(candidate)) found.push(candidate);
    }
    while (this.late[0] && Math.abs(now - this.late[0].at) > LATE_MS) this.late.shift();
    const late = this.late.map((one) => one.message).filter(isOne);
    return [...found, ...late.reverse()];
  }

  /** What two passes have in common, beside the message id. */
  private mayBe(before: OpenMessage, { scope, head, isFromWithin }: OpenMessage): boolean {
    const came = before.head;
    if (before.scope.relay !== scope.relay || !isFromWithin || came === head) return false;
    if (!before.isAccepted && !(before.fromRelay !== undefined && this.waiting.has(before))) return false;
    if (came.sender !== head.sender) return false;
    // Programs that hand in the same text in several messages do so in the same way each time: only another way is a way back.
    if (before.isFromWithin && came.origin === head.origin) return false;
    const isFilters = isLoopback(head.clientIp) || this.isFilter(scope.relay, head.clientIp);
    if (!isFilters && head.clientIp !== came.clientIp) return false;
    const back = this.back.get(before);
    // Aliases may make it more recipients; a filter that hands back each by itself, no more than it took.
    return back === undefined || back + Math.max(1, head.recipientCount) <= came.recipientCount;
  }
}

/** Something on the relay took the message. Where a filter had said itself that it did (`orig_queue_id=`), that may be on another host. */
function goesOnNear(message: OpenMessage, next: string): void {
  message.handedNear ||= message.continuedAs === undefined;
  message.continuedAs ??= next;
}

/** Without an address it came from a local program, or through a socket. */
export function isLoopback(ip: string | undefined): boolean {
  return ip === undefined || ip === '::1' || ip.startsWith('127.');
}
