// Saves the hashes of familiar.ts in the traffic database, four bytes each: a row of all new ones with every commit, and now and then many
// small rows are joined to a large one. A row for each hash would limit the speed of the whole intake.
import { and, eq, gt, lt } from 'drizzle-orm';
import type { TrafficDb } from '../../db/open-traffic.js';
import { acquaintances, familiar } from '../../db/traffic-schema.js';
import { type FamiliarChanges, joinedHash } from '../clues/familiar.js';

/** Small rows are joined when there are so many of them, or when they hold so many hashes. */
const MOST_ROWS = 300;
const MOST_HASHES = 100_000;

export function createFamiliarStore(db: TrafficDb) {
  /** The small rows of the current generation: those with an id greater than `after`, how many they are, and their hashes. */
  let open = nothingOpen(0);

  function nothingOpen(generation: number) {
    return { generation, after: lastId(), rows: 0, hashes: [] as Uint32Array[] };
  }

  function lastId(): number {
    return db.$client.prepare('select coalesce(max(id), 0) from acquaintances').pluck().get() as number;
  }

  function insert(generation: number, begunAt: number, hashes: Uint32Array): void {
    db.insert(acquaintances)
      .values({ generation, begunAt, hashes: Buffer.from(hashes.buffer, hashes.byteOffset, hashes.byteLength) })
      .run();
  }

  function putTogether({ generation, begunAt }: FamiliarChanges): void {
    db.delete(acquaintances)
      .where(and(gt(acquaintances.id, open.after), eq(acquaintances.generation, generation)))
      .run();
    insert(generation, begunAt, joined(open.hashes));
    db.delete(acquaintances)
      .where(lt(acquaintances.generation, generation - 1))
      .run();
    open = nothingOpen(generation);
  }

  return {
    /** Saves what was met since the last commit; to be called inside its transaction. */
    save(changes: FamiliarChanges): void {
      const { generation, begunAt, hashes } = changes;
      if (hashes.length === 0) return;
      if (generation !== open.generation) open = nothingOpen(generation);
      insert(generation, begunAt, hashes);
      open.rows++;
      open.hashes.push(hashes);
      const held = open.hashes.reduce((sum, each) => sum + each.length, 0);
      if (open.rows >= MOST_ROWS || held >= MOST_HASHES) putTogether(changes);
    },
    /** Everything saved, oldest generation first. */
    load(): FamiliarChanges[] {
      takeOver(db, insert);
      open = nothingOpen(0);
      const rows = db.select().from(acquaintances).orderBy(acquaintances.generation, acquaintances.id).all();
      return rows.map(({ generation, begunAt, hashes }) => ({ generation, begunAt, hashes: wordsOf(hashes) }));
    },
  };
}

/** Moves what earlier versions saved, a row for each hash, into one row of the new table. */
function takeOver(db: TrafficDb, insert: (generation: number, begunAt: number, hashes: Uint32Array) => void): void {
  const old = db.select().from(familiar).all();
  if (old.length === 0) return;
  db.transaction(() => {
    insert(
      0,
      0,
      Uint32Array.from(old, ({ customer, hash }) => joinedHash(customer, hash)),
    );
    db.delete(familiar).run();
  });
}

function joined(parts: Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Copies, because the bytes SQLite returns need not begin at a multiple of four. */
function wordsOf(bytes: Buffer): Uint32Array {
  const words = new Uint32Array(Math.floor(bytes.length / 4));
  Buffer.from(words.buffer).set(bytes.subarray(0, words.byteLength));
  return words;
}
