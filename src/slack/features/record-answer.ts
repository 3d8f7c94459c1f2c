// Record answer: what the operator said to a request. An automatic refusal gets a reply that asks for a person.
import { recordAnswer, recordReply } from '../../delisting/ledger.js';
import { findOpenEntry, packFacts } from '../../delisting/read.js';
import { replyKit } from '../../delisting/reply-kit.js';
import { ANSWERS, type Answer, type DelistingRequest, isRunning, isUnqualified } from '../../delisting/request.js';
import { findRequest, requestsOf } from '../../delisting/store.js';
import { withdrawRequest } from '../../delisting/withdraw.js';
import { tell } from '../desk.js';
import { textOf, type Values } from '../form-values.js';
import { answerForm, NOT_SENT, PACK_INPUTS, replyForm } from '../messages/listing/delisting-forms.js';
import { privateNote } from '../messages/private.js';
import { formState, openForm, type Press, type Submission, settle } from '../press.js';
import type { Feature } from './feature.js';

const ANSWER = 'record-answer';
const REPLY = 'reply-kit';

export const recordAnswerFeature: Feature = {
  name: 'Record answer',
  help: 'keeps what an operator said to a request, and its number; answers an automatic refusal',
  steps: [{ verb: 'record-answer', right: 'record-answer', act: start }],
  forms: [
    { id: ANSWER, right: 'record-answer', act: finish },
    { id: REPLY, right: 'request-delisting', act: finishReply },
  ],
};

async function start(press: Press): Promise<void> {
  const request = requestOf(press);
  if (!request)
    return tell(press.desk, press.reply, privateNote(':information_source: No request waits for an answer here.'));
  if (!isRunning(request)) return openReply(press, request);
  const { name } = press.desk.ctx.delisting.removalOf(request.list);
  await openForm(press, answerForm(ANSWER, { ...formState(press), arg: String(request.id) }, request, name));
}

/** The request the button names; without a name the latest that runs, or the latest that was refused by a machine. */
function requestOf({ desk, incident, arg }: Press): DelistingRequest | undefined {
  const { db } = desk.ctx;
  // An old button means its own request: the answer of one list is not to be put down to another.
  if (arg !== '') {
    const named = findRequest(db, Number(arg));
    return named?.incidentId === incident.id && (isRunning(named) || canBeAnswered(named)) ? named : undefined;
  }
  const requests = requestsOf(db, incident.id);
  return requests.findLast(isRunning) ?? requests.findLast(canBeAnswered);
}

function canBeAnswered(request: DelistingRequest): boolean {
  return request.state === 'refused' && isUnqualified(request);
}

async function finish(given: Submission): Promise<void> {
  const { desk, incident, actor, values } = given;
  const { delisting: readers, db } = desk.ctx;
  const requestId = Number(given.arg);
  const text = textOf(values, 'text');
  if (textOf(values, 'answer') === NOT_SENT)
    return settle(given, withdrawRequest(readers, { incidentId: incident.id, actor, requestId, reason: text }));
  const answer = answerOf(values);
  if (!answer) return;
  const reference = textOf(values, 'reference');
  const outcome = recordAnswer(readers, { incidentId: incident.id, actor, requestId, answer, reference, text });
  await settle(given, outcome);
  const request = findRequest(db, requestId);
  if (outcome.kind === 'done' && request && canBeAnswered(request)) await openReply(given, request);
}

function answerOf(values: Values): Answer | undefined {
  const chosen = textOf(values, 'answer');
  return ANSWERS.find((answer) => answer === chosen);
}

async function openReply(press: Press, request: DelistingRequest): Promise<void> {
  const { desk, incident } = press;
  const { delisting: readers, db } = desk.ctx;
  const entry = findOpenEntry(incident, request);
  if (!entry) return tell(desk, press.reply, privateNote(':information_source: That is not listed any more.'));
  const text = replyKit(packFacts(readers, db, incident, entry), request);
  const state = { ...formState(press), arg: String(request.id) };
  await openForm(press, replyForm(REPLY, state, request, entry.listName, text));
}

function finishReply(given: Submission): Promise<void> {
  const { desk, incident, actor, arg } = given;
  const claim = textOf(given.values, PACK_INPUTS.text);
  const reply = { incidentId: incident.id, actor, requestId: Number(arg), claim };
  return settle(given, recordReply(desk.ctx.delisting, reply));
}
