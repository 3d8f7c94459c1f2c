// Incidents, containments and listings in the database: the only SQL of this folder.
import { and, asc, count, desc, eq, gt, gte, inArray, isNull, lte, ne, or } from 'drizzle-orm';
import { type Containment, isLifted } from '../containment/containment.js';
import { containments, incidents, listings } from '../db/schema.js';
import type { Tx } from '../db/transaction.js';
import { written } from '../db/written.js';
import { type CompromiseIncident, type Incident, isCompromise, type ListingIncident } from './incident.js';

export type ContainmentRow = typeof containments.$inferSelect;
export type ListingRow = typeof listings.$inferSelect;
type IncidentRow = typeof incidents.$inferSelect;

export function findIncident(db: Tx, id: number): Incident | undefined {
  return toIncident(db.select().from(incidents).where(eq(incidents.id, id)).get());
}

/** The incident of a key that is not resolved yet. */
export function findUnresolved(db: Tx, key: string): Incident | undefined {
  return toIncident(
    db
      .select()
      .from(incidents)
      .where(and(eq(incidents.key, key), ne(incidents.state, 'resolved')))
      .get(),
  );
}

/** The latest incident of a key, resolved or not. */
export function findLatest(db: Tx, key: string): Incident | undefined {
  return toIncident(
    db.select().from(incidents).where(eq(incidents.key, key)).orderBy(desc(incidents.id)).limit(1).get(),
  );
}

/** Every incident that is not resolved, oldest first. */
export function unresolvedIncidents(db: Tx): Incident[] {
  return db
    .select()
    .from(incidents)
    .where(ne(incidents.state, 'resolved'))
    .orderBy(asc(incidents.openedAt), asc(incidents.id))
    .all()
    .map(asIncident);
}

/** Incidents opened or resolved at or after `from`, newest first. */
export function incidentsSince(db: Tx, from: number): Incident[] {
  const touched = or(gte(incidents.openedAt, from), gte(incidents.resolvedAt, from));
  return db.select().from(incidents).where(touched).orderBy(desc(incidents.id)).all().map(asIncident);
}

/** Compromises whose mail was seen between two times, oldest first. */
export function compromisesBetween(db: Tx, from: number, to: number): CompromiseIncident[] {
  const isBetween = and(eq(incidents.kind, 'compromise'), lte(incidents.since, to), gte(incidents.lastSeenAt, from));
  return db
    .select()
    .from(incidents)
    .where(isBetween)
    .orderBy(asc(incidents.since))
    .all()
    .map(asIncident)
    .filter(isCompromise);
}

/** How many listing incidents were opened after `since`, whatever became of them; without those of one key. */
export function countOpenedSince(db: Tx, since: number, exceptKey: string): number {
  const isOne = and(eq(incidents.kind, 'listing'), gt(incidents.openedAt, since), ne(incidents.key, exceptKey));
  return db.select({ n: count() }).from(incidents).where(isOne).get()?.n ?? 0;
}

/** Id of the latest resolved incident that was about the target. */
export function earlierIncidentOf(db: Tx, target: string): number | undefined {
  return db
    .select({ id: incidents.id })
    .from(listings)
    .innerJoin(incidents, eq(listings.incidentId, incidents.id))
    .where(and(eq(listings.target, target), eq(incidents.state, 'resolved')))
    .orderBy(desc(incidents.id))
    .limit(1)
    .get()?.id;
}

/** What a new incident has of its own; of each kind apart, so that subject and customer stay a pair. */
type Fresh<T extends Incident> = T extends Incident
  ? Pick<T, 'key' | 'customer' | 'subject' | 'evidence' | 'since' | 'lastSeenAt' | 'openedAt' | 'openedBy' | 'channel'>
  : never;

/** What every new incident is: seen once, decided by nobody, not posted yet. */
const AT_FIRST = {
  state: 'open',
  rev: 1,
  occurrences: 1,
  resolvedAt: null,
  resolvedBy: null,
  resolution: null,
  messageTs: null,
} as const;

/** Opens an incident, of the kind that its subject is of. */
export function insertIncident(db: Tx, fresh: Fresh<CompromiseIncident>): CompromiseIncident;
export function insertIncident(db: Tx, fresh: Fresh<ListingIncident>): ListingIncident;
export function insertIncident(db: Tx, fresh: Fresh<Incident>): Incident {
  const values = { ...AT_FIRST, ...fresh, kind: fresh.subject.kind };
  return asIncident(written(db.insert(incidents).values(values).returning()));
}

/** Changes an incident. `rev` belongs to decisions: pass it on only when a person's button must be outdated by this. */
export function updateIncident(db: Tx, id: number, change: Partial<Omit<Incident, 'id'>>): Incident {
  return asIncident(written(db.update(incidents).set(change).where(eq(incidents.id, id)).returning()));
}

export function insertContainment(
  db: Tx,
  values: Omit<Containment, 'id'> & { reason: string | null; placedBy: string },
): ContainmentRow {
  const row = { ...values, route: values.route ?? null };
  return written(db.insert(containments).values(row).returning());
}

export function findContainment(db: Tx, id: number): ContainmentRow | undefined {
  return db.select().from(containments).where(eq(containments.id, id)).get();
}

export function updateContainment(db: Tx, id: number, change: Partial<ContainmentRow>): void {
  db.update(containments).set(change).where(eq(containments.id, id)).run();
}

/** All containments of an incident, lifted ones too, oldest first. */
export function containmentsOf(db: Tx, incidentId: number): ContainmentRow[] {
  return db
    .select()
    .from(containments)
    .where(eq(containments.incidentId, incidentId))
    .orderBy(asc(containments.id))
    .all();
}

/** The containments of an incident that nobody has lifted, oldest first. */
export function inForceOf(db: Tx, incidentId: number): ContainmentRow[] {
  return containmentsOf(db, incidentId).filter((row) => !isLifted(row));
}

/**
 * What holds or held the mail of an incident back, lifted ones too: its own containments, and suspensions of its customer that were placed
 * on another of that customer's incidents. Of these, one that is in force holds it only where no mail of it was seen since it took effect;
 * one that was lifted held it where the mail began before. Oldest first.
 */
export function holdsOn(db: Tx, incident: HeldMail): ContainmentRow[] {
  return [...containmentsOf(db, incident.id), ...suspensionsByOthers(db, incident)].toSorted((a, b) => a.id - b.id);
}

/** Whose mail an incident is about, and from when to when it was seen. */
type HeldMail = Pick<Incident, 'id' | 'customer' | 'since' | 'lastSeenAt'>;

/** Of `holdsOn`, those of other incidents, oldest first. */
export function suspensionsByOthers(db: Tx, { id, customer, since, lastSeenAt }: HeldMail): ContainmentRow[] {
  if (customer === null) return [];
  const isTheirs = and(
    eq(containments.customer, customer),
    eq(containments.action, 'suspend-outbound'),
    ne(containments.incidentId, id),
    // By the index of what is in force, which asking for an order would pass over: a card is drawn often, and the table only grows.
    or(isNull(containments.liftedAt), gte(containments.liftedAt, since)),
  );
  const rows = db.select().from(containments).where(isTheirs).all();
  const holds = (row: ContainmentRow) => (row.effectiveAt ?? row.placedAt) >= (isLifted(row) ? since : lastSeenAt);
  return rows.filter(holds).toSorted((a, b) => a.id - b.id);
}

/** Every containment that is in force. */
export function containmentsInForce(db: Tx): ContainmentRow[] {
  return db.select().from(containments).where(isNull(containments.liftedAt)).orderBy(asc(containments.id)).all();
}

/** Containments that somebody lifted at or after `from`, the latest first. */
export function liftedSince(db: Tx, from: number): ContainmentRow[] {
  const isLate = gte(containments.liftedAt, from);
  return db.select().from(containments).where(isLate).orderBy(desc(containments.liftedAt), asc(containments.id)).all();
}

export function toContainment(row: ContainmentRow): Containment {
  const { id, incidentId, action, customer, senders, ownSenders, logins, placedAt, route } = row;
  return {
    ...{ id, incidentId, action, customer, senders, logins, placedAt },
    ...(ownSenders ? { ownSenders } : {}),
    ...(route ? { route } : {}),
  };
}

export function openListing(db: Tx, target: string, list: string): ListingRow | undefined {
  return db
    .select()
    .from(listings)
    .where(and(eq(listings.target, target), eq(listings.list, list), isNull(listings.clearedAt)))
    .get();
}

export function openListings(db: Tx): ListingRow[] {
  return db.select().from(listings).where(isNull(listings.clearedAt)).orderBy(asc(listings.firstSeenAt)).all();
}

/** The latest listing of a target on a list, ended or not. */
export function latestListing(db: Tx, target: string, list: string): ListingRow | undefined {
  const isSame = and(eq(listings.target, target), eq(listings.list, list));
  return db.select().from(listings).where(isSame).orderBy(desc(listings.id)).limit(1).get();
}

/** Open listings that no incident is about. */
export function notedListings(db: Tx): ListingRow[] {
  return db
    .select()
    .from(listings)
    .where(and(isNull(listings.incidentId), isNull(listings.clearedAt)))
    .all();
}

/** Listings an incident is about, newest first. */
function listingsOf(db: Tx, incidentId: number): ListingRow[] {
  return db.select().from(listings).where(eq(listings.incidentId, incidentId)).orderBy(desc(listings.id)).all();
}

/** Listings first seen or cleared at or after `from`. */
export function listingsSince(db: Tx, from: number): ListingRow[] {
  const touched = or(gte(listings.firstSeenAt, from), gte(listings.clearedAt, from));
  return db.select().from(listings).where(touched).orderBy(asc(listings.id)).all();
}

/** Notes that a target was seen listed: opens the row or moves its `lastSeenAt`. */
export function sawListed(
  db: Tx,
  seen: Omit<typeof listings.$inferInsert, 'id' | 'firstSeenAt' | 'lastSeenAt'>,
  now: number,
): void {
  const open = openListing(db, seen.target, seen.list);
  if (!open)
    db.insert(listings)
      .values({ ...seen, firstSeenAt: now, lastSeenAt: now })
      .run();
  else
    db.update(listings)
      .set({
        // A refusal names none: the list goes on to answer what it did.
        codes: seen.codes.length > 0 ? seen.codes : open.codes,
        text: seen.text ?? open.text,
        incidentId: seen.incidentId ?? open.incidentId,
        lastSeenAt: now,
      })
      .where(eq(listings.id, open.id))
      .run();
}

/** A person says that some of an incident's listings are gone. */
export function clearListingsOf(
  db: Tx,
  incidentId: number,
  gone: readonly Pick<ListingRow, 'target' | 'list'>[],
  who: string,
  now: number,
): void {
  for (const { target, list } of gone) {
    const isMeant = and(eq(listings.incidentId, incidentId), eq(listings.target, target), eq(listings.list, list));
    db.update(listings)
      .set({ clearedAt: now, clearedBy: who })
      .where(and(isMeant, isNull(listings.clearedAt)))
      .run();
  }
}

/** Takes back what a person said of the listings of an incident; what was seen clear stays clear. */
export function restoreListingsOf(db: Tx, incidentId: number): void {
  const said = listingsOf(db, incidentId).filter(({ clearedBy }) => clearedBy !== null);
  for (const { id, target, list } of said) {
    if (openListing(db, target, list)) continue;
    db.update(listings).set({ clearedAt: null, clearedBy: null }).where(eq(listings.id, id)).run();
  }
}

export function sawCleared(db: Tx, ids: readonly number[], now: number): void {
  db.update(listings)
    .set({ clearedAt: now })
    .where(inArray(listings.id, [...ids]))
    .run();
}

function toIncident(row: IncidentRow | undefined): Incident | undefined {
  return row && asIncident(row);
}

/** Whoever writes a row gives its kind and its subject as one of these: see insertIncident. */
export function asIncident(row: IncidentRow): Incident {
  return row as Incident;
}
