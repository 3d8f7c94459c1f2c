// A clock of ours that was ahead and was set right again: what is on record as later than now was seen by now.
import { immediately } from '../db/transaction.js';
import type { DecideDeps } from './decide.js';
import { isCompromise } from './incident.js';
import { isAhead, putRight } from './log-times.js';
import {
  type ContainmentRow,
  containmentsOf,
  unresolvedIncidents,
  updateContainment,
  updateIncident,
} from './store.js';

/** Puts right the times of unresolved compromises and of what was placed for them. Where none is ahead it writes nothing. */
export function putTimesRight({ db, now }: Pick<DecideDeps, 'db' | 'now'>): void {
  const at = now();
  const compromises = unresolvedIncidents(db).filter(isCompromise);
  const late = compromises.filter(({ lastSeenAt }) => isAhead(lastSeenAt, at));
  const rows = compromises.flatMap(({ id }) => containmentsOf(db, id)).filter((row) => hasTimesAhead(row, at));
  if (late.length + rows.length === 0) return;
  immediately(db, (tx) => {
    for (const incident of late) updateIncident(tx, incident.id, putRight(incident, at));
    for (const row of rows) updateContainment(tx, row.id, timesPutRight(row, at));
  });
}

function hasTimesAhead(row: ContainmentRow, now: number): boolean {
  return Object.keys(timesPutRight(row, now)).length > 0;
}

function timesPutRight({ placedAt, effectiveAt, lastHitAt }: ContainmentRow, now: number): Partial<ContainmentRow> {
  return {
    ...(isAhead(placedAt, now) ? { placedAt: now } : {}),
    ...(effectiveAt !== null && isAhead(effectiveAt, now) ? { effectiveAt: now } : {}),
    ...(lastHitAt !== null && isAhead(lastHitAt, now) ? { lastHitAt: now } : {}),
  };
}
