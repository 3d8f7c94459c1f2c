// An accepted message in the relay's queue: attempts, retries, and the notification to its sender when a recipient is refused for good.
import { domainOf } from '../../../mail/address.js';
import { domainOfCustomer, type Recipient } from '../letter.js';
import { habitOf, outboundIpOf } from '../people.js';
import type { LogLine } from './postfix-log.js';
import { type Attempt, deliver, handOver } from './receivers.js';
import type { Reception } from './reception.js';

export interface Queued extends Reception {
  /** When its last recipient was accepted, practice ms. */
  at: number;
  queueId: string;
  /** The accepted ones. */
  recipients: Recipient[];
  /** Another MTA that it is handed to. */
  transport: string | undefined;
}

/** Retries after a deferral, as Postfix's queue manager spaces them (minimal_backoff_time 300 s, then twice as long). */
const RETRY_AFTER_MS = [0, 330_000, 990_000, 2_300_000];

/** Writes the lines from the open queue file to `removed`, and counts bounces. */
export function writeDeliveries(queued: Queued): LogLine[] {
  const { letter, pen, chance, queueId, recipients, at } = queued;
  const activeAt = at + chance.between(60, 250);
  const messageId = `${chance.text(12)}.${chance.text(6)}@${domainOf(letter.sender)}`;
  const lines = [
    pen.messageId(at + chance.between(10, 50), queueId, messageId),
    pen.active(activeAt, queueId, letter.sender, letter.sizeBytes, recipients.length),
  ];
  let doneAt = activeAt;
  let bounced = 0;
  for (const recipient of recipients) {
    const attempts = attemptsFor(queued, recipient, activeAt);
    lines.push(...attempts.map(({ line }) => line));
    const last = attempts.at(-1);
    doneAt = Math.max(doneAt, last?.at ?? activeAt);
    if (last?.attempt.status !== 'bounced') continue;
    bounced++;
    if (last.attempt.isMicrosoftBlock) queued.counters.note(letter.customer, 'refusedByMicrosoft', last.at);
  }
  if (bounced > 0) {
    queued.counters.count(letter.customer, 'bounced', bounced);
    lines.push(...notification(queued, doneAt + 20));
  }
  lines.push(pen.removed(doneAt + 40, queueId));
  return lines;
}

interface Made {
  at: number;
  attempt: Attempt;
  line: LogLine;
}

function attemptsFor(queued: Queued, recipient: Recipient, activeAt: number): Made[] {
  const { letter, pen, chance, queueId } = queued;
  const made: Made[] = [];
  for (const [i, waitMs] of RETRY_AFTER_MS.entries()) {
    const at = activeAt + waitMs + chance.between(500, 3_500);
    const attempt = attemptAt(queued, recipient, at, i === RETRY_AFTER_MS.length - 1);
    const line = pen.attempt(at, queueId, recipient.address, attempt, (at - letter.at) / 1000);
    made.push({ at, attempt, line });
    if (attempt.status !== 'deferred') break;
  }
  return made;
}

/** The last try always ends: a practice queue does not fill up. */
function attemptAt(
  { letter, chance, world, transport }: Queued,
  recipient: Recipient,
  at: number,
  isLast: boolean,
): Attempt {
  if (transport !== undefined) return handOver(transport, chance);
  const where = { at, outboundIp: outboundIpOf(letter.relay), isSpam: letter.scene !== undefined, world, chance };
  const attempt = deliver(recipient, where);
  return isLast && attempt.status === 'deferred' ? deliver(recipient, { ...where, isSpam: false }) : attempt;
}

/** The non-delivery notification: a message of the relay's own with the null sender, to the customer's mail server. */
function notification({ letter, pen, chance, queueId }: Queued, at: number): LogLine[] {
  const id = pen.queueId(at);
  const domain = domainOfCustomer(habitOf(letter.customer));
  const attempt: Attempt = {
    relay: `mx.${domain}[198.51.100.${200 + (domain.length % 50)}]:25`,
    status: 'sent',
    dsn: '2.0.0',
    text: `250 2.0.0 Ok: queued as ${chance.text(10)}`,
  };
  const sentAt = at + chance.between(300, 1_200);
  return [
    pen.messageId(
      at,
      id,
      `${new Date(at).toISOString().slice(0, 19).replace(/\D/g, '')}.${id}@${letter.relay}.northrelay.example`,
    ),
    pen.bounce(at + 1, queueId, id),
    pen.active(at + 2, id, '', chance.whole(3_000, 9_000), 1),
    pen.attempt(sentAt, id, letter.sender, attempt, (sentAt - at) / 1000),
    pen.removed(sentAt + 5, id),
  ];
}
