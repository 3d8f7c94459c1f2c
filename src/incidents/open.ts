// From a sign to an incident: open one, or raise the counter of the one that is open already.
import { type Actor, RELAYWARDEN, recordAudit } from '../audit/record.js';
import type { Finding } from '../detection/finding.js';
import { type DecideDeps, queueCard, queueTimeline, stateOf } from './decide.js';
import { type Incident, isSameCulprit } from './incident.js';
import {
  blockSign,
  compromiseSign,
  dnsSign,
  evidenceOf,
  type ListFacts,
  mergeSubjects,
  type SeenListing,
  type Sign,
} from './sign.js';
import {
  findLatest,
  findUnresolved,
  insertIncident,
  openListing,
  sawListed,
  type Tx,
  updateIncident,
} from './store.js';

export interface OpenDeps extends DecideDeps {
  /** Channel an incident goes to. */
  channelFor: (kind: Incident['kind']) => string;
  /** Facts of a list or receiver, by id or by DNS zone; `target` fills in the page about one address. */
  describeList: (idOrZone: string, target?: string) => ListFacts;
}

export type Opened = { kind: 'opened' | 'repeated' | 'known'; incident: Incident };

/** Counter changes of one card are bundled over this time; the first sign is shown at once. */
const CARD_BUNDLE_MS = 10_000;

/**
 * Takes a finding. The same finding again (at-least-once delivery) changes nothing. After an incident was resolved,
 * what was found before that moment does not open another one.
 */
export function openFromFinding(deps: OpenDeps, finding: Finding): Opened {
  return take(
    deps,
    finding.kind === 'blocklist' ? blockSign(finding, deps.describeList(finding.provider)) : compromiseSign(finding),
  );
}

/** Takes a listing found by a DNS check; `actor` is who asked. */
export function openFromListing(deps: OpenDeps, seen: SeenListing, actor: Actor = RELAYWARDEN): Opened {
  return take(deps, dnsSign(seen, deps.describeList(seen.list), actor));
}

function take(deps: OpenDeps, sign: Sign): Opened {
  return deps.db.transaction(
    (tx) => {
      const opened = openOrRaise(tx, deps, sign);
      if (opened.kind !== 'known') noteListing(tx, sign, opened.incident);
      return opened;
    },
    { behavior: 'immediate' },
  );
}

function noteListing(tx: Tx, { at, subject }: Sign, { id: incidentId }: Incident): void {
  if (subject.kind !== 'listing') return;
  for (const { target, list, codes, text } of subject.entries)
    sawListed(tx, { target, list, codes, text, incidentId }, at);
}

function openOrRaise(tx: Tx, deps: OpenDeps, sign: Sign): Opened {
  const unresolved = findUnresolved(tx, sign.key);
  if (unresolved) return raise(tx, deps, unresolved, sign);
  const resolved = findLatest(tx, sign.key);
  if (resolved && (sign.at <= (resolved.resolvedAt ?? 0) || isStillListed(tx, sign)))
    return { kind: 'known', incident: resolved };
  return { kind: 'opened', incident: openNew(tx, deps, sign, resolved) };
}

/** A person resolved it while the list still has us: it is news again only once it was gone. */
function isStillListed(tx: Tx, { subject }: Sign): boolean {
  if (subject.kind !== 'listing') return false;
  return subject.entries.some(({ inDns, target, list }) => inDns && openListing(tx, target, list) !== undefined);
}

/** Buttons stay valid while the incident is about the same people; a block that misses a new sender opens it again. */
function raise(tx: Tx, deps: OpenDeps, incident: Incident, sign: Sign): Opened {
  if (sign.at <= incident.lastSeenAt) return { kind: 'known', incident };
  const subject = mergeSubjects(incident.subject, sign.subject);
  const isSame = isSameCulprit(incident.subject, subject);
  const next = updateIncident(tx, incident.id, {
    subject,
    evidence: evidenceOf(subject, sign.evidence),
    state: stateOf(tx, deps, { ...incident, subject }),
    rev: incident.rev + (isSame ? 0 : 1),
    occurrences: incident.occurrences + 1,
    lastSeenAt: sign.at,
    since: Math.min(incident.since, sign.since),
  });
  queueCard(tx, deps, next, isSame ? CARD_BUNDLE_MS : 0);
  return { kind: 'repeated', incident: next };
}

function openNew(tx: Tx, deps: OpenDeps, sign: Sign, earlier: Incident | undefined): Incident {
  const { key, customer, subject, actor } = sign;
  const evidence = evidenceOf(subject, sign.evidence);
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
