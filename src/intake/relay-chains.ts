// Mail that one of our relays hands to another, as where customers hand in at one tier and another tier sends. In the log of the second it
// comes like any client's mail, without the login that the first has seen; it is the message that the first took.
//
//   relay1 4AAA: client=pc[192.0.2.5], sasl_username=ann   4AAA: message-id=<m1>   4AAA: from=<ann@x>, … (queue active)
//   relay2 4BBB: client=relay1.example[10.0.0.1]           4BBB: message-id=<m1>   4BBB: from=<ann@x>, … (queue active)
//   relay1 4AAA: to=<b@y>, relay=relay2.example[10.0.0.2]:25, …, status=sent (250 2.0.0 Ok: queued as 4BBB)
//
// Only the reply says that it is the same message: the relay and the queue id in it must be the other's, and message id and sender equal.
// Kept here is what such a reply said before the other's lines were read.
import type { OpenMessage, OpenMessages, QueueId, QueueScopes } from './open-messages.js';

/** Names and addresses of our relays, in lower case → the host that a relay's log gives. */
export type OwnRelays = ReadonlyMap<string, string>;

/** The other log may be read this much later (log time). */
const LATE_MS = 10 * 60_000;
const MOST_EXPECTED = 5_000;

/** What is handed over, and which of its recipients were put off before. */
interface Expected {
  before: OpenMessage;
  deferred: Set<string>;
  at: number;
}

/** Holds state, which is not saved. */
export class RelayChains {
  /** By relay and queue id, the oldest first. */
  private readonly expected = new Map<string, Expected>();

  /** `waiting` has the messages that wait to be told what they are; `changed` is told of messages whose row is another. */
  constructor(
    private readonly open: OpenMessages,
    private readonly scopes: QueueScopes,
    private readonly waiting: Set<OpenMessage>,
    private readonly changed: (message: OpenMessage) => void,
  ) {}

  /**
   * All of a message is known. Reports whether it is what another relay handed over, or waits for the reply that says so: none comes where
   * that relay's log is not read.
   */
  came(message: OpenMessage): boolean {
    const expected = this.take(message);
    if (expected) {
      this.join(message, expected.before, expected.deferred);
      return true;
    }
    const waits = message.fromRelay !== undefined && this.scopes.isRead(message.fromRelay);
    if (waits) this.waiting.add(message);
    return waits;
  }

  /**
   * The reply of `relay` to being handed `before` for a recipient names the message of an id there. Reports whether that is the same, or will
   * be when its lines come: they tell what becomes of it.
   */
  replied(relay: string, id: QueueId, before: OpenMessage, recipient: string, now: number): boolean {
    const { messageId } = before.head;
    const [message, another] = this.open.findOn(relay, id);
    if (!before.isAccepted || !isId(messageId) || another) return false;
    const deferred = this.deferredOf(message, relay, id, before, now);
    if (!deferred) return false;
    if (before.deferred?.delete(recipient)) deferred.add(recipient);
    this.changed(before);
    if (message) this.changed(message);
    return true;
  }

  /** Recipients put off of what `before` became, or will become; undefined for a message of its own. */
  private deferredOf(
    message: OpenMessage | undefined,
    relay: string,
    id: QueueId,
    before: OpenMessage,
    now: number,
  ): Set<string> | undefined {
    if (!message || !(message.isAccepted || this.waiting.has(message))) {
      return this.scopes.isRead(relay) ? this.expect(`${relay}/${id.text()}`, before, now) : undefined;
    }
    const isFromThere = this.waiting.has(message) && message.fromRelay === before.scope.relay;
    if (isFromThere && isSame(before, message)) this.join(message, before, new Set());
    if (message.continues !== before.key) return undefined;
    message.deferred ??= new Set();
    return message.deferred;
  }

  /** Makes `message` the same as `before`, but for where it is. */
  private join(message: OpenMessage, before: OpenMessage, deferred: Set<string>): void {
    this.waiting.delete(message);
    message.head = { ...before.head, relay: message.scope.relay, queueId: message.queueId };
    message.continues = before.key;
    message.isAccepted = true;
    message.fromRelay = undefined;
    message.deferred = deferred;
    this.changed(message);
  }

  private expect(key: string, before: OpenMessage, now: number): Set<string> {
    const known = this.expected.get(key);
    if (known?.before === before) return known.deferred;
    for (const [old, { at }] of this.expected) {
      if (this.expected.size < MOST_EXPECTED && Math.abs(now - at) <= LATE_MS) break;
      this.expected.delete(old);
    }
    const deferred = new Set<string>();
    this.expected.delete(key);
    this.expected.set(key, { before, deferred, at: now });
    return deferred;
  }

  /** What was said to become `message`; undefined too when that was another. */
  private take(message: OpenMessage): Expected | undefined {
    if (this.expected.size === 0) return undefined;
    const key = `${message.scope.relay}/${message.queueId}`;
    const expected = this.expected.get(key);
    this.expected.delete(key);
    return expected && isSame(expected.before, message) ? expected : undefined;
  }
}

/** Whether two messages, of which a reply says that they are one, have the message id and the sender in common. */
function isSame({ head }: OpenMessage, message: OpenMessage): boolean {
  return head.messageId === message.head.messageId && head.sender === message.head.sender;
}

/** Reports whether the log has a message id. */
export function isId(messageId: string | undefined): boolean {
  return messageId !== undefined && messageId !== '' && messageId !== '<>';
}
