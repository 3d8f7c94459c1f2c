// Our part of an SPF record: the include that stands for our addresses, or the addresses where none is configured.
import { andMore } from '../../words.js';
import type { Ask } from '../ask.js';
import { addressTerm } from './edit.js';
import { verifySpf } from './verify.js';
import { domainsUnder } from './walk.js';

export interface SpfQuestion {
  domain: string;
  /** The addresses that must be authorised. */
  ips: readonly string[];
  /** What customers are asked to publish instead of our addresses: `include:spf.example.net`. */
  include?: string | undefined;
}

export interface OurPart {
  /** Our addresses that are to pass. */
  ips: readonly string[];
  /** Those of them that pass by `terms`; of the others `gap` tells, or the DNS did not. */
  sure: readonly string[];
  /** What the record must hold for our mail to pass. */
  terms: readonly string[];
  /** Our addresses as terms: in front of a record they cost nothing and need nothing else. */
  addresses: readonly string[];
  /** The record holds the include already, by itself or by another that it names. */
  hasInclude: boolean;
  /** What is wrong with the record that the include names, and what to do; '' when nothing is. */
  gap: string;
}

/** The part of a record that names the addresses themselves. */
export function byAddress(ips: readonly string[]): OurPart {
  const addresses = ips.map(addressTerm);
  return { ips, sure: ips, terms: addresses, addresses, hasInclude: false, gap: '' };
}

/** What must be in the domain's record. A record that the include is made of names the addresses: it would include itself. */
export async function ourPart(ask: Ask, { domain, ips, include }: SpfQuestion): Promise<OurPart> {
  if (include === undefined || (await isBehind(ask, domain, include))) return byAddress(ips);
  const target = targetOf(include);
  const verdicts = await Promise.all(ips.map(async (ip) => ({ ip, verdict: await verifySpf(ask, target, ip) })));
  const lacking = verdicts.filter(({ verdict }) => verdict.kind === 'not-authorised' || verdict.kind === 'broken');
  return {
    ips,
    sure: verdicts.filter(({ verdict }) => verdict.kind === 'pass').map(({ ip }) => ip),
    terms: [include],
    addresses: ips.map(addressTerm),
    hasInclude: (await domainsUnder(ask, domain)).has(target),
    gap: lacking.length === 0 ? '' : gapIn(target, named(lacking.map(({ ip }) => ip))),
  };
}

/** Reports whether the domain's record is the one that the include names, or a part of it. */
export async function isBehind(ask: Ask, domain: string, include: string): Promise<boolean> {
  return (await domainsUnder(ask, targetOf(include))).has(targetOf(domain));
}

/** The domain that an include names. */
export function targetOf(include: string): string {
  return include
    .replace(/^include:/i, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function gapIn(target: string, ips: string): string {
  return `The record of ${target} itself does not authorise ${ips}: mend that one first (dnscheck ${target} says how).`;
}

/** More addresses than this are counted instead of named. */
const NAMED = 4;

/** `203.0.113.17, 203.0.113.18`, or the first few and how many more. */
export function named(ips: readonly string[]): string {
  return andMore(ips.slice(0, NAMED), ips.length);
}
