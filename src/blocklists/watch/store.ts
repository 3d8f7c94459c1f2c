// What the watch keeps: one row a list, and what it last saw of the listings that are open. The only SQL of this folder.
import { and, eq, inArray, isNull } from 'drizzle-orm';
import { listings, listStates } from '../../db/schema.js';
import type { Tx } from '../../db/transaction.js';

export type ListState = typeof listStates.$inferSelect;

/** An open listing, as far as the watch cares. */
export type OpenListing = Pick<typeof listings.$inferSelect, 'id' | 'target' | 'codes' | 'clearOnceAt'>;

const NEW: Omit<ListState, 'list'> = {
  firstLookAt: null,
  lastSweepAt: null,
  dueAt: 0,
  refusals: 0,
  backOffUntil: null,
  health: 'untested',
  healthSince: null,
  healthReason: null,
  testedAt: null,
  heldAt: null,
  heldTargets: null,
  heldNotice: null,
  releasedAt: null,
  releasedBy: null,
  ignoredUntil: null,
};

/** What is known of each list, by id; of one that was never swept, that it is due. */
export function listStatesOf(db: Tx, lists: readonly { id: string }[]): Map<string, ListState> {
  const known = new Map(
    db
      .select()
      .from(listStates)
      .all()
      .map((row) => [row.list, row]),
  );
  return new Map(lists.map(({ id }) => [id, known.get(id) ?? { list: id, ...NEW }]));
}

export function listStateOf(db: Tx, list: string): ListState {
  return db.select().from(listStates).where(eq(listStates.list, list)).get() ?? { list, ...NEW };
}

export function saveListState(db: Tx, list: string, change: Partial<Omit<ListState, 'list'>>): void {
  if (Object.keys(change).length === 0) return;
  db.insert(listStates)
    .values({ list, ...change })
    .onConflictDoUpdate({ target: listStates.list, set: change })
    .run();
}

/** The open listings on a list, by target. */
export function openListingsOn(db: Tx, list: string): Map<string, OpenListing> {
  const { id, target, codes, clearOnceAt } = listings;
  const rows = db
    .select({ id, target, codes, clearOnceAt })
    .from(listings)
    .where(and(eq(listings.list, list), isNull(listings.clearedAt)))
    .all();
  return new Map(rows.map((row) => [row.target, row]));
}

/** Notes listings that are still there: whatever was clear once was not clear twice in a row. */
export function sawStillListed(db: Tx, ids: readonly number[], at: number): void {
  const isOpen = and(inArray(listings.id, [...ids]), isNull(listings.clearedAt));
  db.update(listings).set({ lastSeenAt: at, clearOnceAt: null }).where(isOpen).run();
}

/** Notes what an open listing answers now. */
export function sawOtherCodes(db: Tx, { id, codes }: { id: number; codes: string[] }): void {
  db.update(listings).set({ codes }).where(eq(listings.id, id)).run();
}

/** Notes listings that were clear for the first time. */
export function sawClearOnce(db: Tx, ids: readonly number[], at: number): void {
  const isFirst = and(inArray(listings.id, [...ids]), isNull(listings.clearedAt), isNull(listings.clearOnceAt));
  db.update(listings).set({ clearOnceAt: at }).where(isFirst).run();
}
