// A look at one domain, whose mail we carry or a stranger's: SPF, the DKIM keys we know of, and DMARC, which rests on both.
import { whereItLeads } from './alias.js';
import type { Ask } from './ask.js';
import { lookAtDkim } from './dkim.js';
import { lookAtDmarc } from './dmarc.js';
import type { DomainLook, Point } from './look.js';
import { lookForName } from './no-name.js';
import { lookAtSpf } from './spf/look.js';
import { verifySpf } from './spf/verify.js';

interface OwnDomain {
  domain: string;
  /** Our addresses, which its SPF must authorise; none of a stranger's. */
  ips: readonly string[];
  /** What is to be published for us instead of addresses: `include:spf.example.net`. */
  include?: string | undefined;
  selectors: readonly string[];
  /** A name of our own, such as that of our include: it comes to be by the record that is published under it. */
  isOurName?: boolean;
}

/** Looks at it; `at` is now, ms. Never throws for what the DNS says. */
export async function lookAtDomain(
  ask: Ask,
  { domain, ips, include, selectors, isOurName = false }: OwnDomain,
  at: number,
): Promise<DomainLook> {
  const name = await lookForName(ask, domain);
  const isForeign = ips.length === 0;
  if (name && (name.state === 'unknown' || !isOurName)) return nameless({ domain, selectors, isForeign }, name, at);
  const [spf, ...dkim] = await Promise.all([
    lookAtSpf(ask, { domain, ips, include }),
    ...selectors.map((selector) => lookAtDkim(ask, domain, selector)),
  ]);
  const proof = isForeign ? spf.state : await proofOf(ask, domain, ips);
  const dmarc = await lookAtDmarc(ask, domain, { spf: proof, dkim: bestOf(dkim), isForeign });
  const [reachable, policy] = await Promise.all([whereItLeads(ask, spf), whereItLeads(ask, dmarc)]);
  return { kind: 'domain', domain, lookedAt: at, spf: reachable, dkim, dmarc: policy };
}

/**
 * Of a name that is not there nothing else is told. What nobody can tell now of a domain whose mail we carry is told by its points: each
 * keeps what was last known.
 */
function nameless(
  { domain, selectors, isForeign }: Pick<OwnDomain, 'domain' | 'selectors'> & { isForeign: boolean },
  found: Point,
  at: number,
): DomainLook {
  const point = isForeign || found.state === 'unknown' ? found : { ...found, advice: MISSING_FROM_OURS };
  const dkim = selectors.map((selector) => ({ ...point, selector }));
  const isTold = isForeign || point.state === 'bad';
  return { kind: 'domain', domain, lookedAt: at, ...(isTold ? { name: point } : {}), spf: point, dkim, dmarc: point };
}

/** It is no slip of whoever asked: somebody wrote it down. */
const MISSING_FROM_OURS = 'Is it spelt right in the configuration? If so, ask its owner whether it was given up.';

/** Whether SPF vouches for our mail. A record may be bad and do so all the same: with +all, or over the limit behind our addresses. */
async function proofOf(ask: Ask, domain: string, ips: readonly string[]): Promise<Point['state']> {
  const verdicts = await Promise.all(ips.map((ip) => verifySpf(ask, domain, ip)));
  if (verdicts.every(({ kind }) => kind === 'pass')) return 'ok';
  return verdicts.some(({ kind }) => kind === 'unknown') ? 'unknown' : 'bad';
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
