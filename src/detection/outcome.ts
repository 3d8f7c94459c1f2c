// What a delivery attempt says about the sender's list and mail. Blocks of our address say nothing about the sender.
import { classifyReply, type ReplyMeaning } from '../intake/replies/index.js';
import { domainOf } from '../mail/address.js';
import type { Delivery, MailEvent } from '../mail/event.js';
import { type Acquaintances, type Familiar, hashOf, seedOf } from './familiar.js';

export type Refusal = 'unknown-user' | 'content';

/** A dead address that was alive is a mailbox that closed, or a firm: it speaks for a list far less than one never written to. */
const ONCE_ALIVE = 0.25;

/** What an attempt adds to the counts of an activity. */
export interface Outcome {
  /** Hash of the recipient, and of its domain. */
  recipient: number;
  domain: number;
  tried: number;
  newRecipients: number;
  newDomains: number;
  /** Of different recipients: a script that writes to the same dead address all day has no bad list, nor a forwarder a bad mail. */
  unknownUsers: number;
  contentRefusals: number;
}

const RECIPIENT = seedOf('r:');
const DOMAIN = seedOf('d:');
const DEAD = seedOf('x:');
const REFUSING = seedOf('c:');

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
  const newlyDead = (name: string, wasAlive: boolean) =>
    familiar.meet(customer, hashOf(name, DEAD)) ? (wasAlive ? ONCE_ALIVE : 1) : 0;
  const recipientHash = hashOf(recipient, RECIPIENT);
  const domainHash = hashOf(recipient, DOMAIN, recipient.lastIndexOf('@') + 1);
  const isNewRecipient = isNew(recipientHash);
  // A recipient that is known has a domain that is.
  const isNewDomain = isNewRecipient && isNew(domainHash);
  return {
    recipient: recipientHash,
    domain: domainHash,
    tried: isFirst ? 1 : 0,
    newRecipients: isNewRecipient ? 1 : 0,
    newDomains: isNewDomain ? 1 : 0,
    unknownUsers: refusal === 'unknown-user' ? newlyDead(recipient, isFirst && !isNewRecipient) : 0,
    contentRefusals: refusal === 'content' && familiar.meet(customer, hashOf(recipient, REFUSING)) ? 1 : 0,
  };
}
