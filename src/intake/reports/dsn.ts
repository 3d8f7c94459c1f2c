// Non-delivery reports: delivery status notifications (RFC 3464; in other alphabets RFC 6533), and what older servers write in words.
import { classifyReply, type Meaning } from '../replies/index.js';
import { type AboutMessage, aboutMessage, reportIdOf } from './about.js';
import { readTyped, recipientOf } from './addresses.js';
import { copyOf } from './copied-message.js';
import { readBounceText } from './dsn-text.js';
import { camelCase, type Field, firstOf } from './fields.js';
import type { ReportMail } from './read-mail.js';
import { type StatusGroups, statusGroups } from './status-part.js';

type DsnAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';

/** Fields as they stand, types (`rfc822;`, `dns;`, `smtp;`) taken off. What was not sent is absent. */
interface DsnRecipient {
  finalRecipient: string;
  originalRecipient?: string;
  action: DsnAction;
  /** Enhanced status code, e.g. `5.1.1`; '' when neither the field nor the reply has one. */
  status: string;
  remoteMta?: string;
  /** The reply of the remote server, or the reporter's own words. */
  diagnosticCode?: string;
  /** `smtp` for most; what kind of code it is. */
  diagnosticType?: string;
  lastAttemptDate?: string;
  finalLogId?: string;
  willRetryUntil?: string;
  /** Fields no standard names; keys in camelCase. */
  extensions: Record<string, string[]>;
  /** What the refusal means; see intake/replies. Null when it says nothing we know, or nothing was refused. */
  meaning: Meaning | null;
}

export interface DsnReport {
  kind: 'dsn';
  reportingMta?: string;
  originalEnvelopeId?: string;
  dsnGateway?: string;
  receivedFromMta?: string;
  arrivalDate?: string;
  extensions: Record<string, string[]>;
  /** `fields`: a status part was there; `text`: read from what a server wrote for people; `copy`: from whom the copied message was for. */
  readFrom: 'fields' | 'text' | 'copy';
  recipients: DsnRecipient[];
  /** Different recipients that failed for good. */
  failedRecipients: number;
  /** Domain of the mail's sender. */
  reporter: string;
  /** Message-ID of the report itself. */
  reportId?: string;
  about: AboutMessage;
}

const ACTIONS: readonly string[] = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'];
const MESSAGE_TYPED = ['reporting-mta', 'dsn-gateway', 'received-from-mta'];
const MESSAGE_PLAIN = ['original-envelope-id', 'arrival-date'];
const RECIPIENT_KNOWN = new Set([
  ...['final-recipient', 'original-recipient', 'action', 'status', 'remote-mta', 'diagnostic-code'],
  ...['last-attempt-date', 'final-log-id', 'will-retry-until'],
]);

/** Reads the report in a mail; undefined when it is none. */
export function readDsn(mail: ReportMail): DsnReport | undefined {
  const groups = statusGroups(mail);
  if (groups && groups.recipients.length > 0)
    return reportOf(mail, groups, groups.recipients.map(recipientOfGroup), 'fields');
  const told = readBounceText(mail, groups !== undefined);
  if (!told) return undefined;
  const recipients = told.recipients.map(({ address, action, text }) => {
    const group: Field[] = [field('Final-Recipient', address), field('Action', action), field('Diagnostic-Code', text)];
    return recipientOfGroup(group);
  });
  return reportOf(mail, groups ?? { message: [], recipients: [] }, recipients, told.readFrom);
}

function reportOf(
  mail: ReportMail,
  { message }: StatusGroups,
  recipients: DsnRecipient[],
  readFrom: DsnReport['readFrom'],
): DsnReport {
  const failed = recipients.filter(({ action }) => action === 'failed');
  const keyOf = ({ finalRecipient, originalRecipient }: DsnRecipient) =>
    (finalRecipient || originalRecipient || '').toLowerCase();
  return {
    kind: 'dsn',
    ...singles(message, MESSAGE_TYPED, (value) => readTyped(value).value),
    ...singles(message, MESSAGE_PLAIN, (value) => value),
    extensions: extensionsOf(message, new Set([...MESSAGE_TYPED, ...MESSAGE_PLAIN])),
    readFrom,
    recipients,
    failedRecipients: new Set(failed.map(keyOf)).size,
    reporter: domainOfSender(mail.header),
    ...reportIdOf(mail.header),
    about: aboutOf(message, copyOf(mail)),
  };
}

/** Queue ids of the reporting server come last: it is rarely us, and when it is, the copy's Received line says the same. */
function aboutOf(message: readonly Field[], copy: readonly Field[]): AboutMessage {
  const ids = ['x-postfix-queue-id', 'original-envelope-id'].flatMap((name) => firstOf(message, name) ?? []);
  const about = aboutMessage(copy, ids);
  const sender = firstOf(message, 'x-postfix-sender');
  return sender === undefined ? about : { ...about, returnPath: recipientOf(readTyped(sender).value) };
}

function recipientOfGroup(fields: readonly Field[]): DsnRecipient {
  const original = firstOf(fields, 'original-recipient');
  const final = firstOf(fields, 'final-recipient') ?? original ?? firstOf(fields, 'x-actual-recipient') ?? '';
  const diagnostic = firstOf(fields, 'diagnostic-code');
  const { type, value: text } = readTyped(diagnostic ?? '');
  const finalRecipient = recipientOf(readTyped(final).value);
  const status = statusOf(firstOf(fields, 'status') ?? '', text);
  const action = actionOf(firstOf(fields, 'action') ?? '', status, text);
  const remoteMta = firstOf(fields, 'remote-mta');
  return {
    finalRecipient,
    ...(original === undefined ? {} : { originalRecipient: recipientOf(readTyped(original).value) }),
    action,
    status,
    ...(remoteMta === undefined ? {} : { remoteMta: readTyped(remoteMta).value }),
    ...(diagnostic === undefined ? {} : { diagnosticCode: text, ...(type === '' ? {} : { diagnosticType: type }) }),
    ...singles(fields, ['last-attempt-date', 'final-log-id', 'will-retry-until'], (value) => value),
    extensions: extensionsOf(fields, RECIPIENT_KNOWN),
    meaning: meaningOf(action, status, text, remoteMta, finalRecipient),
  };
}

/** `5.1.1`, `5.1.1 (bad destination)`, `X.5.1.1`; else the code in the reply (RFC 3463). */
function statusOf(field: string, reply: string): string {
  const code =
    /\b([245])\.(\d{1,3})\.(\d{1,3})\b/.exec(field) ??
    /(?:^|[\s#(])([245])\.(\d{1,3})\.(\d{1,3})\b/.exec(reply.slice(0, 2_000));
  return code ? `${code[1]}.${code[2]}.${code[3]}` : '';
}

/**
 * The action as it is named; some servers invent words (`failure`, `expired`). Without one the code tells: a report says what has
 * happened, so that what is neither a success nor to be tried again has failed.
 */
function actionOf(field: string, status: string, reply: string): DsnAction {
  const word = /[a-z]+/i.exec(field)?.[0]?.toLowerCase() ?? '';
  if (ACTIONS.includes(word)) return word as DsnAction;
  if (/^(?:fail|expire|error|bounce|reject|undeliver)/.test(word)) return 'failed';
  if (/^(?:delay|defer|warn)/.test(word)) return 'delayed';
  if (/^(?:deliver|success|ok)/.test(word)) return 'delivered';
  const digit = status[0] ?? /^\s*([245])\d\d\b/.exec(reply)?.[1];
  if (digit === '2') return 'delivered';
  return digit === '4' ? 'delayed' : 'failed';
}

function meaningOf(
  action: DsnAction,
  dsn: string,
  text: string,
  remoteMta: string | undefined,
  recipient: string,
): Meaning | null {
  if (action !== 'failed' && action !== 'delayed') return null;
  const relayHost = remoteMta === undefined ? undefined : readTyped(remoteMta).value.split(/[\s[(]/)[0];
  const recipientDomain = recipient.slice(recipient.lastIndexOf('@') + 1).toLowerCase();
  return classifyReply(text.slice(0, 4_000), { dsn, relayHost, recipientDomain })?.meaning ?? null;
}

function singles(
  fields: readonly Field[],
  names: readonly string[],
  read: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = firstOf(fields, name);
      return value === undefined ? [] : [[camelCase(name), read(value)]];
    }),
  );
}

function extensionsOf(fields: readonly Field[], known: ReadonlySet<string>): Record<string, string[]> {
  const kept = new Map<string, string[]>();
  for (const { name, value } of fields) {
    if (known.has(name)) continue;
    const values = kept.get(camelCase(name));
    if (values) values.push(value);
    else kept.set(camelCase(name), [value]);
  }
  return Object.fromEntries(kept);
}

function field(originalName: string, value: string): Field {
  return { name: originalName.toLowerCase(), originalName, value };
}

function domainOfSender(header: readonly Field[]): string {
  const from = recipientOf(firstOf(header, 'from') ?? '');
  return from.slice(from.lastIndexOf('@') + 1).toLowerCase();
}
