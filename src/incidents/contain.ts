// Contain and lift: the decision in the database; the relays obey through the outbox (effects `containment.apply`, `containment.lift`).
import { RELAYWARDEN, recordAudit } from '../audit/record.js';
import type { ContainmentAction } from '../containment/containment.js';
import type { Mta } from '../containment/mta.js';
import { queueEffect } from '../outbox/queue.js';
import type { Customer } from '../partners/directory.js';
import { type DecideDeps, type Decision, decide, type Outcome, queueCard, queueTimeline } from './decide.js';
import type { CompromiseSubject, Incident } from './incident.js';
import {
  containmentsOf,
  findContainment,
  findIncident,
  insertContainment,
  type Tx,
  toContainment,
  updateContainment,
} from './store.js';

export interface ContainDeps extends DecideDeps {
  customer: (id: string) => Customer | undefined;
}

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
    const customers = request.customers ?? (incident.customer ? [incident.customer] : []);
    const fresh = customers.filter((id) => !isInForce(tx, incident.id, request.action, id));
    if (fresh.length === 0)
      return { refuse: customers.length === 0 ? 'No customer is named.' : 'That is already in force.' };
    const targets = fresh.map((customer) => ({ customer, ...targetsOf(deps, request.action, incident, customer) }));
    if (
      request.action === 'block-sender' &&
      targets.some(({ senders, logins }) => senders.length + logins.length === 0)
    )
      return { refuse: 'No sender address is known that could be blocked.' };
    if (request.action === 'reroute' && !request.route)
      return { refuse: 'No route is configured that mail could take instead.' };
    const placed = targets.map((target) => place(tx, deps, request, incident, target));
    return { details: { containments: placed, customers: fresh } };
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
    updateContainment(tx, row.id, {
      liftedAt: deps.now(),
      liftedBy: request.actor.name,
      liftReason: request.reason ?? null,
    });
    queueEffect(tx, effectOf('lift', row.id), deps.now());
    return { details: { containment: row.id, action: row.action, customer: row.customer, hits: row.hits } };
  });
}

/** What blocking the sender means for a compromise: the addresses, and those logins that are one person's mailbox. */
export function blockTargets(
  subject: CompromiseSubject,
  customer: Customer | undefined,
): { senders: string[]; logins: string[] } {
  const mailboxDomains = new Set(
    [...(customer?.sasl_domains ?? []), ...(customer?.domains ?? [])].map((domain) => domain.toLowerCase()),
  );
  const isMailbox = (login: string) =>
    subject.senders.includes(login) || mailboxDomains.has(login.slice(login.lastIndexOf('@') + 1));
  return {
    senders: subject.senders,
    logins: subject.logins.filter((login) => login.includes('@') && isMailbox(login)),
  };
}

/**
 * Handlers of the effects: make the relays obey, write down that they do, show it. Safe to run again.
 * `mta` answers from memory, so they do not wait for anybody outside unless the adapter does.
 */
export function containmentEffects(deps: DecideDeps, mta: Pick<Mta, 'apply' | 'lift'>) {
  return {
    'containment.apply': async ({ payload }: { payload: unknown }) => {
      const row = findContainment(deps.db, idOf(payload));
      if (!row || row.liftedAt !== null || row.effectiveAt !== null) return;
      await mta.apply(toContainment(row));
      settle(deps, row.id, 'in-force', { effectiveAt: deps.now(), failure: null });
    },
    'containment.lift': async ({ payload }: { payload: unknown }) => {
      const row = findContainment(deps.db, idOf(payload));
      if (!row) return;
      await mta.lift(toContainment(row));
      settle(deps, row.id, 'out-of-force', {});
    },
  };
}

/** Writes down why the relays do not obey yet, so that the card says it. */
export function containmentFailed(deps: DecideDeps, payload: unknown, why: string): void {
  const row = findContainment(deps.db, idOf(payload));
  const incident = row && findIncident(deps.db, row.incidentId);
  if (!row || !incident || row.failure === why) return;
  deps.db.transaction((tx) => {
    updateContainment(tx, row.id, { failure: why });
    recordAudit(tx, {
      at: deps.now(),
      actor: RELAYWARDEN,
      verb: row.action,
      subject: `incident:${incident.id}`,
      outcome: 'failed',
      reason: why,
      details: { containment: row.id },
    });
    queueCard(tx, deps, incident);
  });
}

function targetsOf(deps: ContainDeps, action: ContainmentAction, incident: Incident, customer: string) {
  if (action !== 'block-sender' || incident.subject.kind !== 'compromise') return { senders: [], logins: [] };
  return blockTargets(incident.subject, deps.customer(customer));
}

interface Target {
  customer: string;
  senders: string[];
  logins: string[];
}

function place(tx: Tx, deps: ContainDeps, request: ContainRequest, incident: Incident, target: Target): number {
  const row = insertContainment(tx, {
    incidentId: incident.id,
    action: request.action,
    ...target,
    ...(request.route ? { route: request.route } : {}),
    reason: request.reason ?? null,
    placedAt: deps.now(),
    placedBy: request.actor.name,
  });
  queueEffect(tx, effectOf('apply', row.id), deps.now());
  return row.id;
}

function settle(
  deps: DecideDeps,
  id: number,
  verb: 'in-force' | 'out-of-force',
  change: { effectiveAt?: number; failure?: null },
): void {
  deps.db.transaction((tx) => {
    const row = findContainment(tx, id);
    const incident = row && findIncident(tx, row.incidentId);
    if (!row || !incident) return;
    if (Object.keys(change).length > 0) updateContainment(tx, id, change);
    const details = { containment: id, action: row.action, customer: row.customer };
    const entry = { at: deps.now(), actor: RELAYWARDEN, verb, subject: `incident:${incident.id}`, details };
    queueTimeline(tx, deps, incident, recordAudit(tx, entry));
    queueCard(tx, deps, incident);
  });
}

function isInForce(tx: Tx, incidentId: number, action: ContainmentAction, customer: string): boolean {
  return containmentsOf(tx, incidentId).some(
    (row) => row.action === action && row.customer === customer && row.liftedAt === null,
  );
}

function effectOf(verb: 'apply' | 'lift', id: number) {
  return { key: `${verb}:${id}`, kind: `containment.${verb}`, lane: 'containment', payload: { containmentId: id } };
}

function idOf(payload: unknown): number {
  return (payload as { containmentId: number }).containmentId;
}
