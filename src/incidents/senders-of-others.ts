// Blocked senders whose domain came to another customer since: a block goes on for its own customer's mail alone, and that is said once.
import type { Containment } from '../containment/containment.js';
import type { Db } from '../db/open.js';
import { immediately, type Tx } from '../db/transaction.js';
import type { Customer } from '../partners/directory.js';
import type { DecideDeps } from './decide.js';
import { sayInThread } from './record.js';
import { type ContainmentRow, containmentsInForce, findIncident, toContainment, updateContainment } from './store.js';
import { isOfCustomer } from './targets.js';

/** A blocked sender, and the customer that has its domain by now. */
export interface SenderOfOther {
  sender: string;
  owner: string;
}

/**
 * Puts on record which senders are the customer's own of blocks of earlier versions, which did not ask: as the customer file says now, before
 * it says something else. A customer that is not in it is left for later. Returns how many blocks that were.
 */
export function keepOwnSenders(db: Db, customer: (id: string) => Customer | undefined): number {
  return immediately(db, (tx) => {
    const unasked = containmentsInForce(tx).filter(
      ({ action, ownSenders }) => action === 'block-sender' && !ownSenders,
    );
    const known = unasked.filter((row) => customer(row.customer) !== undefined);
    for (const { id, senders, customer: whose } of known)
      updateContainment(tx, id, { ownSenders: senders.filter((sender) => isOfCustomer(sender, customer(whose))) });
    return known.length;
  });
}

/** After a start, with everything loaded: puts on record, with a line in the thread, which senders each block newly holds back in part alone. */
export function tellOfOthers(
  tx: Tx,
  deps: Pick<DecideDeps, 'now'>,
  ofOthers: (containment: Containment) => SenderOfOther[],
): void {
  for (const row of containmentsInForce(tx)) {
    const told = row.toldOthers ?? [];
    const others = ofOthers(toContainment(row)).filter(({ sender }) => !told.includes(sender));
    if (others.length > 0) tell(tx, deps, row, others);
  }
}

function tell(tx: Tx, deps: Pick<DecideDeps, 'now'>, row: ContainmentRow, others: readonly SenderOfOther[]): void {
  const incident = findIncident(tx, row.incidentId);
  if (!incident) return;
  const senders = others.map(({ sender }) => sender);
  updateContainment(tx, row.id, { toldOthers: [...(row.toldOthers ?? []), ...senders] });
  const owners = [...new Set(others.map(({ owner }) => owner))];
  const details = { containment: row.id, customer: row.customer, senders, owners };
  sayInThread(tx, deps, incident, { verb: 'not-followed', details });
}
