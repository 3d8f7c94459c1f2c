// Resolve, re-open and note: what a person says about an incident without touching mail.
import { type DecideDeps, type Decision, decide, type Outcome } from './decide.js';
import { clearListingsOf, containmentsOf, findUnresolved, restoreListingsOf } from './store.js';

type Said = Omit<Decision, 'verb' | 'details'>;

/** Marks an incident resolved with what was found and done. Containments stay until they are lifted, and the card says so. */
export function resolveIncident(deps: DecideDeps, said: Said & { reason: string }): Outcome {
  return decide(deps, { ...said, verb: 'resolve' }, (tx, incident) => {
    if (incident.state === 'resolved') return { refuse: 'It is resolved already.' };
    // What a DNS list says of us stays what it says; of a receiver's own block only a person can tell.
    if (incident.subject.kind === 'listing' && !incident.subject.entries.some(({ inDns }) => inDns))
      clearListingsOf(tx, incident.id, said.actor.name, deps.now());
    const stillInForce = containmentsOf(tx, incident.id).filter((row) => row.liftedAt === null).length;
    return {
      set: { state: 'resolved', resolvedAt: deps.now(), resolvedBy: said.actor.name, resolution: said.reason },
      details: { stillInForce },
    };
  });
}

/** Opens a resolved incident again; not while a newer one runs for the same cause. */
export function reopenIncident(deps: DecideDeps, said: Said): Outcome {
  return decide(deps, { ...said, verb: 'reopen' }, (tx, incident) => {
    if (incident.state !== 'resolved') return { refuse: 'It is not resolved.' };
    const newer = findUnresolved(tx, incident.key);
    if (newer) return { refuse: `Incident ${newer.id} is already open for the same cause.` };
    restoreListingsOf(tx, incident.id);
    return { set: { state: 'open', resolvedAt: null, resolvedBy: null, resolution: null } };
  });
}

/** Adds a note to the incident's record and thread. */
export function addNote(deps: DecideDeps, said: Said & { reason: string }): Outcome {
  return decide(deps, { ...said, verb: 'note' }, () => ({ keepsRev: true }));
}
