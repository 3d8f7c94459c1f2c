// Which compromises stand behind which listing, and whom the ranking suspected, in the database.
import { and, asc, eq, gt, inArray, isNull, ne, notInArray, or, type SQL } from 'drizzle-orm';
import { incidentLinks, incidents, listingSuspects, teachings } from '../../db/schema.js';
import type { Incident } from '../incident.js';
import { findIncident, type Tx } from '../store.js';
import type { RankedCustomer } from './suspect.js';

export type LinkRow = typeof incidentLinks.$inferSelect;

/** The compromises behind a listing, as a person or the ranking said, in the order they were linked. */
export function linkedCompromises(db: Tx, listingIncidentId: number): Incident[] {
  return db
    .select()
    .from(incidentLinks)
    .where(and(eq(incidentLinks.listingIncident, listingIncidentId), isNull(incidentLinks.unlinkedAt)))
    .orderBy(asc(incidentLinks.linkedAt), asc(incidentLinks.compromiseIncident))
    .all()
    .flatMap(({ compromiseIncident }) => findIncident(db, compromiseIncident) ?? []);
}

/** The link of the two, also one that was taken back. */
export function findLink(db: Tx, listingIncident: number, compromiseIncident: number): LinkRow | undefined {
  return db.select().from(incidentLinks).where(isLink(listingIncident, compromiseIncident)).get();
}

/** Links the two; a link that was taken back stands again. */
export function putLink(
  db: Tx,
  link: Pick<LinkRow, 'listingIncident' | 'compromiseIncident' | 'linkedAt' | 'linkedBy'>,
) {
  const again = { linkedAt: link.linkedAt, linkedBy: link.linkedBy, unlinkedAt: null, unlinkedBy: null };
  db.insert(incidentLinks)
    .values(link)
    .onConflictDoUpdate({ target: [incidentLinks.listingIncident, incidentLinks.compromiseIncident], set: again })
    .run();
}

/** Takes a link back. */
export function endLink(db: Tx, link: Pick<LinkRow, 'listingIncident' | 'compromiseIncident'>, at: number, by: string) {
  db.update(incidentLinks)
    .set({ unlinkedAt: at, unlinkedBy: by })
    .where(isLink(link.listingIncident, link.compromiseIncident))
    .run();
}

/** Compromise incidents that went on after `from`: not resolved, or resolved later than that, and not as noise. Oldest first. */
export function compromisesAfter(db: Tx, from: number, customers?: readonly string[]): Incident[] {
  const wentOn = or(isUnresolved, gt(incidents.resolvedAt, from));
  const noise = db.select({ id: teachings.incidentId }).from(teachings).where(isNull(teachings.undoneAt));
  const isReal = notInArray(incidents.id, noise);
  return compromises(db, and(wentOn, isReal, customers ? inArray(incidents.customer, [...customers]) : undefined));
}

/** A customer's compromise incidents that nobody has resolved, oldest first. */
export function runningCompromises(db: Tx, customer: string): Incident[] {
  return compromises(db, and(isUnresolved, eq(incidents.customer, customer)));
}

const isUnresolved = ne(incidents.state, 'resolved');

function compromises(db: Tx, which: SQL | undefined): Incident[] {
  return db
    .select()
    .from(incidents)
    .where(and(eq(incidents.kind, 'compromise'), which))
    .orderBy(asc(incidents.id))
    .all()
    .map((row) => ({ ...row, subject: row.subject as Incident['subject'] }));
}

/** The ranking as it was kept; undefined while nobody has ranked. */
export function keptRanking(db: Tx, incidentId: number) {
  const row = db.select().from(listingSuspects).where(eq(listingSuspects.incidentId, incidentId)).get();
  return row && { ...row, ranking: row.ranking as RankedCustomer[] };
}

export function keepRanking(
  db: Tx,
  row: { incidentId: number; rankedAt: number; basis: string; ranking: RankedCustomer[] },
): void {
  const { incidentId: _, ...set } = row;
  db.insert(listingSuspects).values(row).onConflictDoUpdate({ target: listingSuspects.incidentId, set }).run();
}

function isLink(listingIncident: number, compromiseIncident: number) {
  return and(
    eq(incidentLinks.listingIncident, listingIncident),
    eq(incidentLinks.compromiseIncident, compromiseIncident),
  );
}
