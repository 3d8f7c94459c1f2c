// The one way an incident changes by a decision: compare revision, change, audit and queue the effects in one transaction.

import type { Actor, AuditRow } from '../audit/record.js';
import type { ContainmentAction } from '../containment/containment.js';
import type { Db } from '../db/open.js';
import { immediately, type Tx } from '../db/transaction.js';
import { type Incident, type IncidentState, stateAfter } from './incident.js';
import { queueCard, recordOn, sayInThread } from './record.js';
import { containmentsOf, findIncident, updateIncident } from './store.js';
import { blockTargets, holdingActions, type Owners } from './targets.js';

export interface DecideDeps extends Owners {
  db: Db;
  /** Now, in ms; the practice workspace runs it faster. */
  now: () => number;
  /** Seconds of that clock in a second; 1 unless told. */
  speed?: number | undefined;
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
    const heldBefore = seeminglyHeld(tx, deps, incident);
    const changed = change(tx, incident);
    if ('refuse' in changed) {
      recordOn(tx, deps, incident, { actor, verb, reason, outcome: 'refused', details: { why: changed.refuse } });
      return { kind: 'not-possible', incident, why: changed.refuse };
    }
    const state = stateOf(tx, deps, { ...incident, ...changed.set }, heldBefore);
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
type Held = Pick<Incident, 'id' | 'state' | 'customer' | 'subject'>;

/**
 * The state that follows from what is in force for the people the incident is about now. While a block leaves out some of its mail it is
 * open; `heldBefore` is what seemed to hold all of it before a change, and did not.
 */
export function stateOf(
  tx: Tx,
  deps: Owners,
  incident: Held,
  heldBefore: readonly ContainmentAction[] = [],
): IncidentState {
  const holding = holdingOf(tx, deps, incident).filter((action) => !heldBefore.includes(action));
  return stateAfter(incident.state, holding.length);
}

/**
 * What takes all that the latest finding of an open incident names, although mail passes that an earlier one named: whatever is done about
 * something else does not make it contained.
 */
export function seeminglyHeld(tx: Tx, deps: Owners, incident: Incident): ContainmentAction[] {
  return incident.state === 'open' ? holdingOf(tx, deps, incident) : [];
}

function holdingOf(tx: Tx, deps: Owners, incident: Held): ContainmentAction[] {
  return holdingActions(incident, blockTargets(incident, deps), containmentsOf(tx, incident.id));
}
