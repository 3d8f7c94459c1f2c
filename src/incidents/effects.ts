// The effects of containing and lifting: make the relays obey, write down that they do, show it. Each is safe to run again.
import { type Containment, isLifted } from '../containment/containment.js';
import type { Mta } from '../containment/mta.js';
import { immediately, type Tx } from '../db/transaction.js';
import { UserError } from '../errors.js';
import type { Effect } from '../outbox/queue.js';
import { EffectImpossible } from '../outbox/run.js';
import { rootMessage } from '../words.js';
import { type DecideDeps, stateOf } from './decide.js';
import { queueCard, recordOn, sayInThread } from './record.js';
import { showOnOthers } from './same-customer.js';
import {
  type ContainmentRow,
  containmentsInForce,
  containmentsOf,
  findContainment,
  findIncident,
  inForceOf,
  toContainment,
  updateContainment,
  updateIncident,
} from './store.js';
import { isObeyed } from './targets.js';

/** Names the effect of placing or lifting one containment. Each has a lane of its own: one that cannot be done holds up no other. */
export function effectOf(verb: 'apply' | 'lift', id: number): Effect {
  return {
    key: `${verb}:${id}`,
    kind: `containment.${verb}`,
    lane: `containment:${id}`,
    payload: { containmentId: id },
  };
}

/** Thrown when the relays obey, and that could not be written down: it is done again. The cause says why. */
export class NotOnRecord extends Error {
  override name = 'NotOnRecord';

  constructor(cause: unknown) {
    super(`In force, but not on record yet: ${rootMessage(cause)}`, { cause });
  }
}

/** What the relays are told of is in memory: on a full disk a block that was decided holds all the same. */
export const CONTAINMENT_EFFECTS: ReadonlySet<string> = new Set(['containment.apply', 'containment.lift']);

/** Handlers for the outbox, by kind. `mta` answers from memory, so they wait for nobody outside unless the adapter does. */
export function containmentEffects(deps: DecideDeps, mta: Pick<Mta, 'apply' | 'lift'>) {
  return {
    'containment.apply': async ({ payload }: { payload: unknown }) => {
      const row = findContainment(deps.db, containmentIn(payload));
      if (!row || isLifted(row) || (row.effectiveAt !== null && row.failure === null)) return;
      await obeyed(mta.apply(toContainment(row)));
      try {
        settle(deps, row.id, 'in-force', { effectiveAt: row.effectiveAt ?? deps.now(), failure: null });
      } catch (error) {
        throw new NotOnRecord(error);
      }
    },
    'containment.lift': async ({ payload }: { payload: unknown }) => {
      const row = findContainment(deps.db, containmentIn(payload));
      if (!row || row.outOfForceAt !== null) return;
      await obeyed(mta.lift(toContainment(row)));
      settle(deps, row.id, 'out-of-force', { outOfForceAt: deps.now() });
    },
  };
}

/** Writes down why the relays do not obey, so that the card says it; in the thread, too, when it is not tried again. False when it is known. */
export function containmentFailed(deps: DecideDeps, id: number, why: string, isForGood = false): boolean {
  const row = findContainment(deps.db, id);
  const incident = row && findIncident(deps.db, row.incidentId);
  // What was lifted while it was tried is not to be in force.
  if (!row || !incident || isLifted(row) || row.failure === why) return false;
  immediately(deps.db, (tx) => {
    updateContainment(tx, row.id, { failure: why, effectiveAt: null });
    const next = updateIncident(tx, incident.id, { state: stateOf(tx, deps, incident) });
    const details = { containment: row.id, ...(isForGood ? { isForGood } : {}) };
    const put = isForGood && !isToldOfOthers(tx, row, why) ? sayInThread : recordOn;
    put(tx, deps, next, { verb: row.action, outcome: 'failed', reason: why, details });
    queueCard(tx, deps, next);
    showOnOthers(tx, deps, row);
  });
  return true;
}

/** Shows that the relays obey and that only the record of it is missing, as far as the database takes so much. `why` is of `NotOnRecord`. */
export function notOnRecord(deps: DecideDeps, id: number, why: string): void {
  const row = findContainment(deps.db, id);
  const incident = row && findIncident(deps.db, row.incidentId);
  if (!row || !incident || isLifted(row) || row.failure === why) return;
  immediately(deps.db, (tx) => {
    updateContainment(tx, row.id, { effectiveAt: row.effectiveAt ?? deps.now(), failure: why });
    queueCard(tx, deps, updateIncident(tx, incident.id, { state: stateOf(tx, deps, incident) }));
    showOnOthers(tx, deps, row);
  });
}

/**
 * After a start, with everything loaded: what was in force may not be by the configuration as it is now, and what could not be may. Writes
 * down what has changed, so that no card says of mail that it is held back while it flows. Returns what is not in force any more.
 */
export function reviewContainments(
  deps: DecideDeps,
  whyNot: (containment: Containment) => string | undefined,
): { row: ContainmentRow; why: string }[] {
  return containmentsInForce(deps.db).flatMap((row) => {
    const why = whyNot(toContainment(row));
    if (why !== undefined) return containmentFailed(deps, row.id, why, true) ? [{ row, why }] : [];
    const inForce = { effectiveAt: row.effectiveAt ?? deps.now(), failure: null };
    if (row.failure !== null) settle(deps, row.id, 'in-force', inForce);
    return [];
  });
}

/** What an adapter says in a UserError, only a person can mend: trying again is pointless. */
async function obeyed(done: Promise<void>): Promise<void> {
  try {
    await done;
  } catch (error) {
    throw error instanceof UserError ? new EffectImpossible(error.message, { cause: error }) : error;
  }
}

function settle(
  deps: DecideDeps,
  id: number,
  verb: 'in-force' | 'out-of-force',
  change: Partial<ContainmentRow>,
): void {
  immediately(deps.db, (tx) => {
    const row = findContainment(tx, id);
    const incident = row && findIncident(tx, row.incidentId);
    if (!row || !incident) return;
    // Lifted while the relays were told: in force for a moment that is over, and its lift tells the rest.
    if (verb === 'in-force' && isLifted(row)) return;
    updateContainment(tx, id, change);
    const stillBy = verb === 'out-of-force' ? othersOn(tx, row) : [];
    const details = {
      containment: id,
      action: row.action,
      customer: row.customer,
      ...(row.senders.length > 1 ? { senderCount: row.senders.length } : {}),
      ...(stillBy.length > 0 ? { stillBy } : {}),
    };
    const next = updateIncident(tx, incident.id, { state: stateOf(tx, deps, incident) });
    const put = stillBy.length > 0 || !isOneOfMany(tx, row) ? sayInThread : recordOn;
    put(tx, deps, next, { verb, details });
    queueCard(tx, deps, next);
    showOnOthers(tx, deps, row);
  });
}

/** A line each in the thread is read as long as they are few. */
const MOST_LINES = 3;

/** Of a hundred customers re-routed or let go by one press, the card shows what holds, and the line of the press says how many. */
function isOneOfMany(tx: Tx, { incidentId, action, placedAt, liftedAt }: ContainmentRow): boolean {
  const together = containmentsOf(tx, incidentId).filter(
    (row) => row.action === action && (liftedAt === null ? row.placedAt === placedAt : row.liftedAt === liftedAt),
  );
  return together.length > MOST_LINES;
}

/** A route that is gone ends the re-route of a hundred customers at once, for one reason: that is one line. */
function isToldOfOthers(tx: Tx, { id, incidentId, action }: ContainmentRow, why: string): boolean {
  return inForceOf(tx, incidentId).some((row) => row.id !== id && row.action === action && row.failure === why);
}

/**
 * Incidents whose containments in force still hold the same mail back. A login is refused whosever mail it is laid to; a suspension holds
 * what a block did, too.
 */
function othersOn(tx: Tx, lifted: ContainmentRow): number[] {
  const share = (one: string[], other: string[]) => one.some((each) => other.includes(each));
  const isTheirs = (row: ContainmentRow) => row.customer === lifted.customer;
  const holds = (row: ContainmentRow) => {
    if (row.action === 'suspend-outbound') return isTheirs(row) && lifted.action !== 'reroute';
    if (row.action !== lifted.action) return false;
    if (row.action === 'reroute') return isTheirs(row);
    return share(row.logins, lifted.logins) || (isTheirs(row) && share(row.senders, lifted.senders));
  };
  const others = containmentsInForce(tx).filter((row) => row.id !== lifted.id && isObeyed(row) && holds(row));
  return [...new Set(others.map(({ incidentId }) => incidentId))];
}

/** Id of the containment that an effect of this file is about, by what the outbox keeps of it. */
export function containmentIn(payload: unknown): number {
  return (payload as { containmentId: number }).containmentId;
}
