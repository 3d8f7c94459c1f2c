// What a report changes: a complaint for the customer whose message it was, a late bounce for each recipient that failed. Nothing is
// counted that is not shown to be ours: anybody may write to the address that reports go to, and accuse whom he likes.
import { domainOf, normaliseAddress } from '../../mail/address.js';
import { UNATTRIBUTED } from '../../mail/customer.js';
import type { Complaint, Delivery, MailEvent, MessageHead } from '../../mail/event.js';
import { parseIp } from '../../mail/ip.js';
import { type AboutMessage, timeOf } from './about.js';
import type { ArfReport } from './arf.js';
import type { DsnReport } from './dsn.js';
import type { MessageIndex, SentMessage } from './message-index.js';
import type { Report } from './read-report.js';

/** What we know of ourselves. Names and addresses are lower case. */
export interface OurSide {
  find: MessageIndex['find'];
  /** The relay an outbound address belongs to, as the logs name it. */
  relayOfIp: (ip: string) => string | undefined;
  /** The relay of this name: as in the log, or as it greets. */
  relayOfHost: (host: string) => string | undefined;
  isCustomer: (id: string) => boolean;
  /** The customer whose sender domain it is; undefined for nobody's. */
  customerOfSender: (sender: string) => string | undefined;
  /** Field that our relays put the customer's id in, lower case; undefined when they put it nowhere. */
  customerHeader?: string | undefined;
  /** Now, in ms. */
  now: () => number;
}

/** The events of a report; none for what is not ours, not a failure, or known from the log already. */
export function toEvents(report: Report, ours: OurSide): MailEvent[] {
  if (report.kind === 'arf') return complaintOf(report, ours);
  return report.kind === 'dsn' ? lateBounces(report, ours) : [];
}

/**
 * Reports of failed authentication and of wanted mail keep their type; who counts complaints leaves them out. Recipients who complain
 * about one message come in reports of their own.
 */
function complaintOf(report: ArfReport, ours: OurSide): Complaint[] {
  const { about, feedbackType, reporter } = report;
  const outboundIp = report.sourceIp === undefined ? undefined : parseIp(report.sourceIp)?.toString();
  const found = findMessage(about, timeOf(report.arrivalDate), ours);
  const relay = found?.relay ?? relayOf(about, outboundIp, ours);
  if (relay === undefined) return [];
  return [
    {
      kind: 'complaint',
      at: ours.now(),
      message: headOf(about, found, relay, ours),
      feedbackType,
      reporter,
      ...(outboundIp === undefined || ours.relayOfIp(outboundIp) === undefined ? {} : { outboundIp }),
    },
  ];
}

/**
 * A relay's own notification tells what its log has told already, so that only the reports of servers behind it count: those had
 * accepted the message, and the log says `sent`.
 */
function lateBounces(report: DsnReport, ours: OurSide): Delivery[] {
  const { about, recipients, reportingMta } = report;
  const failed = recipients.filter(({ action }) => action === 'failed');
  const reporter = (reportingMta ?? report.reporter).toLowerCase();
  if (failed.length === 0 || ours.relayOfHost(reporter) !== undefined) return [];
  const found = findMessage(about, timeOf(report.arrivalDate), ours);
  const relay = found?.relay ?? relayOf(about, undefined, ours);
  if (relay === undefined || (found && isSameHost(found.relay, reporter))) return [];
  const message = headOf(about, found, relay, ours);
  const each = new Map(failed.map((recipient) => [normaliseAddress(recipient.finalRecipient), recipient]));
  return [...each].map(([recipient, { status, diagnosticCode = '', remoteMta }]) => ({
    kind: 'delivery',
    at: ours.now(),
    message,
    recipient,
    isFirstAttempt: false,
    status: 'bounced',
    dsn: status.startsWith('5.') ? status : '',
    ...(remoteMta === undefined ? {} : { remoteHost: (remoteMta.split(/[\s[(]/)[0] ?? '').toLowerCase() }),
    reply: diagnosticCode.slice(0, 2_000),
    isLate: true,
  }));
}

/** A log may give the short name of a host. */
function isSameHost(logged: string, told: string): boolean {
  const host = logged.toLowerCase();
  return told === host || (!host.includes('.') && told.split('.')[0] === host);
}

/** Times at which one of our relays may have had it: those of its own lines first. */
function findMessage(about: AboutMessage, arrivedAt: number | undefined, ours: OurSide): SentMessage | undefined {
  const hops = about.received.flatMap(({ by, at }) =>
    at === undefined ? [] : [{ at, isOurs: ours.relayOfHost(by) !== undefined }],
  );
  const hopTimes = [...hops.filter(({ isOurs }) => isOurs), ...hops.filter(({ isOurs }) => !isOurs)].map(
    ({ at }) => at,
  );
  return ours.find({
    queueIds: about.queueIds,
    messageId: about.messageId,
    times: [...hopTimes, arrivedAt, about.date].filter((at) => at !== undefined).slice(0, 6),
    senders: sendersOf(about),
  });
}

/** A relay of ours that had it, by its line in the copy or by the address it came from. */
function relayOf({ received }: AboutMessage, outboundIp: string | undefined, ours: OurSide): string | undefined {
  const byIp = outboundIp === undefined ? undefined : ours.relayOfIp(outboundIp);
  if (byIp !== undefined) return byIp;
  for (const { by } of received) {
    const relay = ours.relayOfHost(by);
    if (relay !== undefined) return relay;
  }
  return undefined;
}

/** Our own record, unless that knows nobody either, our relay's header, an id of ours in a return path; then whose sender or signing domain it is. */
function customerOf(about: AboutMessage, found: SentMessage | undefined, ours: OurSide): string | undefined {
  if (found && found.customer !== UNATTRIBUTED) return found.customer;
  const named = ours.customerHeader === undefined ? undefined : about.extraHeaders[ours.customerHeader];
  if (named !== undefined && ours.isCustomer(named)) return named;
  const verp = customerInPath(about.returnPath ?? '', ours);
  if (verp !== undefined) return verp;
  // Nobody's by how it came in: what its header says of its author, anybody may write.
  if (found) return undefined;
  const senders = [...sendersOf(about), ...about.dkimDomains.map((domain) => `@${domain}`)];
  for (const sender of senders) {
    const customer = ours.customerOfSender(sender);
    if (customer !== undefined && customer !== UNATTRIBUTED) return customer;
  }
  return undefined;
}

/**
 * The customer whose id a return path of ours carries (VERP): `bounce+cust-05+kari=b.example@relay.example`. Undefined for any other
 * address, and for one at a customer's own domain: words of an ordinary sender may be like an id by chance.
 */
export function customerInPath(
  returnPath: string,
  { isCustomer, customerOfSender }: Pick<OurSide, 'isCustomer' | 'customerOfSender'>,
): string | undefined {
  const local = returnPath.slice(0, Math.max(0, returnPath.lastIndexOf('@'))).slice(0, 200);
  const [, id, ...recipient] = local.split('+');
  if (id === undefined || !recipient.at(-1)?.includes('=') || !isCustomer(id)) return undefined;
  const owner = customerOfSender(normaliseAddress(returnPath));
  return owner === undefined || owner === UNATTRIBUTED ? id : undefined;
}

function sendersOf({ returnPath, from }: AboutMessage): string[] {
  return [returnPath, from].flatMap((address) => (address ? [normaliseAddress(address)] : []));
}

function headOf(about: AboutMessage, found: SentMessage | undefined, relay: string, ours: OurSide): MessageHead {
  const customer = customerOf(about, found, ours);
  const unknown = {
    ...{ recipientCount: 1, sizeBytes: 0 },
    ...(about.messageId === undefined ? {} : { messageId: about.messageId }),
    ...(customer === undefined ? {} : { customer }),
  };
  if (!found) {
    const sender = sendersOf(about).find((address) => domainOf(address) !== '') ?? '';
    return {
      relay,
      queueId: about.queueIds[0] ?? '',
      acceptedAt: about.date ?? ours.now(),
      origin: 'unknown',
      sender,
      ...unknown,
    };
  }
  return { ...headOfSent(found), ...unknown };
}

/** What we know of how a message of ours came in. */
export function headOfSent({
  relay,
  queueId = '',
  at,
  clientIp,
  login,
  sender,
}: SentMessage): Omit<MessageHead, 'recipientCount' | 'sizeBytes'> {
  return {
    relay,
    queueId,
    acceptedAt: at,
    origin: clientIp === '' ? 'local' : 'client',
    ...(clientIp === '' ? {} : { clientIp }),
    ...(login === '' ? {} : { login }),
    sender,
  };
}
