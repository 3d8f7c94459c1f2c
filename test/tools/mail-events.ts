// Single mail events for tests of detection: a message with what matters said and the rest filled in.
import type { Accepted, Delivery, MailEvent, MessageHead } from '../../src/mail/event.js';

export const T0 = Date.UTC(2026, 2, 3, 9);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

let nextQueueId = 0;

export function message(change: Partial<MessageHead> & { sender: string }): MessageHead {
  return {
    relay: 'relay1',
    queueId: `Q${nextQueueId++}`,
    acceptedAt: T0,
    origin: 'client',
    clientIp: '192.0.2.5',
    recipientCount: 1,
    sizeBytes: 4_000,
    ...change,
  };
}

export function accepted(head: MessageHead): Accepted {
  return { kind: 'accepted', at: head.acceptedAt, message: head };
}

export function delivery(head: MessageHead, recipient: string, change: Partial<Delivery> = {}): Delivery {
  return {
    kind: 'delivery',
    at: head.acceptedAt + 2_000,
    message: head,
    recipient,
    isFirstAttempt: true,
    status: 'sent',
    dsn: '2.0.0',
    reply: '250 ok',
    ...change,
  };
}

export const UNKNOWN_USER = { status: 'bounced', dsn: '5.1.1', reply: '550 5.1.1 User unknown' } as const;
export const AS_SPAM = { status: 'bounced', dsn: '5.7.1', reply: '550 5.7.1 rejected as spam' } as const;

/** A message accepted and delivered to one acquaintance at once: an ordinary one. */
export function ordinary(sender: string, at: number, change: Partial<MessageHead> = {}): MailEvent[] {
  const head = message({ sender, acceptedAt: at, ...change });
  return [accepted(head), delivery(head, `friend-of-${sender}`)];
}

/** Spam: `count` messages a minute apart, three strangers each, every second of them unknown. */
export function spam(senderOf: (i: number) => string, since: number, count: number, change: Partial<MessageHead> = {}) {
  return Array.from({ length: count }, (_, i): MailEvent[] => {
    const head = message({ sender: senderOf(i), acceptedAt: since + i * 60_000, recipientCount: 3, ...change });
    const strangers = [0, 1, 2].map((n) => `stranger${since}.${i}.${n}@site${i}.test`);
    return [accepted(head), ...strangers.map((to, n) => delivery(head, to, n === 1 ? {} : UNKNOWN_USER))];
  }).flat();
}
