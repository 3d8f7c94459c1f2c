// Signs: what a finding or a DNS answer means for an incident, before anybody looks whether there is one already. Pure.
import { type Actor, RELAYWARDEN } from '../audit/record.js';
import type { BlockFinding, CompromiseFinding } from '../detection/finding.js';
import type { CompromiseSubject, ListingSubject, Subject } from './incident.js';

/** What is known of a list or receiver; of one that is not in the catalogue, its id and name are what was asked. */
export interface ListFacts {
  id: string;
  name: string;
  /** Web addresses come from our own catalogue only. */
  removalUrl?: string;
  lookupUrl?: string;
  /** Reports whether our DNS checks ask it. */
  inDns: boolean;
}

/** A listing seen in DNS, by the watch or by a person's check. */
export interface SeenListing {
  target: string;
  list: string;
  codes: string[];
  text: string;
  at: number;
}

/** A sign of an incident: everything needed to open one. */
export interface Sign {
  key: string;
  at: number;
  since: number;
  customer: string | null;
  subject: Subject;
  actor: Actor;
  /** Evidence of a compromise; a listing's follows from its subject. */
  evidence: string[];
}

export function compromiseSign(finding: CompromiseFinding): Sign {
  const { senders, senderCount, logins, sharedLogins, clientIps, messages, recipients, confidence } = finding;
  const subject: CompromiseSubject = {
    kind: 'compromise',
    shape: finding.kind,
    ...{ senders, senderCount, logins, sharedLogins, clientIps },
    ...{ messages, recipients, confidence },
  };
  const { key, at, since, customer, evidence } = finding;
  return { key, at, since, customer, subject, evidence, actor: RELAYWARDEN };
}

/** A receiver's refusals; one that names a DNS list is the same listing that the DNS shows. */
export function blockSign(finding: BlockFinding, list: ListFacts): Sign {
  const { ip: target, code, reply: text, customers, refusals, at, since } = finding;
  const codes = code === '' ? [] : [code];
  const subject = { ...listingSubject(list, { target, codes, text }), customers, refusals };
  return listingSign(subject, { at, since, actor: RELAYWARDEN });
}

export function dnsSign(seen: SeenListing, list: ListFacts, actor: Actor): Sign {
  return listingSign(listingSubject(list, seen), { at: seen.at, since: seen.at, actor });
}

/** What is known after a further sign of the same listing: DNS knows nothing of refusals, and replies nothing of codes. */
export function mergeSubjects(earlier: Subject, later: Subject): Subject {
  if (earlier.kind !== 'listing' || later.kind !== 'listing') return later;
  return {
    ...later,
    customers: later.customers.length > 0 ? later.customers : earlier.customers,
    refusals: Math.max(earlier.refusals, later.refusals),
    codes: later.codes.length > 0 ? later.codes : earlier.codes,
    text: later.text || earlier.text,
  };
}

/** Evidence in words; a compromise brings its own. */
export function evidenceOf(subject: Subject, own: string[]): string[] {
  if (subject.kind === 'compromise') return own;
  const { refusals, customers, codes, target, listName, inDns } = subject;
  const refused = `${plural(refusals, 'message')} of ${plural(customers.length, 'customer')} refused`;
  const answers = `${listName} answers ${codes.join(', ')} for ${target}`;
  return [...(refusals > 0 ? [refused] : []), ...(inDns && codes.length > 0 ? [answers] : [])];
}

function listingSubject(
  list: ListFacts,
  { target, codes, text }: Pick<SeenListing, 'target' | 'codes' | 'text'>,
): ListingSubject {
  return {
    kind: 'listing',
    target,
    list: list.id,
    listName: list.name,
    inDns: list.inDns,
    codes,
    text,
    ...(list.removalUrl ? { removalUrl: list.removalUrl } : {}),
    customers: [],
    refusals: 0,
  };
}

function listingSign(subject: ListingSubject, rest: Pick<Sign, 'at' | 'since' | 'actor'>): Sign {
  return { key: `listing:${subject.list}:${subject.target}`, customer: null, subject, evidence: [], ...rest };
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
