// Resolve, re-open and note: what a person says about an incident. No mail is touched unless it is resolved with what is in force lifted.
import type { Tx } from '../db/transaction.js';
import { liftInForce } from './contain.js';
import { type DecideDeps, type Decision, decide, type Outcome } from './decide.js';
import { type Incident, isListing, type ListedEntry, openEntries, targetsOf } from './incident.js';
import { holderOf } from './listings/group.js';
import { undoNoiseOf } from './noise/mark-noise.js';
import { clearListingsOf, findUnresolved, inForceOf, restoreListingsOf, unresolvedIncidents } from './store.js';

type Said = Omit<Decision, 'verb' | 'details'>;

export interface ResolveDeps extends DecideDeps {
  /** Reports whether the watch asks the list about the target now. */
  isAsked: (target: string, list: string) => boolean;
}

interface Resolution extends Said {
  reason: string;
  /** How many open listings the person saw: with one more, they would close what they do not know of. */
  openSeen?: number;
  /** Lifts whatever is in force for the incident; without it that stays until somebody lifts it, and the card says so. */
  lifts?: boolean;
}

/** Marks an incident resolved with what was found and done. */
export function resolveIncident(deps: ResolveDeps, { openSeen, lifts, ...said }: Resolution): Outcome {
  return decide(deps, { ...said, verb: 'resolve' }, (tx, incident) => {
    if (incident.state === 'resolved') return { refuse: 'It is resolved already.' };
    if (hasGrown(incident, openSeen)) return { refuse: 'Another listing has joined it since. Look at the card.' };
    clearUnasked(tx, deps, incident, said.actor.name);
    const ended = lifts ? liftInForce(tx, deps, incident, said) : undefined;
    const stillInForce = inForceOf(tx, incident.id).length;
    return {
      set: { state: 'resolved', resolvedAt: deps.now(), resolvedBy: said.actor.name, resolution: said.reason },
      details: { ...(ended && ended.lifted.length > 0 ? ended : {}), stillInForce },
    };
  });
}

/** Opens a resolved incident again; not while a newer one runs for the same cause. */
export function reopenIncident(deps: DecideDeps, said: Said): Outcome {
  return decide(deps, { ...said, verb: 'reopen' }, (tx, incident) => {
    if (incident.state !== 'resolved') return { refuse: 'It is not resolved.' };
    const newer = findUnresolved(tx, incident.key) ?? aboutTheSame(tx, incident);
    if (newer) return { refuse: `Incident ${newer.id} is already open for the same cause.` };
    restoreListingsOf(tx, incident.id);
    const undone = undoNoiseOf(tx, deps, incident.id, said.actor);
    return {
      set: { state: 'open', resolvedAt: null, resolvedBy: null, resolution: null },
      details: undone.length > 0 ? { undone } : {},
    };
  });
}

function hasGrown({ subject }: Incident, openSeen: number | undefined): boolean {
  return subject.kind === 'listing' && openSeen !== undefined && openEntries(subject).length > openSeen;
}

/**
 * Entries that end with the resolution, on the person's word: receivers' own blocks, and lists that are not asked any more, because nothing
 * else would ever see those clear. A list that is asked stays listed until it answers otherwise.
 */
function clearUnasked(tx: Tx, { now, isAsked }: ResolveDeps, { id, subject }: Incident, who: string): void {
  if (subject.kind !== 'listing') return;
  const isUnasked = ({ inDns, target, list }: ListedEntry) => !inDns || !isAsked(target, list);
  clearListingsOf(tx, id, subject.entries.filter(isUnasked), who, now());
}

/** Another unresolved incident about one of the targets: there is never more than one. */
function aboutTheSame(tx: Tx, { subject }: Incident): Incident | undefined {
  if (subject.kind !== 'listing') return undefined;
  const unresolved = unresolvedIncidents(tx).filter(isListing);
  return targetsOf(subject)
    .map((target) => holderOf(target, unresolved))
    .find((holder) => holder !== undefined);
}

/** Adds a note to the incident's record and thread. */
export function addNote(deps: DecideDeps, said: Said & { reason: string }): Outcome {
  return decide(deps, { ...said, verb: 'note' }, () => ({ keepsRev: true }));
}
