// What is seen of our own addresses and domains, by the watch, a re-check or SNDS: a new listing opens an incident or joins one, a clearing is
// written on it.
import { type Actor, RELAYWARDEN } from '../../audit/record.js';
import type { SeenListing } from '../../blocklists/check.js';
import { immediately, type Tx } from '../../db/transaction.js';
import { type Incident, seriousEntries } from '../incident.js';
import type { OpenDeps } from '../open.js';
import { lastLineAt, queueCard, recordOn, sayInThread } from '../record.js';
import { findIncident, type ListingRow, openListing, sawCleared, updateIncident } from '../store.js';
import { entryFromDns, type TargetOnList, withoutEntry } from './entries.js';
import { STORM_KEY, STORM_LINE_MS } from './group.js';
import { type Taken, takeListings } from './take-listings.js';

/**
 * Takes listings that were confirmed, in one transaction; give it all that came together. Each opens an incident, joins one, repeats
 * what is known, or is no more than a note. Answers in their order.
 */
export function takeListed(deps: OpenDeps, seen: readonly SeenListing[], actor: Actor = RELAYWARDEN): Taken[] {
  const signs = seen.map((each) => ({ entry: entryFromDns(each, deps.describeList(each.list, each.target)), actor }));
  return takeListings(deps, signs);
}

/**
 * Takes clearings that are believed, in one transaction: ends the open listing of each pair. Pairs that are not listed change nothing. Give
 * it all that came together: each incident is read and written once.
 */
export function takeCleared(deps: OpenDeps, pairs: readonly TargetOnList[], actor: Actor = RELAYWARDEN): ListingRow[] {
  return immediately(deps.db, (tx) => {
    const rows = pairs.flatMap(({ target, list }) => openListing(tx, target, list) ?? []);
    sawCleared(
      tx,
      rows.map(({ id }) => id),
      deps.now(),
    );
    for (const [incidentId, own] of byIncident(rows)) clearFrom(tx, deps, incidentId, own, actor);
    return rows;
  });
}

/** Those that are no more than a note are nobody's. */
function byIncident(rows: readonly ListingRow[]): Map<number, ListingRow[]> {
  const grouped = new Map<number, ListingRow[]>();
  for (const row of rows)
    if (row.incidentId !== null) grouped.set(row.incidentId, [...(grouped.get(row.incidentId) ?? []), row]);
  return grouped;
}

/** A row on record for each, a line in the thread as a rule, the incident and its card once. */
function clearFrom(tx: Tx, deps: OpenDeps, incidentId: number, rows: readonly ListingRow[], actor: Actor): void {
  const incident = findIncident(tx, incidentId);
  if (incident?.subject.kind !== 'listing') return;
  const at = deps.now();
  const { state } = incident;
  let { subject } = incident;
  for (const { target, list } of rows) {
    subject = withoutEntry(subject, { target, list }, at);
    const { name: listName } = deps.describeList(list, target);
    const left = seriousEntries(subject).length;
    const details = { target, list, listName, left, before: state, after: state };
    const put = isTooMuch(tx, incident, left, at) ? recordOn : sayInThread;
    put(tx, deps, incident, { actor, verb: 'cleared', details });
  }
  queueCard(tx, deps, updateIncident(tx, incidentId, { subject }));
}

/** A storm says no more than one line a minute, and always the last. */
function isTooMuch(tx: Tx, { id, key }: Incident, left: number, at: number): boolean {
  return key === STORM_KEY && left > 0 && Math.abs(at - (lastLineAt(tx, id) ?? 0)) < STORM_LINE_MS;
}
