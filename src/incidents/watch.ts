// What is seen of our own addresses and domains means for the incidents: a new listing opens one or joins one, a clearing is written on it.
import { type Actor, RELAYWARDEN } from '../audit/record.js';
import type { CheckResult } from '../blocklists/check.js';
import { decide } from './decide.js';
import { type OpenDeps, type Opened, openFromListing } from './open.js';
import { markCleared, type SeenListing } from './sign.js';
import { type ListingRow, openListing, sawCleared } from './store.js';

export interface Seen {
  opened: Opened[];
  cleared: ListingRow[];
}

/** One target on one list. */
export interface TargetOnList {
  target: string;
  /** Id of the list. */
  list: string;
}

/** Takes listings that were confirmed. Each opens an incident, joins one, or repeats what is known. */
export function takeListed(deps: OpenDeps, seen: readonly SeenListing[], actor: Actor = RELAYWARDEN): Opened[] {
  return seen.map((each) => openFromListing(deps, each, actor));
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
    opened: takeListed(deps, listed, actor),
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
  decide(deps, { incidentId: row.incidentId, actor, verb: 'cleared', details: { target, list } }, (tx, incident) => {
    sawCleared(tx, [row.id], at);
    return { keepsRev: true, set: { subject: markCleared(incident.subject, { target, list }, at) } };
  });
}
