// One line of a KumoMTA log → the record. Authority: KumoMTA's documentation, "Log Record" (2026-08), and its crate kumo-log-types.
// Fields came with the years: event_time and created_time (2025-10), source_address (2024-09), recipient as a list (2025-12). What we do
// not read is left out; what is optional and of another type than documented is taken as absent.
import { z } from 'zod';
import { normaliseAddress } from '../../../mail/address.js';
import { readOutboundEndpoint } from '../endpoint.js';
import { readInstant } from '../instant.js';

export const RECORD_TYPES = [
  'Reception',
  'Delivery',
  'Bounce',
  'TransientFailure',
  'Expiration',
  'AdminBounce',
  'OOB',
  'Feedback',
  'Rejection',
  'AdminRebind',
  'DeferredInjectionRebind',
  'Delayed',
  'XferOut',
  'XferIn',
] as const;

const MAX_NAME = 998;
const MAX_REPLY = 4_000;
const MAX_RECIPIENTS = 10_000;

const name = z.string().max(MAX_NAME);
const optionalName = name.nullish().catch(undefined);
const address = name.transform(normaliseAddress);
const number = z.number().int().min(0).catch(0);

const Response = z.object({
  code: number,
  enhanced_code: z.object({ class: number, subject: number, detail: number }).nullish().catch(undefined),
  content: z
    .string()
    .transform((text) => text.slice(0, MAX_REPLY))
    .catch(''),
  command: optionalName,
});

const Feedback = z.object({
  feedback_type: name.catch('abuse'),
  original_mail_from: optionalName,
  source_ip: optionalName,
  reporting_mta: z.object({ name: optionalName }).nullish().catch(undefined),
  /** Bytes as a list when they are no UTF-8: then it is not read. */
  original_message: z.string().nullish().catch(undefined),
  supplemental_trace: z.object({ tenant: optionalName }).nullish().catch(undefined),
});

const Fields = z.object({
  type: z.enum(RECORD_TYPES),
  id: name,
  sender: address,
  recipient: z.union([address.transform((one) => [one]), z.array(address).max(MAX_RECIPIENTS)]),
  /** `campaign:tenant@domain!routing`, with all but the domain optional. */
  queue: name.catch(''),
  size: number,
  response: Response.catch({ code: 0, content: '' }),
  peer_address: z
    .object({ name: name.catch(''), addr: name.catch('') })
    .optional()
    .catch(undefined),
  timestamp: z.unknown().optional(),
  event_time: z.unknown().optional(),
  created: z.unknown().optional(),
  created_time: z.unknown().optional(),
  num_attempts: number,
  egress_source: optionalName,
  source_address: z
    .object({ address: name.catch('') })
    .optional()
    .catch(undefined),
  feedback_report: Feedback.nullish().catch(undefined),
  meta: z
    .object({ authn_id: optionalName, tenant: optionalName, received_from: optionalName, message_id: optionalName })
    .catch({}),
  headers: z.record(z.string(), z.unknown()).catch({}),
  reception_protocol: optionalName,
});

/** A record with its times in ms. Recipients are lower case, each once, without empty ones. */
export type KumoRecord = Omit<z.output<typeof Fields>, 'timestamp' | 'event_time' | 'created' | 'created_time'> & {
  at: number;
  createdAt: number;
};

/** Reads one line; undefined for what is no record of KumoMTA. Throws nothing. */
export function readKumoRecord(line: string): KumoRecord | undefined {
  const parsed = Fields.safeParse(asJson(line));
  if (!parsed.success) return undefined;
  const { timestamp, event_time, created, created_time, recipient, ...rest } = parsed.data;
  const at = readInstant(event_time) ?? readInstant(timestamp);
  if (at === undefined) return undefined;
  const createdAt = readInstant(created_time) ?? readInstant(created) ?? at;
  return { ...rest, recipient: [...new Set(recipient)].filter((each) => each !== ''), at, createdAt };
}

/** What is wrong with a line that readKumoRecord does not take, by its field; the first of several. */
export function faultOf(line: string): string {
  const value = asJson(line);
  if (value === undefined) return 'The line is not JSON';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'The line is not a JSON object';
  const parsed = Fields.safeParse(value);
  if (parsed.success) return 'neither event_time nor timestamp is a time';
  const [field = 'record'] = (parsed.error.issues[0]?.path ?? []) as string[];
  if (!Object.hasOwn(value, field)) return `${field} is missing`;
  return `${field} is ${field === 'type' ? 'no kind of record that KumoMTA logs' : 'not of the type that KumoMTA logs'}`;
}

/** Nothing, where the line is not JSON or nests deeper than the parser goes. */
function asJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Enhanced status code, `5.7.1`; '' when there is none. */
export function statusOf({ response: { enhanced_code: code } }: KumoRecord): string {
  return code ? `${code.class}.${code.subject}.${code.detail}` : '';
}

/** The reply as it was: KumoMTA takes the enhanced code out of the text, except out of that of a report. '' when nobody spoke. */
export function replyOf(record: KumoRecord): string {
  const { code, content } = record.response;
  if (code === 0) return content;
  const status = content.startsWith(`${statusOf(record)} `) ? '' : statusOf(record);
  return [String(code), status, content].filter((part) => part !== '').join(' ');
}

/** Our address that a message left from: as it was, else where an egress source is called by its address. */
export function outboundIpOf({ source_address, egress_source }: KumoRecord): string | undefined {
  return readOutboundEndpoint(source_address?.address ?? '') ?? readOutboundEndpoint(egress_source ?? '');
}

/** Who hands the mail in, as the operator's own configuration names it. */
export function tenantOf({ meta, queue }: KumoRecord): string | undefined {
  const at = queue.indexOf('@');
  const colon = queue.indexOf(':');
  const tenant = meta.tenant ?? (at < 0 ? '' : queue.slice(colon >= 0 && colon < at ? colon + 1 : 0, at));
  return tenant === '' ? undefined : tenant;
}
