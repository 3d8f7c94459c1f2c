// What a delivery attempt says about the sender's list and mail. Blocks of our address say nothing about the sender.
import { classifyReply, type ReplyMeaning } from '../../intake/replies/index.js';
import { domainOf } from '../../mail/address.js';
import type { Delivery, MailEvent } from '../../mail/event.js';
import type { Attempted } from '../identities/attempts.js';
import { type Acquaintances, type Familiar, hashOf, seedOf } from './familiar.js';
import type { Popularity } from './popularity.js';

export type Refusal = 'unknown-user' | 'content';

/** A dead address that was alive is a mailbox that closed, or a firm: it speaks for a list far less than one never written to. */
const ONCE_ALIVE = 0.25;

const RECIPIENT = seedOf('r:');
const DOMAIN = seedOf('d:');
const DEAD = seedOf('x:');
const REFUSING = seedOf('c:');

/** What the reply of an unsuccessful attempt, or of one host, means; undefined for everything else. Reading it costs: ask once per event. */
export function meaningOf(event: MailEvent): ReplyMeaning | undefined {
  if (event.kind === 'host-refused') return classifyReply(event.reply, { relayHost: event.remoteHost });
  if (event.kind !== 'delivery' || event.status === 'sent') return undefined;
  const { dsn, remoteHost: relayHost, recipient, reply } = event;
  return classifyReply(reply, { dsn, relayHost, recipientDomain: domainOf(recipient) });
}

/** `unknown-user` for a recipient that does not exist, `content` for mail refused for what it says; else undefined. */
export function refusalOf(event: Delivery, meaning: ReplyMeaning | undefined): Refusal | undefined {
  if (event.status !== 'bounced') return undefined;
  if (meaning?.meaning === 'unknown-user' || meaning?.meaning === 'content') return meaning.meaning;
  // The domain itself does not exist: as dead an address as an unknown user (RFC 3463: 5.1.2, and Postfix' 5.4.4 for no such host).
  return meaning === undefined && (event.dsn === '5.1.2' || event.dsn === '5.4.4') ? 'unknown-user' : undefined;
}

/** `content` for mail that was put off for what it says: the filter has spoken, even where a later attempt gets through. */
export function dislikeOf({ status }: Delivery, meaning: ReplyMeaning | undefined): Refusal | undefined {
  return status === 'deferred' && meaning?.meaning === 'content' ? 'content' : undefined;
}

/**
 * The counts of an attempt, with its recipient made familiar; undefined for a retry that brings no news. Refusals are counted of different
 * recipients: a script that writes to the same dead address all day has no bad list, nor a forwarder a bad mail. Good until the next one.
 */
export function outcomeOf(
  event: Delivery,
  refusal: Refusal | undefined,
  customer: Acquaintances,
  familiar: Familiar,
  popularity: Popularity,
): Attempted | undefined {
  const { recipient, isFirstAttempt } = event;
  if (!isFirstAttempt && event.status !== 'bounced' && event.status !== 'expired') return undefined;
  const hash = hashOf(recipient, RECIPIENT);
  const isNew = isFirstAttempt && familiar.meet(customer, hash);
  // A recipient that is known has a domain that is.
  const domain = isNew || refusal !== undefined ? hashOf(recipient, DOMAIN, recipient.lastIndexOf('@') + 1) : 0;
  const isNewDomain = isNew && familiar.meet(customer, domain);
  OUTCOME.recipient = hash;
  OUTCOME.domain = domain;
  OUTCOME.isPopular = (isNewDomain || refusal !== undefined) && popularity.note(domain, isNewDomain);
  OUTCOME.tried = isFirstAttempt ? 1 : 0;
  OUTCOME.newRecipients = isNew ? 1 : 0;
  OUTCOME.newDomains = isNewDomain ? 1 : 0;
  OUTCOME.unknownUsers = 0;
  OUTCOME.contentRefusals = 0;
  if (refusal === 'unknown-user' && familiar.meet(customer, hashOf(recipient, DEAD))) {
    OUTCOME.unknownUsers = isFirstAttempt && !isNew ? ONCE_ALIVE : 1;
  } else if (refusal === 'content' && familiar.meet(customer, hashOf(recipient, REFUSING))) OUTCOME.contentRefusals = 1;
  return OUTCOME;
}

const OUTCOME: Attempted = {
  recipient: 0,
  domain: 0,
  tried: 0,
  newRecipients: 0,
  newDomains: 0,
  unknownUsers: 0,
  contentRefusals: 0,
  isPopular: false,
};
