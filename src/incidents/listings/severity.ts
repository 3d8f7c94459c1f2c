// How urgent a listing is: what the list costs × how much mail leaves over what is listed × whose fault it can be × how sure it is. Pure.
//
// Counting lists, as monitors do, says little: one listing on a list that the large receivers ask stops more mail than ten on lists that
// nobody asks, and an address on a tenth of the pool's mail hurts less than the same listing on the address that carries half of it. Users
// of every monitor complain of alarms about whole networks (UCEPROTECT 2 and 3), which nobody but the provider can mend: scope counts.
// The numbers are orders of magnitude, not measurements; the steps between the words are about a factor of three.

import { isMinor, type ListedEntry, type ListingSubject, seriousEntries } from '../incident.js';
import { isSameEntry } from './entries.js';

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

type Weighed = Pick<ListedEntry, 'impact' | 'scope' | 'confidence' | 'refusals'>;

const IMPACT = { critical: 1, high: 0.5, medium: 0.2, low: 0.05 };
/** A range can be ours in part; a network is our provider's. A domain is listed wherever its mail leaves. */
const SCOPE = { address: 1, domain: 1, range: 0.7, network: 0.2 };
const CONFIDENCE = { high: 1, medium: 0.7, low: 0.2 };
/** From which weight on a listing is called so. */
const STEPS: [from: number, Severity][] = [
  [0.5, 'critical'],
  [0.18, 'high'],
  [0.06, 'medium'],
];

/** Weight of one listing, 0..1; `share` is the part of our mail that leaves over what is listed, undefined when nobody can tell. */
function weightOf({ impact, scope, confidence, refusals }: Weighed, share: number | undefined): number {
  // A refusal proves that a receiver our customers write to asks this list.
  const cost = refusals > 0 ? Math.max(IMPACT[impact], IMPACT.medium) : IMPACT[impact];
  const sureness = refusals > 0 ? 1 : CONFIDENCE[confidence];
  return cost * SCOPE[scope] * sureness * mailFactor(share);
}

/**
 * Even an address that carries no mail counts a little: it is a reserve that is lost. An unknown share counts in full, so that a gap in the
 * logs hides no alarm.
 */
function mailFactor(share: number | undefined): number {
  if (share === undefined || share >= 0.1) return 1;
  return share >= 0.01 ? 0.6 : 0.3;
}

export function severityOfEntry(entry: Weighed, share: number | undefined): Severity {
  if (isMinor(entry)) return 'note';
  const weight = weightOf(entry, share);
  return STEPS.find(([from]) => weight >= from)?.[1] ?? 'low';
}

/** The worst of what is open; a note when everything that counts was seen clear. */
export function severityOf(subject: ListingSubject, share: number | undefined): Severity {
  return worst(seriousEntries(subject).map((entry) => severityOfEntry(entry, share)));
}

function worst(severities: readonly Severity[]): Severity {
  return SEVERITIES.find((severity) => severities.includes(severity)) ?? 'note';
}

/** Order of two for a list that has the worst first. */
export function bySeverity(a: Severity, b: Severity): number {
  return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}

/** Open ones before those seen clear, then by weight, then as they were seen. */
export function worstFirst({ entries }: ListingSubject, share: number | undefined): ListedEntry[] {
  const rank = (entry: ListedEntry) => (entry.clearedAt === undefined ? 1 + weightOf(entry, share) : 0);
  return entries.toSorted((a, b) => rank(b) - rank(a));
}

/** The entry that a request to a list would be about first, of those left to ask about; undefined when nothing is open. */
export function mostImportant(
  subject: ListingSubject,
  share: number | undefined,
  left: readonly Pick<ListedEntry, 'target' | 'list'>[] = [],
): ListedEntry | undefined {
  const open = worstFirst(subject, share).filter(({ clearedAt }) => clearedAt === undefined);
  return open.find((entry) => left.some((one) => isSameEntry(one, entry))) ?? open[0];
}
