// Messages that a content filter on the relay hands back without saying which they were: over loopback (`client=localhost[127.0.0.1]`), or
// by sendmail(1) (`pickup: uid=…`), under a queue id of their own (Postfix' FILTER_README). What they go on from has the same message id
// and sender, came from elsewhere, and is still open; or was just removed, when it went to a program that wrote no reply.
//
//   4AAA: client=pc[192.0.2.5], sasl_username=ann   4AAA: message-id=<m1>   4AAA: from=<ann@x>, … (queue active)
//   4BBB: client=localhost[127.0.0.1]               4BBB: message-id=<m1>   4BBB: from=<ann@x>, … (queue active)
//   4AAA: to=<b@y>, relay=127.0.0.1[127.0.0.1]:10024, …, status=sent (250 2.0.0 Ok: queued as 4BBB)
//
// Mail that one of our relays hands to another is joined in the same way (relay-chains.ts).
// The reply comes last. Where a filter was seen at work, a message that nothing stands out for waits for it, until it is delivered itself.
import type { MessageHead } from '../mail/event.js';
import type { Attempt } from './joined.js';
import type { OpenMessage, OpenMessages, QueueId } from './open-messages.js';
import type { RelayChains } from './relay-chains.js';

/** How many of the newest messages are looked through; more where there is a filter, and a backlog before it. */
const LOOKED_THROUGH = 200;
const LOOKED_THROUGH_AT_FILTER = 5_000;
/** How long after its `removed` what a program took may come back: pickup(8) is told at once. */
const LATE_MS = 120_000;
const MOST_LATE = 1_000;

interface Service {
  taken: number;
  back: number;
}

/** Holds state; nothing here is known after a restart but by the next message. */
export class HandOvers {
  /** Hosts on which a message came back over loopback. */
  private readonly filtered = new Set<string>();
  /** Hosts with a filter before the queue, the reply of which says whose a message is. */
  readonly fronted = new Set<string>();
  /** How many messages a pipe(8) service took, and how many of them came back. */
  private readonly services = new Map<string, Service>();
  private readonly takenBy = new Map<OpenMessage, Service>();
  /** Removed messages that a program took. */
  private readonly late: { message: OpenMessage; service: Service; at: number }[] = [];
  private readonly waiting = new Set<OpenMessage>();
  /** Messages of which a filter before the queue said so before they were in it. */
  private readonly told = new WeakSet<OpenMessage>();
  /** How many recipients of a message came back. */
  private readonly back = new WeakMap<OpenMessage, number>();

  /** `changed` is told of messages that are open and whose row is another. */
  constructor(
    private readonly open: OpenMessages,
    private readonly chains: RelayChains,
    private readonly changed: (message: OpenMessage) => void,
  ) {}

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

  /** A message came over loopback, or from another of our relays. Reports whether it is one that is known, or waits for the reply that says so. */
  cameBack(message: OpenMessage, now: number): boolean {
    if (this.told.has(message)) return false;
    const expected = message.isFromRelay ? this.chains.expectedAs(message) : undefined;
    const before = expected ?? this.originalOf(message, now, false);
    if (before !== 'several' && this.goOn(message, before)) return true;
    const { relay } = message.scope;
    // A filter before the queue may name the client's address, which does not say yet whose the message is: many may share it.
    const waits = before === 'several' || message.isFromRelay || this.fronted.has(relay) || this.filtered.has(relay);
    if (waits) this.waiting.add(message);
    return waits;
  }

  /** A saved message is open again: it may have waited. */
  restored(message: OpenMessage): void {
    if ((message.isFromWithin || message.isFromRelay) && !message.isAccepted) this.waiting.add(message);
  }

  /** Nothing will tell any more what a message is. Reports whether it waited, and is one of its own. */
  isOwn(message: OpenMessage, now: number): boolean {
    return (
      this.waiting.delete(message) && !message.isAccepted && !this.goOn(message, this.originalOf(message, now, true))
    );
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

  /** The reply to being handed `before` names the message of an id: on the relay itself, or on another of ours. */
  replied(id: QueueId, before: OpenMessage, { toRelay, remoteIp }: Attempt, now: number): void {
    const message = toRelay === undefined ? this.open.findOriginal(id) : undefined;
    if (message) this.named(message, before, remoteIp);
    if (toRelay !== undefined) this.namedElsewhere(id, before, toRelay, now);
  }

  /** A reply names `message`; or another that has its id, if it was no filter. `from` is the address that it came from. */
  private named(message: OpenMessage, before: OpenMessage, from?: string): void {
    const { messageId } = before.head;
    const isBack = message.isFromWithin || message.isFromRelay || message.continues !== undefined;
    const isSame = !isId(messageId) || messageId === message.head.messageId;
    if (before === message || !before.isAccepted || !isSame) return;
    if (!isBack) this.learn(message, before, from);
    else if (message.continues !== before.key) this.goOn(message, before);
  }

  /** The reply of another of our relays names the message, some lines or all of which may not have come yet. */
  private namedElsewhere(id: QueueId, before: OpenMessage, relay: string, now: number): void {
    const message = this.open.findOnOtherHost(id);
    if (message?.head.messageId !== undefined) this.named(message, before);
    else if (before.isAccepted && this.chains.expect(id.text(), before, relay, now)) goesOnNear(before, id.text());
  }

  /** Too late for the message at hand, which was told as one of its own: the address it came from is our relay's, or a filter's. */
  private learn(message: OpenMessage, before: OpenMessage, from: string | undefined): void {
    const { clientIp, login, messageId, sender } = message.head;
    if (!isId(messageId) || sender !== before.head.sender) return;
    const [relay, next] = [before.scope.relay, message.scope.relay];
    if (relay !== next) this.chains.learn(relay, next, clientIp);
    else if (from !== undefined && from === clientIp && login === undefined) this.chains.learnFilter(relay, from);
  }

  /** Whether what was sent there was handed to a filter, or to another of our relays: the message goes on under its other queue id. */
  isHandOver({ continuedAs, handedNear, scope }: OpenMessage, attempt: Attempt): boolean {
    if (continuedAs === undefined || attempt.status !== 'sent') return false;
    return !handedNear || !isElsewhere(attempt) || this.chains.isFilter(scope.relay, attempt.remoteIp);
  }

  /** Mail that goes straight to others leaves by no other relay of ours. */
  attempted({ scope }: OpenMessage, attempt: Attempt): void {
    if (this.chains.areKnown && attempt.status === 'sent' && isElsewhere(attempt))
      this.chains.leftStraight(scope.relay);
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
    const isAcross = message.scope.relay !== before.scope.relay;
    if (isAcross) this.chains.learn(before.scope.relay, message.scope.relay, message.head.clientIp);
    else if (message.head.origin === 'client') this.filtered.add(message.scope.relay);
    const service = this.takenBy.get(before) ?? this.late.find((one) => one.message === before)?.service;
    if (service && !this.back.has(before)) service.back++;
    this.back.set(before, (this.back.get(before) ?? 0) + Math.max(1, message.head.recipientCount));
    message.head = isAcross ? { ...before.head, ...placeOf(message) } : before.head;
    message.continues = before.key;
    message.isAccepted = true;
    message.isFromWithin = message.isFromRelay = false;
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
    if (!isId(messageId)) return [];
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
  private mayBe(before: OpenMessage, { scope, head, isFromWithin, isFromRelay }: OpenMessage): boolean {
    const came = before.head;
    const isHere = before.scope.relay === scope.relay;
    if (!(isHere ? isFromWithin : isFromRelay) || !before.isAccepted || came === head) return false;
    if (came.sender !== head.sender) return false;
    // Programs that hand in the same text in several messages do so in the same way each time: only another way is a way back.
    if (isHere && before.isFromWithin && came.origin === head.origin) return false;
    const isFilters = isLoopback(head.clientIp) || this.chains.isFilter(scope.relay, head.clientIp);
    if (isHere && !isFilters && head.clientIp !== came.clientIp) return false;
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

/** Reports whether it was sent to a host that is neither the relay itself nor another of ours. */
function isElsewhere({ remoteIp, toRelay }: Attempt): boolean {
  return toRelay === undefined && !isLoopback(remoteIp);
}

/** What a message has of its own wherever it was before. */
function placeOf({ scope, queueId }: OpenMessage): Pick<MessageHead, 'relay' | 'queueId'> {
  return { relay: scope.relay, queueId };
}

function isId(messageId: string | undefined): boolean {
  return messageId !== undefined && messageId !== '' && messageId !== '<>';
}

/** Without an address it came from a local program, or through a socket. */
export function isLoopback(ip: string | undefined): boolean {
  return ip === undefined || ip === '::1' || ip.startsWith('127.');
}
