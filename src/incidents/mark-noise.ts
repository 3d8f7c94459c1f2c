// Mark noise, and take it back: a person says that an alarm was none, and for what and how long that is to hold.
import { type Actor, recordAudit } from '../audit/record.js';
import { UNATTRIBUTED } from '../partners/attribution.js';
import { isAccusedKey } from './blame.js';
import { endContainment } from './contain.js';
import { type DecideDeps, type Decision, decide, type Outcome, queueCard, queueTimeline } from './decide.js';
import { ownDomains } from './hold-back.js';
import type { Incident } from './incident.js';
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
import { containmentsOf, findIncident, type Tx } from './store.js';
import {
  alsoHeldBy,
  findTeaching,
  insertTeaching,
  teachingsInForce,
  teachingsOfIncident,
  updateTeaching,
} from './teachings.js';

const DAY_MS = 24 * 3_600_000;

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
export function noiseScopes({ key, customer, subject }: Pick<Incident, 'key' | 'customer' | 'subject'>): NoiseScope[] {
  if (subject.kind !== 'compromise' || customer === null) return [];
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
    const refusal = refusalOf(incident, mark);
    if (refusal) return { refuse: refusal };
    const replaced = replaceSame(tx, deps, incident, mark);
    const teaching = teach(tx, deps, incident, mark);
    const lifted = lifts ? liftAll(tx, deps, incident, decision.actor) : [];
    const stillInForce = containmentsOf(tx, incident.id).filter(({ liftedAt }) => liftedAt === null).length;
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
        lifted,
        stillInForce,
        replaced,
        ...(despite.length > 0 ? { despite } : {}),
      },
    };
  });
}

function refusalOf(incident: Incident, { scope, days, reason, note }: NoiseMark): string | undefined {
  if (incident.subject.kind !== 'compromise') return 'Only a compromise can be noise.';
  if (incident.state === 'resolved') return 'It is resolved already.';
  if (!noiseScopes(incident).includes(scope)) return 'That cannot be taught of this incident. Look at the card.';
  if (!NOISE_DAYS.some((each) => each === days)) return 'Noise is taught for a year at most.';
  return reason === 'other' && !note ? 'Say in words what it is.' : undefined;
}

function teach(tx: Tx, deps: DecideDeps, incident: Incident, mark: NoiseMark): Teaching {
  const { id, customer, subject, since, lastSeenAt } = incident;
  if (customer === null) throw new Error('a compromise has a customer');
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

function aboutOf({ key, subject }: Incident, scope: NoiseScope): Pick<Teaching, 'key' | 'sender'> {
  const entry = scope === 'customer' || isAccusedKey(key) ? null : key;
  const sender = scope === 'sender' && subject.kind === 'compromise' ? (subject.senders[0] ?? null) : null;
  return { key: entry, sender };
}

/** What is marked again replaces what was said before, so that one Undo takes it all back. */
function replaceSame(tx: Tx, deps: DecideDeps, incident: Incident, { scope, kind, actor }: NoiseMark): number[] {
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
  const details = { teaching: id, replacedBy: by };
  const entry = { at: deps.now(), actor, verb: 'undo-noise', subject: `incident:${incidentId}`, details };
  queueTimeline(tx, deps, before, recordAudit(tx, entry));
  queueCard(tx, deps, before);
}

/** Lifts what is in force, each with a row of its own on record. */
function liftAll(tx: Tx, deps: DecideDeps, { id }: Incident, actor: Actor): number[] {
  const inForce = containmentsOf(tx, id).filter(({ liftedAt }) => liftedAt === null);
  for (const row of inForce) {
    const reason = 'Marked as noise';
    const details = endContainment(tx, deps, row, { actor, reason });
    recordAudit(tx, { at: deps.now(), actor, verb: 'lift', subject: `incident:${id}`, reason, details });
  }
  return inForce.map((row) => row.id);
}

export type Undone =
  | ({ kind: 'done' } & Ended)
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

/** Takes a teaching back: the next alarm like it opens an incident, unless another teaching is about it. Of two people one does it. */
export function undoNoise(
  deps: DecideDeps,
  { incidentId, teachingId, actor }: { incidentId: number; teachingId: number; actor: Actor },
): Undone {
  return deps.db.transaction(
    (tx): Undone => {
      const teaching = findTeaching(tx, teachingId);
      const incident = findIncident(tx, incidentId);
      if (!incident || teaching?.incidentId !== incidentId) return { kind: 'not-found' };
      const at = deps.now();
      const stillBy = alsoHeldBy(tx, teaching, at);
      const entry = {
        at,
        actor,
        verb: 'undo-noise',
        subject: `incident:${incident.id}`,
        details: { teaching: teaching.id, ...(stillBy ? { stillBy: stillBy.incidentId } : {}) },
      };
      if (teaching.undoneAt !== null) {
        recordAudit(tx, { ...entry, outcome: 'lost-race' });
        return { kind: 'lost-race', teaching, stillBy };
      }
      if (!isInForce(teaching, at)) return { kind: 'ended', teaching, stillBy };
      const undone = end(tx, deps, teaching.id, actor);
      queueTimeline(tx, deps, incident, recordAudit(tx, entry));
      queueCard(tx, deps, incident);
      return { kind: 'done', teaching: undone, stillBy };
    },
    { behavior: 'immediate' },
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
