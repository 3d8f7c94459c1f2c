// What is wrong with a directory, in sentences: who claims what somebody else claims too, what is missing, what stands there twice. Each
// with what to do about it. Pure.
import { addressKey, domainOf, normaliseAddress } from '../mail/address.js';
import { parseNetwork } from '../mail/ip.js';
import { series } from '../words.js';
import {
  badNetworks,
  claimsOf,
  overlappingNetworks,
  repeatedIn,
  sharedDomains,
  sharedLogins,
  tableOf,
  withUnknownPartner,
} from './claims.js';
import { type Customer, type Directory, outboundAddressesOf, type Relay } from './directory.js';
import type { Claim } from './networks.js';

export interface Fault {
  kind:
    | 'repeated-id'
    | 'shared-domain'
    | 'shared-login'
    | 'overlapping-networks'
    | 'own-and-shared'
    | 'bad-network'
    | 'bad-domain'
    | 'declared-outside'
    | 'unidentified'
    | 'unknown-partner'
    | 'relay-without-address'
    | 'address-of-two-relays'
    | 'repeated';
  /** Ids of customers, partners or relays it is about. */
  about: string[];
  /** The name or address it is about; '' for none. */
  name: string;
  /** One sentence: what is so. */
  text: string;
  /** One sentence: what to do. */
  advice: string;
}

/** Everything that is wrong, in the order of the checks; empty when nothing is. */
export function faultsOf(directory: Directory): Fault[] {
  const { customers, relays } = directory;
  return [
    ...repeatedIds(directory),
    ...ofShared('shared-login', 'login', sharedLogins(customers)),
    ...ofShared('shared-domain', 'domain', sharedDomains(customers)),
    ...badNetworks(customers).map(badNetwork),
    ...customers.flatMap(badDomains),
    ...overlappingNetworks(customers).map(overlapping),
    ...ownAndShared(customers),
    ...customers.flatMap(declaredOutside),
    ...customers.filter(isUnidentified).map(unidentified),
    ...withUnknownPartner(directory).map(unknownPartner),
    ...relayFaults(relays),
    ...customers.flatMap(repeated),
  ];
}

function repeatedIds({ customers, partners }: Directory): Fault[] {
  return Object.entries({ customer: customers, partner: partners }).flatMap(([kind, list]) =>
    repeatedIn(list.map(({ id }) => id)).map((id) => ({
      ...{ kind: 'repeated-id' as const, about: [id], name: id },
      text: `The ${kind} id ${id} is used more than once.`,
      advice: 'Give each its own id.',
    })),
  );
}

function ofShared(kind: 'shared-login' | 'shared-domain', word: string, shared: readonly Claim[][]): Fault[] {
  return shared.map((claims) => {
    const about = claims.map(({ customer }) => customer);
    const name = claims[0]?.text ?? '';
    return {
      ...{ kind, about, name },
      text: `The ${word} ${name} belongs to ${series(about)}, so it says of no message whose it is.`,
      advice: `Leave it with the one customer whose ${word} it is.`,
    };
  });
}

function badNetwork({ customer, text }: Claim): Fault {
  return {
    ...{ kind: 'bad-network', about: [customer], name: text },
    text: `${text} of ${customer} is no address and no network.`,
    advice: 'Write it as 192.0.2.10 or 192.0.2.0/24.',
  };
}

/** Reports of what never stands behind an `@`: `*.a.example`, `.a.example`, `ann@a.example`, `https://a.example`. */
export function isNoDomain(text: string): boolean {
  return /^\.|[*@/:\s]|\.$/.test(text) && !/^\[.*\]$/.test(text);
}

function badDomains({ id, domains, sasl_domains }: Customer): Fault[] {
  return [...new Set([...domains, ...sasl_domains])].filter(isNoDomain).map((text) => ({
    ...{ kind: 'bad-domain' as const, about: [id], name: text },
    text: `${text} of ${id} is no domain, so no message is ever taken for its by it.`,
    advice: 'Write each domain as it stands behind the @ of a sender, subdomains one by one.',
  }));
}

function overlapping({ inner, outer }: { inner: Claim; outer: Claim }): Fault {
  const isSame = inner.text === outer.text;
  return {
    ...{ kind: 'overlapping-networks', about: [inner.customer, outer.customer], name: inner.text },
    text: isSame
      ? `${inner.text} belongs to ${outer.customer} and to ${inner.customer}, so it says of no message whose it is.`
      : `${inner.text} of ${inner.customer} lies in ${outer.text} of ${outer.customer}.`,
    advice: isSame
      ? 'Leave it with one of them, or put it under shared_ips of both.'
      : `Take it out of the network of ${outer.customer}, or put it under shared_ips of both when both send from there.`,
  };
}

/** Somebody's own address that somebody else shares is never used. */
function ownAndShared(customers: readonly Customer[]): Fault[] {
  const shared = tableOf(claimsOf(customers, ({ shared_ips }) => shared_ips));
  return claimsOf(customers, ({ ips }) => ips).flatMap((own) => {
    const network = parseNetwork(own.text);
    const [first] = network ? shared.around(network).flat() : [];
    if (!first) return [];
    const whose = first.customer === own.customer ? 'its own shared_ips' : `the shared_ips of ${first.customer}`;
    return {
      ...{ kind: 'own-and-shared' as const, about: [...new Set([own.customer, first.customer])], name: own.text },
      text: `${own.text} is under ips of ${own.customer} and under ${whose} (${first.text}), so it says of no message whose it is.`,
      advice: 'Keep it under ips when only this customer sends from there, else under shared_ips.',
    };
  });
}

function declaredOutside({ id, domains, declared_senders }: Customer): Fault[] {
  const own = new Set(domains.map(addressKey));
  return declared_senders
    .map(normaliseAddress)
    .filter((sender) => !isWithin(addressKey(domainOf(sender)), own))
    .map((sender) => ({
      ...{ kind: 'declared-outside' as const, about: [id], name: sender },
      text: `The declared sender ${sender} of ${id} is in none of its domains.`,
      advice:
        'Add its domain to the customer, or take the sender off: without login or address nobody knows that it is theirs.',
    }));
}

function isWithin(domain: string, own: ReadonlySet<string>): boolean {
  if (own.has(domain)) return true;
  const dot = domain.indexOf('.');
  return dot >= 0 && isWithin(domain.slice(dot + 1), own);
}

function isUnidentified({ domains, sasl_users, sasl_domains, ips }: Customer): boolean {
  return [domains, sasl_users, sasl_domains, ips].every((list) => list.length === 0);
}

function unidentified({ id }: Customer): Fault {
  return {
    ...{ kind: 'unidentified', about: [id], name: '' },
    text: `${id} has no login, no address and no domain of its own, so no message is ever taken for its.`,
    advice: 'Add what its mail is known by.',
  };
}

function unknownPartner({ id, partner }: { id: string; partner: string }): Fault {
  return {
    ...{ kind: 'unknown-partner', about: [id], name: partner },
    text: `${id} is looked after by ${partner}, who is not among the partners.`,
    advice: 'Add the partner, or correct the name.',
  };
}

function relayFaults(relays: readonly Relay[]): Fault[] {
  const without = relays
    .filter((relay) => outboundAddressesOf(relay).length === 0)
    .map(({ host }) => ({
      ...{ kind: 'relay-without-address' as const, about: [host], name: '' },
      text: `The relay ${host} has no outbound address.`,
      advice: 'Add outbound_ip or outbound_ips: else a listing of its address hits nobody, as far as anybody can tell.',
    }));
  const users = new Map<string, string[]>();
  for (const relay of relays)
    for (const address of outboundAddressesOf(relay)) users.set(address, [...(users.get(address) ?? []), relay.host]);
  const twice = [...users]
    .filter(([, hosts]) => hosts.length > 1)
    .map(([address, hosts]) => ({
      ...{ kind: 'address-of-two-relays' as const, about: hosts, name: address },
      text: `The outbound address ${address} belongs to the relays ${series(hosts)}.`,
      advice: 'Right when they leave through one gateway; else correct it.',
    }));
  return [...without, ...twice];
}

function repeated({ id, domains, sasl_users, sasl_domains, ips, shared_ips, declared_senders }: Customer): Fault[] {
  const lists = { domains, sasl_users, sasl_domains, ips, shared_ips, declared_senders };
  return Object.entries(lists).flatMap(([list, names]) =>
    repeatedIn(names.map(normaliseAddress)).map((name) => ({
      ...{ kind: 'repeated' as const, about: [id], name },
      text: `${name} stands twice under ${list} of ${id}.`,
      advice: 'Take one of them away.',
    })),
  );
}
