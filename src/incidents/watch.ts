// What a check of our own addresses means for the incidents: a new listing opens one, a clearing is written on it.
import { type Actor, RELAYWARDEN } from '../audit/record.js';
import type { CheckResult } from '../blocklists/check.js';
import { decide } from './decide.js';
import { type OpenDeps, type Opened, openFromListing } from './open.js';
import { type ListingRow, openListings, sawCleared } from './store.js';

export interface Seen {
  opened: Opened[];
  cleared: ListingRow[];
}

/**
 * Takes the verdicts of a check. `listed` opens or repeats, `clear` ends an open listing of the same target and list;
 * refused and unknown say nothing either way and change nothing.
 */
export function takeVerdicts(deps: OpenDeps, results: readonly CheckResult[], actor: Actor = RELAYWARDEN): Seen {
  const at = deps.now();
  const opened = results
    .filter((result) => result.verdict === 'listed')
    .map(({ target, list, codes, text }) =>
      openFromListing(deps, { target, list, codes, text: text ?? '', at }, actor),
    );
  return { opened, cleared: clear(deps, results, actor) };
}

function clear(deps: OpenDeps, results: readonly CheckResult[], actor: Actor): ListingRow[] {
  const isClear = new Set(
    results.filter(({ verdict }) => verdict === 'clear').map(({ target, list }) => `${list} ${target}`),
  );
  const gone = openListings(deps.db).filter((row) => isClear.has(`${row.list} ${row.target}`));
  for (const row of gone) {
    if (row.incidentId === null) {
      sawCleared(deps.db, [row.id], deps.now());
      continue;
    }
    const details = { target: row.target, list: row.list };
    decide(deps, { incidentId: row.incidentId, actor, verb: 'cleared', details }, (tx) => {
      sawCleared(tx, [row.id], deps.now());
      return { keepsRev: true };
    });
  }
  return gone;
}
