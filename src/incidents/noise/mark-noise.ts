// Mark noise, and take it back: a person says that an alarm was none, and for what and how long that is to hold. Whoever takes it back has the
// incident open again.

import type { Actor } from '../../audit/record.js';
import { immediately, type Tx } from '../../db/transaction.js';
import { UNATTRIBUTED } from '../../mail/customer.js';
import { liftInForce } from '../contain.js';
import { isAccusedKey } from '../culprits/blame.js';
import { type DecideDeps, type Decision, decide, type Outcome, stateOf } from '../decide.js';
import type { CompromiseIncident, Incident } from '../incident.js';
import { queueCard, recordOn, sayInThread } from '../record.js';
import {
  type ContainmentRow,
  containmentsOf,
  findIncident,
  findUnresolved,
  inForceOf,
  updateIncident,
} from '../store.js';
import { ownDomains } from './hold-back.js';
import {
  isInForce,
  markedOf,
  NOISE_DAYS,
  NOISE_WORDS,
  type NoiseKind,
  type NoiseReason,
  type NoiseScope,
  type Teaching,
} from './noise.js';
import {
  alsoHeldBy,
  findTeaching,
  insertTeaching,
  teachingsInForce,
  teachingsOfIncident,
  updateTeaching,
} from './teachings.js';

const DAY_MS = 24 * 3_600_000;
/** Mail that ended longer ago is no work of today's desk: its incident stays closed, and Re-open is offered. */
const WEEK_MS = 7 * DAY_MS;
const LIFT_REASON = 'Marked as noise';

export interface NoiseMark extends Omit<Decision, 'verb' | 'details' | 'reason'> {
  reason: NoiseReason;
  note?: string | undefined;
  scope: NoiseScope;
  kind: NoiseKind;
  /** One of NOISE_DAYS. */
  days: number;
  /** Lifts whatever is in force for the incident: it holds back honest mail. */
  lifts: boolean;
  /** Evidence of an attack that the person has read and overruled; kept on record. */
  despite?: readonly string[];
}

/** What a teaching can be about, the narrowest first: nobody is to silence more than they looked at. */
export function noiseScopes(incident: Incident): NoiseScope[] {
  if (incident.kind !== 'compromise') return [];
  const { key, customer, subject } = incident;
  const namesOne = subject.shape === 'single' && subject.senders[0] !== undefined;
  // The detection raises no alarm under the key of an incident that a person opened; and unattributed mail is many customers'.
  const hasEntry = !isAccusedKey(key);
  return [
    ...(namesOne ? (['sender'] as const) : []),
    ...(hasEntry ? (['entry'] as const) : []),
    ...(customer === UNATTRIBUTED ? [] : (['customer'] as const)),
  ];
}

/** Resolves the incident as noise and teaches what was chosen, in one transaction. */
export function markNoise(deps: DecideDeps, mark: NoiseMark): Outcome {
  const { reason, note, scope, kind, days, lifts, despite = [], ...decision } = mark;
  const said = { ...decision, verb: 'mark-noise', ...(note ? { reason: note } : {}) };
  return decide(deps, said, (tx, incident) => {
    if (incident.kind !== 'compromise') return { refuse: 'Only a compromise can be noise.' };
    const refusal = refusalOf(incident, mark);
    if (refusal) return { refuse: refusal };
    const replaced = replaceSame(tx, deps, incident, mark);
    const teaching = teach(tx, deps, incident, mark);
    const by = { actor: decision.actor, reason: LIFT_REASON };
    const ended = lifts ? liftInForce(tx, deps, incident, by) : { lifted: [] };
    const stillInForce = inForceOf(tx, incident.id).length;
    const { key, sender, until } = teaching;
    return {
      set: {
        state: 'resolved',
        resolvedAt: deps.now(),
        resolvedBy: decision.actor.name,
        resolution: `Noise: ${NOISE_WORDS[reason]}${note ? `. ${note}` : ''}`,
      },
      details: {
        teaching: teaching.id,
        noise: reason,
        scope,
        key,
        sender,
        kind,
        until,
        ...ended,
        stillInForce,
        replaced,
        ...(despite.length > 0 ? { despite } : {}),
      },
    };
  });
}

function refusalOf(incident: CompromiseIncident, { scope, days, reason, note }: NoiseMark): string | undefined {
  if (incident.state === 'resolved') return 'It is resolved already.';
  if (!noiseScopes(incident).includes(scope)) return 'That cannot be taught of this incident. Look at the card.';
  if (!NOISE_DAYS.some((each) => each === days)) return 'Noise is taught for a year at most.';
  return reason === 'other' && !note ? 'Say in words what it is.' : undefined;
}

function teach(tx: Tx, deps: DecideDeps, incident: CompromiseIncident, mark: NoiseMark): Teaching {
  const { id, customer, subject, since, lastSeenAt } = incident;
  const at = deps.now();
  return insertTeaching(tx, {
    incidentId: id,
    customer,
    ...aboutOf(incident, mark.scope),
    kind: mark.kind,
    reason: mark.reason,
    note: mark.note ?? null,
    marked: markedOf(subject, lastSeenAt - since, ownDomains(deps, customer)),
    at,
    by: mark.actor.id,
    byName: mark.actor.name,
    until: at + mark.days * DAY_MS,
  });
}

function aboutOf({ key, subject }: CompromiseIncident, scope: NoiseScope): Pick<Teaching, 'key' | 'sender'> {
  const entry = scope === 'customer' || isAccusedKey(key) ? null : key;
  const sender = scope === 'sender' ? (subject.senders[0] ?? null) : null;
  return { key: entry, sender };
}

/** What is marked again replaces what was said before, so that one Undo takes it all back. */
function replaceSame(
  tx: Tx,
  deps: DecideDeps,
  incident: CompromiseIncident,
  { scope, kind, actor }: NoiseMark,
): number[] {
  const { key, sender } = aboutOf(incident, scope);
  const same = teachingsInForce(tx, deps.now()).filter(
    (old) =>
      old.customer === incident.customer &&
      old.key === key &&
      old.sender === sender &&
      (kind === 'both' || old.kind === kind),
  );
  for (const old of same) {
    end(tx, deps, old.id, actor);
    sayReplaced(tx, deps, old, { actor, by: incident.id });
  }
  return same.map(({ id }) => id);
}

/** Tells the incident of the replaced teaching: its card loses the Undo button, and its history says why. */
function sayReplaced(
  tx: Tx,
  deps: DecideDeps,
  { id, incidentId }: Teaching,
  { actor, by }: { actor: Actor; by: number },
): void {
  const before = findIncident(tx, incidentId);
  if (!before || before.id === by) return;
  sayInThread(tx, deps, before, { actor, verb: 'undo-noise', details: { teaching: id, replacedBy: by } });
  queueCard(tx, deps, before);
}

export type Undone =
  | ({ kind: 'done'; putBack: PutBack } & Ended)
  /** Somebody else was faster: the teaching says who. */
  | ({ kind: 'lost-race' } & Ended)
  /** It had ended by itself. */
  | ({ kind: 'ended' } & Ended)
  | { kind: 'not-found' };

interface Ended {
  teaching: Teaching;
  /** Another teaching that silences the same alarms, so that this Undo changes nothing yet. */
  stillBy: Teaching | undefined;
}

/** What became of the incident that had been marked. */
export interface PutBack {
  /** As it is now: open or contained again, or resolved still. */
  incident: Incident;
  /** An incident of the same cause that is open already, in its place. */
  newer?: number;
  /** It stayed closed only because who took the judgement back may not re-open. */
  mayNotReopen?: true;
  /** The containments that were lifted when it was marked: nothing places them again by itself. */
  lifted: ContainmentRow[];
}

/**
 * Takes a teaching back and opens its incident again, as it was before. It stays resolved while a newer one of the same cause is open,
 * while another teaching silences such alarms, when its mail ended more than a week ago, and where the person may not re-open: to take a
 * judgement back only tells more. Of two people one does it.
 */
export function undoNoise(
  deps: DecideDeps,
  {
    incidentId,
    teachingId,
    actor,
    mayReopen,
  }: { incidentId: number; teachingId: number; actor: Actor; mayReopen: boolean },
): Undone {
  return immediately(deps.db, (tx): Undone => {
    const teaching = findTeaching(tx, teachingId);
    const incident = findIncident(tx, incidentId);
    if (!incident || teaching?.incidentId !== incidentId) return { kind: 'not-found' };
    const at = deps.now();
    const stillBy = alsoHeldBy(tx, teaching, at);
    const details = { teaching: teaching.id, ...(stillBy ? { stillBy: stillBy.incidentId } : {}) };
    if (teaching.undoneAt !== null) {
      recordOn(tx, deps, incident, { actor, verb: 'undo-noise', outcome: 'lost-race', details });
      return { kind: 'lost-race', teaching, stillBy };
    }
    if (!isInForce(teaching, at)) return { kind: 'ended', teaching, stillBy };
    const undone = end(tx, deps, teaching.id, actor);
    const putBack = putBackOf(tx, deps, incident, teaching, { isHeld: stillBy !== undefined, mayReopen });
    const changed = { before: incident.state, after: putBack.incident.state };
    sayInThread(tx, deps, putBack.incident, { actor, verb: 'undo-noise', details: { ...details, ...changed } });
    queueCard(tx, deps, putBack.incident);
    return { kind: 'done', teaching: undone, stillBy, putBack };
  });
}

/** Opens the incident again where that makes sense; buttons of the card that closed it do not count any more. */
function putBackOf(
  tx: Tx,
  deps: DecideDeps,
  incident: Incident,
  teaching: Teaching,
  { isHeld, mayReopen }: { isHeld: boolean; mayReopen: boolean },
): PutBack {
  const newer = findUnresolved(tx, incident.key);
  const isRecent = deps.now() - Math.max(teaching.at, teaching.lastMatchedAt ?? 0) < WEEK_MS;
  const lifted = liftedBy(tx, teaching);
  if (newer || isHeld || !isRecent || incident.state !== 'resolved')
    return { incident, lifted, ...(newer && newer.id !== incident.id ? { newer: newer.id } : {}) };
  if (!mayReopen) return { incident, lifted, mayNotReopen: true };
  const opened = { state: 'open', resolvedAt: null, resolvedBy: null, resolution: null } as const;
  const state = stateOf(tx, deps, { ...incident, ...opened });
  return { incident: updateIncident(tx, incident.id, { ...opened, state, rev: incident.rev + 1 }), lifted };
}

function liftedBy(tx: Tx, { incidentId, at }: Teaching): ContainmentRow[] {
  return containmentsOf(tx, incidentId).filter(
    ({ liftedAt, liftReason }) => liftReason === LIFT_REASON && liftedAt !== null && liftedAt >= at,
  );
}

/** Whoever opens an incident again does not hold it for noise. Returns the ids of what is taken back. */
export function undoNoiseOf(tx: Tx, deps: Pick<DecideDeps, 'now'>, incidentId: number, actor: Actor): number[] {
  const inForce = teachingsOfIncident(tx, incidentId).filter((teaching) => isInForce(teaching, deps.now()));
  for (const { id } of inForce) end(tx, deps, id, actor);
  return inForce.map(({ id }) => id);
}

function end(tx: Tx, { now }: Pick<DecideDeps, 'now'>, id: number, actor: Actor): Teaching {
  return updateTeaching(tx, id, { undoneAt: now(), undoneBy: actor.id, undoneByName: actor.name });
}
