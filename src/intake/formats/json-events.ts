// Our own mail events, for MTAs whose log we do not read: one flat JSON object for each thing that happened. docs/mail-events.md is
// this schema in words, with an example of each type. Whoever takes records from outside checks them here.
import { z } from 'zod';
import { normaliseAddress } from '../../mail/address.js';
import type { Complaint, Delivery, MailEvent, MessageHead, Refused } from '../../mail/event.js';
import { readEndpoint, readOutboundEndpoint } from './endpoint.js';
import { readInstant } from './instant.js';

export const EVENT_TYPES = [
  'accepted',
  'delivered',
  'deferred',
  'bounced',
  'expired',
  'refused',
  'login-failed',
  'complaint',
] as const;

/** RFC 5321 section 4.5.3.1.3 gives a path 256 octets; queue ids, host names and message ids stay below this as well. */
const MAX_NAME = 998;
const MAX_REPLY = 4_000;
const MAX_RECIPIENTS = 10_000;
/** Of a whole message: what a list of addresses may stand for. */
const MAX_RECIPIENT_COUNT = 100_000;
/** So much of a wrong value is shown: enough to find it by, and no letter or list at full length. */
const MAX_SHOWN = 60;

/** What is earlier was no time: seconds since a machine was started, or thousands of seconds. */
const EARLIEST = Date.UTC(2000, 0);

const name = z.string({ error: 'must be text' }).max(MAX_NAME, `must be ${MAX_NAME} characters at most`);
const address = name.transform(normaliseAddress);
const filledAddress = address.refine((value) => value !== '', 'must not be empty');
const ip = name.transform((text, context) => {
  const found = readEndpoint(text);
  if (found === undefined) context.addIssue('must be an IP address');
  return found ?? z.NEVER;
});
const time = z.unknown().transform((value, context) => {
  const at = readInstant(value);
  if (at !== undefined && at >= EARLIEST) return at;
  const what = 'must be an RFC 3339 time or seconds since 1970';
  context.addIssue(at === undefined ? what : `${what}: this is in ${new Date(at).getUTCFullYear()}`);
  return z.NEVER;
});
const count = z.number({ error: 'must be a number' }).int('must be a whole number').min(0, 'must not be negative');

const Fields = z.object({
  type: z.enum(EVENT_TYPES, { error: `must be one of ${EVENT_TYPES.join(', ')}` }),
  /** When it happened; ms since the epoch after parsing. */
  time,
  /** Host name of the relay, as in the configuration's `relays`. */
  relay: name.refine((text) => text.trim() !== '', 'must not be empty'),
  /** The relay's own id of the message: joins its events. */
  id: name.optional(),
  /** Envelope sender; '' or `<>` or null for the null sender. */
  sender: address.optional(),
  recipient: filledAddress.optional(),
  recipients: z.array(filledAddress, { error: 'must be a list' }).max(MAX_RECIPIENTS, 'has too many').optional(),
  /** Recipients of the whole message, where the record names only some. */
  recipient_count: count.max(MAX_RECIPIENT_COUNT, `must be ${MAX_RECIPIENT_COUNT} at most`).optional(),
  /** Login the client gave. */
  login: address.optional(),
  client_ip: ip.optional(),
  client_name: name.optional(),
  message_id: name.optional(),
  /** Bytes. */
  size: count.optional(),
  /** When the relay took the message, where the event is a later one. */
  accepted_time: time.optional(),
  /** 1 for the first attempt for this recipient. */
  attempt: count.optional(),
  remote_host: name.optional(),
  remote_ip: ip.optional(),
  /** Our address the mail left from. */
  outbound_ip: ip.transform(readOutboundEndpoint).optional(),
  /** Enhanced status code; words behind it are dropped. */
  dsn: name.transform((text) => /^[245]\.\d{1,3}\.\d{1,3}(?!\d)/.exec(text)?.[0] ?? '').optional(),
  /** What the receiver said, or why the relay gave up. */
  reply: z
    .string({ error: 'must be text' })
    .transform((text) => text.slice(0, MAX_REPLY))
    .optional(),
  /** A bounce that came by mail, after the receiver had taken the message. */
  late: z.boolean({ error: 'must be true or false' }).optional(),
  /** Customer id, where the relay knows it. */
  customer: name.optional(),
  feedback_type: name.optional(),
  reporter: name.optional(),
});
type Fields = z.output<typeof Fields>;

export const EVENT_FIELDS = Object.keys(Fields.shape);

/** A record after parsing: addresses lower case, times in ms. What it does not know is left out. */
export const MailEventRecord = z.preprocess(withoutNulls, Fields.superRefine(checkByType));
export type MailEventRecord = z.output<typeof MailEventRecord>;

/** Producers write null for what they do not have; of a sender it is the null sender. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([key, field]) => field !== null || key === 'sender');
  return Object.fromEntries(entries.map(([key, field]) => [key, field ?? '']));
}

const NEEDS_SENDER: ReadonlySet<string> = new Set(['accepted', 'refused']);
const NEEDS_RECIPIENT: ReadonlySet<string> = new Set(['delivered', 'deferred', 'bounced', 'expired', 'refused']);

function checkByType(record: Fields, context: z.RefinementCtx): void {
  const missing = (field: string) =>
    context.addIssue({ code: 'custom', path: [field], message: `is missing; ${record.type} needs it` });
  const isNamed = record.id !== undefined || record.sender !== undefined;
  if (NEEDS_SENDER.has(record.type) && record.sender === undefined) missing('sender');
  if (NEEDS_RECIPIENT.has(record.type) && recipientsOf(record).length === 0) missing('recipient');
  if (record.type === 'accepted' && countOf(record) === 0) missing('recipient');
  if (NEEDS_RECIPIENT.has(record.type) && !isNamed) missing('id');
  if (record.type === 'complaint' && !isNamed && record.message_id === undefined && record.customer === undefined) {
    missing('message_id');
  }
}

type ParsedEvent = { ok: true; record: MailEventRecord } | WrongEvent;

interface WrongEvent {
  ok: false;
  /** The field and why, without an end: `time is missing`. The same for all records that are wrong in this way. */
  fault: string;
  /** The fault as one sentence, with the beginning of the wrong value, where there is one. */
  error: string;
}

/** Reads one line. Throws nothing. */
export function parseEventLine(line: string): ParsedEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return wrong('The line is not JSON');
  }
  return parseEvent(value);
}

/** The same for a value that is no longer text. */
function parseEvent(value: unknown): ParsedEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return wrong('The line is not a JSON object');
  }
  const parsed = MailEventRecord.safeParse(value);
  if (parsed.success) return { ok: true, record: parsed.data };
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const field = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  const isMissing = path.length === 1 && !((path[0] as string) in value);
  const message = isMissing && !issue?.message.startsWith('is missing') ? missingText(path[0]) : issue?.message;
  const isAbsent = message?.startsWith('is missing') === true;
  return wrong(`${field.slice(1)} ${message}`, isAbsent ? undefined : valueAt(value, path));
}

/** What every event needs is said with what it may be. */
function missingText(field: PropertyKey | undefined): string {
  const wanted = WANTED.get(field);
  return wanted === undefined ? 'is missing' : `is missing; it is ${wanted}`;
}

const WANTED = new Map<PropertyKey | undefined, string>([
  ['type', `one of ${EVENT_TYPES.join(', ')}`],
  ['time', 'an RFC 3339 time or seconds since 1970'],
  ['relay', 'the host name of the relay'],
]);

function wrong(fault: string, value?: unknown): WrongEvent {
  return { ok: false, fault, error: value === undefined ? `${fault}.` : `${fault} (it is ${shown(value)}).` };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const part of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
    found = (found as Record<PropertyKey, unknown>)[part];
  }
  return found;
}

/** As JSON, which leaves no control characters; never cut within a character. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Recipients a record names, each once. */
export function recipientsOf({
  recipient,
  recipients = [],
}: Pick<MailEventRecord, 'recipient' | 'recipients'>): string[] {
  return [...new Set(recipient === undefined ? recipients : [recipient, ...recipients])];
}

function countOf(record: Omit<MailEventRecord, 'type'>): number {
  return record.recipient_count || recipientsOf(record).length;
}

/** What a record says of its message. */
export function headOf(record: Omit<MailEventRecord, 'type'>): MessageHead {
  const { relay, id = '', sender = '', login, client_ip, client_name, message_id, size, customer } = record;
  return {
    relay,
    queueId: id,
    acceptedAt: record.accepted_time ?? record.time,
    origin: originOf(record),
    ...(client_ip === undefined ? {} : { clientIp: client_ip }),
    ...(client_name === undefined ? {} : { clientName: client_name }),
    ...(login === undefined || login === '' ? {} : { login }),
    sender,
    recipientCount: countOf(record),
    sizeBytes: size ?? 0,
    ...(message_id === undefined ? {} : { messageId: message_id }),
    ...(customer === undefined ? {} : { customer }),
  };
}

/** Nobody but the relay itself sends without a sender and without a client. */
function originOf({ sender, client_ip, login }: Omit<MailEventRecord, 'type'>): MessageHead['origin'] {
  if (client_ip !== undefined || login !== undefined) return 'client';
  if (sender === undefined) return 'unknown';
  return sender === '' ? 'notification' : 'client';
}

/** The events of a record, when nothing is known of its message but what the record says. */
export function toMailEvents(record: MailEventRecord): MailEvent[] {
  const message = headOf(record);
  if (isDelivery(record)) {
    const isFirst = isFirstAttempt(record) ?? true;
    return recipientsOf(record).map((recipient) => toDelivery(record, message, recipient, isFirst));
  }
  if (record.type === 'accepted') return [{ kind: 'accepted', at: record.time, message }];
  if (record.type === 'refused') return recipientsOf(record).map((each) => toRefused(record, message, each));
  if (record.type === 'complaint') return [toComplaint(record, message)];
  return [{ kind: 'login-failed', at: record.time, relay: record.relay, ...clientOf(message) }];
}

const STATUS = { delivered: 'sent', deferred: 'deferred', bounced: 'bounced', expired: 'expired' } as const;

/** An attempt for one recipient or several. */
export type DeliveryRecord = Omit<MailEventRecord, 'type'> & { type: keyof typeof STATUS };

export function isDelivery(record: Omit<MailEventRecord, 'type'> & { type: string }): record is DeliveryRecord {
  return record.type in STATUS;
}

export function toDelivery(
  record: DeliveryRecord,
  message: MessageHead,
  recipient: string,
  isFirstAttempt: boolean,
): Delivery {
  const { type, time: at, dsn = '', reply = '', remote_host, remote_ip, outbound_ip, late } = record;
  return {
    kind: 'delivery',
    at,
    message,
    recipient,
    isFirstAttempt,
    status: STATUS[type],
    dsn,
    ...(remote_host === undefined ? {} : { remoteHost: remote_host }),
    ...(remote_ip === undefined ? {} : { remoteIp: remote_ip }),
    reply: type === 'delivered' ? '' : reply,
    ...(outbound_ip === undefined ? {} : { outboundIp: outbound_ip }),
    ...(late === true ? { isLate: true } : {}),
  };
}

/** Undefined where the record does not say. A late bounce is no attempt. */
export function isFirstAttempt({ attempt, late }: Pick<MailEventRecord, 'attempt' | 'late'>): boolean | undefined {
  if (late === true) return false;
  return attempt === undefined ? undefined : attempt <= 1;
}

function toRefused(record: MailEventRecord, message: MessageHead, recipient: string): Refused {
  const { time: at, relay, reply = '', customer } = record;
  const whose = { ...clientOf(message), sender: message.sender, ...(customer === undefined ? {} : { customer }) };
  return { kind: 'refused', at, relay, ...whose, recipient, reply };
}

export function toComplaint(record: MailEventRecord, message: MessageHead): Complaint {
  const { time: at, feedback_type = 'abuse', reporter = '', outbound_ip } = record;
  return {
    kind: 'complaint',
    at,
    message,
    feedbackType: feedback_type.toLowerCase(),
    reporter: reporter.toLowerCase(),
    ...(outbound_ip === undefined ? {} : { outboundIp: outbound_ip }),
  };
}

function clientOf({ clientIp, login }: MessageHead): { clientIp?: string; login?: string } {
  return { ...(clientIp === undefined ? {} : { clientIp }), ...(login === undefined ? {} : { login }) };
}
