// Complaints and late bounces that come as events (JSON, KumoMTA's Feedback and OOB) and not by mail: whose message it was is asked of the
// same index, then of the return path.
import { UNATTRIBUTED } from '../../mail/customer.js';
import type { Complaint, Delivery, MailEvent, MessageHead } from '../../mail/event.js';
import { customerInPath, headOfSent, type OurSide } from './to-events.js';

/** The event itself, but a report that does not tell how its message came in: that one with what we know of the message. */
export function tieReport(
  event: MailEvent,
  ours: Pick<OurSide, 'find' | 'isCustomer' | 'customerOfSender'>,
): MailEvent {
  if (!isReport(event) || saysHowItCame(event.message)) return event;
  const { relay, queueId, messageId, acceptedAt, sender, customer } = event.message;
  const found = ours.find({
    queueIds: queueId === '' ? [] : [queueId],
    queueRelay: relay,
    messageId,
    times: [acceptedAt],
    senders: sender === '' ? [] : [sender],
  });
  const known = found?.customer === UNATTRIBUTED ? undefined : found?.customer;
  const owner = customer ?? known ?? customerInPath(sender, ours);
  if (!found && owner === customer) return event;
  const message = { ...event.message, ...(found ? headOfSent(found) : {}) };
  return { ...event, message: owner === undefined ? message : { ...message, customer: owner } };
}

function isReport(event: MailEvent): event is Complaint | Delivery {
  return event.kind === 'complaint' || (event.kind === 'delivery' && event.isLate === true);
}

function saysHowItCame({ login, clientIp }: MessageHead): boolean {
  return login !== undefined || clientIp !== undefined;
}
