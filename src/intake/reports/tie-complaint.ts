// Complaints that come as events (JSON, KumoMTA's Feedback) and not by mail: whose message it was is asked of the same index.
import type { Complaint, MailEvent, MessageHead } from '../../mail/event.js';
import type { MessageIndex } from './message-index.js';
import { headOfSent } from './to-events.js';

/** The event itself, but a complaint that does not tell how its message came in: that one with what we know of the message. */
export function tieComplaint(event: MailEvent, find: MessageIndex['find']): MailEvent {
  if (event.kind !== 'complaint' || saysHowItCame(event.message)) return event;
  const { relay, queueId, messageId, acceptedAt, sender, customer } = event.message;
  const found = find({
    queueIds: queueId === '' ? [] : [queueId],
    queueRelay: relay,
    messageId,
    times: [acceptedAt],
    senders: sender === '' ? [] : [sender],
  });
  if (!found) return event;
  const named: Pick<Complaint, 'customer'> = customer === undefined ? { customer: found.customer } : {};
  return { ...event, ...named, message: { ...event.message, ...headOfSent(found) } };
}

function saysHowItCame({ login, clientIp }: MessageHead): boolean {
  return login !== undefined || clientIp !== undefined;
}
