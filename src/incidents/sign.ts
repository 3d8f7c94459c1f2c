// Signs: what a finding or a DNS answer means for an incident, before anybody looks whether there is one already. Pure.
import { type Actor, RELAYWARDEN } from '../audit/record.js';
import type { BlockFinding, CompromiseFinding } from '../detection/finding.js';
import {
  type CompromiseSubject,
  customersHit,
  type ListedEntry,
  type ListingSubject,
  type Subject,
} from './incident.js';

/** What is known of a list or receiver; of one that is not in the catalogue, its id and name are what was asked. */
export interface ListFacts {
  id: string;
  name: string;
  /** Web addresses come from our own catalogue only. */
  removalUrl?: string;
  lookupUrl?: string;
  /** Reports whether our DNS checks ask it. */
  inDns: boolean;
  /** As in the catalogue; see Blocklist. */
  impact: ListedEntry['impact'];
  confidence: ListedEntry['confidence'];
  scope: ListedEntry['scope'];
}

/** A listing seen in DNS, by the watch or by a person's check. */
export interface SeenListing {
  target: string;
  list: string;
  codes: string[];
  /** What the codes mean, in our words. */
  meanings: string[];
  /** TXT record. Hostile text. */
  text: string;
  at: number;
  /** Reports whether nobody had looked before. */
  isFirstLook?: boolean;
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
  const seen = { target, codes: code === '' ? [] : [code], meanings: [], text };
  return listingSign({ ...entryOf(list, seen, since, at), customers, refusals }, false, RELAYWARDEN);
}

export function dnsSign(seen: SeenListing, list: ListFacts, actor: Actor): Sign {
  return listingSign(entryOf(list, seen, seen.at, seen.at), seen.isFirstLook ?? false, actor);
}

/** What is known after a further sign of the same cause. */
export function mergeSubjects(earlier: Subject, later: Subject): Subject {
  if (earlier.kind !== 'listing' || later.kind !== 'listing') return later;
  return { ...earlier, entries: later.entries.reduce(withEntry, earlier.entries) };
}

/** The subject with one entry seen gone. */
export function markCleared(subject: Subject, gone: { target: string; list: string }, clearedAt: number): Subject {
  if (subject.kind !== 'listing') return subject;
  const entries = subject.entries.map((entry) =>
    entry.target === gone.target && entry.list === gone.list ? { ...entry, clearedAt } : entry,
  );
  return { ...subject, entries };
}

/** The entries with one more, or with what a further sign of a known one says: DNS knows nothing of refusals, and replies nothing of codes. */
function withEntry(entries: readonly ListedEntry[], later: ListedEntry): ListedEntry[] {
  const isSame = ({ target, list }: ListedEntry) => target === later.target && list === later.list;
  if (!entries.some(isSame)) return [...entries, later];
  return entries.map((entry) => (isSame(entry) ? mergeEntries(entry, later) : entry));
}

function mergeEntries(earlier: ListedEntry, later: ListedEntry): ListedEntry {
  return {
    ...later,
    customers: later.customers.length > 0 ? later.customers : earlier.customers,
    refusals: Math.max(earlier.refusals, later.refusals),
    codes: later.codes.length > 0 ? later.codes : earlier.codes,
    meanings: later.meanings.length > 0 ? later.meanings : earlier.meanings,
    text: later.text || earlier.text,
    firstSeenAt: Math.min(earlier.firstSeenAt, later.firstSeenAt),
    lastSeenAt: Math.max(earlier.lastSeenAt, later.lastSeenAt),
  };
}

/** Evidence in words; a compromise brings its own. */
export function evidenceOf(subject: Subject, own: string[]): string[] {
  if (subject.kind === 'compromise') return own;
  const refusals = subject.entries.reduce((sum, entry) => sum + entry.refusals, 0);
  const refused = `${plural(refusals, 'message')} of ${plural(customersHit(subject).length, 'customer')} refused`;
  const answers = subject.entries
    .filter(({ inDns, codes }) => inDns && codes.length > 0)
    .map(({ listName, codes, target }) => `${listName} answers ${codes.join(', ')} for ${target}`);
  return [...(refusals > 0 ? [refused] : []), ...answers];
}

function entryOf(
  { id, name, inDns, impact, confidence, scope, removalUrl }: ListFacts,
  { target, codes, meanings, text }: Pick<SeenListing, 'target' | 'codes' | 'meanings' | 'text'>,
  firstSeenAt: number,
  lastSeenAt: number,
): ListedEntry {
  return {
    ...{ target, list: id, listName: name, inDns, impact, confidence, scope, codes, meanings, text },
    ...(removalUrl ? { removalUrl } : {}),
    ...{ customers: [], refusals: 0, firstSeenAt, lastSeenAt },
  };
}

function listingSign(entry: ListedEntry, isFirstLook: boolean, actor: Actor): Sign {
  const subject: ListingSubject = { kind: 'listing', entries: [entry], isFirstLook };
  const { target, list, firstSeenAt: since, lastSeenAt: at } = entry;
  return { key: `listing:${list}:${target}`, customer: null, subject, evidence: [], at, since, actor };
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
