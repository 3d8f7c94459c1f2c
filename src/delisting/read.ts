// The facts of gate and pack, read from the database and from what others know. Everything is read anew each time: a request is
// decided on how things are, not on how they were shown.

import { isLifted } from '../containment/containment.js';
import type { Tx } from '../db/transaction.js';
import { findLink } from '../incidents/culprits/links.js';
import type { Suspect } from '../incidents/culprits/suspect.js';
import type { DecideDeps } from '../incidents/decide.js';
import { type CompromiseIncident, type Incident, type ListedEntry, openEntries } from '../incidents/incident.js';
import { isSameEntry, type TargetOnList } from '../incidents/listings/entries.js';
import type { LastSpam } from '../incidents/quiet.js';
import { type Behind, behindOf, SILENT_AFTER_MS } from '../incidents/running.js';
import { holdsOn } from '../incidents/store.js';
import { blockTargets, isObeyed, partBlock } from '../incidents/targets.js';
import { UNATTRIBUTED } from '../mail/customer.js';
import type { ActionFacts, Cause } from './actions-taken.js';
import { type Gate, type GateFacts, gate, joinGates, type LookPoint, type Source } from './gate.js';
import { type Pack, packOf } from './pack.js';
import { isExpiring } from './packs/expires.js';
import type { Removal } from './removal.js';
import { retryMsOf } from './request.js';
import { latestRequest, noCulpritSaid, requestsOf } from './store.js';

/** What others know, given by the wiring. */
export interface DelistingReaders extends DecideDeps {
  /** How long the suspected sources must have been quiet. */
  quietMs: number;
  /** Who signs requests. */
  signature?: string | undefined;
  /** How one gets off a list; `code` is the receiver's own, for those with two doors. */
  removalOf: (list: string, code?: string) => Removal;
  customerName: (id: string) => string;
  /** Compromises that stand behind a listing. */
  linked: (db: Tx, incidentId: number) => CompromiseIncident[];
  /** Open compromises of customers that send over what the incident lists, linked or not. */
  openOver: (db: Tx, incident: Incident) => Incident[];
  /** Those that went on after `from` (ms), whatever became of them; what a person called noise is none. */
  sentOver: (db: Tx, incident: Incident, from: number) => CompromiseIncident[];
  /** Ranked customers, likeliest first. */
  suspectsOf: (incident: Incident) => Suspect[];
  /** The last sign of spam of a customer at or after `since` (ms); undefined when there was none. */
  lastSpam: (customer: string, since: number) => LastSpam | undefined;
  /** Parts of the health report: they tell whether the logs are read up to now. */
  health: () => readonly { isLate?: true; readTo?: number }[];
  /** The latest look at the DNS of an address or domain. */
  lookAt: (db: Tx, target: string) => GateFacts['look'];
  /** How many customers send over an address; undefined when the logs do not tell. */
  customersOver: (target: string) => number | undefined;
  /** Requests a containment decided so far. */
  hits: (containmentId: number) => { hits: number };
  /** Names, domains and logins of customers and partners: what no operator is told. */
  secrets: () => readonly string[];
}

export function isDomain(target: string): boolean {
  return !target.includes(':') && /[a-z]/i.test(target);
}

/** The gate of one target on one list. */
export function readGate(deps: DelistingReaders, db: Tx, incident: Incident, entry: ListedEntry): Gate {
  return gate({ ...causeFacts(deps, db, incident), ...entryFacts(deps, db, incident, entry) });
}

/**
 * The gate of what is listed still, for the card: of all that is not asked for, or of everything when nothing is left to ask. One request
 * locks no other. What they share is read once.
 */
export function readJoinedGate(deps: DelistingReaders, db: Tx, incident: Incident): Gate {
  if (incident.subject.kind !== 'listing') return { isOpen: false, points: [] };
  const shared = causeFacts(deps, db, incident);
  const entries = openEntries(incident.subject);
  const unasked = entries.filter((entry) => !isAsked(deps, db, entry));
  const about = unasked.filter(({ list, codes }) => !isExpiring(deps.removalOf(list, codes[0])));
  const shown = about.length > 0 ? unasked : entries;
  return {
    ...joinGates(shown.map((entry) => gate({ ...shared, ...entryFacts(deps, db, incident, entry) }))),
    ...(about.length > 0 ? { about } : {}),
  };
}

/** Reports whether it was asked for so lately that asking again makes no sense. */
function isAsked({ now, removalOf }: DelistingReaders, db: Tx, pair: TargetOnList): boolean {
  const last = latestRequest(db, pair);
  return last !== undefined && now() - last.requestedAt < retryMsOf(removalOf(pair.list));
}

/** The entry of an incident that is listed still. */
export function findOpenEntry({ subject }: Pick<Incident, 'subject'>, pair: TargetOnList): ListedEntry | undefined {
  if (subject.kind !== 'listing') return undefined;
  return openEntries(subject).find((entry) => isSameEntry(entry, pair));
}

type CauseFacts = Pick<GateFacts, 'now' | 'linked' | 'othersOpen' | 'candidate' | 'sources' | 'quietMs' | 'behind'>;

function causeFacts(deps: DelistingReaders, db: Tx, incident: Incident): CauseFacts {
  const linked = deps.linked(db, incident.id);
  const others = othersOver(deps, db, incident, linked);
  const named = (compromise: Incident) => ({
    ...{ id: compromise.id, state: compromise.state, customerName: nameOf(deps, compromise.customer) },
    part: partBlock(compromise, blockTargets(compromise, deps), holdsOn(db, compromise)),
  });
  const sources = [...linked.map((each) => sourceOf(deps, incident, each)), ...lateOthers(deps, db, incident, linked)];
  return {
    now: deps.now(),
    linked: linked.map(named),
    othersOpen: others.map(named),
    candidate: candidateOf(deps, incident, linked),
    sources,
    quietMs: deps.quietMs,
    behind: sources.length > 0 ? behindNow(deps) : undefined,
  };
}

/** What of the relays' work is not read up to now; undefined when all is. */
export function behindNow({ health }: Pick<DelistingReaders, 'health'>): Behind | undefined {
  return behindOf(health());
}

function othersOver(deps: DelistingReaders, db: Tx, incident: Incident, linked: readonly Incident[]): Incident[] {
  const isLinked = new Set(linked.map(({ id }) => id));
  return deps.openOver(db, incident).filter(({ id }) => !isLinked.has(id));
}

/**
 * Others that send over the same addresses and were stopped within the quiet time: nobody linked them, and yet their mail brings the next
 * listing. What a block refuses brings none: a machine that goes on trying would lock every removal. Of what a person unlinked they have
 * said that it is something else.
 */
function lateOthers(deps: DelistingReaders, db: Tx, incident: Incident, linked: readonly Incident[]): Source[] {
  const from = deps.now() - deps.quietMs;
  const isLinked = new Set(linked.map(({ id }) => id));
  const others = deps
    .sentOver(db, incident, from)
    .filter(({ id, state }) => state !== 'open' && !isLinked.has(id) && !findLink(db, incident.id, id));
  const passed = others.map((other) => {
    const { customerName, lastSpamAt, wasRefused } = sourceOf(deps, incident, other);
    return { customerName, lastSpamAt: wasRefused ? other.lastSeenAt : lastSpamAt };
  });
  return passed.filter(({ lastSpamAt }) => lastSpamAt > from);
}

function entryFacts(
  deps: DelistingReaders,
  db: Tx,
  incident: Incident,
  entry: ListedEntry,
): Omit<GateFacts, keyof CauseFacts> {
  const { target, list, listName } = entry;
  const last = latestRequest(db, { target, list });
  return {
    target,
    isDomain: isDomain(target),
    listName,
    noCulprit: noCulpritOf(db, incident.id, entry),
    look: deps.lookAt(db, target),
    lastRequest: last && { requestedAt: last.requestedAt, byName: last.requestedByName, attempt: last.attempt },
    retryMs: retryMsOf(deps.removalOf(list)),
  };
}

/** The word of a person that no culprit of ours is to be found. It says nothing of a listing that came later. */
function noCulpritOf(
  db: Tx,
  incidentId: number,
  { firstSeenAt }: Pick<ListedEntry, 'firstSeenAt'>,
): { byName: string; reason: string; at: number } | undefined {
  const said = noCulpritSaid(db, incidentId);
  if (!said || said.at < firstSeenAt) return undefined;
  return { byName: said.actorName, reason: said.reason ?? '', at: said.at };
}

function candidateOf(deps: DelistingReaders, incident: Incident, linked: readonly Incident[]): GateFacts['candidate'] {
  if (linked.length > 0) return undefined;
  const [first] = deps.suspectsOf(incident);
  return first && { customer: first.customer, customerName: deps.customerName(first.customer) };
}

/** Whoever is behind a compromise. What was found of it counts as spam when nobody knows of a later sign. */
export function sourceOf(
  deps: Pick<DelistingReaders, 'lastSpam' | 'customerName'>,
  incident: Pick<Incident, 'since'>,
  { customer, since, lastSeenAt }: Pick<CompromiseIncident, 'customer' | 'since' | 'lastSeenAt'>,
): Source {
  const customerName = nameOf(deps, customer);
  const last = deps.lastSpam(customer, Math.min(since, incident.since));
  if (last === undefined || last.at <= lastSeenAt) return { customerName, lastSpamAt: lastSeenAt };
  return { customerName, lastSpamAt: last.at, ...(last.wasRefused ? { wasRefused: true } : {}) };
}

/** The pack of one target on one list. */
export function readPack(deps: DelistingReaders, db: Tx, incident: Incident, entry: ListedEntry): Pack {
  return packOf(packFacts(deps, db, incident, entry));
}

export function packFacts(deps: DelistingReaders, db: Tx, incident: Incident, entry: ListedEntry) {
  const linked = deps.linked(db, incident.id);
  const sources = linked.map((each) => sourceOf(deps, incident, each));
  const { target, list, codes, meanings, text, refusals, firstSeenAt, lastSeenAt } = entry;
  return {
    removal: deps.removalOf(list, codes[0]),
    ...{ target, codes, meanings, sample: text, refusals, firstSeenAt, lastSeenAt },
    isDomain: isDomain(target),
    attempt: requestsOf(db, incident.id).filter((request) => isSameEntry(request, entry)).length + 1,
    othersOpen: othersOver(deps, db, incident, linked).length,
    actions: {
      causes: linked.map((compromise) => causeOf(deps, db, compromise)),
      noCulpritAt: noCulpritOf(db, incident.id, entry)?.at,
      quiet: quietOf(deps, sources),
      dns: rightOnes(deps.lookAt(db, target)?.points ?? []),
      privacy: { secrets: [...deps.secrets(), ...linked.flatMap(namesIn)], keep: target },
    },
    signature: deps.signature,
    now: deps.now(),
  };
}

/** Undefined where nobody knows. Without a quiet time to wait for, of mail that came a moment ago nobody says that it has stopped. */
function quietOf(deps: DelistingReaders, sources: readonly Source[]): ActionFacts['quiet'] {
  if (sources.length === 0 || behindNow(deps) !== undefined) return undefined;
  const since = Math.max(...sources.map(({ lastSpamAt }) => lastSpamAt));
  return { since, isLong: deps.now() - since >= Math.max(deps.quietMs, SILENT_AFTER_MS) };
}

function causeOf(deps: DelistingReaders, db: Tx, compromise: CompromiseIncident): Cause {
  const { subject, openedAt, state, resolvedAt, resolution } = compromise;
  return {
    shape: subject.shape,
    foundAt: openedAt,
    messages: subject.messages,
    recipients: subject.recipients,
    senderCount: subject.senderCount,
    isEnded: state !== 'open',
    containments: holdsOn(db, compromise)
      .filter(isObeyed)
      .map(({ id: containment, action, placedAt, liftedAt, hits }) => ({
        ...{ action, placedAt, liftedAt },
        hits: Math.max(hits, isLifted({ liftedAt }) ? 0 : deps.hits(containment).hits),
      })),
    resolved: state === 'resolved' && resolvedAt !== null ? { at: resolvedAt, text: resolution ?? '' } : undefined,
  };
}

function rightOnes(points: readonly LookPoint[]): string[] {
  return points.filter(({ state }) => state === 'ok').map(({ name, text }) => `${name}: ${text}`);
}

function namesIn({ subject }: CompromiseIncident): string[] {
  return [...subject.senders, ...subject.logins, ...subject.clientIps];
}

function nameOf({ customerName }: Pick<DelistingReaders, 'customerName'>, customer: string | null): string {
  return customer === null || customer === UNATTRIBUTED ? 'an unknown customer' : customerName(customer);
}
