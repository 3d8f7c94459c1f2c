// Addresses that are no host's on the public internet (RFC 6890 and the registries of IANA). Pure.
import { type Ip, isInNetwork, type Network, parseNetwork } from './ip.js';

/** What such an address is, and how it or a network of such is called in "10.0.0.0/24 is private". */
type Use = readonly [use: string, kind: string];

const PRIVATE: Use = ['a private address', 'private'];
const LABORATORY: Use = ['an address for tests in a laboratory', 'for tests in a laboratory'];
const EXAMPLES: Use = ['an address for examples in documentation', 'for examples in documentation'];

/** By the names that ipaddr.js has for the ranges; what is not named here is somebody's. */
const USES: Record<string, Use> = {
  unspecified: ['no host’s address', 'no host’s'],
  broadcast: ['the broadcast address', 'for broadcasts'],
  multicast: ['a multicast address', 'for multicast'],
  linkLocal: ['a link-local address', 'link-local'],
  loopback: ['a machine’s own address (loopback)', 'a machine’s own (loopback)'],
  carrierGradeNat: ['an address behind a provider’s NAT', 'behind a provider’s NAT'],
  private: PRIVATE,
  uniqueLocal: PRIVATE,
  deprecatedSiteLocal: PRIVATE,
  benchmarking: LABORATORY,
  discard: ['an address whose packets are thrown away', 'for packets that are thrown away'],
  reserved: ['a reserved address', 'reserved'],
};

/** RFC 5737, 3849 and 9637, and RFC 2544, which ipaddr.js counts among the reserved. */
const MORE: readonly (readonly [use: Use, networks: readonly Network[]])[] = [
  [EXAMPLES, networks('192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20')],
  [LABORATORY, networks('198.18.0.0/15')],
];

/** What an address is that is not on the public internet, as `a private address`; undefined when it is. */
export function specialUseOf(ip: Ip): string | undefined {
  return readUse(ip)?.[0];
}

/**
 * What an address is from which no mail ever reaches anybody, as `private` in "10.0.0.1 is private". Undefined for addresses that are
 * routed, and for those of examples: they stand for routed ones.
 */
export function unroutedAs(ip: Ip): string | undefined {
  const use = readUse(ip);
  return use === EXAMPLES ? undefined : use?.[1];
}

function readUse(ip: Ip): Use | undefined {
  const range = ip.range();
  if (!Object.hasOwn(USES, range)) return undefined;
  return MORE.find(([, some]) => some.some((network) => isInNetwork(ip, network)))?.[0] ?? USES[range];
}

function networks(...texts: string[]): Network[] {
  return texts.flatMap((text) => parseNetwork(text) ?? []);
}
