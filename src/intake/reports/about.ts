// The message a report is about, as its attached copy or header tells: everything our own records could know it by.
import { bareMessageId } from '../../mail/message-id.js';
import { addressesIn, bareAddress } from './addresses.js';
import { allOf, type Field, firstOf } from './fields.js';
import { wordsOf } from './read-mail.js';

/** One server the message went through, from its Received line (RFC 5321 section 4.4). */
interface Hop {
  /** Host that wrote the line; '' when it did not say. */
  by: string;
  /** Its id for the message: the queue id where a relay of ours wrote it. */
  id: string;
  /** ms since the epoch; absent when the line has no date to be read. */
  at?: number;
}

export interface AboutMessage {
  /** Ids that may be queue ids of ours: named by the report, then those of the Received lines, newest first. */
  queueIds: string[];
  /** Without brackets. */
  messageId?: string;
  /** Envelope sender as the report or the copy tells, without brackets; '' is the null sender. */
  returnPath?: string;
  /** Addresses of the header's From and To; several only where the header has them. */
  from?: string;
  to?: string[];
  subject?: string;
  /** Header Date, in ms. */
  date?: number;
  /** Servers it went through, newest first. */
  received: Hop[];
  /** Domains that signed it (DKIM d=). */
  dkimDomains: string[];
  /** Values of `X-…` fields by lower-case name: a relay may have put the customer's id in one. */
  extraHeaders: Record<string, string>;
}

const MAX_HOPS = 40;
const MAX_EXTRA = 60;

/** Reads what a copied header tells. `queueIds` are those the report itself names. */
export function aboutMessage(header: readonly Field[], queueIds: readonly string[] = []): AboutMessage {
  const received = allOf(header, 'received').slice(0, MAX_HOPS).flatMap(hopOf);
  const messageId = messageIdIn(firstOf(header, 'message-id') ?? '');
  const returnPath = header.find(({ name }) => name === 'return-path')?.value;
  const from = addressIn(firstOf(header, 'from'));
  const to = allOf(header, 'to').flatMap((value) => addressesIn(value.slice(0, 10_000)).map(({ address }) => address));
  const subject = firstOf(header, 'subject');
  const date = timeOf(firstOf(header, 'date'));
  return {
    queueIds: [...new Set([...queueIds, ...received.map(({ id }) => id)])].filter(Boolean),
    ...(messageId === undefined ? {} : { messageId }),
    ...(returnPath === undefined ? {} : { returnPath: bareAddress(returnPath) }),
    ...(from === undefined ? {} : { from }),
    ...(to.length === 0 ? {} : { to }),
    ...(subject === undefined ? {} : { subject: wordsOf(subject).slice(0, 1_000) }),
    ...(date === undefined ? {} : { date }),
    received,
    dkimDomains: [...new Set(allOf(header, 'dkim-signature').flatMap(signerOf))],
    extraHeaders: extraOf(header),
  };
}

/** `<a@b>` with or without brackets, and what else stands around it; undefined for none. */
function messageIdIn(value: string): string | undefined {
  const bare = bareMessageId(value);
  return bare === '' || bare.length > 1_000 ? undefined : bare;
}

/** What the report's own mail is called. */
export function reportIdOf(header: readonly Field[]): { reportId?: string } {
  const reportId = messageIdIn(firstOf(header, 'message-id') ?? '');
  return reportId === undefined ? {} : { reportId };
}

/** A date of a header in ms; undefined when it is none. Comments (`(CET)`) are no part of it. */
export function timeOf(value: string | undefined): number | undefined {
  if (value === undefined || value.length > 200) return undefined;
  const at = Date.parse(value.replace(/\([^()]*\)/g, '').trim());
  return Number.isNaN(at) ? undefined : at;
}

// from mail.customer.example (mail.customer.example [192.0.2.1]) by relay1.example (Postfix) with ESMTPSA id 4drhv55m55z2xNV
//   for <karl@freemail.example>; Wed, 14 Jan 2026 10:20:01 +0100
// from x by relay2.example with esmtpsa (TLS1.3) (Exim 4.97) (envelope-from <a@b.example>) id 1vg0Dq-00000000abc-1XyZ for c@d.example; …
function hopOf(value: string): Hop[] {
  const line = value.slice(0, 4_000);
  const semicolon = line.lastIndexOf(';');
  const by = /\bby\s+([a-z0-9._:[\]-]{1,255})/i.exec(line)?.[1] ?? '';
  const id = /\bid\s+<?([a-z0-9][a-z0-9._+/=-]{3,99})/i.exec(line)?.[1] ?? '';
  const at = semicolon < 0 ? undefined : timeOf(line.slice(semicolon + 1));
  if (by === '' && id === '') return [];
  return [{ by: by.toLowerCase(), id: id.replace(/[.;]+$/, ''), ...(at === undefined ? {} : { at }) }];
}

function addressIn(value: string | undefined): string | undefined {
  return value === undefined ? undefined : addressesIn(value.slice(0, 2_000)).at(-1)?.address;
}

/** v=1; a=rsa-sha256; d=customer.example; s=mail; … (RFC 6376 section 3.5) */
function signerOf(value: string): string[] {
  const domain = /(?:^|;)\s*d\s*=\s*([a-z0-9._-]{1,255})/i.exec(value.slice(0, 2_000))?.[1];
  return domain === undefined ? [] : [domain.toLowerCase()];
}

function extraOf(header: readonly Field[]): Record<string, string> {
  const extra = header.filter(({ name, value }) => name.startsWith('x-') && value.length <= 200).slice(0, MAX_EXTRA);
  return Object.fromEntries(extra.map(({ name, value }) => [name, value]));
}
