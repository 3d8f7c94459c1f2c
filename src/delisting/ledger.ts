// The ledger: what people ask of operators and what these answer. Every entry is one decision: evaluated, saved, audited and shown in
// one transaction, on the facts as they are in it.

import { type Actor, RELAYWARDEN } from '../audit/record.js';
import type { Tx } from '../db/transaction.js';
import { decide, type Outcome } from '../incidents/decide.js';
import type { Incident, ListedEntry } from '../incidents/incident.js';
import { isSameEntry, type TargetOnList } from '../incidents/listings/entries.js';
import { findIncident } from '../incidents/store.js';
import { utc } from '../words.js';
import { type GatePoint, inWords, openPoints } from './gate.js';
import { MOST_CLAIM } from './pack.js';
import { type DelistingReaders, findOpenEntry, readGate } from './read.js';
import { type Answer, type DelistingRequest, isRunning, isUnqualified, retryMsOf, timersFrom } from './request.js';
import {
  deleteDraft,
  findRequest,
  insertRequest,
  latestRequest,
  noCulpritSaid,
  requestsOf,
  runningRequest,
  saveDraft,
  updateRequest,
} from './store.js';
import { cutTo, duration } from './words.js';

interface Said {
  incidentId: number;
  actor: Actor;
}

export interface RequestSaid extends Said, TargetOnList {
  /** What was written to the operator. */
  claim: string;
  reference?: string | undefined;
  /** Why it was sent although the gate is shut; '' and undefined when it was not meant to be. */
  overrideReason?: string | undefined;
  /** Whether this person may override: asked anew for this submission. */
  mayOverride: boolean;
}

/**
 * Records that somebody asked an operator for a removal. The gate is evaluated again here, whatever the person was shown. Two people at
 * once make one request: the second is told of the first. The claim of one that is turned down is kept as a draft.
 */
export function recordRequest(deps: DelistingReaders, said: RequestSaid): Outcome {
  const { incidentId, actor, target, list } = said;
  const outcome = decide(
    deps,
    { incidentId, actor, verb: 'request-delisting', reason: said.overrideReason || undefined },
    (tx, incident) => {
      const judged = judge(deps, tx, incident, said);
      if ('refuse' in judged) return judged;
      const { shut, entry } = judged;
      const overrideReason = shut.length > 0 ? said.overrideReason : undefined;
      const request = insert(deps, tx, incident, { ...said, overrideReason });
      return {
        ...TOUCHES_NO_BUTTON,
        details: {
          request: request.id,
          ...{ target, list, listName: entry.listName, attempt: request.attempt, fullAt: request.fullAt },
          ...(request.reference ? { reference: request.reference } : {}),
          ...(shut.length > 0 ? { override: true, shut: shut.map(inWords) } : {}),
        },
      };
    },
  );
  if (outcome.kind === 'not-possible') keepDraft(deps, { ...said, text: said.claim });
  return outcome;
}

/** What the ledger compares is its own; whoever is about to re-route or resolve presses what they saw. */
const TOUCHES_NO_BUTTON = { keepsRev: true } as const;

const SAVED = 'Your text is saved.';

const GONE = 'It is not listed there any more.';

/** Why it cannot be recorded, or the points that were overridden. */
function judge(
  deps: DelistingReaders,
  tx: Tx,
  incident: Incident,
  said: RequestSaid,
): { refuse: string } | { entry: ListedEntry; shut: GatePoint[] } {
  if (incident.state === 'resolved') return { refuse: 'This incident is resolved. Re-open it first.' };
  const entry = findOpenEntry(incident, said);
  if (!entry) return { refuse: GONE };
  const waiting = stillWaiting(deps, tx, entry);
  if (waiting) return { refuse: `${waiting} ${SAVED}` };
  const shut = openPoints(readGate(deps, tx, incident, entry));
  if (shut.length === 0) return { entry, shut };
  const why = `${shut.map(inWords).join('; ')}. ${SAVED}`;
  if (!said.overrideReason) return { refuse: `The checklist is not met: ${why}` };
  return said.mayOverride ? { entry, shut } : { refuse: `Only a lead may ask before the checklist is met: ${why}` };
}

/**
 * Why a request may not even be overridden: one waits for its answer, and that is recorded first. Undefined when none does.
 */
export function stillWaiting(deps: DelistingReaders, tx: Tx, entry: TargetOnList): string | undefined {
  const running = runningRequest(tx, entry);
  if (!running || running.state === 'overdue') return undefined;
  const age = deps.now() - running.requestedAt;
  const removal = deps.removalOf(entry.list);
  const retryMs = retryMsOf(removal);
  if (age >= retryMs) return undefined;
  return `${running.requestedByName} asked ${removal.name} at ${utc(running.requestedAt)}, and the answer is still out (asking again makes sense after ${duration(retryMs)}).`;
}

function insert(deps: DelistingReaders, tx: Tx, incident: Incident, said: RequestSaid): DelistingRequest {
  const { target, list, actor } = said;
  const now = deps.now();
  const running = runningRequest(tx, said);
  if (running) updateRequest(tx, running.id, { closedAt: now });
  const ofListing = requestsOf(tx, incident.id).filter((one) => isSameEntry(one, said));
  const earlier = latestRequest(tx, said);
  deleteDraft(tx, incident.id, said);
  return insertRequest(tx, {
    ...NEW,
    incidentId: incident.id,
    ...{ target, list },
    attempt: ofListing.length + 1,
    requestedAt: now,
    requestedBy: actor.id,
    requestedByName: actor.name,
    reference: said.reference || null,
    claim: cutTo(said.claim, MOST_CLAIM),
    overrideReason: said.overrideReason || null,
    earlierRequest: earlier?.id ?? null,
    ...timersFrom(now, deps.removalOf(list)),
  });
}

const NEW = { state: 'waiting', answer: null, halfDoneAt: null, fullDoneAt: null, closedAt: null } as const;

/**
 * Records a reply to an automatic refusal. It goes on with the same ticket, so the retry rule does not hold it up; all else of
 * the gate does.
 */
export function recordReply(deps: DelistingReaders, said: Said & { requestId: number; claim: string }): Outcome {
  const { incidentId, actor, requestId } = said;
  return decide(deps, { incidentId, actor, verb: 'request-delisting' }, (tx, incident) => {
    if (incident.state === 'resolved') return { refuse: 'This incident is resolved. Re-open it first.' };
    const refused = findRequest(tx, requestId);
    if (!refused || refused.incidentId !== incident.id) return { refuse: 'There is no such request.' };
    const entry = findOpenEntry(incident, refused);
    if (!entry) return { refuse: GONE };
    if (refused.state !== 'refused' || latestRequest(tx, refused)?.id !== refused.id)
      return { refuse: 'A later request runs already.' };
    const shut = openPoints(readGate(deps, tx, incident, entry)).filter(({ id }) => id !== 'retry');
    if (shut.length > 0) return { refuse: `The checklist is not met: ${shut.map(inWords).join('; ')}` };
    const { target, list } = refused;
    const reference = refused.reference ?? undefined;
    const request = insert(deps, tx, incident, { ...said, target, list, reference, mayOverride: false });
    return {
      ...TOUCHES_NO_BUTTON,
      details: {
        request: request.id,
        ...{ target, list, listName: entry.listName, attempt: request.attempt },
        isReply: true,
        fullAt: request.fullAt,
      },
    };
  });
}

interface AnswerSaid extends Said {
  requestId: number;
  answer: Answer;
  reference?: string | undefined;
  /** What they wrote. Hostile text. */
  text?: string | undefined;
}

/** Records what the operator answered. A yes starts the wait anew: its time counts from there. A no ends the request. */
export function recordAnswer(deps: DelistingReaders, said: AnswerSaid): Outcome {
  const { incidentId, actor, answer } = said;
  return decide(deps, { incidentId, actor, verb: 'record-answer', reason: said.text || undefined }, (tx, incident) => {
    const request = findRequest(tx, said.requestId);
    if (!request || request.incidentId !== incident.id) return { refuse: 'There is no such request.' };
    if (!isRunning(request)) return { refuse: `That request is closed already (${request.state}).` };
    const change = changeOf(deps, request, said);
    if (isSame(request, change)) return { refuse: 'That is on record already.' };
    updateRequest(tx, request.id, change);
    const { target, list } = request;
    return {
      ...TOUCHES_NO_BUTTON,
      details: {
        request: request.id,
        ...{ target, list, answer, listName: deps.removalOf(list).name },
        ...(said.reference ? { reference: said.reference } : {}),
        ...(answer === 'refused' && isUnqualified({ list, answer: said.text ?? null }) ? { isUnqualified: true } : {}),
      },
    };
  });
}

function changeOf(deps: DelistingReaders, request: DelistingRequest, said: AnswerSaid): Partial<DelistingRequest> {
  const now = deps.now();
  const reference = said.reference ? { reference: said.reference } : {};
  if (said.answer === 'none') return said.text ? { ...reference, answer: said.text } : reference;
  if (said.answer === 'refused')
    return { ...reference, state: 'refused', answer: said.text || 'refused', closedAt: now };
  const restart = { ...timersFrom(now, deps.removalOf(request.list)), halfDoneAt: null, fullDoneAt: null };
  return { ...reference, state: 'waiting', answer: said.text ? `accepted: ${said.text}` : 'accepted', ...restart };
}

/** The times of an acceptance are new each time; the same answer is not. */
function isSame(request: DelistingRequest, change: Partial<DelistingRequest>): boolean {
  const told = (['state', 'answer', 'reference'] as const).filter((key) => change[key] !== undefined);
  return told.every((key) => change[key] === request[key]);
}

/** A person says that no culprit of ours is to be found: what unlocks a listing without a candidate. Kept on record with the reason. */
export function stateNoCulprit(deps: DelistingReaders, said: Said & { rev: number; reason: string }): Outcome {
  return decide(deps, { ...said, verb: 'no-culprit' }, (tx, incident) => {
    if (incident.subject.kind !== 'listing') return { refuse: 'Only a listing has a cause to look for.' };
    if (incident.state === 'resolved') return { refuse: 'This incident is resolved. Re-open it first.' };
    if (deps.linked(tx, incident.id).length > 0)
      return { refuse: 'A compromise is linked to this listing: that is its cause.' };
    return { details: {} };
  });
}

/** Takes that back: the removal is locked again until a cause is named. */
export function takeBackNoCulprit(deps: DelistingReaders, said: Said & { rev: number }): Outcome {
  return decide(deps, { ...said, verb: 'unsay-no-culprit' }, (tx, { id }) =>
    noCulpritSaid(tx, id) ? { details: {} } : { refuse: 'Nobody says so (any more).' },
  );
}

/** Keeps a text for whoever asks. It is on record and on the card; nothing is decided by it, so nothing goes into the thread. */
export function keepDraft(deps: DelistingReaders, draft: Said & TargetOnList & { text: string }): void {
  const { incidentId, target, list, text, actor } = draft;
  decide(deps, { incidentId, actor, verb: 'keep-draft' }, (tx) => {
    saveDraft(tx, {
      ...{ incidentId, target, list },
      text: cutTo(text, MOST_CLAIM),
      savedAt: deps.now(),
      savedBy: actor.name,
    });
    const details = { target, list, listName: deps.removalOf(list).name };
    return { ...TOUCHES_NO_BUTTON, isQuiet: true, details };
  });
}

/**
 * Closes the running requests of targets that were seen gone, and says so in the threads. Pairs without one change nothing, so it
 * may be called as often as one likes. Returns the requests it closed.
 */
export function closeCleared(deps: DelistingReaders, pairs: readonly TargetOnList[]): DelistingRequest[] {
  return pairs.flatMap((pair) => {
    const request = runningRequest(deps.db, pair);
    if (!request || !findIncident(deps.db, request.incidentId)) return [];
    const { incidentId, target, list, requestedByName: by, requestedAt } = request;
    const closedAt = deps.now();
    const { name: listName } = deps.removalOf(list);
    const details = { request: request.id, target, list, listName, by, waitedMs: closedAt - requestedAt };
    decide(deps, { incidentId, actor: RELAYWARDEN, verb: 'delisted', details }, (tx) => {
      updateRequest(tx, request.id, { state: 'cleared', closedAt });
      return { keepsRev: true };
    });
    return [request];
  });
}
