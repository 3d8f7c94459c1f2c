// The copy of a message that a report carries: whole, its header alone, or pasted into the text. Only its header is read.
import { type Field, firstOf, readGroups } from './fields.js';
import { decode, headerOf, type MailPart, type ReportMail } from './read-mail.js';

const MESSAGE = /^(?:message\/(?:rfc822|global|global-headers|rfc822-headers?|partial)|text\/rfc822(?:-headers?)?)$/;

/** Header of the message that a report is about; empty when it carries none. */
export function copyOf({ parts, text }: ReportMail): Field[] {
  for (const { type, bytes } of parts) {
    const header = MESSAGE.test(type) ? headerOf(bytes) : [];
    if (header.length > 0) return header;
  }
  for (const part of parts.filter(mayHoldText)) {
    const header = headerOf(part.bytes);
    if (looksCopied(header)) return header;
  }
  return readGroups(text).map(fromFirstField).find(looksCopied) ?? [];
}

/** Attached messages, whole. */
export function attachedMessages({ parts }: ReportMail): Buffer[] {
  return parts.filter(({ type }) => type === 'message/rfc822' || type === 'message/global').map(({ bytes }) => bytes);
}

/** Reports whether a part may be text under a name of its own: reporters declare what they like. */
export function mayHoldText({ type }: MailPart): boolean {
  return type.startsWith('text/') || type === 'application/octet-stream' || type === 'message/feedback';
}

/** A text of a part that may hold some. */
export function partText({ bytes }: MailPart): string {
  return decode(bytes.subarray(0, 200_000));
}

/** A header never comes alone: who it is from, and the way or the id. */
function looksCopied(fields: readonly Field[]): boolean {
  const has = (name: string) => firstOf(fields, name) !== undefined;
  return has('from') && (has('received') || has('message-id') || (has('to') && has('date')));
}

/** Text right before a pasted header (`--- copy of the message ---`) is no field and is left out already; fields of prose are not. */
function fromFirstField(fields: Field[]): Field[] {
  const start = fields.findIndex(({ name }) => name === 'received' || name === 'return-path' || name === 'from');
  return start > 0 ? fields.slice(start) : fields;
}
