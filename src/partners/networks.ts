// Which networks hold an address, found by the prefixes there are and not by going through all of them: a provider has tens of thousands.
// Pure.
import { type Ip, type Network, parseNetwork } from '../mail/ip.js';

/** What somebody claims, as it was written. */
export interface Claim {
  customer: string;
  /** As it stands in the directory. */
  text: string;
}

/** A length of prefix that networks of a kind (`ipv4`, `ipv6`) have. */
export interface Prefix {
  kind: string;
  prefix: number;
}

export class NetworkTable {
  /** By kind and prefix length, longest first; then by the network's bits. */
  private readonly lengths: { kind: string; prefix: number; claims: Map<string, Claim[]> }[] = [];

  /** Adds a claim; what is no network is left out. */
  add(claim: Claim): void {
    const network = parseNetwork(claim.text);
    if (!network) return;
    const { claims } = this.lengthOf(network);
    const key = bitsOf(network.base, network.prefix);
    const known = claims.get(key);
    if (known) known.push(claim);
    else claims.set(key, [claim]);
  }

  /** Claims of each network that holds the address, the narrowest first. */
  holding(ip: Ip): Claim[][] {
    return this.over(ip, Number.POSITIVE_INFINITY);
  }

  /** Claims of the network itself and of each that holds it, the narrowest first. */
  around({ base, prefix }: Network): Claim[][] {
    return this.over(base, prefix);
  }

  /** Every claim, and a name of the network that is each network's own. */
  *networks(): Generator<[name: string, claim: Claim]> {
    for (const { kind, prefix, claims } of this.lengths) {
      for (const [bits, all] of claims) for (const claim of all) yield [networkName({ kind, prefix }, bits), claim];
    }
  }

  /** Longest first. */
  prefixes(): Prefix[] {
    return this.lengths.map(({ kind, prefix }) => ({ kind, prefix }));
  }

  private over(ip: Ip, most: number): Claim[][] {
    const kind = ip.kind();
    const found: Claim[][] = [];
    for (const length of this.lengths) {
      if (length.kind !== kind || length.prefix > most) continue;
      const claims = length.claims.get(bitsOf(ip, length.prefix));
      if (claims) found.push(claims);
    }
    return found;
  }

  private lengthOf({ base, prefix }: Network) {
    const kind = base.kind();
    const known = this.lengths.find((one) => one.kind === kind && one.prefix === prefix);
    if (known) return known;
    const length = { kind, prefix, claims: new Map<string, Claim[]>() };
    this.lengths.push(length);
    this.lengths.sort((a, b) => b.prefix - a.prefix);
    return length;
  }
}

/** Names of the networks of these lengths that hold an address, whether there are such or not; the narrowest first. */
export function networksHolding(ip: Ip, prefixes: readonly Prefix[]): string[] {
  const kind = ip.kind();
  return prefixes.filter((one) => one.kind === kind).map((one) => networkName(one, bitsOf(ip, one.prefix)));
}

function networkName({ kind, prefix }: Prefix, bits: string): string {
  return `${kind}/${prefix} ${bits}`;
}

/** The first bits of an address as text: whole bytes, and what is left of the next. */
function bitsOf(ip: Ip, prefix: number): string {
  const bytes = ip.toByteArray();
  const whole = prefix >> 3;
  const rest = prefix & 7;
  const last = rest === 0 ? '' : ((bytes[whole] ?? 0) >> (8 - rest)).toString();
  return `${bytes.slice(0, whole).join('.')}/${last}`;
}

/** Claims of different customers, the one lying in the other or the same as it; of two that are the same, the later is the inner. */
export function overlapsIn(table: NetworkTable, claims: readonly Claim[]): { inner: Claim; outer: Claim }[] {
  const seen = new Set<Claim>();
  return claims.flatMap((inner) => {
    const network = parseNetwork(inner.text);
    const around = network ? table.around(network) : [];
    seen.add(inner);
    return around.flatMap((same, i) =>
      same
        .filter((outer) => outer.customer !== inner.customer)
        // The first of the list may be the network itself: then each pair is told once.
        .filter((outer) => i > 0 || isWider(outer, inner) || seen.has(outer))
        .map((outer) => ({ inner, outer })),
    );
  });
}

function isWider(outer: Claim, inner: Claim): boolean {
  return (parseNetwork(outer.text)?.prefix ?? 0) < (parseNetwork(inner.text)?.prefix ?? 0);
}
