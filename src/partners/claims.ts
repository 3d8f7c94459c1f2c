// What entries of a directory claim that another claims too, and what they name that is not there. Values alone: load.ts and
// customer-faults.ts put them into words. Pure.
import { addressKey, normaliseAddress } from '../mail/address.js';
import { parseNetwork } from '../mail/ip.js';
import type { Customer, Directory } from './directory.js';
import { type Claim, NetworkTable, overlapsIn } from './networks.js';

type NamesOf = (customer: Customer) => readonly string[];

export function claimsOf(customers: readonly Customer[], namesOf: NamesOf): Claim[] {
  return customers.flatMap((customer) => namesOf(customer).map((text) => ({ customer: customer.id, text })));
}

export function tableOf(claims: readonly Claim[]): NetworkTable {
  const table = new NetworkTable();
  for (const claim of claims) table.add(claim);
  return table;
}

/** Claims of each login that several customers have. */
export function sharedLogins(customers: readonly Customer[]): Claim[][] {
  return [...sharedNames(customers, ({ sasl_users }) => sasl_users).values()];
}

/** Claims of each domain that several customers have, be it of senders or of logins. */
export function sharedDomains(customers: readonly Customer[]): Claim[][] {
  return [...sharedNames(customers, ({ domains, sasl_domains }) => [...domains, ...sasl_domains]).values()];
}

/** Claims of names that several customers have, by `addressKey`: one of each customer. A customer may have a name twice. */
export function sharedNames(customers: readonly Customer[], namesOf: NamesOf): Map<string, Claim[]> {
  const claims = new Map<string, Claim[]>();
  for (const customer of customers)
    for (const text of namesOf(customer).map(normaliseAddress)) {
      const key = addressKey(text);
      const known = claims.get(key);
      if (!known) claims.set(key, [{ customer: customer.id, text }]);
      else if (known.every((claim) => claim.customer !== customer.id)) known.push({ customer: customer.id, text });
    }
  for (const [key, { length }] of claims) if (length === 1) claims.delete(key);
  return claims;
}

/** Networks of one customer that lie in another's, or are the same. */
export function overlappingNetworks(customers: readonly Customer[]): { inner: Claim; outer: Claim }[] {
  const claims = claimsOf(customers, ({ ips }) => ips);
  return overlapsIn(tableOf(claims), claims);
}

/** What stands where an address or network should. */
export function badNetworks(customers: readonly Customer[]): Claim[] {
  return claimsOf(customers, ({ ips, shared_ips }) => [...ips, ...shared_ips]).filter(
    ({ text }) => !parseNetwork(text),
  );
}

/** Customers whose partner is not there. */
export function withUnknownPartner({ customers, partners }: Directory): { id: string; partner: string }[] {
  const known = new Set(partners.map(({ id }) => id));
  return customers.flatMap(({ id, partner }) => (partner === undefined || known.has(partner) ? [] : { id, partner }));
}

/** What stands in a list more than once. */
export function repeatedIn(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return [...new Set(names.filter((name) => seen.size === seen.add(name).size))];
}
