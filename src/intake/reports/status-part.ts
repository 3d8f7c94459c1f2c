// The part of a report that programs read (RFC 3464 section 2.1): a group about the message, then one for each recipient. Who writes
// it keeps to the form more or less: groups run together or fall apart, and the part comes as plain text, or not as a part at all.
import { mayHoldText, partText } from './copied-message.js';
import { type Field, firstOf, readGroups } from './fields.js';
import { decode, type ReportMail } from './read-mail.js';

export interface StatusGroups {
  message: Field[];
  recipients: Field[][];
}

/** More recipients than any server takes in one message. */
const MAX_RECIPIENTS = 20_000;
const OF_MESSAGE = new Set([
  ...['reporting-mta', 'original-envelope-id', 'dsn-gateway', 'received-from-mta', 'arrival-date'],
  ...['x-postfix-queue-id', 'x-postfix-sender'],
]);
const OF_RECIPIENT = new Set([
  'final-recipient',
  'original-recipient',
  'x-actual-recipient',
  'action',
  'status',
  'diagnostic-code',
]);

/** The groups of a mail's status part; undefined when it has none. */
export function statusGroups(mail: ReportMail): StatusGroups | undefined {
  const parts = mail.parts.filter(({ type }) => /^message\/(?:global-)?delivery-status$/.test(type));
  if (parts.length > 0) {
    const groups = parts.map(({ bytes }) => sortGroups(readGroups(decode(bytes))));
    return {
      message: groups.flatMap(({ message }) => message),
      recipients: groups.flatMap(({ recipients }) => recipients),
    };
  }
  for (const text of [...mail.parts.filter(mayHoldText).map(partText), mail.text]) {
    const found = inText(text);
    if (found) return found;
  }
  return undefined;
}

/** Fields in a text count from a group that a status part would have on, and only whole recipients: prose has a `Status:` now and then. */
function inText(text: string): StatusGroups | undefined {
  if (!/^[ \t]*(?:final|original)-recipient[ \t]*:/im.test(text)) return undefined;
  const groups = readGroups(text);
  // A read receipt (RFC 8098) has recipients too, and its own field.
  if (groups.some((group) => firstOf(group, 'disposition'))) return undefined;
  const start = groups.findIndex((group) =>
    group.some(({ name }) => OF_RECIPIENT.has(name) || name === 'reporting-mta'),
  );
  const sorted = sortGroups(groups.slice(Math.max(0, start)).filter(isOfReport));
  const recipients = sorted.recipients.filter((group) => firstOf(group, 'action') ?? firstOf(group, 'status'));
  return recipients.length > 0 ? { message: sorted.message, recipients } : undefined;
}

const isOfReport = (group: Field[]) => group.some(({ name }) => OF_RECIPIENT.has(name) || OF_MESSAGE.has(name));

/** A recipient's fields as they come, and the names among them: a part may repeat one without end. */
class RecipientFields {
  readonly fields: Field[] = [];
  private readonly names = new Set<string>();
  private readonly filled = new Set<string>();

  add(field: Field): void {
    this.fields.push(field);
    this.names.add(field.name);
    if (field.value !== '') this.filled.add(field.name);
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  /** Reports whether one of them names the recipient. */
  get isNamed(): boolean {
    return NAMES.some((name) => this.filled.has(name));
  }

  get hasOutcome(): boolean {
    return this.filled.has('action') || this.filled.has('status');
  }

  get isWhole(): boolean {
    return this.hasOutcome || this.filled.has('final-recipient');
  }
}

/** Fields go where they belong by their names, however they were grouped. */
function sortGroups(groups: readonly Field[][]): StatusGroups {
  const message: Field[] = [];
  const recipients: RecipientFields[] = [];
  let current: RecipientFields | undefined;
  for (const group of groups) {
    if (current && beginsRecipient(group, current)) current = undefined;
    for (const field of group) {
      const { name } = field;
      if (OF_RECIPIENT.has(name) && (!current || isNextRecipient(field, current))) {
        if (recipients.length >= MAX_RECIPIENTS) return sorted(message, recipients);
        current = new RecipientFields();
        recipients.push(current);
      }
      if (current && !OF_MESSAGE.has(name)) current.add(field);
      else message.push(field);
    }
  }
  return sorted(message, recipients);
}

function sorted(message: Field[], recipients: readonly RecipientFields[]): StatusGroups {
  return { message, recipients: recipients.filter(({ isNamed }) => isNamed).map(({ fields }) => fields) };
}

/** A new group is a new recipient, unless it holds what the one before still lacks. */
function beginsRecipient(group: readonly Field[], current: RecipientFields): boolean {
  if (!group.some(({ name }) => OF_RECIPIENT.has(name))) return false;
  if (group.some(({ name }) => NAMES.includes(name))) return current.isNamed && current.isWhole;
  return current.hasOutcome;
}

/** In one group: a second final recipient, or an original one behind a whole recipient. */
function isNextRecipient({ name }: Field, current: RecipientFields): boolean {
  if (name === 'final-recipient') return current.has(name);
  return name === 'original-recipient' && current.has(name) && current.hasOutcome;
}

const NAMES = ['final-recipient', 'original-recipient', 'x-actual-recipient'];
