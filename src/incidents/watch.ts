// What is seen of our own addresses and domains means for the incidents: a new listing opens one or joins one, a clearing is written on it.
import { type Actor, RELAYWARDEN } from '../audit/record.js';
import type { CheckResult } from '../blocklists/check.js';
import { decide, lastLineAt } from './decide.js';
import { entryFromDns, type SeenListing, type TargetOnList, withoutEntry } from './entries.js';
import { STORM_KEY, STORM_LINE_MS } from './group.js';
import { type Incident, seriousEntries } from './incident.js';
import type { OpenDeps } from './open.js';
import { type ListingRow, openListing, sawCleared, type Tx } from './store.js';
import { type Taken, takeListings } from './take-listings.js';

export interface Seen {
  taken: Taken[];
  cleared: ListingRow[];
}

/**
 * Takes listings that were confirmed, in one transaction; give it all that came together. Each opens an incident, joins one, repeats
 * what is known, or is no more than a note. Answers in their order.
 */
export function takeListed(deps: OpenDeps, seen: readonly SeenListing[], actor: Actor = RELAYWARDEN): Taken[] {
  const signs = seen.map((each) => ({ entry: entryFromDns(each, deps.describeList(each.list, each.target)), actor }));
  return takeListings(deps, signs);
}

/** Takes clearings that are believed: ends the open listing of each pair. Pairs that are not listed change nothing. */
export function takeCleared(deps: OpenDeps, pairs: readonly TargetOnList[], actor: Actor = RELAYWARDEN): ListingRow[] {
  return pairs.flatMap((pair) => {
    const row = openListing(deps.db, pair.target, pair.list);
    if (row) clear(deps, row, actor);
    return row ? [row] : [];
  });
}

/**
 * Takes the verdicts of a check that somebody asked for. `listed` opens or repeats, `clear` ends an open listing of the same
 * target and list; refused and unknown say nothing either way and change nothing.
 */
export function takeVerdicts(deps: OpenDeps, results: readonly CheckResult[], actor: Actor = RELAYWARDEN): Seen {
  const at = deps.now();
  const listed = results.filter(({ verdict }) => verdict === 'listed').map((result) => ({ ...result, at }));
  return {
    taken: takeListed(deps, listed, actor),
    cleared: takeCleared(
      deps,
      results.filter(({ verdict }) => verdict === 'clear'),
      actor,
    ),
  };
}

function clear(deps: OpenDeps, row: ListingRow, actor: Actor): void {
  const at = deps.now();
  if (row.incidentId === null) {
    sawCleared(deps.db, [row.id], at);
    return;
  }
  const { target, list } = row;
  const { name: listName } = deps.describeList(list, target);
  decide(
    deps,
    { incidentId: row.incidentId, actor, verb: 'cleared', details: { target, list, listName } },
    (tx, incident) => {
      sawCleared(tx, [row.id], at);
      if (incident.subject.kind !== 'listing') return { keepsRev: true };
      const subject = withoutEntry(incident.subject, { target, list }, at);
      const left = seriousEntries(subject).length;
      return { keepsRev: true, isQuiet: isTooMuch(tx, incident, left, at), set: { subject }, details: { left } };
    },
  );
}

/** A storm says no more than one line a minute, and always the last. */
function isTooMuch(tx: Tx, { id, key }: Incident, left: number, at: number): boolean {
  return key === STORM_KEY && left > 0 && at - (lastLineAt(tx, id) ?? 0) < STORM_LINE_MS;
}
