// Which batches of mail events (intake/spool.ts) have been counted in the traffic database, so that one that is sent again counts nothing
// twice. Kept for two weeks: a sender repeats a batch within minutes or hours.
import { eq, sql } from 'drizzle-orm';
import { openTrafficDbReadOnly, type TrafficDb } from '../../db/open-traffic.js';
import { batches } from '../../db/traffic-schema.js';
import type { BatchFile } from '../../intake/spool.js';

const KEEP_MS = 14 * 24 * 3_600_000;

/** Prepares the two questions the worker asks of every batch. */
export function createCountedBatches(db: TrafficDb) {
  const find = db
    .select({ fingerprint: batches.fingerprint })
    .from(batches)
    .where(eq(batches.id, sql.placeholder('id')))
    .prepare();
  const add = db
    .insert(batches)
    .values({ id: sql.placeholder('id'), fingerprint: sql.placeholder('fingerprint'), at: sql.placeholder('at') })
    .onConflictDoNothing()
    .prepare();
  return {
    has: (id: string): boolean => find.get({ id }) !== undefined,
    add({ id, fingerprint }: BatchFile): void {
      add.run({ id, fingerprint, at: Date.now() });
    },
  };
}

/** Deletes old ones, at most `limit` rows; returns how many. */
export function pruneCountedBatches(db: TrafficDb, now: number, limit: number): number {
  const old = sql`select rowid from ${batches} where ${batches.at} < ${now - KEEP_MS} limit ${limit}`;
  return db.run(sql`delete from ${batches} where rowid in (${old})`).changes;
}

interface CountedReader {
  /** Content hash of the batch with this id, when it is counted. */
  fingerprint(id: string): string | undefined;
  close(): void;
}

/**
 * Reads them from another thread than the worker's. When that fails, because there is no database yet or it is broken, the answer is "not
 * counted", which is safe: the worker looks again before it counts.
 */
export function readCountedBatches(path: string): CountedReader {
  let db: TrafficDb | undefined;
  let find: ((id: string) => string | undefined) | undefined;

  function prepare(): typeof find {
    db ??= openTrafficDbReadOnly(path);
    if (!db) return undefined;
    const query = db
      .select({ fingerprint: batches.fingerprint })
      .from(batches)
      .where(eq(batches.id, sql.placeholder('id')))
      .prepare();
    return (id) => query.get({ id })?.fingerprint;
  }

  return {
    fingerprint(id) {
      try {
        find ??= prepare();
        return find?.(id);
      } catch {
        return undefined;
      }
    },
    close: () => db?.$client.close(),
  };
}
