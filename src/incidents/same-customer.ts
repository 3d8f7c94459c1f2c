// A suspension stops all mail of a customer: what it is placed on is one incident, and the customer's others are held back by it as well.
import type { Tx } from '../db/transaction.js';
import { type DecideDeps, stateOf } from './decide.js';
import type { Incident } from './incident.js';
import { queueCard, sayInThread } from './record.js';
import { type ContainmentRow, unresolvedIncidents, updateIncident } from './store.js';

/**
 * Shows on the other incidents of its customer what became of a suspension: their state, their thread and their card. Call it where the row
 * was written, in the same transaction. Nothing was decided about them, so their buttons stay valid.
 */
export function showOnOthers(tx: Tx, deps: DecideDeps, { action, customer, incidentId }: ContainmentRow): void {
  if (action !== 'suspend-outbound') return;
  const others = unresolvedIncidents(tx).filter((each) => each.customer === customer && each.id !== incidentId);
  for (const incident of others) show(tx, deps, incident, incidentId);
}

function show(tx: Tx, deps: DecideDeps, incident: Incident, by: number): void {
  const state = stateOf(tx, deps, incident);
  const { id, customer, state: before } = incident;
  if (state !== before) {
    updateIncident(tx, id, { state });
    const isHeld = state === 'contained';
    const details = { by, customer, before, after: state, ...(isHeld ? {} : { inChannel: true }) };
    sayInThread(tx, deps, incident, { verb: isHeld ? 'held-by-other' : 'loose-by-other', details });
  }
  queueCard(tx, deps, incident);
}
