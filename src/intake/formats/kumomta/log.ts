// KumoMTA logs: a JSON record a line (record.ts), joined into messages by their spool id. A Reception says how a message came in; logins
// and client addresses of later records stand in `meta`, where the operator's configuration puts them there.
import { hostname } from 'node:os';
import { domainOf, normaliseAddress } from '../../../mail/address.js';
import type { Complaint, Delivery, MailEvent, MessageHead } from '../../../mail/event.js';
import { readEndpoint, readOutboundEndpoint } from '../endpoint.js';
import type { LogFormat } from '../format.js';
import { bookIntake, firstLines, lineReader, type NotUnderstood } from '../line-reader.js';
import { MessageBook } from '../message-book.js';
import { faultOf, type KumoRecord, outboundIpOf, readKumoRecord, replyOf, statusOf, tenantOf } from './record.js';
import { readShutOut } from './shut-out.js';

type Take = (event: MailEvent) => void;

export const kumomta: LogFormat = {
  id: 'kumomta',
  name: 'KumoMTA',
  looksLike: (bytes) => firstLines(bytes).some((line) => line.startsWith('{') && readKumoRecord(line) !== undefined),
  open() {
    const book = new MessageBook();
    return bookIntake(book, (_source, relay = hostname()) =>
      lineReader<KumoRecord>({
        parse,
        timeOf: (line) => readKumoRecord(line)?.at,
        tell: (record, take) => tell(book, record, relay, take),
      }),
    );
  },
};

/** A log hook's own messages carry log records, not mail. The rest of what is left out says why a message waits, or where. */
function parse(line: string): KumoRecord | NotUnderstood | 'other' {
  const record = readKumoRecord(line);
  if (!record) return notUnderstood(faultOf(line));
  return record.reception_protocol === 'LogRecord' || SILENT.has(record.type) ? 'other' : record;
}

function notUnderstood(fault: string): NotUnderstood {
  return { fault, error: fault };
}

const SILENT: ReadonlySet<string> = new Set(['AdminRebind', 'DeferredInjectionRebind', 'Delayed']);

function tell(book: MessageBook, record: KumoRecord, relay: string, take: Take): void {
  const status = STATUS[record.type];
  if (status !== undefined) attempted(book, record, relay, status, take);
  else if (record.type === 'Reception') arrived(book, record, relay, take);
  else if (record.type === 'OOB') for (const event of lateBounces(record, relay)) take(event);
  else if (record.type === 'Feedback') take(complaint(record, relay));
  else if (record.type === 'Rejection') for (const event of refusals(record, relay)) take(event);
  else if (record.type === 'XferOut') book.close(keyOf(relay, record.id));
  // It was accepted, and counted, by the node it comes from.
  else if (record.type === 'XferIn') addMessage(book, record, relay);
}

/** A message that the operator threw away was given up: no receiver refused it. */
const STATUS: Partial<Record<KumoRecord['type'], Delivery['status']>> = {
  Delivery: 'sent',
  TransientFailure: 'deferred',
  Bounce: 'bounced',
  Expiration: 'expired',
  AdminBounce: 'expired',
};

function arrived(book: MessageBook, record: KumoRecord, relay: string, take: Take): void {
  take({ kind: 'accepted', at: record.at, message: addMessage(book, record, relay) });
}

function addMessage(book: MessageBook, record: KumoRecord, relay: string): MessageHead {
  const recipients = Math.max(1, record.recipient.length);
  return book.add(keyOf(relay, record.id), headOf(record, relay, true), record.at, recipients).head;
}

function attempted(book: MessageBook, record: KumoRecord, relay: string, status: Delivery['status'], take: Take): void {
  const key = keyOf(relay, record.id);
  const message = book.find(key, record.at) ?? book.addHeadless(key, headOf(record, relay, false), record.at);
  const isTried = record.type !== 'Expiration' && record.type !== 'AdminBounce';
  // Attempts are counted from 0, approximately after a restart: then our own count decides.
  const isFirst = !isTried || record.num_attempts > 0 ? false : undefined;
  for (const recipient of record.recipient) {
    const isFirstAttempt = book.noteAttempt(message, recipient, status, isFirst);
    take(deliveryOf(record, message.head, recipient, status, isFirstAttempt));
  }
  // One id, one recipient, where the beginning was not seen.
  if (message.head.origin === 'unknown' && status !== 'deferred') book.close(key);
}

function deliveryOf(
  record: KumoRecord,
  message: MessageHead,
  recipient: string,
  status: Delivery['status'],
  isFirstAttempt: boolean,
): Delivery {
  const { name = '', addr = '' } = record.peer_address ?? {};
  const remoteHost = name.endsWith('.') ? name.slice(0, -1) : name;
  const shutOut = record.type === 'TransientFailure' ? readShutOut(record.response.content) : undefined;
  const remoteIp = shutOut?.remoteIp ?? readEndpoint(addr);
  const outboundIp = outboundIpOf(record);
  const isOurs = record.type === 'AdminBounce';
  return {
    kind: 'delivery',
    at: record.at,
    message,
    recipient,
    isFirstAttempt,
    status,
    dsn: isOurs ? '' : (shutOut?.dsn ?? statusOf(record)),
    ...(remoteHost === '' ? {} : { remoteHost }),
    ...(remoteIp === undefined ? {} : { remoteIp }),
    reply: isOurs || status === 'sent' ? '' : (shutOut?.reply ?? replyOf(record)),
    ...(outboundIp === undefined ? {} : { outboundIp }),
  };
}

/**
 * A report that came by mail: the id is the report's, the sender is ours, whom it was sent to. Who handed it in, its header and its tenant
 * are the reporter's, and say nothing of our message. Its own date is whatever the reporter wrote; it is news when it came.
 */
function lateBounces(record: KumoRecord, relay: string): Delivery[] {
  const { createdAt, sender } = record;
  const message: MessageHead = {
    ...{ relay, queueId: '', acceptedAt: createdAt, origin: 'unknown', sender, recipientCount: 1, sizeBytes: 0 },
  };
  return record.recipient.map((recipient) => ({
    ...deliveryOf(record, message, recipient, 'bounced', false),
    at: createdAt,
    isLate: true,
  }));
}

function complaint(record: KumoRecord, relay: string): Complaint {
  const report = record.feedback_report;
  const customer = report?.supplemental_trace?.tenant ?? undefined;
  const messageId = messageIdIn(report?.original_message ?? '');
  const outboundIp = readOutboundEndpoint(report?.source_ip ?? '');
  return {
    kind: 'complaint',
    at: record.at,
    message: {
      relay,
      queueId: '',
      acceptedAt: record.at,
      origin: 'unknown',
      sender: normaliseAddress(report?.original_mail_from ?? ''),
      recipientCount: 1,
      sizeBytes: 0,
      ...(messageId === undefined ? {} : { messageId }),
      ...(customer === undefined ? {} : { customer }),
    },
    feedbackType: (report?.feedback_type ?? 'abuse').toLowerCase(),
    reporter: domainOf(record.sender) || (report?.reporting_mta?.name ?? '').toLowerCase(),
    ...(outboundIp === undefined ? {} : { outboundIp }),
  };
}

/** The Message-ID in the header of the message that is complained about. */
function messageIdIn(message: string): string | undefined {
  const folded = message.slice(0, 32 * 1024).split(/\r?\n\r?\n/, 1)[0] ?? '';
  const header = folded.replace(/\r?\n[ \t]+/g, ' ');
  for (const line of header.split('\n', 500)) {
    if (!/^message-id:/i.test(line)) continue;
    const id = line.slice('message-id:'.length).trim();
    return id === '' ? undefined : id.slice(0, 998);
  }
  return undefined;
}

/** What we answered a client with: a refused recipient or message, or a failed login (RFC 4954 section 6: 535). */
function refusals(record: KumoRecord, relay: string): MailEvent[] {
  const { at, sender } = record;
  const { clientIp, login, customer } = headOf(record, relay, true);
  const client = { ...(clientIp === undefined ? {} : { clientIp }), ...(login === undefined ? {} : { login }) };
  if (record.response.code === 535) return [{ kind: 'login-failed', at, relay, ...client }];
  const whose = { ...client, sender, ...(customer === undefined ? {} : { customer }) };
  const reply = replyOf(record);
  return refusedIn(record).map((recipient) => ({ kind: 'refused', at, relay, ...whose, recipient, reply }));
}

/**
 * kumod logs the recipient that it accepted last, not the one that it refuses, and of a message that it refuses neither sender nor
 * recipient (smtp_server.rs, write_response): the command tells. '' stands for the message.
 */
function refusedIn({ recipient, response: { code, command } }: KumoRecord): string[] {
  if (!command) return recipient;
  const asked = /^RCPT TO: ?<([^>]*)>/i.exec(command)?.[1];
  if (asked !== undefined) return [normaliseAddress(asked)];
  if (!/^DATA\b/i.test(command) || code === OUT_OF_ORDER) return [];
  return recipient.length > 0 ? recipient : [''];
}

/** RFC 5321 section 4.2.3: bad sequence of commands. */
const OUT_OF_ORDER = 503;

/** `isPeerClient`: the peer of this record is who handed the message in, not who it went to. */
function headOf(record: KumoRecord, relay: string, isPeerClient: boolean): MessageHead {
  const { meta, peer_address: peer } = record;
  const clientIp =
    readEndpoint(meta.received_from ?? '') ?? (isPeerClient ? readEndpoint(peer?.addr ?? '') : undefined);
  const clientName = isPeerClient ? peer?.name : undefined;
  const login = normaliseAddress(meta.authn_id ?? '');
  const customer = tenantOf(record);
  const messageId = meta.message_id ?? headerOf(record, 'message-id');
  return {
    relay,
    queueId: record.id,
    acceptedAt: record.createdAt,
    origin: isPeerClient || clientIp !== undefined || login !== '' ? 'client' : 'unknown',
    ...(clientIp === undefined ? {} : { clientIp }),
    ...(clientName === undefined || clientName === '' ? {} : { clientName }),
    ...(login === '' ? {} : { login }),
    sender: record.sender,
    recipientCount: Math.max(1, record.recipient.length),
    sizeBytes: record.size,
    ...(messageId === undefined ? {} : { messageId }),
    ...(customer === undefined ? {} : { customer }),
  };
}

/** A header the operator chose to log; of several the first. */
function headerOf({ headers }: KumoRecord, wanted: string): string | undefined {
  const key = Object.keys(headers).find((each) => each.toLowerCase() === wanted);
  const value = key === undefined ? undefined : headers[key];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first.slice(0, 998) : undefined;
}

function keyOf(relay: string, id: string): string {
  return `${relay}/${id}`;
}
