// What joined lines are handed on as: the head of a message and the event of an attempt, each made as an object at once. Pure.
import type { Delivery, MessageHead } from '../mail/event.js';
import type { QueueId } from './open-messages.js';

const MOST_BYTES = Number.MAX_SAFE_INTEGER;
const MOST_RECIPIENTS = 100_000;

/** What a line says of an attempt; one object is used again for every line, and makes what it is asked for. */
export interface Attempt {
  recipient: string;
  status: Delivery['status'];
  remoteHost: string | undefined;
  remoteIp: string | undefined;
  /** Seconds since the message arrived. */
  delaySeconds: number;
  dsn: string;
  reply: string;
  /** The host that it was sent to is another of our relays: what its log calls it. */
  toRelay: string | undefined;
}

/** The client of a message that came over SMTP. */
export interface Client {
  name: string;
  ip: string | undefined;
  login: string | undefined;
  /** It is the relay itself, without a login; it may pass on what another client sent. */
  isFromWithin: boolean;
  /** It is another of our relays, which may pass on what it took: what its log calls it. */
  relay?: string | undefined;
  /** It had handed over another message in the same session; undefined where the log does not tell. */
  isSameSession: boolean | undefined;
}

/** The head of a message of which no more is known than where it is from. */
export function newHead(id: QueueId, acceptedAt: number, origin: MessageHead['origin']): MessageHead {
  return {
    relay: id.scope.relay,
    queueId: id.text(),
    acceptedAt,
    origin,
    sender: '',
    recipientCount: 0,
    sizeBytes: 0,
  };
}

/**
 * The head of a message that came over SMTP. Nearly all are known by name, address and login, and an object is made faster with all it has
 * than bit by bit.
 */
export function clientHead(id: QueueId, acceptedAt: number, client: Client): MessageHead {
  const { name: clientName, ip: clientIp, login, isSameSession } = client;
  if (clientIp !== undefined && login !== undefined && isSameSession !== undefined) {
    return {
      relay: id.scope.relay,
      queueId: id.text(),
      acceptedAt,
      origin: 'client',
      sender: '',
      recipientCount: 0,
      sizeBytes: 0,
      clientName,
      clientIp,
      login,
      isSameSession,
    };
  }
  const head = newHead(id, acceptedAt, 'client');
  head.clientName = clientName;
  if (clientIp !== undefined) head.clientIp = clientIp;
  if (login !== undefined) head.login = login;
  if (isSameSession !== undefined) head.isSameSession = isSameSession;
  return head;
}

/** Puts in a head what the queue manager says. Broken lines hold any number. */
export function tellQueued(head: MessageHead, sender: string, sizeBytes: number, recipientCount: number): void {
  head.sender = sender;
  head.sizeBytes = Math.min(sizeBytes, MOST_BYTES);
  head.recipientCount = Math.min(recipientCount, MOST_RECIPIENTS);
}

/** Puts in a head what is known later of its client. */
export function tellClient(head: MessageHead, { name, ip, login, isSameSession }: Client): void {
  if (ip !== undefined) Object.assign(head, { clientName: name, clientIp: ip });
  if (login !== undefined) head.login = login;
  if (isSameSession !== undefined) head.isSameSession = isSameSession;
}

/** The event of an attempt. Written out case by case: built up piece by piece it costs several times as much, and nothing is made as often. */
export function deliveryOf(
  message: MessageHead,
  at: number,
  attempt: Attempt,
  recipient: string,
  isFirstAttempt: boolean,
): Delivery {
  const { status, dsn, remoteHost, remoteIp, reply } = attempt;
  if (remoteHost === undefined) {
    return { kind: 'delivery', at, message, recipient, isFirstAttempt, status, dsn, reply };
  }
  if (remoteIp === undefined) {
    return { kind: 'delivery', at, message, recipient, isFirstAttempt, status, dsn, remoteHost, reply };
  }
  return { kind: 'delivery', at, message, recipient, isFirstAttempt, status, dsn, remoteHost, remoteIp, reply };
}

/** The event of a recipient that gets no further attempt. */
export function expiryOf(message: MessageHead, at: number, recipient: string, reply: string): Delivery {
  return { kind: 'delivery', at, message, recipient, isFirstAttempt: false, status: 'expired', dsn: '', reply };
}
