// Signs of listings taken into the incidents, as many as came together in one transaction: opened, joined, repeated, or only noted.

import { and, desc, eq, sql } from 'drizzle-orm';
import type { Actor } from '../../audit/record.js';
import { audit } from '../../db/schema.js';
import { immediately, type Tx } from '../../db/transaction.js';
import { addressesIn } from '../../detection/finding.js';
import {
  type Incident,
  isMinor,
  type ListedEntry,
  type ListingIncident,
  type ListingSubject,
  targetsOf,
} from '../incident.js';
import { isAhead } from '../log-times.js';
import type { OpenDeps, Opened } from '../open.js';
import { auditSubject, lastLineAt, queueCard, recordOn, sayInThread } from '../record.js';
import { earlierIncidentOf, findIncident, insertIncident, latestListing, openListing } from '../store.js';
import { begunAnew, entryFromDns, evidenceOfListing, findEntry, withEntry } from './entries.js';
import { causeOf, poolMateOf, STORM_KEY, STORM_LINE_MS, stormOf } from './group.js';
import { beginRound, finishRound, hold, holderIdOf, nowOf, type Round, remember } from './listing-round.js';

interface ListingSign {
  entry: ListedEntry;
  /** Who saw it: ourselves, or who asked. */
  actor: Actor;
}

/** A listing that is no alarm: said once in a plain line, remembered, and shown in the digest. */
interface Noted {
  kind: 'noted';
  target: string;
  list: string;
  incident?: undefined;
}

export type Taken = Opened | Noted;

/** Counter changes of one card are bundled over this time; what is new is shown at once. */
const CARD_BUNDLE_MS = 10_000;

const LOUD_AGAIN_MS = 3_600_000;

/** Takes the signs in one transaction: all of them are on record afterwards with their effects, or none is. */
export function takeListings(deps: OpenDeps, signs: readonly ListingSign[]): Taken[] {
  return immediately(deps.db, (tx) => {
    const round = beginRound(tx, deps);
    const taken = signs.map((sign) => takeOne(round, sign));
    finishRound(round);
    return taken.map((each) => (each.kind === 'noted' ? each : { ...each, incident: nowOf(round, each.incident) }));
  });
}

function takeOne(round: Round, sign: ListingSign): Taken {
  const { entry } = sign;
  const holderId = holderIdOf(round, entry);
  const holder = round.unresolved.find(({ id }) => id === holderId);
  const known = holder && findEntry(holder.subject, entry);
  if (holder && known) return raise(round, holder, known, sign);
  const earlier = earlierOf(round, entry);
  if (earlier?.isSettled) return { kind: 'known', incident: earlier.incident };
  return takeNew(round, earlier ? { ...sign, entry: afterIncident(entry, earlier.incident) } : sign, holder);
}

function takeNew(round: Round, sign: ListingSign, holder: ListingIncident | undefined): Taken {
  const { entry } = sign;
  if (holder) return join(round, holder, sign);
  if (isMinor(entry)) return note(round, entry);
  const pool = round.deps.poolOf(addressesIn(entry.target)[0] as string);
  const mate = poolMateOf(entry, pool, round.unresolved, round.deps.listings);
  if (mate) return join(round, mate, sign);
  const { opened, deps, unresolved } = round;
  const storm = stormOf(unresolved, { opened, now: deps.now(), rules: deps.listings });
  if (storm === 'new') return openNew(round, sign, STORM_KEY, undefined);
  return storm ? join(round, storm, sign) : openNew(round, sign, `listing:${entry.target}`, pool);
}

/** The resolved incident about the same. It is settled when the sign is older than its resolution, or the list has had us ever since. */
function earlierOf({ tx, deps }: Round, entry: ListedEntry): { incident: Incident; isSettled: boolean } | undefined {
  const row = latestListing(tx, entry.target, entry.list);
  const incident = row?.incidentId ? findIncident(tx, row.incidentId) : undefined;
  if (!row || incident?.state !== 'resolved') return undefined;
  const isStillListed = entry.inDns && row.clearedAt === null;
  const resolvedAt = incident.resolvedAt ?? 0;
  const isOlder = entry.lastSeenAt <= resolvedAt && !isAhead(resolvedAt, deps.now());
  return { incident, isSettled: isStillListed || isOlder };
}

function afterIncident(entry: ListedEntry, { subject, resolvedAt }: Incident): ListedEntry {
  const before = subject.kind === 'listing' ? findEntry(subject, entry) : undefined;
  return before ? begunAnew(entry, before, resolvedAt ?? 0) : entry;
}

/**
 * A further sign of a listing that the incident has already. It is told when the listing had been gone, or when the list gives a further
 * reason (SBL after XBL); otherwise it is only counted.
 */
function raise(round: Round, incident: ListingIncident, known: ListedEntry, { entry, actor }: ListingSign): Taken {
  const until = known.clearedAt ?? known.lastSeenAt;
  if (entry.lastSeenAt <= until && !isAhead(until, round.deps.now())) return { kind: 'known', incident };
  const isAgain = known.clearedAt !== undefined;
  const further = isAgain ? [] : furtherMeanings(known, entry);
  const isNews = isAgain || further.length > 0;
  const next = grow(round, incident, entry, isNews ? 0 : CARD_BUNDLE_MS);
  if (!isNews) return { kind: 'repeated', incident: next };
  if (isAgain) tell(round, next, entry, actor, 'listed-again');
  else tell(round, next, { ...entry, listName: [entry.listName, ...further].join(', ') }, actor, 'join');
  return { kind: 'joined', incident: next };
}

/** Meanings in a list's answer that are new. Codes that count hours or points change all the time, but their meaning does not. */
function furtherMeanings({ meanings: before, pastMeanings = [] }: ListedEntry, { meanings }: ListedEntry): string[] {
  return before.length === 0 ? [] : meanings.filter((each) => !before.includes(each) && !pastMeanings.includes(each));
}

function join(round: Round, incident: ListingIncident, { entry, actor }: ListingSign): Taken {
  const { earlierIncident = earlierIncidentOf(round.tx, entry.target) } = incident.subject;
  const subject = { ...incident.subject, ...(earlierIncident ? { earlierIncident } : {}) };
  const next = grow(round, { ...incident, subject }, entry, 0);
  tell(round, next, entry, actor, 'join');
  return { kind: 'joined', incident: next };
}

/** Adds an entry to the incident. Its buttons stay valid: what a person decides holds for a further listing of the same cause, too. */
function grow(round: Round, incident: ListingIncident, entry: ListedEntry, cardDelayMs: number): ListingIncident {
  remember(round, entry, incident.id);
  const subject = [entry, ...adopted(round, entry, incident.id)].reduce(withEntry, incident.subject);
  const next: ListingIncident = {
    ...incident,
    subject,
    occurrences: incident.occurrences + 1,
    lastSeenAt: Math.max(incident.lastSeenAt, entry.lastSeenAt),
    // From the entry as it was merged, not from the sign: the detection may count refusals from before this incident.
    since: Math.min(incident.since, findEntry(subject, entry)?.firstSeenAt ?? entry.firstSeenAt),
  };
  round.unresolved = round.unresolved.map((each) => (each.id === next.id ? next : each));
  hold(round, entry, next.id);
  round.changed.set(next.id, Math.min(cardDelayMs, round.changed.get(next.id) ?? cardDelayMs));
  return next;
}

function openNew(round: Round, { entry, actor }: ListingSign, key: string, pool: string | undefined): Taken {
  const { tx, deps } = round;
  const earlier = earlierIncidentOf(tx, entry.target);
  const subject: ListingSubject = {
    kind: 'listing',
    entries: [entry],
    isFirstLook: entry.isFirstLook === true,
    ...(pool === undefined ? {} : { pool }),
    ...(earlier ? { earlierIncident: earlier } : {}),
  };
  const evidence = evidenceOfListing(subject);
  const incident = insertIncident(tx, {
    key,
    customer: null,
    subject,
    evidence,
    since: entry.firstSeenAt,
    lastSeenAt: entry.lastSeenAt,
    openedAt: deps.now(),
    openedBy: actor.id,
    channel: deps.channelFor('listing'),
  });
  remember(round, entry, incident.id);
  const next = { ...incident, subject: adopted(round, entry, incident.id).reduce(withEntry, subject) };
  round.unresolved.push(next);
  hold(round, entry, next.id);
  round.changed.set(next.id, 0);
  if (key !== STORM_KEY) round.opened++;
  const details = { evidence, ...(earlier ? { earlierIncident: earlier } : {}) };
  queueCard(tx, deps, next);
  sayInThread(tx, deps, next, { actor, verb: 'open', details });
  return { kind: 'opened', incident: next };
}

/** Notes about the target that were no alarm alone: they belong to its incident now. */
function adopted(round: Round, entry: ListedEntry, incidentId: number): ListedEntry[] {
  const cause = causeOf(entry.target);
  const own = round.noted.filter((row) => causeOf(row.target) === cause);
  if (own.length === 0) return [];
  round.noted = round.noted.filter((row) => !own.includes(row));
  const entries = own
    .filter((row) => row.list !== entry.list || row.target !== entry.target)
    .map((row) => {
      const seen = { ...row, text: row.text ?? '', meanings: [], at: row.lastSeenAt };
      return { ...entryFromDns(seen, round.deps.describeList(row.list, row.target)), firstSeenAt: row.firstSeenAt };
    });
  for (const each of entries) remember(round, each, incidentId);
  return entries;
}

function note(round: Round, entry: ListedEntry): Noted {
  const { target, list } = entry;
  const isNew = openListing(round.tx, target, list) === undefined;
  remember(round, entry, null);
  if (isNew) {
    const row = openListing(round.tx, target, list);
    if (row) round.noted.push(row);
    round.newNotes.push(entry);
  }
  return { kind: 'noted', target, list };
}

/**
 * On record always; in the thread too, except that a storm says no more than one line a minute. What is listed again is told in the channel,
 * too, but once an hour for each incident: lists that flap would fill it.
 */
function tell(
  { tx, deps }: Round,
  incident: ListingIncident,
  entry: ListedEntry,
  actor: Actor,
  verb: 'join' | 'listed-again',
): void {
  const { id, key, subject } = incident;
  const { target, listName } = entry;
  const lists = new Set(subject.entries.map(({ list }) => list)).size;
  const isStorm = key === STORM_KEY;
  const at = deps.now();
  const isSaid = !isStorm || isLongAgo(lastLineAt(tx, id), at, STORM_LINE_MS);
  const inChannel = verb === 'listed-again' && isSaid && isLongAgo(lastInChannelAt(tx, id), at, LOUD_AGAIN_MS);
  const details = {
    ...{ target, listName },
    ...(isStorm ? { targets: targetsOf(subject).length, lists } : {}),
    ...(inChannel ? { inChannel } : {}),
  };
  const put = isSaid ? sayInThread : recordOn;
  put(tx, deps, incident, { actor, verb, details });
}

function isLongAgo(lastAt: number | undefined, at: number, ms: number): boolean {
  return lastAt === undefined || Math.abs(at - lastAt) >= ms;
}

/** When the channel was last told that something of an incident is listed again. */
function lastInChannelAt(tx: Tx, incidentId: number): number | undefined {
  const isLoud = sql`json_extract(${audit.details}, '$.inChannel')`;
  const whose = and(eq(audit.subject, auditSubject(incidentId)), eq(audit.verb, 'listed-again'), isLoud);
  return tx.select({ at: audit.at }).from(audit).where(whose).orderBy(desc(audit.seq)).limit(1).get()?.at;
}
