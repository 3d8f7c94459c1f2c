// From a finding to an incident: open one, or raise the counter of the one that is open already.
import { and, between, eq } from 'drizzle-orm';
import { RELAYWARDEN } from '../audit/record.js';
import { isLifted } from '../containment/containment.js';
import { audit } from '../db/schema.js';
import { immediately, type Tx } from '../db/transaction.js';
import { type BlockFinding, type Finding, refusedOf } from '../detection/finding.js';
import { type DecideDeps, stateOf } from './decide.js';
import { type CompromiseIncident, type Incident, type IncidentState, isSameCulprit } from './incident.js';
import { entryFromRefusals, type ListFacts } from './listings/entries.js';
import type { GroupRules } from './listings/group.js';
import { takeListings } from './listings/take-listings.js';
import { isAhead, isLatest, onClockOf, withTimesOf } from './log-times.js';
import { holdBack, judgeByTeachings } from './noise/hold-back.js';
import type { WasNoise } from './noise/noise.js';
import { auditSubject, queueCard, recordOn, sayInThread } from './record.js';
import { compromiseSign, type Sign } from './sign.js';
import { withEarlierSpells } from './spells.js';
import {
  containmentsOf,
  findLatest,
  findUnresolved,
  holdsOn,
  inForceOf,
  insertIncident,
  updateIncident,
} from './store.js';
import { blockTargets, partBlock, uncovered } from './targets.js';

export interface OpenDeps extends DecideDeps {
  /** Channel an incident goes to. */
  channelFor: (kind: Incident['kind']) => string;
  /** Facts of a list or receiver, by id or by DNS zone; `target` fills in the page about one address. */
  describeList: (idOrZone: string, target?: string) => ListFacts;
  /** Pool that one of our addresses belongs to. */
  poolOf: (address: string) => string | undefined;
  listings: GroupRules;
}

/**
 * known: nothing new. joined: a further listing of the same cause. held: more of what was marked as noise; the incident is the one that was
 * marked.
 */
export type Opened = { kind: 'opened' | 'joined' | 'repeated' | 'known' | 'held'; incident: Incident };

/** Counter changes of one card are bundled over this time; the first sign is shown at once. */
const CARD_BUNDLE_MS = 10_000;

/**
 * Takes a finding. The same finding again (at-least-once delivery) changes nothing. After an incident was resolved,
 * what was found before that moment does not open another one, and what was marked as noise is counted instead.
 */
export function openFromFinding(deps: OpenDeps, finding: Finding): Opened {
  return finding.kind === 'blocklist' ? openFromBlock(deps, finding) : openFromSign(deps, compromiseSign(finding));
}

/** Reports whether a finding only adds to an incident that is open: nothing is lost when that is told again. */
export function isMoreOfOpen({ db }: Pick<OpenDeps, 'db'>, finding: Finding): boolean {
  return finding.kind !== 'blocklist' && findUnresolved(db, compromiseSign(finding).key) !== undefined;
}

function openFromBlock(deps: OpenDeps, finding: BlockFinding): Opened {
  const list = deps.describeList(finding.provider, refusedOf(finding));
  const [taken] = takeListings(deps, [{ entry: entryFromRefusals(finding, list), actor: RELAYWARDEN }]);
  if (!taken || taken.kind === 'noted') throw new Error('a refusal is more than a note');
  return taken;
}

function openFromSign(deps: OpenDeps, sign: Sign): Opened {
  return immediately(deps.db, (tx) => {
    const unresolved = findUnresolved(tx, sign.key);
    if (unresolved?.kind === 'compromise') return raise(tx, deps, unresolved, sign);
    const resolved = findLatest(tx, sign.key);
    if (resolved && isKnown(deps, sign, resolved, resolved.resolvedAt ?? 0))
      return { kind: 'known', incident: resolved };
    const judged = judgeByTeachings(tx, deps, sign);
    if (judged.kind === 'held') return holdBack(tx, deps, sign, judged.teaching);
    return { kind: 'opened', incident: openNew(tx, deps, withEarlierJudgement(sign, judged.wasNoise), resolved) };
  });
}

/** Reports whether a sign was taken already, or tells of nothing after `until`, where that was no time of a clock that was ahead. */
function isKnown({ now }: OpenDeps, sign: Sign, incident: Incident, until: number): boolean {
  return isLatest(sign, incident) || (sign.at <= until && !isAhead(until, now()));
}

/** Buttons stay valid while the incident is about the same people; mail that passes a block opens it again, and that is told. */
function raise(tx: Tx, deps: OpenDeps, incident: CompromiseIncident, sign: Sign): Opened {
  const now = deps.now();
  const before = onClockOf(sign, incident, now);
  if (isKnown(deps, sign, incident, before.lastSeenAt)) return { kind: 'known', incident };
  const known = withEarlierSpells(sign, before);
  const { subject } = known;
  const isSame = isSameCulprit(incident.subject, subject);
  const times = withTimesOf(sign, subject, now, incident);
  const state = stateOf(tx, deps, { ...incident, ...times });
  const next = updateIncident(tx, incident.id, {
    ...times,
    evidence: known.evidence,
    state: namesFewerOnly(tx, incident, state) ? 'open' : state,
    rev: incident.rev + (isSame ? 0 : 1),
    occurrences: incident.occurrences + 1,
  });
  const isLoose = comesLoose(tx, incident, next);
  queueCard(tx, deps, next, isSame && !isLoose ? CARD_BUNDLE_MS : 0);
  if (isLoose) tellLoose(tx, deps, next, incident.state);
  return { kind: 'repeated', incident: next };
}

/** Reports whether all of it would be held back only because a finding names fewer: nothing came into force since its latest mail. */
function namesFewerOnly(tx: Tx, before: Incident, state: IncidentState): boolean {
  if (before.state !== 'open' || state !== 'contained') return false;
  const inForce = holdsOn(tx, before).filter((row) => !isLifted(row));
  return inForce.every(({ effectiveAt }) => (effectiveAt ?? 0) <= before.lastSeenAt);
}

/** Reports whether mail of it is the first to come since the latest block, which does not take all of it. */
function comesLoose(tx: Tx, before: Incident, { id, state, lastSeenAt }: Incident): boolean {
  if (state !== 'open') return false;
  if (before.state === 'contained') return true;
  const latest = latestBlockAt(tx, id);
  return before.lastSeenAt <= latest && latest < lastSeenAt;
}

/**
 * Whoever blocked it has turned to something else, and a card that changes rings no bell. Mail that nobody can block any further is told
 * once after each block, and is only on record from then on.
 */
function tellLoose(tx: Tx, deps: OpenDeps, incident: Incident, before: Incident['state']): void {
  const targets = blockTargets(incident, deps);
  const rows = containmentsOf(tx, incident.id);
  const { senders, logins } = uncovered(targets, rows);
  const part = partBlock(incident, targets, rows);
  const unblocked = [...new Set([...senders, ...logins])];
  const details = { unblocked, ...(part ? { part } : {}), before, after: incident.state };
  const isNews = unblocked.length > 0 || !isToldSinceBlock(tx, incident.id, deps.now());
  const put = isNews ? sayInThread : recordOn;
  put(tx, deps, incident, { verb: 'not-contained', details });
}

function isToldSinceBlock(tx: Tx, incidentId: number, now: number): boolean {
  const isSince = between(audit.at, latestBlockAt(tx, incidentId), now);
  const whose = and(eq(audit.subject, auditSubject(incidentId)), eq(audit.verb, 'not-contained'), isSince);
  return tx.select({ seq: audit.seq }).from(audit).where(whose).limit(1).get() !== undefined;
}

/** When the latest block that is in force came into force; 0 when none has. */
function latestBlockAt(tx: Tx, incidentId: number): number {
  const blocks = inForceOf(tx, incidentId).filter(({ action }) => action === 'block-sender');
  return Math.max(0, ...blocks.flatMap(({ effectiveAt }) => effectiveAt ?? []));
}

function withEarlierJudgement(sign: Sign, wasNoise: WasNoise | undefined): Sign {
  return wasNoise ? { ...sign, subject: { ...sign.subject, wasNoise } } : sign;
}

function openNew(tx: Tx, deps: OpenDeps, sign: Sign, earlier: Incident | undefined): Incident {
  const { key, customer, evidence } = sign;
  const subject = { ...sign.subject, ...(earlier ? { earlierIncident: earlier.id } : {}) };
  const opened = insertIncident(tx, {
    key,
    customer,
    ...withTimesOf(sign, subject, deps.now()),
    evidence,
    openedAt: deps.now(),
    openedBy: RELAYWARDEN.id,
    channel: deps.channelFor(subject.kind),
  });
  // Its customer may be suspended for another incident, since its latest mail.
  const incident = updateIncident(tx, opened.id, { state: stateOf(tx, deps, opened) });
  const { wasNoise } = subject;
  const details = {
    evidence,
    ...(earlier ? { earlierIncident: earlier.id } : {}),
    ...(wasNoise ? { wasNoise: wasNoise.teaching, differs: wasNoise.now } : {}),
  };
  queueCard(tx, deps, incident);
  sayInThread(tx, deps, incident, { verb: 'open', details });
  return incident;
}
