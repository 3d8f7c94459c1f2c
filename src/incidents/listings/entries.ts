// The entries of a listing incident: how a sign becomes one, what a further sign adds to it, and how it ends. Pure.
import type { SeenListing } from '../../blocklists/check.js';
import { type BlockFinding, refusedOf } from '../../detection/finding.js';
import { count } from '../../words.js';
import { customersHit, type ListedEntry, type ListingSubject } from '../incident.js';

/** What is known of a list or receiver; of one that is not in the catalogue, its id and name are what was asked. */
export interface ListFacts {
  id: string;
  name: string;
  /** Web addresses come from our own catalogue only. */
  removalUrl?: string;
  lookupUrl?: string;
  /** Reports whether our DNS checks ask it. */
  inDns: boolean;
  /** As in the catalogue; see Blocklist. */
  impact: ListedEntry['impact'];
  confidence: ListedEntry['confidence'];
  scope: ListedEntry['scope'];
}

/** Names an entry: one target on one list. */
export type TargetOnList = Pick<ListedEntry, 'target' | 'list'>;

export function entryFromDns(seen: SeenListing, list: ListFacts): ListedEntry {
  return { ...entryOf(list, seen, seen.at, seen.at), ...(seen.isFirstLook ? { isFirstLook: true } : {}) };
}

/** A receiver's refusals; one that names a DNS list is the same listing that the DNS shows. */
export function entryFromRefusals(finding: BlockFinding, list: ListFacts): ListedEntry {
  const { domain, oneOf, code, reply: text, customers, refusals, at, since, sample, isConfirmed = false } = finding;
  const meanings = oneOf === undefined ? [] : ['one of these addresses: no reply says which'];
  // The DNS can be asked about an address, not about one of several.
  const inDns = list.inDns && oneOf === undefined;
  // Of a list that is asked its own answers count: the watch holds them against what it hears.
  const codes = inDns || code === '' ? [] : [code];
  const seen = { target: refusedOf(finding), codes, meanings, text };
  const scope = domain === undefined ? list.scope : 'domain';
  return {
    ...entryOf(list, seen, since, at),
    scope,
    inDns,
    customers,
    refusals,
    isConfirmed,
    ...(sample ? { bounce: sample } : {}),
  };
}

export function isSameEntry(a: TargetOnList, b: TargetOnList): boolean {
  return a.target === b.target && a.list === b.list;
}

export function findEntry(subject: ListingSubject, named: TargetOnList): ListedEntry | undefined {
  return subject.entries.find((entry) => isSameEntry(entry, named));
}

/** The subject with one entry more, or with what a further sign of a known one says. */
export function withEntry(subject: ListingSubject, later: ListedEntry): ListingSubject {
  const known = findEntry(subject, later);
  const entries = known
    ? subject.entries.map((entry) => (entry === known ? merged(known, later) : entry))
    : [...subject.entries, later];
  return { ...subject, entries, isFirstLook: entries.every(({ isFirstLook }) => isFirstLook === true) };
}

/** Past meanings kept of one entry; lists have a few parts (SBL, XBL, CSS), never dozens. */
const MOST_PAST = 12;

/**
 * Joins what is known of an entry with a further sign of it. A sign from the DNS has codes and no refusals, one from a reply has refusals
 * and no codes: what the sign does not have is kept. An entry that was gone begins anew; otherwise the first bounce stays on the card.
 */
function merged(earlier: ListedEntry, sign: ListedEntry): ListedEntry {
  const { clearedAt } = earlier;
  if (clearedAt !== undefined) return { ...begunAnew(sign, earlier, clearedAt), text: sign.text || earlier.text };
  const later = earlier.anew ? sinceAnew(sign, earlier.anew) : sign;
  const isBounceKept = earlier.bounce !== undefined && (later.bounce !== undefined || later.text === '');
  const meanings = later.meanings.length > 0 ? later.meanings : earlier.meanings;
  const past = [...new Set([...(earlier.pastMeanings ?? []), ...earlier.meanings])].filter(
    (each) => !meanings.includes(each),
  );
  const isCodeKept = later.codes.length === 0 || (isBounceKept && later.bounce && earlier.codes.length > 0);
  return {
    ...later,
    ...(earlier.isFirstLook ? { isFirstLook: true } : {}),
    ...(earlier.anew ? { anew: earlier.anew } : {}),
    customers: later.customers.length > 0 ? later.customers : earlier.customers,
    refusals: Math.max(earlier.refusals, later.refusals),
    codes: isCodeKept ? earlier.codes : later.codes,
    meanings,
    ...(past.length > 0 ? { pastMeanings: past.slice(-MOST_PAST) } : {}),
    text: isBounceKept ? earlier.text : later.text || earlier.text,
    ...(isBounceKept && earlier.bounce ? { bounce: earlier.bounce } : {}),
    ...(earlier.isConfirmed || later.isConfirmed ? { isConfirmed: true } : {}),
    firstSeenAt: Math.min(earlier.firstSeenAt, later.firstSeenAt),
    lastSeenAt: Math.max(earlier.lastSeenAt, later.lastSeenAt),
  };
}

/**
 * A listing that was over at `overAt` and is seen again. The detection does not know that it was over: when the receiver refuses again
 * within a day, it goes on counting from the first refusal of all. So the earlier refusals are taken off here, and the entry begins with
 * the refusal that shows that it is not over.
 */
export function begunAnew(sign: ListedEntry, before: ListedEntry, overAt: number): ListedEntry {
  if (sign.refusals === 0 || sign.firstSeenAt > overAt) return sign;
  // After a day without refusals the detection has begun a new count, and the ones taken off before are not in it.
  const isOneCount = before.anew !== undefined && sign.firstSeenAt < before.anew.at;
  const anew = { at: sign.lastSeenAt, refusals: before.refusals + (isOneCount ? (before.anew?.refusals ?? 0) : 0) };
  return { ...sinceAnew(sign, anew), anew };
}

function sinceAnew(sign: ListedEntry, anew: NonNullable<ListedEntry['anew']>): ListedEntry {
  if (sign.refusals === 0 || sign.firstSeenAt >= anew.at) return sign;
  return { ...sign, firstSeenAt: anew.at, refusals: Math.max(1, sign.refusals - anew.refusals) };
}

/** The subject with one entry seen gone. */
export function withoutEntry(subject: ListingSubject, gone: TargetOnList, clearedAt: number): ListingSubject {
  const entries = subject.entries.map((entry) => (isSameEntry(entry, gone) ? { ...entry, clearedAt } : entry));
  return { ...subject, entries };
}

/** Most lines of evidence kept. The card has a list of all entries besides. */
const MOST_EVIDENCE = 20;

/** Evidence in words. */
export function evidenceOfListing(subject: ListingSubject): string[] {
  const refusals = subject.entries.reduce((sum, entry) => sum + entry.refusals, 0);
  const refused = `${count(refusals, 'message')} of ${count(customersHit(subject).length, 'customer')} refused`;
  const answers = subject.entries
    .filter(({ inDns, codes }) => inDns && codes.length > 0)
    .map(({ listName, codes, target }) => `${listName} answers ${codes.join(', ')} for ${target}`);
  return [...(refusals > 0 ? [refused] : []), ...answers].slice(0, MOST_EVIDENCE);
}

function entryOf(
  { id, name, inDns, impact, confidence, scope, removalUrl }: ListFacts,
  { target, codes, meanings, text }: Pick<SeenListing, 'target' | 'codes' | 'meanings' | 'text'>,
  firstSeenAt: number,
  lastSeenAt: number,
): ListedEntry {
  return {
    ...{ target, list: id, listName: name, inDns, impact, confidence, scope, codes, meanings, text },
    ...(removalUrl ? { removalUrl } : {}),
    ...{ customers: [], refusals: 0, firstSeenAt, lastSeenAt },
  };
}
