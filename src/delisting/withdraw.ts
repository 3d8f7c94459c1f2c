// Taking back that an operator was asked: somebody put a request on record and never sent it.
import type { Actor } from '../audit/record.js';
import type { Tx } from '../db/transaction.js';
import { decide, type Outcome } from '../incidents/decide.js';
import type { DelistingReaders } from './read.js';
import { type DelistingRequest, isRunning } from './request.js';
import { deleteRequest, findDraft, findRequest, onRecord, saveDraft, updateRequest } from './store.js';

/** `reason` is what the person says of it; '' and undefined when nothing. */
interface Withdrawn {
  incidentId: number;
  actor: Actor;
  requestId: number;
  reason?: string;
}

/**
 * Takes back that a request was sent, as long as no answer to it is on record, and it counts as not asked. Its text is kept for whoever
 * asks, or on record alone where another was kept since, and where it is a reply, which only goes with its ticket. One that it had taken
 * the place of runs again.
 */
export function withdrawRequest(deps: DelistingReaders, said: Withdrawn): Outcome {
  const { incidentId, actor, requestId } = said;
  return decide(deps, { incidentId, actor, verb: 'withdraw-request', reason: said.reason || undefined }, (tx) => {
    const request = findRequest(tx, requestId);
    if (!request || request.incidentId !== incidentId) return { refuse: 'There is no such request.' };
    if (!isRunning(request)) return { refuse: `That request is closed already (${request.state}).` };
    if (isAnswered(tx, request)) return { refuse: 'An answer to it is on record: it was sent.' };
    const { target, list, claim, attempt } = request;
    deleteRequest(tx, request.id);
    runEarlierAgain(tx, request);
    const isKept = !isReply(tx, request) && !findDraft(tx, incidentId, request);
    if (isKept) saveDraft(tx, { incidentId, target, list, text: claim, savedAt: deps.now(), savedBy: actor.name });
    const details = { request: requestId, target, list, listName: deps.removalOf(list).name, attempt };
    // The decision is about no button: whoever is about to press one presses what they saw.
    return { keepsRev: true, details: { ...details, ...(isKept ? {} : { claim }) } };
  });
}

function runEarlierAgain(tx: Tx, { earlierRequest, requestedAt }: DelistingRequest): void {
  const earlier = earlierRequest === null ? undefined : findRequest(tx, earlierRequest);
  const wasReplaced = earlier?.closedAt === requestedAt && ['waiting', 'overdue'].includes(earlier.state);
  if (earlier && wasReplaced) updateRequest(tx, earlier.id, { closedAt: null });
}

/** Reports whether somebody put an answer on record, or no more than the number it came with. */
function isAnswered(tx: Tx, { id, incidentId }: DelistingRequest): boolean {
  return onRecord(tx, incidentId, ['record-answer']).some(({ details }) => details.request === id);
}

/** Reports whether a request is on record as the reply to an automatic refusal. */
function isReply(tx: Tx, { id, incidentId }: DelistingRequest): boolean {
  const asked = onRecord(tx, incidentId, ['request-delisting']);
  return asked.some(({ details }) => details.request === id && details.isReply === true);
}
