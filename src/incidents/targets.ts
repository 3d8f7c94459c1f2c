// Whom a block takes: the addresses and logins of a compromise that are the customer's own and one person's. Pure.
import { senderKey } from '../containment/book.js';
import { type ContainmentAction, isLifted } from '../containment/containment.js';
import { addressKey, domainOf } from '../mail/address.js';
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
  effectiveAt: number | null;
  failure: string | null;
}

/** What blocks take of a compromise whose other mail passes: senders that are blocked, and all that are counted. */
export interface PartBlock {
  blocked: number;
  of: number;
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

/** Reports whether the relays do what was placed, or are about to. */
export function isObeyed({ effectiveAt, failure }: Pick<InForce, 'effectiveAt' | 'failure'>): boolean {
  return effectiveAt !== null || failure === null;
}

/** The targets that no block in force covers yet. */
export function uncovered({ senders, logins }: Targets, rows: readonly InForce[]): Targets {
  const taken = takenBy(rows);
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

/**
 * Containments that hold back all mail of the incident, as far as the relays obey. A block that leaves senders out does not, and a re-route
 * holds no spam back; a listing has nothing to hold back but what is re-routed.
 */
export function holdingActions(
  { subject }: Pick<Incident, 'subject'>,
  targets: Targets,
  rows: readonly InForce[],
): ContainmentAction[] {
  const obeyed = rows.filter(isObeyed);
  const fitting = fittingActions(targets, obeyed);
  if (subject.kind === 'listing') return fitting;
  const holds = (action: ContainmentAction) =>
    action === 'suspend-outbound' || (action === 'block-sender' && takesAll(subject, takenBy(obeyed)));
  return fitting.filter(holds);
}

/**
 * How much of a compromise the blocks in force take; undefined where they take nothing of it, and where nothing of it passes. One that is
 * open although all that its latest finding names is taken has other mail, which an earlier one named.
 */
export function partBlock(
  incident: Pick<Incident, 'subject' | 'state'>,
  targets: Targets,
  rows: readonly InForce[],
): PartBlock | undefined {
  const { subject, state } = incident;
  const { senders, logins } = takenBy(rows.filter(isObeyed));
  if (subject.kind !== 'compromise' || senders.size + logins.size === 0) return undefined;
  if (state !== 'open' && holdingActions(incident, targets, rows).length > 0) return undefined;
  const known = new Set([...senders, ...targets.senders]);
  return { blocked: senders.size, of: Math.max(subject.senderCount, known.size) };
}

/** `200 of 283 senders blocked; mail of the others passes` */
export function partWords({ blocked, of }: PartBlock): string {
  const left = of - blocked;
  // What it takes may be all that is counted, and then not all that there is.
  if (blocked === 0 || left === 0) return 'blocked in part; other mail passes';
  const [some, all] = [blocked, of].map((n) => n.toLocaleString('en-US'));
  return `${some} of ${all} senders blocked; mail of the other${left === 1 ? '' : 's'} passes`;
}

/**
 * Reports whether blocks take every sender that is counted, or every login that these come by, where each has one. An incident names two
 * hundred senders at the most, and those of another customer's domain are never blocked.
 */
function takesAll({ senders, senderCount, logins, isPartlyWithoutLogin }: CompromiseSubject, taken: Taken): boolean {
  if (!isPartlyWithoutLogin && logins.length > 0 && logins.every((login) => taken.logins.has(login))) return true;
  return senderCount <= senders.length && senders.every((sender) => taken.senders.has(sender));
}

export function isEmpty({ senders, logins }: Targets): boolean {
  return senders.length + logins.length === 0;
}

/** Reports whether a sender is of a domain that the customer has in the file, alone or beside another. */
export function isOfCustomer(sender: string, customer: Customer | undefined): boolean {
  const domain = addressKey(domainOf(senderKey(sender)));
  return customer?.domains.some((each) => addressKey(each) === domain) ?? false;
}

/** Senders that blocks in force take. */
export function sendersTaken(rows: readonly InForce[]): Set<string> {
  return takenBy(rows).senders;
}

interface Taken {
  senders: Set<string>;
  logins: Set<string>;
}

function takenBy(rows: readonly InForce[]): Taken {
  const blocks = rows.filter((row) => row.action === 'block-sender' && !isLifted(row));
  return {
    senders: new Set(blocks.flatMap((row) => row.senders)),
    logins: new Set(blocks.flatMap((row) => row.logins)),
  };
}

function isOwn(sender: string, customer: string | null, { ownerOfDomain }: Owners): boolean {
  if (!sender.includes('@') || sender.startsWith('@')) return false;
  const owner = ownerOfDomain(domainOf(sender));
  return owner === undefined || owner === customer;
}

function isOnePersons(login: string, subject: CompromiseSubject, customer: string | null, owners: Owners): boolean {
  if (subject.senders.includes(login)) return true;
  const declared = owners.customer(customer ?? '')?.sasl_users.map(addressKey) ?? [];
  return !subject.sharedLogins.includes(login) && !declared.includes(addressKey(login));
}
