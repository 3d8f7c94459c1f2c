// What a delivery attempt says about the sender's list and mail. Blocks of our address say nothing about the sender.
import { classifyReply, type ReplyMeaning } from '../intake/replies/index.js';
import { domainOf } from '../mail/address.js';
import type { Delivery, MailEvent } from '../mail/event.js';
import { type Acquaintances, type Familiar, hashOf, seedOf } from './familiar.js';

export type Refusal = 'unknown-user' | 'content';

/** What an attempt adds to the counts of an activity. */
export interface Outcome {
  tried: number;
  newRecipients: number;
  newDomains: number;
  unknownUsers: number;
  contentRefusals: number;
}

const RECIPIENT = seedOf('r:');
const DOMAIN = seedOf('d:');

/** What the reply of an unsuccessful attempt means; undefined for everything else. Reading it costs, so ask once for each event. */
export function meaningOf(event: MailEvent): ReplyMeaning | undefined {
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

/** The counts of an attempt, with its recipient made familiar; undefined for a retry that brings no news. */
export function outcomeOf(
  event: Delivery,
  refusal: Refusal | undefined,
  customer: Acquaintances,
  familiar: Familiar,
): Outcome | undefined {
  const isFirst = event.isFirstAttempt;
  if (!isFirst && event.status !== 'bounced' && event.status !== 'expired') return undefined;
  const { recipient } = event;
  const isNew = (name: number) => isFirst && familiar.meet(customer, name);
  const isNewRecipient = isNew(hashOf(recipient, RECIPIENT));
  // A recipient that is known has a domain that is.
  const isNewDomain = isNewRecipient && isNew(hashOf(recipient, DOMAIN, recipient.lastIndexOf('@') + 1));
  return {
    tried: isFirst ? 1 : 0,
    newRecipients: isNewRecipient ? 1 : 0,
    newDomains: isNewDomain ? 1 : 0,
    unknownUsers: refusal === 'unknown-user' ? 1 : 0,
    contentRefusals: refusal === 'content' ? 1 : 0,
  };
}
