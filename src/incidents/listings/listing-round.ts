// What taking listings has at hand while it runs, and what it leaves when it ends: each changed incident written back once with its card, and
// one line for all that a list newly names.
import type { Tx } from '../../db/transaction.js';
import { addressesIn } from '../../detection/finding.js';
import { queueEffect } from '../../outbox/queue.js';
import { stateOf } from '../decide.js';
import { type Incident, isListing, type ListedEntry, type ListingIncident, targetsOf } from '../incident.js';
import type { OpenDeps } from '../open.js';
import { queueCard } from '../record.js';
import {
  countOpenedSince,
  type ListingRow,
  notedListings,
  sawListed,
  unresolvedIncidents,
  updateIncident,
} from '../store.js';
import { evidenceOfListing } from './entries.js';
import { causeOf, STORM_KEY, STORM_WINDOW_MS } from './group.js';

/** Payload of the effect `listing.note`: targets newly on a list that raises no alarm. */
export interface ListingNote {
  list: string;
  targets: string[];
}

/** What one transaction has at hand; incidents are written back once, at its end. */
export interface Round {
  tx: Tx;
  deps: OpenDeps;
  unresolved: ListingIncident[];
  /** Ids of the unresolved incidents by what they are about; see causeOf. */
  holders: Map<string, number>;
  /** Listings on record that no incident is about. */
  noted: ListingRow[];
  /** Incidents opened lately by themselves. */
  opened: number;
  /** Ids of incidents to write back, and how long their cards may wait. */
  changed: Map<number, number>;
  newNotes: ListedEntry[];
}

/** Reads what all signs are held against. */
export function beginRound(tx: Tx, deps: OpenDeps): Round {
  const unresolved = unresolvedIncidents(tx).filter(isListing);
  return {
    tx,
    deps,
    unresolved,
    holders: new Map(
      unresolved.flatMap(({ id, subject }) => targetsOf(subject).map((target) => [causeOf(target), id] as const)),
    ),
    noted: notedListings(tx),
    opened: countOpenedSince(tx, deps.now() - STORM_WINDOW_MS, STORM_KEY),
    changed: new Map(),
    newNotes: [],
  };
}

/** The unresolved incident about the target, or about an address that it may be. */
export function holderIdOf({ holders }: Round, { target }: ListedEntry): number | undefined {
  return addressesIn(target)
    .map((each) => holders.get(causeOf(each)))
    .find((id) => id !== undefined);
}

/** Remembers which incident is about the target. */
export function hold({ holders }: Round, { target }: ListedEntry, id: number): void {
  for (const each of addressesIn(target)) holders.set(causeOf(each), id);
}

/** Puts a sight of a listing on record; null for one that no incident is about. */
export function remember(
  { tx }: Round,
  { target, list, codes, text, lastSeenAt }: ListedEntry,
  incidentId: number | null,
): void {
  sawListed(tx, { target, list, codes, text, incidentId }, lastSeenAt);
}

/** Writes the changed incidents back, and queues what is to be told. */
export function finishRound(round: Round): void {
  const { tx, deps, changed, newNotes } = round;
  round.unresolved = round.unresolved.map((incident) => {
    const delayMs = changed.get(incident.id);
    if (delayMs === undefined) return incident;
    const { id, subject, occurrences, lastSeenAt, since } = incident;
    const evidence = evidenceOfListing(subject);
    const state = stateOf(tx, deps, incident);
    const change = { subject, evidence, state, occurrences, lastSeenAt, since };
    queueCard(tx, deps, updateIncident(tx, id, change), delayMs);
    return { ...incident, evidence, state };
  });
  for (const list of new Set(newNotes.map((entry) => entry.list))) {
    queueNote(
      round,
      list,
      newNotes.filter((entry) => entry.list === list),
    );
  }
}

/** One line for all that a list names at once: such lists take whole networks. */
function queueNote({ tx, deps }: Round, list: string, entries: ListedEntry[]): void {
  const [first] = entries;
  const payload: ListingNote = { list, targets: entries.map(({ target }) => target) };
  const key = `note:${list}:${first?.target}:${first?.firstSeenAt}`;
  queueEffect(tx, { key, kind: 'listing.note', lane: 'listing-notes', payload }, deps.now());
}

/** The incident as the round has it now. */
export function nowOf({ unresolved }: Round, incident: Incident): Incident {
  return unresolved.find(({ id }) => id === incident.id) ?? incident;
}
