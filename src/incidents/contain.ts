// Contain and lift: the decision in the database; the relays obey through the outbox (effects.ts).
import type { ContainmentAction } from '../containment/containment.js';
import { hurryLane, queueEffect } from '../outbox/queue.js';
import { type DecideDeps, type Decision, decide, type Outcome } from './decide.js';
import { effectOf } from './effects.js';
import type { Incident } from './incident.js';
import { recordOn } from './record.js';
import {
  type ContainmentRow,
  containmentsOf,
  findContainment,
  insertContainment,
  type Tx,
  updateContainment,
} from './store.js';
import { blockTargets, isEmpty, isOfCustomer, type Targets, uncovered } from './targets.js';

export type ContainDeps = DecideDeps;

export interface ContainRequest extends Omit<Decision, 'verb' | 'details'> {
  action: ContainmentAction;
  /** reroute: name of the route. */
  route?: string;
  /** A listing has no customer of its own: whose mail is re-routed. */
  customers?: string[];
}

/** Places a containment on every customer named (the incident's own by default). */
export function contain(deps: ContainDeps, request: ContainRequest): Outcome {
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
    if (row.liftedAt !== null) return { refuse: 'It is lifted already.' };
    return { details: endContainment(tx, deps, row, request) };
  });
}

/** Lifts all containments of one kind that are in force for the incident: a re-route of a hundred customers ends by one press as it began. */
export function liftAll(
  deps: DecideDeps,
  { action, ...request }: Omit<Decision, 'verb' | 'details'> & { action: ContainmentAction },
): Outcome {
  return decide(deps, { ...request, verb: 'lift' }, (tx, incident) => {
    const rows = containmentsOf(tx, incident.id).filter((row) => row.action === action && row.liftedAt === null);
    if (rows.length === 0) return { refuse: 'They are lifted already.' };
    const now = deps.now();
    const ended = rows.map((row) => endContainment(tx, { ...deps, now: () => now }, row, request));
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
): number[] {
  const inForce = containmentsOf(tx, incident.id).filter(({ liftedAt }) => liftedAt === null);
  for (const row of inForce) {
    const details = endContainment(tx, deps, row, { actor, reason });
    recordOn(tx, deps, incident, { actor, reason, verb: 'lift', details });
  }
  return inForce.map((row) => row.id);
}

/**
 * Ends a containment within a decision, with all that it did: the relays forget its count when they are told. Returns what is to be put on
 * record of it.
 */
function endContainment(
  tx: Tx,
  deps: Pick<DecideDeps, 'now' | 'hits'>,
  row: ContainmentRow,
  { actor, reason }: Pick<Decision, 'actor' | 'reason'>,
) {
  const live = deps.hits?.(row.id) ?? { hits: 0 };
  const hits = Math.max(row.hits, live.hits);
  updateContainment(tx, row.id, {
    ...{ hits, lastHitAt: live.lastHitAt ?? row.lastHitAt },
    ...{ liftedAt: deps.now(), liftedBy: actor.name, liftReason: reason ?? null },
  });
  const effect = effectOf('lift', row.id);
  // The relays may not have been told of it yet, and are not to be told later.
  hurryLane(tx, effect.lane);
  queueEffect(tx, effect, deps.now());
  return { containment: row.id, action: row.action, customer: row.customer, hits };
}

/** Blocks the senders and logins that no earlier block of the incident covers: others may have come since. */
function block(tx: Tx, deps: ContainDeps, request: ContainRequest, incident: Incident) {
  const targets = blockTargets(incident, deps);
  if (isEmpty(targets) || !incident.customer)
    return { refuse: 'No sender address of this customer is known that could be blocked.' };
  const missing = uncovered(targets, containmentsOf(tx, incident.id));
  if (isEmpty(missing)) return { refuse: 'That is already in force.' };
  const { id } = place(tx, deps, request, incident, incident.customer, missing);
  return { details: { containments: [id], customers: [incident.customer], ...missing } };
}

function placeOnCustomers(tx: Tx, deps: ContainDeps, request: ContainRequest, incident: Incident) {
  const customers = request.customers ?? (incident.customer ? [incident.customer] : []);
  if (customers.length === 0) return { refuse: 'No customer is named.' };
  const inForce = containmentsOf(tx, incident.id).filter(
    (row) => row.action === request.action && row.liftedAt === null,
  );
  const fresh = customers.filter((id) => !inForce.some(({ customer }) => customer === id));
  if (fresh.length === 0) return { refuse: 'That is already in force.' };
  const now = deps.now();
  // One moment for all: by that they are known to belong together.
  const placed = fresh.map((customer) => {
    return place(tx, { ...deps, now: () => now }, request, incident, customer, { senders: [], logins: [] });
  });
  return { details: { containments: placed.map(({ id }) => id), customers: fresh } };
}

function place(
  tx: Tx,
  deps: ContainDeps,
  request: ContainRequest,
  incident: Incident,
  customer: string,
  targets: Targets,
): ContainmentRow {
  const row = insertContainment(tx, {
    incidentId: incident.id,
    action: request.action,
    customer,
    ...targets,
    ownSenders: targets.senders.filter((sender) => isOfCustomer(sender, deps.customer(customer))),
    ...(request.route ? { route: request.route } : {}),
    reason: request.reason ?? null,
    placedAt: deps.now(),
    placedBy: request.actor.name,
  });
  queueEffect(tx, effectOf('apply', row.id), deps.now());
  return row;
}
