// What a listing hits now: how much of the mail leaves over the listed addresses, whose, and what is left. Pure.
import { addressesIn } from '../../detection/finding.js';
import type { DayPicture } from '../../detection/traffic/day-picture.js';
import { canonicalIp, parseIp } from '../../mail/ip.js';
import type { Relay } from '../../partners/directory.js';
import { egressOf, relaysWithout } from './egress.js';

/** Of the last 24 hours. */
export interface Impact {
  /** Part of all mail that left over the listed addresses, 0..1; undefined when the logs do not tell. */
  share: number | undefined;
  messages: number;
  /** Customers with mail over the listed addresses, also those whose mail is re-routed over them. */
  customers: number;
  /** How many are re-routed over them, by the incident that did it; missing when none is. */
  rerouted?: { incidentId: number; customers: number }[];
  /** Addresses that mail leaves from, and those of them that are not listed. */
  addresses: number;
  cleanAddresses: number;
  /** Relays none of whose addresses is listed. */
  cleanRelays: number;
}

interface ImpactFacts {
  picture: DayPicture;
  relays: readonly Relay[];
  /** Every address that mail leaves from, of relays and of routes. */
  outbound: readonly string[];
  /** What is listed: our addresses, or domains. */
  targets: readonly string[];
  /** Addresses that other listings name: a relay that has one is not clean either. */
  alsoListed: readonly string[];
  /** Re-routes in force, and the address that each goes over. */
  reroutes?: readonly Reroute[];
  /** Customer a domain belongs to. */
  ownerOfDomain: (domain: string) => string | undefined;
}

export interface Reroute {
  customer: string;
  incidentId: number;
  outboundIp: string;
}

/** The impact of addresses; of domains alone it is the mail of their owners, whichever way it leaves. */
export function impactFrom(facts: ImpactFacts): Impact {
  const { picture, relays, outbound, targets, alsoListed } = facts;
  const addresses = targets.filter((target) => parseIp(target) !== undefined);
  const hit = addresses.length > 0 ? overAddresses(facts, addresses) : ofOwners(facts);
  const rerouted = reroutedOver(facts, addresses);
  const all = totalOf(picture);
  const listed = new Set([...targets, ...alsoListed].flatMap(addressesIn).map(canonicalIp));
  return {
    share: hit === undefined || all === 0 ? undefined : hit.messages / all,
    messages: Math.round(hit?.messages ?? 0),
    customers: new Set([...(hit?.customers ?? []), ...rerouted.map(({ customer }) => customer)]).size,
    ...(rerouted.length > 0 ? { rerouted: byIncident(rerouted) } : {}),
    addresses: outbound.length,
    cleanAddresses: outbound.filter((address) => !listed.has(canonicalIp(address))).length,
    cleanRelays: relaysWithout(relays, [...addresses, ...alsoListed]).length,
  };
}

function reroutedOver({ reroutes = [] }: ImpactFacts, addresses: readonly string[]): Reroute[] {
  const listed = new Set(addresses.map(canonicalIp));
  return reroutes.filter(({ outboundIp }) => listed.has(canonicalIp(outboundIp)));
}

function byIncident(reroutes: readonly Reroute[]): NonNullable<Impact['rerouted']> {
  return [...new Set(reroutes.map(({ incidentId }) => incidentId))].map((incidentId) => {
    const own = reroutes.filter((each) => each.incidentId === incidentId);
    return { incidentId, customers: new Set(own.map(({ customer }) => customer)).size };
  });
}

interface Hit {
  messages: number;
  customers: Set<string>;
}

/** Undefined when the configuration does not say which relay has the addresses. */
function overAddresses({ picture, relays }: ImpactFacts, addresses: readonly string[]): Hit | undefined {
  const { isKnown, partOf } = egressOf(relays, addresses, picture.outbound);
  if (!isKnown) return undefined;
  const hit: Hit = { messages: 0, customers: new Set() };
  for (const [relay, byCustomer] of picture.relays) {
    for (const [customer, messages] of byCustomer) {
      const part = partOf(relay, customer);
      if (part === 0) continue;
      hit.messages += part * messages;
      hit.customers.add(customer);
    }
  }
  return hit;
}

/** Undefined when no domain is a customer's. */
function ofOwners({ picture, targets, ownerOfDomain }: ImpactFacts): Hit | undefined {
  const owners = new Set(targets.flatMap((target) => ownerOfDomain(target) ?? []));
  if (owners.size === 0) return undefined;
  const hit: Hit = { messages: 0, customers: new Set() };
  for (const byCustomer of picture.relays.values()) {
    for (const owner of owners) {
      const messages = byCustomer.get(owner);
      if (messages === undefined) continue;
      hit.messages += messages;
      hit.customers.add(owner);
    }
  }
  return hit;
}

function totalOf({ relays }: DayPicture): number {
  let total = 0;
  for (const byCustomer of relays.values()) for (const messages of byCustomer.values()) total += messages;
  return total;
}
