// The lines of one message, scattered over a log, joined into mail events. A message is known by relay, Postfix instance and
// queue id from its first line until `removed`. Memory is bounded: what no line has touched for a day (log time) is forgotten,
// and there is a cap. A message whose head was never seen (the log begins in its middle) still gives delivery events.
import type { MailEvent, MessageHead } from '../mail/event.js';
import type {
  ClientLine,
  DeliveryLine,
  NotificationLine,
  PostfixLine,
  QueuedLine,
  RejectLine,
} from './formats/postfix.js';

/** Longer than any retry interval (Postfix maximal_backoff_time is 4000 s), so only a message on hold is forgotten. */
const IDLE_MS = 24 * 3_600_000;
const SWEEP_EVERY = 20_000;
const SHARE_TO_FORGET = 0.01;
/** A retry comes after minimal_backoff_time (300 s) at the earliest: what tells first attempts apart when the head is unknown. */
const FIRST_ATTEMPT_SECONDS = 300;

/** A message between its first line and `removed`. Plain data: it is saved and loaded as JSON. */
export interface OpenMessage {
  head: MessageHead;
  lastAt: number;
  /** The head came from the lines of its arrival, not guessed from a delivery. */
  hasArrival: boolean;
  isAccepted: boolean;
  /** A content filter handed it back under this key: what the log says about it there is about the same message. */
  continuedAs?: string;
  continues?: string;
  /** Recipients with a deferred attempt behind them. */
  deferred: string[];
}

export interface JoinStats {
  open: number;
  /** Delivery lines whose message was never seen arriving. */
  headless: number;
  /** Messages forgotten because of age or of the cap. */
  forgotten: number;
}

export interface JoinOptions {
  maxOpen?: number;
}

/** Joins lines of any number of relays. Holds state; `see` is its only way in. */
export class Joiner {
  private readonly open = new Map<string, OpenMessage>();
  private readonly dirty = new Set<string>();
  private readonly maxOpen: number;
  private readonly counts = { headless: 0, forgotten: 0 };
  private sinceSweep = 0;

  constructor(options: JoinOptions = {}) {
    this.maxOpen = options.maxOpen ?? 200_000;
  }

  /** Takes the next line; answers the event it completes, if any. */
  see(line: PostfixLine): MailEvent | undefined {
    if (++this.sinceSweep >= SWEEP_EVERY) this.sweep(line.at);
    if (line.kind === 'login-failed') return loginFailed(line);
    if (line.kind === 'reject') return this.refused(line);
    const key = keyOf(line, line.queueId);
    if (line.kind === 'client') return this.arrived(key, line);
    if (line.kind === 'removed') return this.remove(key);
    if (line.kind === 'notification') return this.written(keyOf(line, line.newQueueId), line);
    const message = this.touch(key, line);
    switch (line.kind) {
      case 'pickup':
        message.hasArrival = true;
        message.head.origin = 'local';
        return undefined;
      case 'message-id':
        return this.identified(message, line.messageId);
      case 'queued':
        return this.queued(message, line);
      case 'delivery':
        return this.delivered(message, line);
      default:
        return line satisfies never;
    }
  }

  stats(): JoinStats {
    return { open: this.open.size, ...this.counts };
  }

  /** What changed since the last call: messages to save by key, undefined for those to delete. */
  takeChanges(): Map<string, OpenMessage | undefined> {
    const changes = new Map([...this.dirty].map((key) => [key, this.open.get(key)]));
    this.dirty.clear();
    return changes;
  }

  /** Puts saved messages back, before the first line. */
  restore(messages: Iterable<[string, OpenMessage]>): void {
    for (const [key, message] of messages) this.open.set(key, message);
  }

  private arrived(key: string, line: ClientLine): undefined {
    // The id of a message whose `removed` we missed is in use again: a new message.
    this.open.delete(key);
    const message = this.touch(key, line);
    message.hasArrival = true;
    const original = line.originalQueueId === undefined ? undefined : keyOf(line, line.originalQueueId);
    const before = original === undefined ? undefined : this.open.get(original);
    if (original !== undefined && before) {
      before.continuedAs = key;
      message.continues = original;
      message.head = before.head;
      message.isAccepted = true;
      return;
    }
    message.head.origin = 'client';
    message.head.clientName = own(line.clientName);
    message.head.clientIp = own(line.clientIp);
    if (line.login !== undefined) message.head.login = own(line.login);
  }

  private identified(message: OpenMessage, messageId: string): undefined {
    // cleanup alone, with no smtpd or pickup before it: the relay wrote this message itself.
    if (!message.hasArrival) message.head.origin = 'notification';
    message.hasArrival = true;
    message.head.messageId ??= own(messageId);
  }

  private written(key: string, line: NotificationLine): undefined {
    const message = this.touch(key, { at: line.at, relay: line.relay, queueId: line.newQueueId });
    message.hasArrival = true;
    message.head.origin = 'notification';
  }

  /** `queue active` comes once at arrival and again before every retry: only the first is news. */
  private queued(message: OpenMessage, line: QueuedLine): MailEvent | undefined {
    if (message.continues !== undefined) return undefined;
    message.head.sender = own(line.sender);
    message.head.sizeBytes = line.sizeBytes;
    message.head.recipientCount = line.recipientCount;
    if (!message.hasArrival || message.isAccepted) return undefined;
    message.isAccepted = true;
    message.head.acceptedAt = line.at;
    return { kind: 'accepted', at: line.at, message: message.head };
  }

  private delivered(message: OpenMessage, line: DeliveryLine): MailEvent | undefined {
    // Handed to the content filter: the message goes on under its other queue id.
    if (message.continuedAs !== undefined && line.status === 'sent') return undefined;
    if (!message.hasArrival) {
      this.counts.headless++;
      message.head.acceptedAt = line.at - line.delaySeconds * 1000;
    }
    const wasDeferred = message.deferred.includes(line.recipient);
    const isFirstAttempt = !wasDeferred && (message.hasArrival || line.delaySeconds < FIRST_ATTEMPT_SECONDS);
    if (line.status === 'deferred' && !wasDeferred) message.deferred.push(own(line.recipient));
    return {
      kind: 'delivery',
      at: line.at,
      message: message.head,
      recipient: line.recipient,
      isFirstAttempt,
      status: line.status,
      dsn: line.dsn,
      ...(line.remoteHost === undefined ? {} : { remoteHost: line.remoteHost }),
      ...(line.remoteIp === undefined ? {} : { remoteIp: line.remoteIp }),
      reply: line.reply,
    };
  }

  private refused(line: RejectLine): MailEvent {
    const message = line.queueId === undefined ? undefined : this.open.get(keyOf(line, line.queueId));
    const login = line.login ?? message?.head.login;
    return {
      kind: 'refused',
      at: line.at,
      relay: line.relay,
      ...(line.clientIp === undefined ? {} : { clientIp: line.clientIp }),
      ...(login === undefined ? {} : { login }),
      sender: line.sender,
      recipient: line.recipient,
      reply: line.reply,
    };
  }

  private remove(key: string): undefined {
    if (this.open.delete(key)) this.dirty.add(key);
  }

  private touch(key: string, line: { at: number; relay: string; queueId: string }): OpenMessage {
    let message = this.open.get(key);
    if (!message) {
      if (this.open.size >= this.maxOpen) this.forgetOldest();
      message = newMessage(line);
      this.open.set(own(key), message);
    }
    message.lastAt = line.at;
    this.dirty.add(key);
    return message;
  }

  private sweep(now: number): void {
    this.sinceSweep = 0;
    for (const [key, message] of this.open) if (Math.abs(now - message.lastAt) > IDLE_MS) this.forget(key);
  }

  private forgetOldest(): void {
    // Some at once: to look for the oldest each time would walk over the gaps the last ones left.
    let left = Math.ceil(this.maxOpen * SHARE_TO_FORGET);
    for (const key of this.open.keys()) {
      if (left-- === 0) return;
      this.forget(key);
    }
  }

  private forget(key: string): void {
    this.counts.forgotten++;
    this.remove(key);
  }
}

function newMessage(line: { at: number; relay: string; queueId: string }): OpenMessage {
  return {
    head: {
      relay: own(line.relay),
      queueId: own(line.queueId),
      acceptedAt: line.at,
      origin: 'unknown',
      sender: '',
      recipientCount: 0,
      sizeBytes: 0,
    },
    lastAt: line.at,
    hasArrival: false,
    isAccepted: false,
    deferred: [],
  };
}

function loginFailed(line: Extract<PostfixLine, { kind: 'login-failed' }>): MailEvent {
  const { at, relay, clientIp, login } = line;
  return { kind: 'login-failed', at, relay, clientIp, ...(login === undefined ? {} : { login }) };
}

/** Queue ids are unique within one instance on one host, and there only while in the queue. */
function keyOf(line: { relay: string; instance: string }, queueId: string): string {
  return `${line.relay}/${line.instance}/${queueId}`;
}

/** A copy that does not hold on to the buffer the line was cut from (V8 keeps the parent of a slice alive). */
function own(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
