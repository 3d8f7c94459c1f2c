// From a Postfix policy request to the action that answers it. Pure but for the hit it tells of.
import { type Attribute, type Decision, decide, type Rules, type Submission } from '../../containment.js';
import type { PolicyRequest } from './policy-protocol.js';
import { blockAction, type NameOf, type ReplyTexts, suspendAction } from './reply-texts.js';

/** What an answer was, for counting. `no-route`: re-routed to a route that the configuration does not have, so passed. */
export type AnswerKind = 'pass' | 'refuse' | 'suspend' | 'reroute' | 'no-route';

export interface Answer {
  kind: AnswerKind;
  action: string;
}

interface AnswerDeps {
  rules: Rules;
  attribute: Attribute;
  texts: ReplyTexts;
  /** Route name → `transport:destination` as FILTER takes it. */
  routes: ReadonlyMap<string, string>;
  nameOf: NameOf;
  /** A containment, by its id, has decided this request. */
  onHit: (id: number) => void;
}

const DUNNO: Answer = { kind: 'pass', action: 'DUNNO' };

/** Stages at which the envelope sender is known. Before MAIL nobody has said whose message it will be; VRFY and ETRN send none. */
const STAGES_WITH_SENDER = new Set(['MAIL', 'RCPT', 'DATA', 'END-OF-MESSAGE']);

/** Answers one request. DUNNO for requests of another kind or stage and for whatever is in doubt. */
export function answerRequest(request: PolicyRequest, deps: AnswerDeps): Answer {
  const submission = toSubmission(request);
  if (!submission) return DUNNO;
  const decision = decide(submission, deps.rules, deps.attribute);
  if (decision.kind === 'pass') return DUNNO;
  const answer = toAnswer(decision, submission, deps);
  if (answer.kind !== 'no-route') deps.onHit(decision.containment.id);
  return answer;
}

/** Reads what a decision needs. Undefined when the request is not about a message with a sender. */
function toSubmission(request: PolicyRequest): Submission | undefined {
  if (request.get('request') !== 'smtpd_access_policy') return undefined;
  if (!STAGES_WITH_SENDER.has(request.get('protocol_state') ?? '')) return undefined;
  const login = request.get('sasl_username');
  const clientIp = request.get('client_address');
  const recipient = request.get('recipient');
  return {
    sender: request.get('sender') ?? '',
    ...(login && { login: login.toLowerCase() }),
    // Postfix says `unknown` for a client without an address (a local program).
    ...(clientIp && clientIp !== 'unknown' && { clientIp }),
    ...(recipient && { recipient }),
  };
}

function toAnswer(decision: Exclude<Decision, { kind: 'pass' }>, submission: Submission, deps: AnswerDeps): Answer {
  const { texts, nameOf, routes } = deps;
  const customer = decision.containment.customer;
  switch (decision.kind) {
    case 'refuse':
      return { kind: 'refuse', action: blockAction(texts, submission, nameOf(customer)) };
    case 'suspend':
      return { kind: 'suspend', action: suspendAction(texts, submission, nameOf(customer)) };
    case 'reroute': {
      const destination = routes.get(decision.route);
      return destination === undefined
        ? { kind: 'no-route', action: 'DUNNO' }
        : { kind: 'reroute', action: `FILTER ${destination}` };
    }
  }
}
