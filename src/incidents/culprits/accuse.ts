// What a person says of who is behind a listing: that a customer is (its compromise is linked, or opened when there is none), and that a
// linked one is not.
import type { Tx } from '../../db/transaction.js';
import { NO_SENDERS, type RecentSenders } from '../../detection/traffic/recent-senders.js';
import { type DecideDeps, type Decision, decide, type Outcome } from '../decide.js';
import type { CompromiseSubject, Incident, ListingSubject } from '../incident.js';
import { queueCard, sayInThread } from '../record.js';
import { insertIncident } from '../store.js';
import { accusedKey, firstSeenAt } from './blame.js';
import { endLink, findLink, keptRanking, linkedCompromises, putLink, runningCompromises } from './links.js';

interface AccuseDeps extends DecideDeps {
  /** Channel an incident goes to. */
  channelFor: (kind: Incident['kind']) => string;
}

interface Accusation extends Omit<Decision, 'verb' | 'details'> {
  /** Customer id. */
  customer: string;
  /** What the detection knows of its senders. */
  senders?: RecentSenders;
}

/**
 * Says that a customer's mail brought the listing. Its unresolved compromises are linked; without one, one is opened. Two people make one
 * incident and one link.
 */
export function accuse(deps: AccuseDeps, accusation: Accusation): Outcome {
  const { senders: _, ...decision } = accusation;
  const { customer, actor } = decision;
  return decide(deps, { ...decision, verb: 'open-compromise', details: { customer } }, (tx, listing) => {
    if (listing.subject.kind !== 'listing') return { refuse: 'Only a listing has suspects.' };
    if (listing.state === 'resolved') return { refuse: 'This listing is resolved. Re-open it first.' };
    const already = linkedCompromises(tx, listing.id).filter((linked) => linked.customer === customer);
    const running = runningCompromises(tx, customer);
    const missing = running.filter(({ id }) => !already.some((linked) => linked.id === id));
    if (already.length > 0 && missing.length === 0)
      return { refuse: `Incident ${already.map(({ id }) => id).join(', ')} of this customer is linked already.` };
    const linked = missing.length > 0 ? missing : [open(tx, deps, listing, listing.subject, accusation)];
    for (const { id } of linked) {
      putLink(tx, { listingIncident: listing.id, compromiseIncident: id, linkedAt: deps.now(), linkedBy: actor.name });
    }
    return { details: { compromises: linked.map(({ id }) => id), isNew: missing.length === 0 } };
  });
}

/** Takes a link back: the compromise was about something else. The ranking does not make it again. */
export function unlink(deps: DecideDeps, said: Omit<Decision, 'verb' | 'details'> & { compromise: number }): Outcome {
  const { compromise } = said;
  return decide(deps, { ...said, verb: 'unlink' }, (tx, listing) => {
    const link = findLink(tx, listing.id, compromise);
    if (!link || link.unlinkedAt !== null) return { refuse: `Incident ${compromise} is not linked.` };
    endLink(tx, link, deps.now(), said.actor.name);
    return { details: { compromise } };
  });
}

function open(tx: Tx, deps: AccuseDeps, listing: Incident, subject: ListingSubject, accusation: Accusation): Incident {
  const { customer, actor, senders = NO_SENDERS } = accusation;
  const named = keptRanking(tx, listing.id)?.ranking.find((one) => one.customer === customer);
  const evidence = [...(named?.evidence ?? []), `${actor.name} holds it for the cause of listing ${listing.id}`];
  const at = Math.min(firstSeenAt(subject), deps.now());
  const incident = insertIncident(tx, {
    key: accusedKey(listing.id, customer),
    customer,
    subject: accused(senders, named?.likelihood ?? 0),
    evidence,
    since: Math.min(senders.since ?? at, at),
    openedAt: deps.now(),
    openedBy: actor.id,
    // The last that is known of its mail is what brought the listing.
    lastSeenAt: at,
    channel: deps.channelFor('compromise'),
  });
  queueCard(tx, deps, incident);
  sayInThread(tx, deps, incident, { actor, verb: 'open', details: { evidence, listing: listing.id } });
  return incident;
}

/**
 * Only senders that the detection suspects may pass for the one address that is to blame; the busiest of an inconspicuous customer are
 * there to be looked at, and so is every login: nobody is to be locked out on a guess.
 */
function accused(recent: RecentSenders, confidence: number): CompromiseSubject {
  const { senders, senderCount, logins, isPartlyWithoutLogin, clientIps, messages, recipients, isSuspected } = recent;
  return {
    kind: 'compromise',
    shape: isSuspected && senders.length === 1 ? 'single' : 'multiple',
    senders,
    senderCount,
    logins,
    sharedLogins: logins.filter((login) => !senders.includes(login)),
    ...(isPartlyWithoutLogin ? { isPartlyWithoutLogin } : {}),
    clientIps,
    messages,
    recipients,
    confidence,
  };
}
