// Which relays send from an address.
import { addressesIn } from '../detection/finding.js';
import { parseIp } from '../mail/ip.js';
import type { Directory, Relay } from '../partners/directory.js';

/** The relays that have one of the addresses; none for domains. */
export function relaysOf({ relays }: Pick<Directory, 'relays'>, targets: readonly string[]): Relay[] {
  const wanted = new Set(targets.map(canonical));
  return relays.filter((relay) => outboundOf(relay).some((address) => wanted.has(canonical(address))));
}

/** Every address a relay sends from, as configured. */
export function outboundOf({ outbound_ip, outbound_ips }: Relay): string[] {
  return [...(outbound_ip ? [outbound_ip] : []), ...outbound_ips];
}

/** Every address that mail leaves from. */
export function outboundAddresses(
  { relays }: Pick<Directory, 'relays'>,
  { routes }: { routes: readonly { outboundIp?: string | undefined }[] },
): string[] {
  const ofRoutes = routes.flatMap(({ outboundIp }) => outboundIp ?? []);
  return [...new Set([...relays.flatMap(outboundOf), ...ofRoutes].map(canonical))];
}

/**
 * A route whose own address stands on a list would only carry the trouble on. One that no incident is about is a mere note, on a list that
 * hardly any receiver asks or that takes whole networks: for that nobody is to be left without a way.
 */
export function cleanRoutes<Route extends { outboundIp?: string | undefined }>(
  routes: readonly Route[],
  listings: readonly { target: string; incidentId: number | null }[],
): Route[] {
  const serious = listings.filter(({ incidentId }) => incidentId !== null);
  const listed = new Set(serious.flatMap(({ target }) => addressesIn(target).map(canonical)));
  return routes.filter(({ outboundIp }) => outboundIp === undefined || !listed.has(canonical(outboundIp)));
}

function canonical(address: string): string {
  return parseIp(address)?.toString() ?? address;
}
