// Whom a block takes: the addresses and logins of a compromise that are the customer's own and one person's. Pure.
import { senderKey } from '../containment/book.js';
import { type ContainmentAction, isLifted } from '../containment/containment.js';
import { domainOf, normaliseAddress } from '../mail/address.js';
import type { Customer } from '../partners/directory.js';
import { type CompromiseSubject, type Incident, isBackscatter } from './incident.js';

export interface Targets {
  /** Envelope senders. */
  senders: string[];
  /** SASL logins. */
  logins: string[];
}

export interface Owners {
  customer: (id: string) => Customer | undefined;
  /** Customer a sender domain belongs to. */
  ownerOfDomain: (domain: string) => string | undefined;
}

/** A containment as coverage looks at it. */
interface InForce extends Targets {
  action: ContainmentAction;
  liftedAt: number | null;
}

const NOBODY: Targets = { senders: [], logins: [] };

/**
 * What blocking the sender of an incident would refuse. Never an address of another customer's domain, which a thief may
 * have forged; never a login that a company's other people send with too; nobody for mail without a sender.
 */
export function blockTargets({ subject, customer }: Pick<Incident, 'subject' | 'customer'>, owners: Owners): Targets {
  // Bounces go out under whatever login the customer's server has: to block that would stop everybody's mail.
  if (subject.kind !== 'compromise' || isBackscatter(subject)) return NOBODY;
  const senders = subject.senders.filter((sender) => isOwn(sender, customer, owners));
  return { senders, logins: subject.logins.filter((login) => isOnePersons(login, subject, customer, owners)) };
}

/** The targets that no block in force covers yet. */
export function uncovered({ senders, logins }: Targets, rows: readonly InForce[]): Targets {
  const blocks = rows.filter((row) => row.action === 'block-sender' && !isLifted(row));
  const taken = {
    senders: new Set(blocks.flatMap((row) => row.senders)),
    logins: new Set(blocks.flatMap((row) => row.logins)),
  };
  return {
    senders: senders.filter((sender) => !taken.senders.has(sender)),
    logins: logins.filter((login) => !taken.logins.has(login)),
  };
}

/** Containments that are in force and still fit: a block that misses a sender seen since is not one of them. */
export function fittingActions(targets: Targets, rows: readonly InForce[]): ContainmentAction[] {
  const inForce = new Set(rows.filter((row) => !isLifted(row)).map(({ action }) => action));
  if (!isEmpty(uncovered(targets, rows))) inForce.delete('block-sender');
  return [...inForce];
}

export function isEmpty({ senders, logins }: Targets): boolean {
  return senders.length + logins.length === 0;
}

/** Reports whether a sender is of a domain that the customer has in the file, alone or beside another. */
export function isOfCustomer(sender: string, customer: Customer | undefined): boolean {
  const domain = domainOf(senderKey(sender));
  return customer?.domains.some((each) => normaliseAddress(each) === domain) ?? false;
}

function isOwn(sender: string, customer: string | null, { ownerOfDomain }: Owners): boolean {
  if (!sender.includes('@') || sender.startsWith('@')) return false;
  const owner = ownerOfDomain(domainOf(sender));
  return owner === undefined || owner === customer;
}

function isOnePersons(login: string, subject: CompromiseSubject, customer: string | null, owners: Owners): boolean {
  if (subject.senders.includes(login)) return true;
  const declared = owners.customer(customer ?? '')?.sasl_users.map((user) => user.toLowerCase()) ?? [];
  return !subject.sharedLogins.includes(login) && !declared.includes(login);
}
