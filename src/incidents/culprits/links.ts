// Which compromises stand behind which listing, and whom the ranking suspected, in the database.
import { and, asc, eq, exists, gt, gte, inArray, isNull, lt, ne, notInArray, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { incidentLinks, incidents, listingSuspects, teachings } from '../../db/schema.js';
import type { Tx } from '../../db/transaction.js';
import { type CompromiseIncident, isCompromise } from '../incident.js';
import { asIncident, findIncident } from '../store.js';
import type { RankedCustomer } from './suspect.js';

type LinkRow = typeof incidentLinks.$inferSelect;

/**
 * The compromises behind a listing, as a person or the ranking said, in the order they were linked. What a person has called noise since
 * is no cause of anything; its link stands again when that is taken back.
 */
export function linkedCompromises(db: Tx, listingIncidentId: number): CompromiseIncident[] {
  return db
    .select()
    .from(incidentLinks)
    .where(
      and(
        eq(incidentLinks.listingIncident, listingIncidentId),
        isNull(incidentLinks.unlinkedAt),
        notInArray(incidentLinks.compromiseIncident, noiseIncidents(db)),
      ),
    )
    .orderBy(asc(incidentLinks.linkedAt), asc(incidentLinks.compromiseIncident))
    .all()
    .flatMap(({ compromiseIncident }) => findIncident(db, compromiseIncident) ?? [])
    .filter(isCompromise);
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
export function compromisesAfter(db: Tx, from: number, customers?: readonly string[]): CompromiseIncident[] {
  const wentOn = or(isUnresolved, gt(incidents.resolvedAt, from));
  const isReal = notInArray(incidents.id, noiseIncidents(db));
  return compromises(db, and(wentOn, isReal, customers ? inArray(incidents.customer, [...customers]) : undefined));
}

/** A customer's compromise incidents that nobody has resolved, oldest first. */
export function runningCompromises(db: Tx, customer: string): CompromiseIncident[] {
  return compromises(db, and(isUnresolved, eq(incidents.customer, customer)));
}

const isUnresolved = ne(incidents.state, 'resolved');

/** One press writes its times within milliseconds of each other. */
const ONE_PRESS_MS = 1_000;

/**
 * Ids of the incidents that a person resolved as noise and nobody has said otherwise. Marking the same again ends what was said before and
 * does not take it back; what was opened again and resolved later is judged by that.
 */
function noiseIncidents(db: Tx) {
  const next = alias(teachings, 'next');
  const replaced = and(
    eq(next.customer, teachings.customer),
    sql`${next.key} is ${teachings.key}`,
    sql`${next.sender} is ${teachings.sender}`,
    gte(next.at, teachings.undoneAt),
    lt(next.at, sql`${teachings.undoneAt} + ${ONE_PRESS_MS}`),
  );
  const stands = or(isNull(teachings.undoneAt), exists(db.select().from(next).where(replaced)));
  return db
    .select({ id: teachings.incidentId })
    .from(teachings)
    .innerJoin(incidents, eq(incidents.id, teachings.incidentId))
    .where(and(stands, lt(incidents.resolvedAt, sql`${teachings.at} + ${ONE_PRESS_MS}`)));
}

function compromises(db: Tx, which: SQL | undefined): CompromiseIncident[] {
  return db
    .select()
    .from(incidents)
    .where(and(eq(incidents.kind, 'compromise'), which))
    .orderBy(asc(incidents.id))
    .all()
    .map(asIncident)
    .filter(isCompromise);
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
