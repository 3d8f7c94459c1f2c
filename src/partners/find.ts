// Finding a customer by what people type: its id or name, a part of one, or what is nearly one. Pure.
import { parseNetwork } from '../mail/ip.js';
import type { Customer } from './directory.js';

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

const SHOWN = 5;
const LEAST_PART = 2;
/** Of shorter words every other is almost the same. */
const LEAST_WORD = 4;

/**
 * Finds whom somebody means. A part of a name, id or domain will do when only one customer has it; in capitals and accents as it comes.
 * `addresses` are further mail addresses that are known, with their customers.
 */
export function findCustomer(customers: readonly Customer[], typed: string, addresses: readonly Near[] = []): Found {
  const asked = fold(typed.trim().slice(0, 320));
  const exact = customers.find(({ id }) => fold(id) === asked) ?? customers.find(({ name }) => fold(name) === asked);
  if (exact) return { kind: 'customer', customer: exact, by: undefined };
  if (asked.length < LEAST_PART) return { kind: 'near', near: [], more: 0 };
  // Who names one address or network does not mean all of its customer.
  const namesOne = asked.includes('@') || parseNetwork(asked) !== undefined;
  const holding = namesOne ? [] : withPart(customers, asked);
  const [only, ...others] = holding;
  if (only && others.length === 0) return { kind: 'customer', ...only };
  if (only) return near(holding.map(({ customer }) => ({ name: customer.name, customer: customer.id })));
  const behind = addressesWith(customers, addresses, asked);
  return near(behind.length > 0 ? behind : almost(customers, addresses, asked));
}

function near(all: readonly Near[]): Found {
  const different = [...new Map(all.map((each) => [each.name, each])).values()];
  return { kind: 'near', near: different.slice(0, SHOWN), more: Math.max(0, different.length - SHOWN) };
}

function withPart(customers: readonly Customer[], asked: string): { customer: Customer; by: string }[] {
  return customers.flatMap((customer) => {
    const by = namesOf(customer).find((name) => fold(name).includes(asked));
    return by === undefined ? [] : [{ customer, by }];
  });
}

function namesOf({ name, id, domains, sasl_domains }: Customer): string[] {
  return [name, id, ...domains, ...sasl_domains];
}

function addressesWith(customers: readonly Customer[], known: readonly Near[], asked: string): Near[] {
  return [...known, ...customers.flatMap(addressesOf)].filter(({ name }) => fold(name).includes(asked));
}

function addressesOf({ id, sasl_users, declared_senders, ips, shared_ips }: Customer): Near[] {
  return [...sasl_users, ...declared_senders, ...ips, ...shared_ips].map((name) => ({ name, customer: id }));
}

function asNear({ id, name }: Customer): Near {
  return { name, customer: id };
}

/** A slip of the finger in a name, a word of it, a domain or an address. */
function almost(customers: readonly Customer[], known: readonly Near[], asked: string): Near[] {
  const domain = asked.slice(asked.lastIndexOf('@') + 1);
  const isMeant = (name: string) => {
    const own = fold(name);
    return [own.slice(0, asked.length), own, ...own.split(/[^\p{L}\p{N}]+/u)].some((word) => isAlmost(word, asked));
  };
  // A mailbox that nobody has heard of is in somebody's domain all the same.
  const isDomain = (own: string) => asked !== domain && (fold(own) === domain || isAlmost(fold(own), domain));
  return [
    ...known.filter(({ name }) => isAlmost(fold(name), asked)),
    ...customers.flatMap(addressesOf).filter(({ name }) => name.includes('@') && isAlmost(fold(name), asked)),
    ...customers.filter((customer) => namesOf(customer).some(isMeant) || customer.domains.some(isDomain)).map(asNear),
  ];
}

/** Reports whether two words are the same but for two letters next to each other; of four letters, but for one, or two swapped. */
function isAlmost(one: string, other: string): boolean {
  const longer = Math.max(one.length, other.length);
  const shorter = Math.min(one.length, other.length);
  if (shorter < LEAST_WORD || longer - shorter > 2) return false;
  let begin = 0;
  while (begin < shorter && one[begin] === other[begin]) begin++;
  let end = 0;
  while (end < shorter - begin && one.at(-1 - end) === other.at(-1 - end)) end++;
  const differ = longer - begin - end;
  return differ <= (shorter > LEAST_WORD || areSwapped(one, other, begin) ? 2 : 1);
}

function areSwapped(one: string, other: string, at: number): boolean {
  return one.length === other.length && one[at] === other[at + 1] && one[at + 1] === other[at];
}

const LETTERS: Record<string, string> = { ø: 'o', æ: 'ae', ß: 'ss', đ: 'd', ł: 'l' };

/** In small letters and without accents: a phone at night writes `Ostby` for `Østby`. */
function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[øæßđł]/g, (letter) => LETTERS[letter] ?? letter);
}
