// Which relays' mail left over which of our addresses. A relay with one address tells it all. Of a relay with several, what the log says of
// each delivery tells how a customer's mail was spread; where it says nothing, each address is taken to carry an even part. (Replies name
// addresses, but mostly those that are refused: their mix is no measure.) Pure.
import { canonicalIp } from '../../mail/ip.js';
import { outboundAddressesOf, type Relay } from '../../partners/directory.js';

export interface Egress {
  /** Reports whether the configuration says which relays have the addresses. */
  isKnown: boolean;
  /** The part of a customer's mail on a relay that left over the addresses, 0..1; `relay` as the log names it. */
  partOf: (relay: string, customer: string) => number;
  /** Relays with any of the addresses; undefined for all, where routes are not known. */
  relays: string[] | undefined;
}

/** Recipients whose mail left from an address, by customer; addresses in canonical form. */
type Measured = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Addresses of relays that have several: of these it is worth knowing what left from which. */
export function measuredAddresses(relays: readonly Relay[]): string[] {
  return relays.map(outboundAddressesOf).flatMap((addresses) => (addresses.length > 1 ? addresses : []));
}

/** How mail gets to the addresses. Where no relay is known to have one of them, any relay without addresses may. */
export function egressOf(
  relays: readonly Relay[],
  addresses: readonly string[],
  measured: Measured = new Map(),
): Egress {
  const wanted = new Set(addresses.map(canonicalIp));
  const parts = new Map(relays.map((relay) => [relay.host, partsOver(relay, wanted, measured)]));
  const having = relays.filter((relay) => partOver(relay, wanted) > 0).map(({ host }) => host);
  if (having.length > 0)
    return { isKnown: true, partOf: (relay, customer) => parts.get(relay)?.(customer) ?? 0, relays: having };
  const isSettled = (relay: string) => relays.some((one) => one.host === relay && outboundAddressesOf(one).length > 0);
  return { isKnown: false, partOf: (relay) => (isSettled(relay) ? 0 : 1), relays: undefined };
}

/** Relays none of whose addresses is among those given. */
export function relaysWithout(relays: readonly Relay[], addresses: readonly string[]): Relay[] {
  const wanted = new Set(addresses.map(canonicalIp));
  return relays.filter((relay) => partOver(relay, wanted) === 0);
}

/**
 * The part of a customer's mail on this relay that left over the wanted addresses: by the log where it tells of the customer, else by what
 * it tells of everybody, else an even part for each address.
 */
function partsOver(relay: Relay, wanted: ReadonlySet<string>, measured: Measured): (customer: string) => number {
  const even = partOver(relay, wanted);
  const outbound = outboundAddressesOf(relay);
  if (even === 0 || even === 1 || !outbound.some((address) => measured.has(address))) return () => even;
  const spread = (amount: (address: string) => number): number | undefined => {
    const all = outbound.reduce((sum, address) => sum + amount(address), 0);
    return all === 0 ? undefined : outbound.reduce((sum, one) => sum + (wanted.has(one) ? amount(one) : 0), 0) / all;
  };
  const total = (address: string) => [...(measured.get(address)?.values() ?? [])].reduce((sum, n) => sum + n, 0);
  const everybodys = spread(total) ?? even;
  return (customer) => spread((address) => measured.get(address)?.get(customer) ?? 0) ?? everybodys;
}

function partOver(relay: Relay, wanted: ReadonlySet<string>): number {
  const outbound = outboundAddressesOf(relay);
  return outbound.length === 0 ? 0 : outbound.filter((address) => wanted.has(address)).length / outbound.length;
}
