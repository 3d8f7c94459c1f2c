// What a refused client is told: one line of an SMTP reply that names whom to call. Pure.
import type { Containment, Submission } from '../../containment.js';

/** Templates with {sender}, {customer} and {phone}; a name it does not know stays as it is. */
export interface ReplyTexts {
  block: string;
  suspend: string;
  /** REJECT: the customer's server gives the mail back. DEFER: it keeps the mail and tries again. */
  suspendWith: 'REJECT' | 'DEFER';
  /** Whom to call: a number or whatever stands for it. */
  phone: string;
}

export const DEFAULT_TEXTS: ReplyTexts = {
  block: 'Mail from {sender} is stopped because the mailbox seems to be misused. Please call {phone}',
  suspend: 'Outgoing mail of {customer} is suspended. Please call {phone}',
  suspendWith: 'REJECT',
  phone: 'your mail provider',
};

/** A reply line has 512 octets (RFC 5321 section 4.5.3.1.5), and Postfix writes the recipient and its own words before ours. */
const MAX_TEXT = 200;
const MAX_VALUE = 80;

/** The action line for a blocked sender or login. */
export function blockAction(
  texts: ReplyTexts,
  who: Pick<Submission, 'sender' | 'login'>,
  customerName: string,
): string {
  return `REJECT 5.7.1 ${fill(texts.block, texts, who.sender || who.login || 'this account', customerName)}`;
}

/** The action line for a suspended customer. */
export function suspendAction(texts: ReplyTexts, who: Pick<Submission, 'sender' | 'login'>, name: string): string {
  const code = texts.suspendWith === 'DEFER' ? 'DEFER 4.7.1' : 'REJECT 5.7.1';
  return `${code} ${fill(texts.suspend, texts, who.sender || who.login || 'this account', name)}`;
}

/** The customer as a reply names it. */
export type NameOf = (customer: Containment['customer']) => string;

function fill(template: string, { phone }: ReplyTexts, sender: string, customer: string): string {
  const values: Record<string, string> = { sender, customer, phone };
  // One pass: a sender that calls itself `{phone}` stays as it is.
  const text = template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? whole : cut(plain(value), MAX_VALUE);
  });
  return cut(plain(text), MAX_TEXT);
}

/** Printable ASCII on one line: all that an SMTP reply without SMTPUTF8 may hold. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7e]/gu, '?')
    .trim();
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 3)}...` : text;
}
