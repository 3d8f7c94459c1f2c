// Feedback reports (RFC 5965): a receiver's user, or its filter, calls a message of ours spam. Reports of failed authentication have
// more fields (RFC 6591), and "not spam" takes a complaint back (RFC 6430).
import { type AboutMessage, aboutMessage, reportIdOf } from './about.js';
import { bareAddress } from './addresses.js';
import { copyOf, mayHoldText } from './copied-message.js';
import { allOf, camelCase, type Field, firstOf, readGroups } from './fields.js';
import { decode, type ReportMail } from './read-mail.js';

/** Field values as they stand, unfolded; addresses without brackets. Every field that was not sent is absent. */
export interface ArfReport {
  kind: 'arf';
  /** Lower case: `abuse`, `fraud`, `virus`, `not-spam`, `auth-failure`, `other`, or whatever the reporter invented. */
  feedbackType: string;
  userAgent?: string;
  version?: string;
  originalEnvelopeId?: string;
  originalMailFrom?: string;
  arrivalDate?: string;
  /** The older name of Arrival-Date; what it says stands there too. */
  receivedDate?: string;
  reportingMta?: string;
  /** Address that handed the message to the reporter: one of ours. */
  sourceIp?: string;
  /** RFC 6692. */
  sourcePort?: string;
  incidents?: number;
  authFailure?: string;
  deliveryResult?: string;
  identityAlignment?: string;
  dkimDomain?: string;
  dkimIdentity?: string;
  dkimSelector?: string;
  dkimCanonicalizedHeader?: string;
  dkimCanonicalizedBody?: string;
  dkimAdspDns?: string;
  dkimSelectorDns?: string;
  spfDns: string[];
  authenticationResults: string[];
  originalRcptTo: string[];
  reportedDomain: string[];
  reportedUri: string[];
  /** Fields no standard names, and second values of those that may stand once; keys in camelCase. */
  extensions: Record<string, string[]>;
  /** Domain of the mail's sender. */
  reporter: string;
  /** Message-ID of the report itself. */
  reportId?: string;
  about: AboutMessage;
}

const SINGLE = new Set([
  'feedback-type',
  'user-agent',
  'version',
  'original-envelope-id',
  'original-mail-from',
  'arrival-date',
  'received-date',
  'reporting-mta',
  'source-ip',
  'source-port',
  'incidents',
  'auth-failure',
  'delivery-result',
  'identity-alignment',
  'dkim-domain',
  'dkim-identity',
  'dkim-selector',
  'dkim-canonicalized-header',
  'dkim-canonicalized-body',
  'dkim-adsp-dns',
  'dkim-selector-dns',
]); // prettier-ignore
const LISTS = new Set(['authentication-results', 'original-rcpt-to', 'reported-domain', 'reported-uri', 'spf-dns']);

/** Reads the report in a mail; undefined when it holds none. */
export function readArf(mail: ReportMail): ArfReport | undefined {
  const fields = feedbackFields(mail);
  const copy = copyOf(mail);
  if (fields) return reportOf(mail, fields, copy);
  const old = oldMicrosoft(mail, copy);
  return old && reportOf(mail, old, copy);
}

function reportOf(mail: ReportMail, fields: readonly Field[], copy: readonly Field[]): ArfReport {
  const single = Object.fromEntries(
    firstSingles(fields).map(([name, value]) => [camelCase(name), readValue(name, value)]),
  );
  const arrivalDate = firstOf(fields, 'arrival-date') ?? firstOf(fields, 'received-date');
  const listed = (name: string) => allOf(fields, name).map((value) => String(readValue(name, value)));
  return {
    kind: 'arf',
    ...single,
    feedbackType: (firstOf(fields, 'feedback-type') ?? 'other').toLowerCase(),
    ...(arrivalDate === undefined ? {} : { arrivalDate }),
    spfDns: listed('spf-dns'),
    authenticationResults: listed('authentication-results'),
    originalRcptTo: listed('original-rcpt-to'),
    reportedDomain: listed('reported-domain'),
    reportedUri: listed('reported-uri'),
    extensions: extensionsOf(fields),
    reporter: reporterOf(mail.header),
    ...reportIdOf(mail.header),
    about: aboutOf(fields, copy),
  };
}

/** Values that may stand once, by name; only the first of a name is ever read: a report may repeat one without end. */
function firstSingles(fields: readonly Field[]): [string, string][] {
  const first = new Map<string, string>();
  for (const { name, value } of fields)
    if (value !== '' && SINGLE.has(name) && !first.has(name)) first.set(name, value);
  return [...first];
}

/** An address, its brackets and port, and a host's name behind it. What is read of it takes time by the square of its length. */
const MAX_SOURCE_IP = 320;

/** Values whose form is plain get it; the others stay as they were written. */
function readValue(name: string, value: string): string | number {
  if (name === 'original-mail-from' || name === 'original-rcpt-to') return bareAddress(value);
  if (name === 'source-ip') return sourceIpIn(value.slice(0, MAX_SOURCE_IP).trim());
  if (name === 'reporting-mta') return value.replace(/^\s*dns\s*;\s*/i, '');
  if (name === 'incidents' && /^\d{1,9}$/.test(value)) return Number(value);
  return value;
}

/** OpenDMARC puts the host's name behind it, as a comment. */
function sourceIpIn(value: string): string {
  return value.replace(/^\[?(?:ipv6:)?/i, '').replace(/\]?(?:\s*\([^)]*\))?$/, '');
}

function extensionsOf(fields: readonly Field[]): Record<string, string[]> {
  const kept = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const { name, value } of fields) {
    const isKnown = LISTS.has(name) || (SINGLE.has(name) && !seen.has(name));
    if (value !== '') seen.add(name);
    if (isKnown) continue;
    const values = kept.get(camelCase(name));
    if (values) values.push(value);
    else kept.set(camelCase(name), [value]);
  }
  return Object.fromEntries(kept);
}

/** The report's own fields speak where the copy is silent: it may be cut down to nothing. */
function aboutOf(fields: readonly Field[], copy: readonly Field[]): AboutMessage {
  const envelopeId = firstOf(fields, 'original-envelope-id');
  const about = aboutMessage(copy, envelopeId === undefined ? [] : [bareAddress(envelopeId)]);
  // Where it is blotted out, the copy may still have it.
  const mailFrom = allOf(fields, 'original-mail-from').find(
    (value) => (value.includes('@') && !/redacted/i.test(value)) || value === '<>',
  );
  // OpenDMARC and others of its kind put what they know of the message among the fields of the report.
  const own = fields.some(({ name }) => name === 'message-id') ? aboutMessage(fields) : undefined;
  return {
    ...about,
    ...(mailFrom === undefined ? {} : { returnPath: bareAddress(mailFrom) }),
    ...(about.messageId === undefined && own?.messageId !== undefined ? { messageId: own.messageId } : {}),
  };
}

/** Fields of the feedback part, also where it was sent as text or in the wrong kind of container. */
function feedbackFields(mail: ReportMail): Field[] | undefined {
  const part = mail.parts.find(({ type }) => type === 'message/feedback-report');
  if (part) return readGroups(decode(part.bytes)).flat();
  const texts = [mail.text, ...mail.parts.filter(mayHoldText).map(({ bytes }) => decode(bytes.subarray(0, 100_000)))];
  for (const text of texts) {
    if (!/^feedback-type[ \t]*:/im.test(text)) continue;
    const group = readGroups(text).find((fields) => firstOf(fields, 'feedback-type') && hasCompany(fields));
    if (group) return group;
  }
  return undefined;
}

/** Somebody's prose may say `Feedback-Type:` too; a report never says that alone. */
function hasCompany(fields: readonly Field[]): boolean {
  return ['user-agent', 'version', 'source-ip', 'original-mail-from', 'reported-domain'].some((name) =>
    firstOf(fields, name),
  );
}

// Subject: complaint about message from 192.0.2.222
/** Microsoft's form until 2026: the message alone, and what else it says in the subject. Some who pass it on hide the address: 192.0.2.xxx. */
function oldMicrosoft(mail: ReportMail, copy: readonly Field[]): Field[] | undefined {
  const ip = /^\s*complaint about message from ([0-9a-fx.:*]{3,45})\s*$/i.exec(
    firstOf(mail.header, 'subject') ?? '',
  )?.[1];
  if (ip === undefined || copy.length === 0) return undefined;
  const field = (originalName: string, value: string) => ({ name: originalName.toLowerCase(), originalName, value });
  const recipient = firstOf(copy, 'x-hmxmroriginalrecipient');
  return [
    field('Feedback-Type', 'abuse'),
    ...(/[x*]/i.test(ip) ? [] : [field('Source-IP', ip)]),
    ...(recipient === undefined ? [] : [field('Original-Rcpt-To', recipient)]),
    ...allOf(copy, 'authentication-results').map((value) => field('Authentication-Results', value)),
  ];
}

function reporterOf(header: readonly Field[]): string {
  const from = bareAddress(firstOf(header, 'from') ?? firstOf(header, 'sender') ?? '');
  return from.slice(from.lastIndexOf('@') + 1).toLowerCase();
}
