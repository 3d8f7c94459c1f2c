// What an operator need not know: who our customers are. Names, domains, addresses and logins are taken out of every text that goes
// outside, before a person sees the draft. Pure.

import type { Directory } from '../partners/directory.js';
import { folded, namesOf, withoutNames } from './names.js';
import { oneLine } from './words.js';

export interface Privacy {
  /** Names, domains and logins of customers and partners. */
  secrets: readonly string[];
  /** What has to stay readable although it may be a customer's: the address or domain that is listed. */
  keep: string;
}

/**
 * Bounded on both sides of the @, so that a long text without one costs no more than its length. Refusals name pages with the sender in
 * their address, where the @ is %40.
 */
const MAIL_ADDRESS =
  /[^\s<>()[\]:;,"'`@]{1,64}@[\p{L}\p{N}.-]{1,255}|[^\s<>()[\]:;,"'`@/?=&%]{1,64}%40[\p{L}\p{N}.-]{1,255}/giu;

/** A shorter login is mostly a word that everybody uses: info, scan. */
const TELLING_LOGIN = 6;

/** Everything by which a customer or partner could be known. */
export function secretsOf({ customers, partners }: Directory): string[] {
  const ofCustomers = customers.flatMap(({ name, domains, sasl_users, sasl_domains }) => [
    name,
    ...domains,
    ...sasl_domains,
    ...sasl_users.filter((login) => login.length >= TELLING_LOGIN),
  ]);
  return [...ofCustomers, ...partners.map(({ name }) => name)];
}

/** The text with `[customer]` for a customer's or partner's name and `[address]` for a mail address of theirs. */
export function discreet(text: string, { secrets, keep }: Privacy): string {
  const names = namesOf(secrets);
  const kept = folded(keep);
  const isTheirs = (address: string) => wholesOf(folded(address)).some((each) => each !== kept && names.all.has(each));
  return apartFrom(text.normalize('NFKC'), keep, (part) =>
    withoutNames(
      part.replace(MAIL_ADDRESS, (address) => (isTheirs(address.replace(/%40/i, '@')) ? '[address]' : address)),
      names,
    ),
  );
}

/** Longer texts are cut: of a bounce or a note nothing matters that far down. */
const MOST_READ = 4_000;

/**
 * Outsiders' text, fit to go outside: one line, nothing hidden, nobody named, at most `max` characters. Hidden characters go first, for
 * they would hide a name; the cut comes last, for half a name is one too.
 */
export function fitForOutside(text: string, max: number, privacy: Privacy): string {
  return oneLine(discreet(oneLine(text, MOST_READ), privacy), max);
}

/** What our own people wrote for each other may name anybody: no mail address of it goes outside. */
export function withoutAddresses(text: string): string {
  return text.normalize('NFKC').replace(MAIL_ADDRESS, '[address]');
}

/** The address, its domain, and every domain that is over it. */
function wholesOf(address: string): string[] {
  const domain = address.slice(address.indexOf('@') + 1).replace(/[.-]+$/, '');
  const labels = domain.split('.');
  return [address.slice(0, address.indexOf('@') + 1) + domain, ...labels.map((_, i) => labels.slice(i).join('.'))];
}

/** Changes what stands around every mention of `keep`. */
function apartFrom(text: string, keep: string, change: (part: string) => string): string {
  if (keep === '') return change(text);
  const mention = new RegExp(`(${keep.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')})`, 'gi');
  return text
    .split(mention)
    .map((part, i) => (i % 2 === 1 ? part : change(part)))
    .join('');
}
