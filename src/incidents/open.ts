// From a finding or a listing to an incident: open one, or raise the counter of the one that is open already.
import { type Actor, RELAYWARDEN, recordAudit } from '../audit/record.js';
import type { BlockFinding, CompromiseFinding, Finding } from '../detection/finding.js';
import { type DecideDeps, queueCard, queueTimeline } from './decide.js';
import type { CompromiseSubject, Incident, ListingSubject, Subject } from './incident.js';
import { findLatest, findUnresolved, insertIncident, sawListed, type Tx, updateIncident } from './store.js';

export interface OpenDeps extends DecideDeps {
  /** Channel an incident goes to. */
  channelFor: (kind: Incident['kind']) => string;
  /** Name, removal page, and page about one target, of a list or receiver, by id. Web addresses from our own catalogue only. */
  describeList: (id: string, target?: string) => { name: string; removalUrl?: string; lookupUrl?: string };
}

/** A sign of an incident: everything needed to open one. */
interface Sign {
  key: string;
  at: number;
  since: number;
  customer: string | null;
  subject: Subject;
  evidence: string[];
  actor: Actor;
}

export type Opened = { kind: 'opened' | 'repeated' | 'known'; incident: Incident };

/** Counter changes of one card are bundled over this time; the first sign is shown at once. */
const CARD_BUNDLE_MS = 10_000;

/**
 * Takes a finding. The same finding again (at-least-once delivery) changes nothing. After an incident was resolved,
 * what was found before that moment does not open another one.
 */
export function openFromFinding(deps: OpenDeps, finding: Finding): Opened {
  const sign = finding.kind === 'blocklist' ? blockSign(deps, finding) : compromiseSign(finding);
  return take(deps, sign, (tx, incident) => {
    if (finding.kind !== 'blocklist') return;
    const seen = {
      target: finding.ip,
      list: finding.provider,
      codes: codesOf(finding),
      text: finding.reply,
      incidentId: incident.id,
    };
    sawListed(tx, seen, finding.at);
  });
}

/** A listing seen in DNS, by the watch or by a person's check. */
export interface SeenListing {
  target: string;
  list: string;
  codes: string[];
  text: string;
  at: number;
}

/** Takes a listing found by a DNS check; `actor` is who asked. */
export function openFromListing(deps: OpenDeps, seen: SeenListing, actor: Actor = RELAYWARDEN): Opened {
  const { name, removalUrl } = deps.describeList(seen.list);
  const subject: ListingSubject = {
    kind: 'listing',
    target: seen.target,
    list: seen.list,
    listName: name,
    codes: seen.codes,
    text: seen.text,
    ...(removalUrl ? { removalUrl } : {}),
    customers: [],
    refusals: 0,
  };
  const sign: Sign = {
    key: `listing:${seen.list}:${seen.target}`,
    at: seen.at,
    since: seen.at,
    customer: null,
    subject,
    evidence: [`${name} answers ${seen.codes.join(', ')} for ${seen.target}`],
    actor,
  };
  return take(deps, sign, (tx, incident) => sawListed(tx, { ...seen, incidentId: incident.id }, seen.at));
}

function compromiseSign(finding: CompromiseFinding): Sign {
  const { senders, senderCount, logins, clientIps, messages, recipients, confidence } = finding;
  const subject: CompromiseSubject = {
    kind: 'compromise',
    shape: finding.kind,
    senders,
    senderCount,
    logins,
    clientIps,
    messages,
    recipients,
    confidence,
  };
  return {
    key: finding.key,
    at: finding.at,
    since: finding.since,
    customer: finding.customer,
    subject,
    evidence: finding.evidence,
    actor: RELAYWARDEN,
  };
}

function blockSign(deps: OpenDeps, finding: BlockFinding): Sign {
  const { name, removalUrl } = deps.describeList(finding.provider);
  const subject: ListingSubject = {
    kind: 'listing',
    target: finding.ip,
    list: finding.provider,
    listName: name,
    codes: codesOf(finding),
    text: finding.reply,
    ...(removalUrl ? { removalUrl } : {}),
    customers: finding.customers,
    refusals: finding.refusals,
  };
  const { customers, refusals } = finding;
  const hit = `${refusals} ${refusals === 1 ? 'message' : 'messages'} of ${customers.length} ${customers.length === 1 ? 'customer' : 'customers'} refused`;
  return {
    key: finding.key,
    at: finding.at,
    since: finding.since,
    customer: null,
    subject,
    evidence: [hit],
    actor: RELAYWARDEN,
  };
}

function codesOf(finding: BlockFinding): string[] {
  return finding.code === '' ? [] : [finding.code];
}

function take(deps: OpenDeps, sign: Sign, alongside: (tx: Tx, incident: Incident) => void): Opened {
  return deps.db.transaction(
    (tx) => {
      const opened = openOrRaise(tx, deps, sign);
      if (opened.kind !== 'known') alongside(tx, opened.incident);
      return opened;
    },
    { behavior: 'immediate' },
  );
}

function openOrRaise(tx: Tx, deps: OpenDeps, sign: Sign): Opened {
  const unresolved = findUnresolved(tx, sign.key);
  if (unresolved) return raise(tx, deps, unresolved, sign);
  const resolved = findLatest(tx, sign.key);
  if (resolved && sign.at <= (resolved.resolvedAt ?? 0)) return { kind: 'known', incident: resolved };
  return { kind: 'opened', incident: openNew(tx, deps, sign, resolved) };
}

function raise(tx: Tx, deps: OpenDeps, incident: Incident, sign: Sign): Opened {
  if (sign.at <= incident.lastSeenAt) return { kind: 'known', incident };
  const next = updateIncident(tx, incident.id, {
    subject: sign.subject,
    evidence: sign.evidence,
    occurrences: incident.occurrences + 1,
    lastSeenAt: sign.at,
    since: Math.min(incident.since, sign.since),
  });
  queueCard(tx, deps, next, CARD_BUNDLE_MS);
  return { kind: 'repeated', incident: next };
}

function openNew(tx: Tx, deps: OpenDeps, sign: Sign, earlier: Incident | undefined): Incident {
  const { key, customer, subject, evidence, actor } = sign;
  const incident = insertIncident(tx, {
    kind: subject.kind,
    state: 'open',
    rev: 1,
    key,
    customer,
    subject,
    evidence,
    occurrences: 1,
    since: sign.since,
    openedAt: deps.now(),
    openedBy: actor.id,
    lastSeenAt: sign.at,
    resolvedAt: null,
    resolvedBy: null,
    resolution: null,
    channel: deps.channelFor(subject.kind),
    messageTs: null,
  });
  const details = { evidence, ...(earlier ? { earlierIncident: earlier.id } : {}) };
  const row = recordAudit(tx, { at: deps.now(), actor, verb: 'open', subject: `incident:${incident.id}`, details });
  queueCard(tx, deps, incident);
  queueTimeline(tx, deps, incident, row);
  return incident;
}
