// The one way an incident changes by a decision: compare revision, change, audit and queue the effects in one transaction.

import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Actor, AuditRow } from '../audit/record.js';
import { isLifted } from '../containment/containment.js';
import type { Db } from '../db/open.js';
import { audit } from '../db/schema.js';
import { immediately, type Tx } from '../db/transaction.js';
import { type Incident, type IncidentState, stateAfter } from './incident.js';
import { auditSubject, queueCard, recordOn, sayInThread } from './record.js';
import { type ContainmentRow, findIncident, holdsOn, updateIncident } from './store.js';
import { blockTargets, holdingActions, isObeyed, type Owners } from './targets.js';

export interface DecideDeps extends Owners {
  db: Db;
  /** Now, in ms; the practice workspace runs it faster. */
  now: () => number;
  /** Seconds of that clock in a second. */
  speed: number;
  /** What a containment decided so far, live. */
  hits: (containmentId: number) => { hits: number; lastHitAt?: number };
}

/** What a button carries and who pressed it. */
export interface Decision {
  incidentId: number;
  /** Revision the person saw; undefined decides on whatever is there now (the bot's own decisions). */
  rev?: number;
  actor: Actor;
  verb: string;
  reason?: string | undefined;
  details?: Record<string, unknown>;
}

export type Outcome =
  | { kind: 'done'; incident: Incident; audit: AuditRow }
  /** Somebody else was faster: the incident as it is now. */
  | { kind: 'lost-race'; incident: Incident }
  /** The step makes no sense (any more); `why` is for the person. */
  | { kind: 'not-possible'; incident: Incident; why: string }
  | { kind: 'not-found' };

/** A change made inside the transaction: fields of the incident to set, or why it cannot be made. */
export type Change = (
  tx: Tx,
  incident: Incident,
) =>
  | {
      set?: Partial<Incident>;
      details?: Record<string, unknown>;
      /** True when buttons that people see stay valid: nothing was decided. */
      keepsRev?: boolean;
      /** True when it goes on record without a line in the thread. */
      isQuiet?: boolean;
    }
  | { refuse: string };

/**
 * Runs one decision. The revision is compared and raised, the state follows from the containments in force, one audit row
 * is written whatever the outcome, and the card and the thread are queued. No await: two people make one effect.
 */
export function decide(deps: DecideDeps, decision: Decision, change: Change): Outcome {
  const { actor, verb, reason } = decision;
  return immediately(deps.db, (tx) => {
    const incident = findIncident(tx, decision.incidentId);
    if (!incident) return { kind: 'not-found' };
    if (decision.rev !== undefined && decision.rev !== incident.rev) {
      const details = { sawRev: decision.rev, rev: incident.rev };
      recordOn(tx, deps, incident, { actor, verb, reason, outcome: 'lost-race', details });
      return { kind: 'lost-race', incident };
    }
    const changed = change(tx, incident);
    if ('refuse' in changed) {
      recordOn(tx, deps, incident, { actor, verb, reason, outcome: 'refused', details: { why: changed.refuse } });
      return { kind: 'not-possible', incident, why: changed.refuse };
    }
    const state = stateOf(tx, deps, { ...incident, ...changed.set });
    const next = updateIncident(tx, incident.id, {
      ...changed.set,
      state,
      rev: incident.rev + (changed.keepsRev ? 0 : 1),
    });
    queueCard(tx, deps, next);
    const details = { ...decision.details, ...changed.details, before: incident.state, after: state };
    const put = changed.isQuiet ? recordOn : sayInThread;
    const row = put(tx, deps, next, { actor, verb, reason, outcome: 'done', details });
    return { kind: 'done', incident: next, audit: row };
  });
}

/** What of an incident tells how it is held. */
type Held = Pick<Incident, 'id' | 'state' | 'customer' | 'subject' | 'since' | 'lastSeenAt'>;

/**
 * The state that follows from what is in force for the people the incident is about now. While a block leaves out some of its mail it is
 * open, also when the latest finding names only senders that are blocked.
 */
export function stateOf(tx: Tx, deps: Owners, incident: Held): IncidentState {
  const rows = holdsOn(tx, incident);
  const holding = holdingActions(incident, blockTargets(incident, deps), rows);
  const held = holding.filter((action) => action !== 'block-sender' || !isPassed(tx, incident.id, rows));
  return stateAfter(incident.state, held.length);
}

/** Reports whether it is on record that mail passed since the latest of the blocks that the relays obey was decided. */
function isPassed(tx: Tx, incidentId: number, rows: readonly ContainmentRow[]): boolean {
  const latest = rows.findLast((row) => row.action === 'block-sender' && !isLifted(row) && isObeyed(row));
  const said = blockRecord(tx, incidentId);
  const decided = said.findLast(({ details }) => isOf(details, latest?.id));
  // Of a block that is being decided nothing is on record yet.
  return decided !== undefined && said.some(({ seq, verb }) => verb === 'not-contained' && seq > decided.seq);
}

/** What is on record of an incident's blocks and of mail that passed them, the oldest first. */
function blockRecord(tx: Tx, incidentId: number) {
  const verbs = inArray(audit.verb, ['block-sender', 'not-contained']);
  const isDone = and(eq(audit.subject, auditSubject(incidentId)), eq(audit.outcome, 'done'), verbs);
  const { seq, verb, details } = audit;
  return tx.select({ seq, verb, details }).from(audit).where(isDone).orderBy(asc(seq)).all();
}

function isOf({ containments }: Record<string, unknown>, id: number | undefined): boolean {
  return Array.isArray(containments) && containments.includes(id);
}
