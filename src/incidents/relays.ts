// Which relays send from an address, and which re-routed mail does.
import type { Tx } from '../db/transaction.js';
import { addressesIn } from '../detection/finding.js';
import { canonicalIp } from '../mail/ip.js';
import { type Directory, outboundAddressesOf, type Relay } from '../partners/directory.js';
import type { Reroute } from './listings/impact.js';
import { containmentsInForce } from './store.js';

/** The relays that have one of the addresses; none for domains. */
export function relaysOf({ relays }: Pick<Directory, 'relays'>, targets: readonly string[]): Relay[] {
  const wanted = new Set(targets.map(canonicalIp));
  return relays.filter((relay) => outboundAddressesOf(relay).some((address) => wanted.has(address)));
}

/** The re-routes in force whose route says which address it sends from; `lastHitAt` is when mail last went that way, null for never. */
export function reroutesInForce(
  { routes }: { routes: readonly { name: string; outboundIp?: string | undefined }[] },
  db: Tx,
): (Reroute & { lastHitAt: number | null })[] {
  const addresses = new Map(routes.map(({ name, outboundIp }) => [name, outboundIp]));
  return containmentsInForce(db).flatMap(({ action, route, customer, incidentId, lastHitAt }) => {
    const outboundIp = action === 'reroute' ? addresses.get(route ?? '') : undefined;
    return outboundIp === undefined ? [] : [{ customer, incidentId, outboundIp, lastHitAt }];
  });
}

/** Every address that mail leaves from. */
export function outboundAddresses(
  { relays }: Pick<Directory, 'relays'>,
  { routes }: { routes: readonly { outboundIp?: string | undefined }[] },
): string[] {
  const ofRoutes = routes.flatMap(({ outboundIp }) => (outboundIp === undefined ? [] : canonicalIp(outboundIp)));
  return [...new Set([...relays.flatMap(outboundAddressesOf), ...ofRoutes])];
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
  const listed = new Set(serious.flatMap(({ target }) => addressesIn(target).map(canonicalIp)));
  return routes.filter(({ outboundIp }) => outboundIp === undefined || !listed.has(canonicalIp(outboundIp)));
}
