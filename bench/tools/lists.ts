// 60 zones of a local rbldnsd and 256 addresses, about one pair in forty listed, as on a bad day: what the benches of blocklists ask.
import { type CheckResult, checkTargets } from '../../src/blocklists/check.js';
import { ExtraBlocklist } from '../../src/blocklists/choice.js';
import type { Blocklist } from '../../src/blocklists/operator.js';
import { addressTarget, parseTargets, type Target } from '../../src/blocklists/target.js';
import type { Resolver } from '../../src/dns/resolver.js';
import { addressesOf, parseNetwork } from '../../src/mail/ip.js';
import { type Rbldnsd, startRbldnsd, type Zone } from '../../test/e2e/rbldnsd/harness.js';
import { findProgram } from '../../test/e2e/requirements.js';

export const ZONES = Array.from({ length: 60 }, (_, i) => `zone${i}.bench.test`);
export const ADDRESSES = Array.from({ length: 256 }, (_, i) => `198.51.100.${i}`);
export const LISTS: readonly Blocklist[] = ZONES.map((zone, i) =>
  ExtraBlocklist.parse({ id: `l${i}`, zone, kinds: ['ipv4'] }),
);

export interface AskedPair {
  name: string;
  isListed: boolean;
}

/** Each address on each zone. */
export const PAIRS: readonly AskedPair[] = ADDRESSES.flatMap((address) =>
  ZONES.map((zone, i) => ({ name: `${reversed(address)}.${zone}`, isListed: isListed(address, i) })),
);

/** A pattern that any address of any network has. */
export function isListed(address: string, zone: number): boolean {
  return (Number(address.split('.')[3]) * 7 + zone * 13) % 41 === 0;
}

function reversed(address: string): string {
  return address.split('.').reverse().join('.');
}

/** The server of all zones. Throws when programs are missing. */
export async function startLists(...programs: string[]): Promise<Rbldnsd> {
  const missing = ['rbldnsd', ...programs].filter((program) => !findProgram(program));
  if (missing.length > 0) throw new Error(`this bench needs ${missing.join(', ')}`);
  return startRbldnsd(ZONES.map(zoneOf));
}

/** What one of the zones holds; the last octet decides, so that it holds for every network. */
export function zoneOf(name: string, zone: number): Zone {
  const listed = ADDRESSES.filter((address) => isListed(address, zone));
  return { name, type: 'ip4set', lines: [':127.0.0.2:listed $', '127.0.0.2', ...listed] };
}

export interface Checked {
  ms: number;
  /** Results that are not what the zones hold, and those that are missing. */
  wrong: number;
}

/** A whole check as the product does it: test entries, reasons of listings and all; only its time counts, those questions do not. */
export async function checkAll(resolver: Resolver, targets: Iterable<Target>, expected: number): Promise<Checked> {
  let right = 0;
  const startMs = performance.now();
  await checkTargets({ resolver, lists: LISTS }, targets, {
    onResult: (result) => {
      if (isRight(result)) right++;
    },
  });
  return { ms: performance.now() - startMs, wrong: expected - right };
}

/** What should be listed, made before anything is timed. */
const LISTED = new Map(
  LISTS.map(({ id }, zone) => [id, new Set(ADDRESSES.filter((address) => isListed(address, zone)))]),
);

export function isRight({ target, list, verdict, text }: CheckResult): boolean {
  const shouldBeListed = LISTED.get(list)?.has(target) ?? false;
  return shouldBeListed ? verdict === 'listed' && text === `listed ${target}` : verdict === 'clear';
}

export function targetsOf(text: string): Target[] {
  return parseTargets(text, { maxAddresses: 65_536 });
}

/** The same, made one by one. */
export function* targetsAsMade(text: string): Generator<Target> {
  const network = parseNetwork(text);
  if (!network) throw new Error(`no network: ${text}`);
  for (const ip of addressesOf(network)) yield addressTarget(ip);
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
