// Requests and drafts in the database: the only SQL of this folder.
import { and, asc, desc, eq, inArray, isNotNull, isNull, lte, or } from 'drizzle-orm';
import { audit, delistingDrafts, delistingRequests, incidents, listings } from '../db/schema.js';
import type { Tx } from '../db/transaction.js';
import { written } from '../db/written.js';
import type { TargetOnList } from '../incidents/listings/entries.js';
import { auditSubject } from '../incidents/record.js';
import type { DelistingRequest } from './request.js';

export type Draft = typeof delistingDrafts.$inferSelect;

const ofPair = ({ target, list }: TargetOnList) =>
  and(eq(delistingRequests.target, target), eq(delistingRequests.list, list));

export function findRequest(db: Tx, id: number): DelistingRequest | undefined {
  return db.select().from(delistingRequests).where(eq(delistingRequests.id, id)).get();
}

/** Requests of an incident, oldest first. */
export function requestsOf(db: Tx, incidentId: number): DelistingRequest[] {
  const ofIncident = eq(delistingRequests.incidentId, incidentId);
  return db.select().from(delistingRequests).where(ofIncident).orderBy(asc(delistingRequests.id)).all();
}

/** The latest request of a target to a list, whichever incident it belongs to. */
export function latestRequest(db: Tx, pair: TargetOnList): DelistingRequest | undefined {
  return db.select().from(delistingRequests).where(ofPair(pair)).orderBy(desc(delistingRequests.id)).limit(1).get();
}

/** The request that still runs, if any: there is at most one. */
export function runningRequest(db: Tx, pair: TargetOnList): DelistingRequest | undefined {
  return db
    .select()
    .from(delistingRequests)
    .where(and(ofPair(pair), isNull(delistingRequests.closedAt)))
    .get();
}

/** Every request that still runs, oldest first. */
export function runningRequests(db: Tx): DelistingRequest[] {
  const running = isNull(delistingRequests.closedAt);
  return db.select().from(delistingRequests).where(running).orderBy(asc(delistingRequests.id)).all();
}

/** Running requests with a re-check whose time has come. */
export function dueRequests(db: Tx, now: number): DelistingRequest[] {
  const half = and(isNull(delistingRequests.halfDoneAt), lte(delistingRequests.halfAt, now));
  const full = and(isNull(delistingRequests.fullDoneAt), lte(delistingRequests.fullAt, now));
  const due = and(isNull(delistingRequests.closedAt), or(half, full));
  return db.select().from(delistingRequests).where(due).orderBy(asc(delistingRequests.id)).all();
}

/** Running requests whose target is on no list any more, and when it was seen gone. */
export function goneRequests(db: Tx): { request: DelistingRequest; clearedAt: number }[] {
  return runningRequests(db).flatMap((request) => {
    const isOfPair = and(eq(listings.target, request.target), eq(listings.list, request.list));
    const latest = db.select().from(listings).where(isOfPair).orderBy(desc(listings.id)).limit(1).get();
    return latest?.clearedAt ? [{ request, clearedAt: latest.clearedAt }] : [];
  });
}

/**
 * Listings that stand now although an earlier request had them removed, with that request. A listing that began before the
 * removal was seen is the same one; a request of the listing's own incident is not an earlier one.
 */
export function relisted(
  db: Tx,
  incidentId?: number,
): { request: DelistingRequest; incidentId: number; firstSeenAt: number }[] {
  const came = and(
    isNull(listings.clearedAt),
    isNotNull(listings.incidentId),
    eq(delistingRequests.state, 'cleared'),
    lte(delistingRequests.closedAt, listings.firstSeenAt),
    ...(incidentId === undefined ? [] : [eq(listings.incidentId, incidentId)]),
  );
  const rows = db
    .select({ request: delistingRequests, incidentId: listings.incidentId, firstSeenAt: listings.firstSeenAt })
    .from(listings)
    .innerJoin(
      delistingRequests,
      and(eq(delistingRequests.target, listings.target), eq(delistingRequests.list, listings.list)),
    )
    .innerJoin(incidents, eq(incidents.id, listings.incidentId))
    .where(came)
    .orderBy(asc(delistingRequests.id))
    .all();
  const latest = new Map(rows.map((row) => [`${row.incidentId} ${row.request.list} ${row.request.target}`, row]));
  return [...latest.values()].flatMap((row) =>
    row.incidentId === null ? [] : [{ ...row, incidentId: row.incidentId }],
  );
}

export function insertRequest(db: Tx, values: Omit<DelistingRequest, 'id'>): DelistingRequest {
  return written(db.insert(delistingRequests).values(values).returning());
}

export function updateRequest(db: Tx, id: number, change: Partial<DelistingRequest>): void {
  db.update(delistingRequests).set(change).where(eq(delistingRequests.id, id)).run();
}

/** For one that was never sent. */
export function deleteRequest(db: Tx, id: number): void {
  db.delete(delistingRequests).where(eq(delistingRequests.id, id)).run();
}

export function findDraft(db: Tx, incidentId: number, { target, list }: TargetOnList): Draft | undefined {
  return db.select().from(delistingDrafts).where(ofDraft(incidentId, { target, list })).get();
}

/** Texts kept of an incident, the newest first. */
export function draftsOf(db: Tx, incidentId: number): Draft[] {
  const ofIncident = eq(delistingDrafts.incidentId, incidentId);
  return db.select().from(delistingDrafts).where(ofIncident).orderBy(desc(delistingDrafts.savedAt)).all();
}

/** Keeps a text; a later one replaces it. */
export function saveDraft(db: Tx, draft: Draft): void {
  const { text, savedAt, savedBy } = draft;
  db.insert(delistingDrafts)
    .values(draft)
    .onConflictDoUpdate({
      target: [delistingDrafts.incidentId, delistingDrafts.target, delistingDrafts.list],
      set: { text, savedAt, savedBy },
    })
    .run();
}

export function deleteDraft(db: Tx, incidentId: number, pair: TargetOnList): void {
  db.delete(delistingDrafts).where(ofDraft(incidentId, pair)).run();
}

function ofDraft(incidentId: number, { target, list }: TargetOnList) {
  return and(
    eq(delistingDrafts.incidentId, incidentId),
    eq(delistingDrafts.target, target),
    eq(delistingDrafts.list, list),
  );
}

/** The word of a person that no culprit of ours is behind a listing; undefined where nobody has said so, or it was taken back. */
export function noCulpritSaid(db: Tx, incidentId: number): typeof audit.$inferSelect | undefined {
  const [latest] = onRecord(db, incidentId, ['no-culprit', 'unsay-no-culprit']);
  return latest?.verb === 'no-culprit' ? latest : undefined;
}

/** What was put on record about an incident under certain verbs, newest first. */
export function onRecord(db: Tx, incidentId: number, verbs: readonly string[]): (typeof audit.$inferSelect)[] {
  const said = and(
    eq(audit.subject, auditSubject(incidentId)),
    inArray(audit.verb, [...verbs]),
    eq(audit.outcome, 'done'),
  );
  return db.select().from(audit).where(said).orderBy(desc(audit.seq)).all();
}
