// Finding a customer or a partner by what people type: its id or name, a part of one, or what is nearly one. Pure.
import { parseNetwork } from '../mail/ip.js';
import type { Customer, Directory, Partner } from './directory.js';
import { plainLetters } from './plain-letters.js';

/** Something that can be typed instead. */
export interface Near {
  /** A customer's name, or an address or network. */
  name: string;
  /** Customer id; undefined for an address that is nobody's. */
  customer: string | undefined;
}

export type Found =
  /** One customer; `by` is its name, id or domain that has what was typed in it, undefined when it is the id or name itself. */
  | { kind: 'customer'; customer: Customer; by: string | undefined }
  /** At most five of those that are meant perhaps, and how many more there are; none when nothing is like it. */
  | { kind: 'near'; near: Near[]; more: number };

/** A partner and the customers it looks after; `isExact` when its id or name was typed, and no more than a part of it otherwise. */
export interface FoundPartner {
  partner: Partner;
  customers: Customer[];
  isExact: boolean;
}

const SHOWN = 5;
const LEAST_PART = 2;
/** Words shorter than this are not matched by likeness: nearly every other word is one letter away. */
const LEAST_WORD = 4;

/**
 * Finds whom somebody means. A part of a name, id or domain will do when only one customer has it; in capitals and accents as it comes.
 * `addresses` are further mail addresses that are known, with their customers. What cannot be meant is left out by its raw letters first:
 * of 100,000 customers hardly any is looked at closely.
 */
export function findCustomer(customers: readonly Customer[], typed: string, addresses: readonly Near[] = []): Found {
  const asked = plainLetters(typed.trim().slice(0, 320));
  const mayBe = likeness(asked);
  const named = customers.filter((customer) => namesOf(customer).some(mayBe));
  const exact = called(named, asked);
  if (exact) return { kind: 'customer', customer: exact, by: undefined };
  if (asked.length < LEAST_PART) return { kind: 'near', near: [], more: 0 };
  // Who names one address or network does not mean all of its customer.
  const namesOne = asked.includes('@') || parseNetwork(asked) !== undefined;
  const holding = namesOne ? [] : withPart(named, asked);
  const [only, ...others] = holding;
  if (only && others.length === 0) return { kind: 'customer', ...only };
  if (only) return near(holding.map(({ customer }) => asNear(customer)));
  const theirs = customers.flatMap((customer) => addressesOf(customer, mayBe));
  const behind = [...addresses, ...theirs].filter(({ name }) => plainLetters(name).includes(asked));
  if (behind.length > 0) return near(behind);
  // A slip in the digits of an IP address makes another one, which is meant.
  const mailboxes = theirs.filter(({ name }) => name.includes('@'));
  return near(almost(named, [...addresses, ...mailboxes], asked, mayBe));
}

/** Finds the partner somebody means: by its id or name, or by a part of it or a slip in it where that leaves only one. */
export function findPartner(
  { partners, customers }: Pick<Directory, 'partners' | 'customers'>,
  typed: string,
): FoundPartner | undefined {
  const asked = plainLetters(typed.trim().slice(0, 320));
  const exact = called(partners, asked);
  const named = (isIt: (name: string) => boolean) =>
    asked.length < LEAST_PART ? [] : partners.filter(({ id, name }) => [id, name].map(plainLetters).some(isIt));
  const holding = named((name) => name.includes(asked));
  const [only, ...others] = exact ? [exact] : holding.length > 0 ? holding : named((name) => isAlmost(name, asked));
  if (!only || others.length > 0) return undefined;
  const theirs = customers.filter(({ partner }) => partner === only.id);
  return { partner: only, customers: theirs, isExact: exact !== undefined };
}

function called<T extends { id: string; name: string }>(all: readonly T[], asked: string): T | undefined {
  const isIt = (name: string) => plainLetters(name) === asked;
  return all.find(({ id }) => isIt(id)) ?? all.find(({ name }) => isIt(name));
}

function near(all: readonly Near[]): Found {
  const different = [...new Map(all.map((each) => [each.name, each])).values()];
  return { kind: 'near', near: different.slice(0, SHOWN), more: Math.max(0, different.length - SHOWN) };
}

function withPart(customers: readonly Customer[], asked: string): { customer: Customer; by: string }[] {
  return customers.flatMap((customer) => {
    const by = namesOf(customer).find((name) => plainLetters(name).includes(asked));
    return by === undefined ? [] : [{ customer, by }];
  });
}

function namesOf({ name, id, domains, sasl_domains }: Customer): string[] {
  return [name, id, ...domains, ...sasl_domains];
}

function addressesOf(customer: Customer, mayBe: (name: string) => boolean): Near[] {
  const { id, sasl_users, declared_senders, ips, shared_ips } = customer;
  return [...sasl_users, ...declared_senders, ...ips, ...shared_ips]
    .filter(mayBe)
    .map((name) => ({ name, customer: id }));
}

function asNear({ id, name }: Customer): Near {
  return { name, customer: id };
}

/** A slip of the finger in a name, a word of it, a domain or an address. */
function almost(
  customers: readonly Customer[],
  addresses: readonly Near[],
  asked: string,
  mayBe: (name: string) => boolean,
): Near[] {
  const domain = domainIn(asked);
  const isMeant = (name: string) => {
    const own = plainLetters(name);
    const isIt = (word: string) => isAlmost(word, asked);
    return isIt(own) || isIt(own.slice(0, asked.length)) || own.split(BETWEEN_WORDS).some(isIt);
  };
  // A mailbox that nobody has heard of is in somebody's domain all the same.
  const isDomain = (name: string) => {
    const own = plainLetters(name);
    return own === domain || isAlmost(own, domain);
  };
  return [
    ...addresses.filter(({ name }) => isAlmost(plainLetters(name), asked)),
    ...customers
      .filter(
        (customer) =>
          namesOf(customer).some((name) => mayBe(name) && isMeant(name)) ||
          (asked !== domain && customer.domains.some(isDomain)),
      )
      .map(asNear),
  ];
}

/** All that is no letter and no digit, in the scripts that have blanks; with \p{L} it would take five times as long. */
const BETWEEN_WORDS = /[\0-/:-`{-\u00bf\u2000-\u206f\u3000]+/;

function domainIn(asked: string): string {
  return asked.slice(asked.lastIndexOf('@') + 1);
}

/** Reports of a name, as it is written, whether what was asked for may be in it, slips included. */
function likeness(asked: string): (name: string) => boolean {
  const parts = [...keptParts(asked), ...keptParts(domainIn(asked))].filter((part) => part !== '');
  if (parts.length === 0) return () => false;
  const source = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
  const inPlain = new RegExp(source);
  const inAny = new RegExp(`${source}|[^\\0-\\x7f]`, 'i');
  return (name) => inAny.test(name) && inPlain.test(plainLetters(name));
}

/** One of these stands in whatever `isAlmost` takes for the word: all but two of its letters do, from its begin on or up to its end. */
function keptParts(word: string): string[] {
  if (word.length < LEAST_WORD) return [word];
  const half = Math.ceil((word.length - 2) / 2);
  if (word.length > LEAST_WORD) return [word.slice(0, half), word.slice(-half)];
  const [a = '', b = '', c = '', d = ''] = word;
  return [a + b, c + d, a + c + b + d];
}

/** Reports whether two words are the same but for two letters next to each other; of four letters, but for one, or two swapped. */
function isAlmost(one: string, other: string): boolean {
  const longer = Math.max(one.length, other.length);
  const shorter = Math.min(one.length, other.length);
  if (shorter < LEAST_WORD || longer - shorter > 2) return false;
  let begin = 0;
  while (begin < shorter && one.charCodeAt(begin) === other.charCodeAt(begin)) begin++;
  let end = 0;
  const sameAt = (back: number) => one.charCodeAt(one.length - back) === other.charCodeAt(other.length - back);
  while (end < shorter - begin && sameAt(end + 1)) end++;
  const differ = longer - begin - end;
  return differ <= (shorter > LEAST_WORD || areSwapped(one, other, begin) ? 2 : 1);
}

function areSwapped(one: string, other: string, at: number): boolean {
  return one.length === other.length && one[at] === other[at + 1] && one[at + 1] === other[at];
}
