// Contain and lift: the decision in the database; the relays obey through the outbox (effects.ts).
import { type ContainmentAction, isLifted } from '../containment/containment.js';
import type { Tx } from '../db/transaction.js';
import { hurryLane, queueEffect } from '../outbox/queue.js';
import { type DecideDeps, type Decision, decide, type Outcome } from './decide.js';
import { effectOf } from './effects.js';
import type { Incident } from './incident.js';
import { recordOn } from './record.js';
import { showOnOthers } from './same-customer.js';
import {
  type ContainmentRow,
  containmentsOf,
  findContainment,
  inForceOf,
  insertContainment,
  updateContainment,
} from './store.js';
import { blockTargets, isEmpty, isOfCustomer, type Targets, uncovered } from './targets.js';

interface ContainRequest extends Omit<Decision, 'verb' | 'details'> {
  action: ContainmentAction;
  /** reroute: name of the route. */
  route?: string;
  /** A listing has no customer of its own: whose mail is re-routed. */
  customers?: string[];
}

/** Places a containment on every customer named (the incident's own by default). */
export function contain(deps: DecideDeps, request: ContainRequest): Outcome {
  return decide(deps, { ...request, verb: request.action, details: { route: request.route } }, (tx, incident) => {
    if (incident.state === 'resolved') return { refuse: 'This incident is resolved. Re-open it first.' };
    if (request.action === 'reroute' && !request.route)
      return { refuse: 'No route is configured that mail could take instead.' };
    return request.action === 'block-sender'
      ? block(tx, deps, request, incident)
      : placeOnCustomers(tx, deps, request, incident);
  });
}

/** Lifts one containment. */
export function lift(
  deps: DecideDeps,
  request: Omit<Decision, 'verb' | 'details'> & { containmentId: number },
): Outcome {
  return decide(deps, { ...request, verb: 'lift' }, (tx, incident) => {
    const row = findContainment(tx, request.containmentId);
    if (!row || row.incidentId !== incident.id) return { refuse: 'There is no such containment.' };
    if (isLifted(row)) return { refuse: 'It is lifted already.' };
    return { details: endContainment(tx, deps, row, { ...request, at: deps.now() }) };
  });
}

/** Lifts all containments of one kind that are in force for the incident: a re-route of a hundred customers ends by one press as it began. */
export function liftAll(
  deps: DecideDeps,
  { action, ...request }: Omit<Decision, 'verb' | 'details'> & { action: ContainmentAction },
): Outcome {
  return decide(deps, { ...request, verb: 'lift' }, (tx, incident) => {
    const rows = inForceOf(tx, incident.id).filter((row) => row.action === action);
    if (rows.length === 0) return { refuse: 'They are lifted already.' };
    // One moment for all: by that they are known to belong together.
    const at = deps.now();
    const ended = rows.map((row) => endContainment(tx, deps, row, { ...request, at }));
    const hits = ended.reduce((sum, each) => sum + each.hits, 0);
    const customers = [...new Set(rows.map(({ customer }) => customer))];
    return { details: { action, containments: rows.map(({ id }) => id), customers, hits } };
  });
}

/** Lifts whatever is in force for an incident that somebody closes, each with a row of its own on record. Returns their ids. */
export function liftInForce(
  tx: Tx,
  deps: DecideDeps,
  incident: Incident,
  { actor, reason }: Pick<Decision, 'actor' | 'reason'>,
): { lifted: number[]; liftedActions: ContainmentAction[] } {
  const inForce = inForceOf(tx, incident.id);
  for (const row of inForce) {
    const details = endContainment(tx, deps, row, { actor, reason, at: deps.now() });
    recordOn(tx, deps, incident, { actor, reason, verb: 'lift', details });
  }
  return { lifted: inForce.map(({ id }) => id), liftedActions: inForce.map(({ action }) => action) };
}

/**
 * Ends a containment within a decision, with all that it did: the relays forget its count when they are told. Returns what is to be put on
 * record of it.
 */
function endContainment(
  tx: Tx,
  deps: DecideDeps,
  row: ContainmentRow,
  { actor, reason, at }: Pick<Decision, 'actor' | 'reason'> & { at: number },
) {
  const live = deps.hits(row.id);
  const hits = Math.max(row.hits, live.hits);
  updateContainment(tx, row.id, {
    ...{ hits, lastHitAt: live.lastHitAt ?? row.lastHitAt },
    ...{ liftedAt: at, liftedBy: actor.name, liftReason: reason ?? null },
  });
  const effect = effectOf('lift', row.id);
  // The relays may not have been told of it yet, and are not to be told later.
  hurryLane(tx, effect.lane);
  queueEffect(tx, effect, at);
  showOnOthers(tx, deps, row);
  const many = row.senders.length > 1 ? { senderCount: row.senders.length } : {};
  return { containment: row.id, action: row.action, customer: row.customer, ...many, hits };
}

/** Blocks the senders and logins that no earlier block of the incident covers: others may have come since. */
function block(tx: Tx, deps: DecideDeps, request: ContainRequest, incident: Incident) {
  const targets = blockTargets(incident, deps);
  if (isEmpty(targets) || incident.kind !== 'compromise')
    return { refuse: 'No sender address of this customer is known that could be blocked.' };
  const missing = uncovered(targets, containmentsOf(tx, incident.id));
  if (isEmpty(missing)) return { refuse: 'That is already in force.' };
  const { customer } = incident;
  const { id } = place(tx, deps, { ...request, incident, customer, targets: missing, at: deps.now() });
  return { details: { containments: [id], customers: [customer], ...missing } };
}

function placeOnCustomers(tx: Tx, deps: DecideDeps, request: ContainRequest, incident: Incident) {
  const customers = request.customers ?? (incident.customer ? [incident.customer] : []);
  if (customers.length === 0) return { refuse: 'No customer is named.' };
  const inForce = inForceOf(tx, incident.id).filter(({ action }) => action === request.action);
  const fresh = customers.filter((id) => !inForce.some(({ customer }) => customer === id));
  if (fresh.length === 0) return { refuse: 'That is already in force.' };
  // One moment for all: by that they are known to belong together.
  const at = deps.now();
  const targets = { senders: [], logins: [] };
  const placed = fresh.map((customer) => place(tx, deps, { ...request, incident, customer, targets, at }));
  return { details: { containments: placed.map(({ id }) => id), customers: fresh } };
}

/** One containment to be placed. */
interface Placement extends Pick<ContainRequest, 'action' | 'route' | 'reason' | 'actor'> {
  incident: Incident;
  customer: string;
  targets: Targets;
  at: number;
}

function place(
  tx: Tx,
  deps: DecideDeps,
  { action, route, reason, actor, incident, customer, targets, at }: Placement,
): ContainmentRow {
  const row = insertContainment(tx, {
    incidentId: incident.id,
    action,
    customer,
    ...targets,
    ownSenders: targets.senders.filter((sender) => isOfCustomer(sender, deps.customer(customer))),
    ...(route ? { route } : {}),
    reason: reason ?? null,
    placedAt: at,
    placedBy: actor.name,
  });
  queueEffect(tx, effectOf('apply', row.id), at);
  showOnOthers(tx, deps, row);
  return row;
}
