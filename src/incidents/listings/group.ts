// Which incident a new listing belongs to: one incident per cause, and one rolling summary when causes come faster than people read. Pure.
import { getDomain } from 'tldts';
import { parseIp } from '../../mail/ip.js';
import { isMinor, type ListedEntry, type ListingIncident, type ListingSubject, targetsOf } from '../incident.js';

export interface GroupRules {
  /** Addresses of one pool that are listed within this time are one incident. */
  groupMinutes: number;
  /** More new listing incidents than this within a quarter of an hour become one rolling summary. */
  stormAfter: number;
}

/** Key of the rolling summary. */
export const STORM_KEY = 'listing:storm';
export const STORM_WINDOW_MS = 15 * 60_000;
/** A storm adds at most one line to its thread in this time. */
export const STORM_LINE_MS = 60_000;

const MINUTE_MS = 60_000;

/** What is listed together whatever the list: an address alone, a domain with all names under the one that was registered. */
export function causeOf(target: string): string {
  return parseIp(target) ? target : (getDomain(target) ?? target);
}

/** The unresolved incident that is about the target already. */
export function holderOf(target: string, unresolved: readonly ListingIncident[]): ListingIncident | undefined {
  const cause = causeOf(target);
  return unresolved.find(({ subject }) => targetsOf(subject).some((each) => causeOf(each) === cause));
}

/** The unresolved incident of the target's pool that an address listed at `at` joins: the newest one, while it still grows. */
export function poolMateOf(
  { firstSeenAt }: Pick<ListedEntry, 'firstSeenAt'>,
  pool: string | undefined,
  unresolved: readonly ListingIncident[],
  { groupMinutes }: GroupRules,
): ListingIncident | undefined {
  if (pool === undefined) return undefined;
  const windowMs = groupMinutes * MINUTE_MS;
  // Signs arrive late and out of order: the window reaches to both sides of what is there.
  const isNear = ({ subject }: ListingIncident) => {
    const [oldest, newest] = spanOf(subject);
    return firstSeenAt >= oldest - windowMs && firstSeenAt <= newest + windowMs;
  };
  return unresolved.findLast((incident) => incident.subject.pool === pool && isNear(incident));
}

/**
 * The rolling summary, when the next incident would be one too many; `undefined` when it may be opened by itself, `'new'` when the
 * summary is to be opened. `opened` is how many listing incidents were opened within the window before now.
 */
export function stormOf(
  unresolved: readonly ListingIncident[],
  { opened, now, rules }: { opened: number; now: number; rules: GroupRules },
): ListingIncident | 'new' | undefined {
  const storm = unresolved.find(({ key }) => key === STORM_KEY);
  const goesOn = storm !== undefined && spanOf(storm.subject)[1] > now - STORM_WINDOW_MS;
  if (opened < rules.stormAfter && !goesOn) return undefined;
  return storm ?? 'new';
}

/** When the first and the last entry worth an alarm were first seen. Notes do not count: they would keep the time for joining open. */
function spanOf({ entries }: ListingSubject): [oldest: number, newest: number] {
  const times = entries.filter((entry) => !isMinor(entry)).map(({ firstSeenAt }) => firstSeenAt);
  return [times.reduce((a, b) => Math.min(a, b), Infinity), times.reduce((a, b) => Math.max(a, b), -Infinity)];
}
