// Addresses that are no host's on the public internet (RFC 6890 and the registries of IANA). Pure.
import { type Ip, isInNetwork, type Network, parseNetwork } from './ip.js';

const PRIVATE = 'a private address';

/** By the names that ipaddr.js has for the ranges; what is not named here is somebody's. */
const USES: Record<string, string> = {
  unspecified: 'no host’s address',
  broadcast: 'the broadcast address',
  multicast: 'a multicast address',
  linkLocal: 'a link-local address',
  loopback: 'a machine’s own address (loopback)',
  carrierGradeNat: 'an address behind a provider’s NAT',
  private: PRIVATE,
  uniqueLocal: PRIVATE,
  deprecatedSiteLocal: PRIVATE,
  benchmarking: 'an address for tests in a laboratory',
  discard: 'an address whose packets are thrown away',
  reserved: 'a reserved address',
};

/** RFC 5737, 3849 and 9637, and RFC 2544, which ipaddr.js counts among the reserved. */
const MORE: readonly (readonly [use: string, networks: readonly Network[]])[] = [
  [
    'an address for examples in documentation',
    networks('192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20'),
  ],
  ['an address for tests in a laboratory', networks('198.18.0.0/15')],
];

/** What an address is that is not on the public internet, as `a private address`; undefined when it is. */
export function specialUseOf(ip: Ip): string | undefined {
  const range = ip.range();
  if (!Object.hasOwn(USES, range)) return undefined;
  return MORE.find(([, some]) => some.some((network) => isInNetwork(ip, network)))?.[0] ?? USES[range];
}

/** Reports whether it is of a network of somebody's own (RFC 1918, RFC 4193): any number of hosts have it. */
export function isPrivate(ip: Ip): boolean {
  return specialUseOf(ip) === PRIVATE;
}

function networks(...texts: string[]): Network[] {
  return texts.flatMap((text) => parseNetwork(text) ?? []);
}
