// What marking noise has taught, and what it held back, in the database.
import {
  and,
  asc,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  max,
  or,
  type SQLWrapper,
  sql,
} from 'drizzle-orm';
import { heldFindings, teachings } from '../../db/schema.js';
import type { Tx } from '../../db/transaction.js';
import { written } from '../../db/written.js';
import { covers, type Marked, type Teaching } from './noise.js';

type TeachingRow = typeof teachings.$inferSelect;
export type HeldRun = typeof heldFindings.$inferSelect;

/** What a teaching held back in a period. A run counts in the period in which it was first found, so none is counted in two digests. */
interface HeldSums {
  teachingId: number;
  runs: number;
  messages: number;
  recipients: number;
  lastAt: number;
  /** Runs first found in an earlier period that went on in this one, with all their recipients so far. */
  ongoing: { runs: number; recipients: number };
}

export function insertTeaching(
  db: Tx,
  values: Omit<Teaching, 'id' | 'undoneAt' | 'undoneBy' | 'undoneByName' | 'matched' | 'lastMatchedAt' | 'notedAt'>,
): Teaching {
  return asTeaching(written(db.insert(teachings).values(values).returning()));
}

export function findTeaching(db: Tx, id: number): Teaching | undefined {
  const row = db.select().from(teachings).where(eq(teachings.id, id)).get();
  return row && asTeaching(row);
}

/** What was taught of a customer and not taken back, ended ones too, newest first. */
export function teachingsOf(db: Tx, customer: string): Teaching[] {
  return read(db, and(eq(teachings.customer, customer), isNull(teachings.undoneAt)));
}

/** What marking an incident has taught, newest first. */
export function teachingsOfIncident(db: Tx, incidentId: number): Teaching[] {
  return read(db, eq(teachings.incidentId, incidentId));
}

/** Every teaching that holds back at `at`, newest first. */
export function teachingsInForce(db: Tx, at: number): Teaching[] {
  return read(db, and(isNull(teachings.undoneAt), gt(teachings.until, at)));
}

/** The newest other teaching that silences the same alarms at `at`: while there is one, Undo changes nothing for them. */
export function alsoHeldBy(db: Tx, teaching: Teaching, at: number): Teaching | undefined {
  return teachingsInForce(db, at).find((other) => covers(other, teaching));
}

export function updateTeaching(db: Tx, id: number, change: Partial<TeachingRow>): Teaching {
  return asTeaching(written(db.update(teachings).set(change).where(eq(teachings.id, id)).returning()));
}

/** The latest run that a teaching held back behind an entry point. */
export function latestHeldRun(db: Tx, teachingId: number, key: string): HeldRun | undefined {
  const isSame = and(eq(heldFindings.teachingId, teachingId), eq(heldFindings.key, key));
  return db.select().from(heldFindings).where(isSame).orderBy(desc(heldFindings.lastAt)).limit(1).get();
}

/** Writes a run down, or how far it has come. */
export function putHeldRun(db: Tx, run: HeldRun): void {
  const { teachingId, key, since, firstAt: _, ...set } = run;
  db.insert(heldFindings)
    .values(run)
    .onConflictDoUpdate({ target: [heldFindings.teachingId, heldFindings.key, heldFindings.since], set })
    .run();
}

/** What was held back from `from` until before `to`, by teaching, the oldest teaching first. */
export function heldBetween(db: Tx, from: number, to: number): HeldSums[] {
  const isNew = gte(heldFindings.firstAt, from);
  const ofNew = (what: SQLWrapper | number) => sql`sum(case when ${isNew} then ${what} else 0 end)`.mapWith(Number);
  const ofOld = (what: SQLWrapper | number) => sql`sum(case when ${isNew} then 0 else ${what} end)`.mapWith(Number);
  return db
    .select({
      teachingId: heldFindings.teachingId,
      runs: ofNew(1),
      messages: ofNew(heldFindings.messages),
      recipients: ofNew(heldFindings.recipients),
      lastAt: sql<number>`${max(heldFindings.lastAt)}`.mapWith(Number),
      ongoing: { runs: ofOld(1), recipients: ofOld(heldFindings.recipients) },
    })
    .from(heldFindings)
    .where(and(gte(heldFindings.lastAt, from), lt(heldFindings.firstAt, to)))
    .groupBy(heldFindings.teachingId)
    .orderBy(asc(heldFindings.teachingId))
    .all();
}

/** Forgets runs last found before `before` whose teaching is over at `now`; what one in force has held back is told in all. */
export function pruneHeldRuns(db: Tx, before: number, now: number): void {
  const isOver = or(isNotNull(teachings.undoneAt), lte(teachings.until, now));
  const over = db.select({ id: teachings.id }).from(teachings).where(isOver);
  db.delete(heldFindings)
    .where(and(lt(heldFindings.lastAt, before), inArray(heldFindings.teachingId, over)))
    .run();
}

function read(db: Tx, which: ReturnType<typeof and>): Teaching[] {
  return db.select().from(teachings).where(which).orderBy(desc(teachings.id)).all().map(asTeaching);
}

function asTeaching(row: TeachingRow): Teaching {
  return { ...row, marked: row.marked as Marked };
}
