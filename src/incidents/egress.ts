// Which relays' mail left over which of our addresses. The log names the relay of a message and never the address it left from, so a
// relay with one address tells it all, and of a relay with several each is taken to carry an even part. (Replies name addresses, but
// mostly those that are refused: their mix is no measure.) Pure.
import { parseIp } from '../mail/ip.js';
import type { Relay } from '../partners/directory.js';

export interface Egress {
  /** Reports whether the configuration says which relays have the addresses. */
  isKnown: boolean;
  /** The part of a relay's mail that left over the addresses, 0..1; `relay` as the log names it. */
  partOf: (relay: string) => number;
  /** Relays with any of the addresses; undefined for all, where routes are not known. */
  relays: string[] | undefined;
}

/** How mail gets to the addresses. Where no relay is known to have one of them, any relay without addresses may. */
export function egressOf(relays: readonly Relay[], addresses: readonly string[]): Egress {
  const wanted = new Set(addresses.map(canonical));
  const parts = new Map(relays.map((relay) => [relay.host, partOver(relay, wanted)]));
  const having = [...parts].filter(([, part]) => part > 0).map(([host]) => host);
  if (having.length > 0) return { isKnown: true, partOf: (relay) => parts.get(relay) ?? 0, relays: having };
  const isSettled = (relay: string) => relays.some((one) => one.host === relay && outboundOf(one).length > 0);
  return { isKnown: false, partOf: (relay) => (isSettled(relay) ? 0 : 1), relays: undefined };
}

/** Relays none of whose addresses is among those given. */
export function relaysWithout(relays: readonly Relay[], addresses: readonly string[]): Relay[] {
  const wanted = new Set(addresses.map(canonical));
  return relays.filter((relay) => partOver(relay, wanted) === 0);
}

function partOver(relay: Relay, wanted: ReadonlySet<string>): number {
  const outbound = outboundOf(relay);
  return outbound.length === 0 ? 0 : outbound.filter((address) => wanted.has(address)).length / outbound.length;
}

function outboundOf({ outbound_ip, outbound_ips }: Relay): string[] {
  const all = outbound_ip === undefined ? outbound_ips : [outbound_ip, ...outbound_ips];
  return [...new Set(all.map(canonical))];
}

function canonical(address: string): string {
  return parseIp(address)?.toString() ?? address;
}
