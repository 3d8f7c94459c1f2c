// Which of an incident's listings partners are told of: what stands now, and what has come to an end since a letter was written. Pure.
import { isOwnBlock } from '../../blocklists/receivers.js';
import { type Incident, isMinor, type ListedEntry, seriousEntries } from '../incident.js';

type OwnerOfDomain = (domain: string) => string | undefined;

/** An entry that is over, and since when. */
export interface EndedEntry extends Pick<ListedEntry, 'target' | 'listName'> {
  endedAt: number;
  /** Reports whether it was a receiver that refused by itself, and no list that many ask. */
  isOwnBlock: boolean;
}

/** A listing of a customer's own domain concerns no other customer. */
export function isOurs({ target }: Pick<ListedEntry, 'target'>, ownerOfDomain: OwnerOfDomain): boolean {
  return ownerOfDomain(target) === undefined;
}

/** Entries that are listed and worth an alarm. A receiver's own block ends when its incident is resolved; a list says itself when. */
export function standing({ subject, state }: Pick<Incident, 'subject' | 'state'>): ListedEntry[] {
  if (subject.kind !== 'listing') return [];
  return seriousEntries(subject).filter(({ inDns }) => inDns || state !== 'resolved');
}

/** Entries of ours that were worth an alarm and came to an end at or after `at`. */
export function endedSince(
  { subject, state, resolvedAt }: Pick<Incident, 'subject' | 'state' | 'resolvedAt'>,
  ownerOfDomain: OwnerOfDomain,
  at: number,
): EndedEntry[] {
  if (subject.kind !== 'listing') return [];
  const resolved = state === 'resolved' ? (resolvedAt ?? undefined) : undefined;
  return subject.entries.flatMap((entry) => {
    const endedAt = entry.clearedAt ?? (entry.inDns ? undefined : resolved);
    if (endedAt === undefined || endedAt < at || isMinor(entry) || !isOurs(entry, ownerOfDomain)) return [];
    const { target, list, listName } = entry;
    return [{ target, listName, endedAt, isOwnBlock: isOwnBlock(list) }];
  });
}
