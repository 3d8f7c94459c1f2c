// A look at one domain whose mail we carry: SPF, the DKIM keys we know of, and DMARC, which rests on both.
import type { Ask } from './ask.js';
import { lookAtDkim } from './dkim.js';
import { lookAtDmarc } from './dmarc.js';
import type { DomainLook, Point } from './look.js';
import { lookAtSpf } from './spf/look.js';

export interface OwnDomain {
  domain: string;
  /** Our addresses, which its SPF must authorise. */
  ips: readonly string[];
  /** What is to be published for us instead of addresses: `include:spf.example.net`. */
  include?: string | undefined;
  selectors: readonly string[];
}

/** Looks at it; `at` is now, ms. Never throws for what the DNS says. */
export async function lookAtDomain(
  ask: Ask,
  { domain, ips, include, selectors }: OwnDomain,
  at: number,
): Promise<DomainLook> {
  const [spf, ...dkim] = await Promise.all([
    lookAtSpf(ask, { domain, ips, include }),
    ...selectors.map((selector) => lookAtDkim(ask, domain, selector)),
  ]);
  const dmarc = await lookAtDmarc(ask, domain, { spf: spf.state, dkim: bestOf(dkim) });
  return { kind: 'domain', domain, lookedAt: at, spf, dkim, dmarc };
}

/** One good key is enough to be vouched for. */
function bestOf(points: readonly Point[]): Point['state'] | 'none' {
  const states = points.map(({ state }) => state);
  return (['ok', 'unknown', 'bad'] as const).find((state) => states.includes(state)) ?? 'none';
}

/** The selectors configured for a domain: its own and those of every domain. */
export function selectorsOf(configured: Readonly<Record<string, readonly string[]>>, domain: string): string[] {
  const own = Object.entries(configured).filter(
    ([name]) => name === '*' || name.toLowerCase() === domain.toLowerCase(),
  );
  return [...new Set(own.flatMap(([, selectors]) => selectors))];
}
