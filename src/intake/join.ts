// The lines of one message, scattered over a log, joined into mail events. A message is known by relay, syslog name and queue id from its
// first line until `removed`; services of one Postfix may write under names of their own, so an id that is open under one other name of the
// relay is that message. Memory is bounded: what no line has touched for a day (log time) is forgotten,
// and there is a cap. A message whose head was never seen (the log begins in its middle) still gives delivery events.
import type { MailEvent, MessageHead } from '../mail/event.js';
import type { IntakeStats } from './formats/format.js';
import { HandOvers, isLoopback } from './hand-overs.js';
import {
  type Attempt,
  type Client,
  clientHead,
  deliveryOf,
  expiryOf,
  newHead,
  tellClient,
  tellQueued,
} from './joined.js';
import { messageOf, OpenChanges, type OpenMessageRow } from './open-changes.js';
import { OpenMessage, OpenMessages, QueueId, type QueueScope, QueueScopes } from './open-messages.js';

/** Longer than any retry interval (Postfix maximal_backoff_time is 4000 s), so only a message on hold is forgotten. */
const IDLE_MS = 24 * 3_600_000;
const SWEEP_EVERY = 20_000;
const SHARE_TO_FORGET = 0.01;
/** A retry comes after minimal_backoff_time (300 s) at the earliest: what tells first attempts apart when the head is unknown. */
const FIRST_ATTEMPT_SECONDS = 300;

/** Joins lines of any number of relays. Holds state. */
export class Joiner {
  private readonly open = new OpenMessages();
  private readonly scopes = new QueueScopes();
  readonly handOvers = new HandOvers(this.open, this.scopes, (message) => this.changed(message));
  private readonly changes = new OpenChanges();
  private readonly maxOpen: number;
  private readonly counts = { headless: 0, forgotten: 0 };
  private readonly other = new QueueId();
  private sinceSweep = 0;
  /** Time of the line that is being taken, ms, on the log's clock. */
  now = 0;

  constructor({ maxOpen = 200_000 }: { maxOpen?: number } = {}) {
    this.maxOpen = maxOpen;
  }

  /** The scope of an instance: always the same object. */
  scopeOf(relay: string, instance: string): QueueScope {
    return this.scopes.of(relay, instance);
  }

  /** `client=`: the first line of a message that came over SMTP. */
  arrived(id: QueueId, client: Client, original?: QueueId): void {
    this.endOldLife(id);
    const before = original && this.open.findOriginal(original);
    if (before) {
      this.goOn(id, before);
      return;
    }
    const message = this.begin(id, clientHead(id, this.now, client));
    message.hasArrival = true;
    const isFilter = client.login === undefined && this.handOvers.isFilter(id.scope.relay, client.ip);
    message.isFromWithin = client.isFromWithin || isFilter;
    message.fromRelay = client.relay;
  }

  /** `uid=`: from a local program, or an old message queued anew (`postsuper -r`) under another id. */
  pickedUp(id: QueueId, sender: string, original?: QueueId): void {
    this.endOldLife(id);
    const before = original && this.open.findOriginal(original);
    if (before) {
      this.goOn(id, before).deferred = before.deferred;
      this.remove(before);
      return;
    }
    const message = this.begin(id, newHead(id, this.now, 'local'));
    message.hasArrival = message.isFromWithin = true;
    message.head.sender = sender;
  }

  /** `message-id=`: of the message itself, or (`isResent`) of a forwarding of it, which counts when there is no other. */
  identified(id: QueueId, messageId: string, isResent: boolean): void {
    // cleanup alone, with no smtpd or pickup before it: the relay wrote this message itself.
    const message = this.find(id) ?? this.begin(id, newHead(id, this.now, 'notification'));
    if (!message.hasArrival) message.head.origin = 'notification';
    message.hasArrival = true;
    if (!isResent || message.head.messageId === undefined) message.head.messageId = messageId;
    if (message.isFromWithin && message.head.origin === 'local') this.handOvers.cameByProgram(message, this.now);
    this.changed(message);
  }

  /** A non-delivery or delay report that the relay wrote. */
  written(id: QueueId): void {
    const message = this.touch(id);
    message.hasArrival = true;
    message.head.origin = 'notification';
  }

  /** `queue active` comes once at arrival and again before every retry: only the first is news. */
  queued(id: QueueId, sender: string, sizeBytes: number, recipientCount: number): MailEvent | undefined {
    const message = this.touch(id);
    if (message.continues !== undefined) return undefined;
    const { head } = message;
    tellQueued(head, sender, sizeBytes, recipientCount);
    if (!message.hasArrival || message.isAccepted) return undefined;
    head.acceptedAt = this.now;
    const isOpen = message.isFromWithin && head.origin === 'client' && head.login === undefined;
    const { handOvers } = this;
    if (isOpen ? handOvers.cameBack(message, this.now) : handOvers.cameByRelay(message)) return undefined;
    return message.accept();
  }

  /** Whether there may be messages that wait: see `awaited`. */
  get isWaiting(): boolean {
    return this.handOvers.isWaiting;
  }

  /** Before a message is delivered: its acceptance, when it waited for a filter's reply to tell which message it is, and none did. */
  awaited(id: QueueId): MailEvent | undefined {
    const message = this.find(id);
    return message && this.handOvers.isOwn(message, this.now) ? message.accept() : undefined;
  }

  /** The reply to a hand-over, `queued as` `next`. Reports whether lines of another of our relays tell the rest. */
  handedOver(id: QueueId, next: QueueId, attempt: Attempt): boolean {
    const before = this.find(id);
    return before !== undefined && this.handOvers.replied(next, before, attempt, this.now);
  }

  /** Whose the message is that a filter before the queue passed on. Its acceptance, when it waited for that. */
  passedOn(id: QueueId, client: Client): MailEvent | undefined {
    const message = this.open.findOriginal(id);
    if (!message?.isFromWithin || message.isAccepted) return undefined;
    if (message.head.origin !== 'client' || message.head.login !== undefined) return undefined;
    if (!isLoopback(message.head.clientIp) && message.head.clientIp !== client.ip) return undefined;
    tellClient(message.head, client);
    this.changed(message);
    return this.handOvers.isTold(message) ? message.accept() : undefined;
  }

  /** The replies of a filter before the queue say whose a message is. */
  expectReplies(relay: string): void {
    this.handOvers.fronted.add(relay);
  }

  /** A pipe(8) service took the message. */
  taken(id: QueueId, service: string): void {
    this.handOvers.taken(this.touch(id), service);
  }

  /** One attempt for one recipient. */
  delivered(id: QueueId, attempt: Attempt): MailEvent | undefined {
    const message = this.touch(id);
    const { status } = attempt;
    if (this.handOvers.isHandOver(message, attempt)) return undefined;
    if (!message.hasArrival) {
      this.counts.headless++;
      message.head.acceptedAt = this.now - attempt.delaySeconds * 1000;
    }
    const { recipient } = attempt;
    const wasDeferred = message.deferred?.has(recipient) === true;
    const isFirstAttempt = !wasDeferred && (message.hasArrival || attempt.delaySeconds < FIRST_ATTEMPT_SECONDS);
    if (status === 'deferred') {
      message.deferred ??= new Set();
      message.deferred.add(recipient);
    } else if (wasDeferred) message.deferred?.delete(recipient);
    return deliveryOf(message.head, this.now, attempt, recipient, isFirstAttempt);
  }

  /** The relay gave up: the message goes back, and every recipient that was put off gets no further attempt. */
  expired(id: QueueId, reply: string): MailEvent[] {
    const message = this.find(id);
    if (!message) return [];
    const events = [...(message.deferred ?? [])].map((to) => expiryOf(message.head, this.now, to, reply));
    message.deferred = undefined;
    this.changed(message);
    return events;
  }

  /** Reports whether a message of that id is open, and leaves it with the id: what the line says of it needs no second look-up. */
  isOpen(id: QueueId): boolean {
    id.message = this.open.find(id);
    return id.message !== undefined;
  }

  /** What is known of a message; no more than its id where none is open. */
  headOf(id: QueueId): MessageHead {
    return this.find(id)?.head ?? newHead(id, this.now, 'unknown');
  }

  /** The login a message came in with, if it is known. */
  loginOf(id: QueueId): string | undefined {
    return this.find(id)?.head.login;
  }

  /** `removed`, or refused after its queue file was begun: nothing more will be said of it. */
  removed(id: QueueId): void {
    if (++this.sinceSweep >= SWEEP_EVERY) {
      this.sweep();
      // It may be among those that are forgotten now.
      id.message = undefined;
    }
    const message = this.find(id);
    if (message) this.remove(message);
  }

  stats(): IntakeStats {
    return { open: this.open.size, ...this.counts };
  }

  /** What changed since the last call: messages to save by key, undefined for those to delete. */
  takeChanges(): Map<string, OpenMessageRow | undefined> {
    return this.changes.take();
  }

  /** Puts saved messages back, before the first line. */
  restore(messages: Iterable<[string, OpenMessageRow]>): void {
    for (const [key, row] of messages) {
      const message = messageOf(key, row, this.scopes, this.other);
      if (!message) continue;
      this.open.add(message);
      this.handOvers.restored(message);
    }
  }

  private find(id: QueueId): OpenMessage | undefined {
    return id.message ?? this.open.find(id) ?? this.open.findElsewhere(id);
  }

  /** The message of that id, begun with what is known if no line of its arrival was seen. */
  private touch(id: QueueId): OpenMessage {
    const message = this.find(id) ?? this.begin(id, newHead(id, this.now, 'unknown'));
    this.changed(message);
    return message;
  }

  private changed(message: OpenMessage): void {
    message.lastAt = this.now;
    this.changes.note(message);
    if (++this.sinceSweep >= SWEEP_EVERY) this.sweep();
  }

  private begin(id: QueueId, head: MessageHead, queueId = head.queueId): OpenMessage {
    if (this.open.size >= this.maxOpen) this.forgetOldest();
    const message = new OpenMessage(id.scope, id, head, queueId, this.now);
    this.open.add(message);
    this.changes.note(message);
    return message;
  }

  /** The same message under another id, by which it is saved too: what it is stays as it was. */
  private goOn(id: QueueId, before: OpenMessage): OpenMessage {
    if (before.fromRelay !== undefined) this.handOvers.settle(before, this.now);
    const message = this.begin(id, before.head, id.text());
    message.continues = before.key;
    message.hasArrival = message.isAccepted = true;
    before.continuedAs = message.key;
    // It may just have been the oldest of too many.
    if (this.open.has(before)) this.changed(before);
    return message;
  }

  /** The id of a message whose `removed` we missed is in use again: a new message. */
  private endOldLife(id: QueueId): void {
    const old = this.open.find(id);
    if (old) this.remove(old);
  }

  private remove(message: OpenMessage): void {
    if (this.handOvers.isWaiting) this.handOvers.settle(message, this.now);
    this.open.delete(message);
    this.changes.noteGone(message);
    if (!this.handOvers.isEmpty) this.handOvers.gone(message, this.now);
  }

  private sweep(): void {
    this.sinceSweep = 0;
    const { now } = this;
    for (const message of this.open) if (Math.abs(now - message.lastAt) > IDLE_MS) this.forget(message);
  }

  private forgetOldest(): void {
    let left = Math.ceil(this.maxOpen * SHARE_TO_FORGET);
    for (const message of this.open) {
      if (left-- === 0) return;
      this.forget(message);
    }
  }

  private forget(message: OpenMessage): void {
    this.counts.forgotten++;
    this.remove(message);
  }
}
