// Saves the detector's state in the traffic database, a row of JSON by key: identities, habits of customers, blocks, how relays name their
// clients, and how often honest mail comes near an alarm. At the start only blocks are loaded; the others when they are needed. Identities
// silent for too long are deleted, a piece of the table at a time.
import { like, sql } from 'drizzle-orm';
import type { TrafficDb } from '../../db/open-traffic.js';
import { detectionState } from '../../db/traffic-schema.js';
import { keptUntil } from '../identities/identities.js';
import type { StateRow } from '../identities/saved-identity.js';
import { habitText, identityText } from '../identities/saved-identity.js';

/** Rows walked through at a time to delete old ones. */
const STRETCH_ROWS = 5_000;
/** Rows of one customer that are searched for a query: they take a tenth of a second. */
const MOST_SEARCHED = 100_000;

export function createStateStore(db: TrafficDb) {
  const { key } = detectionState;
  // Without drizzle, which would take as long for each row as SQLite does, and there are thousands in a commit.
  const put = db.$client.prepare<[string, string, number]>(
    `insert into detection_state (key, value, kept_until) values (?, ?, ?)
     on conflict (key) do update set value = excluded.value, kept_until = excluded.kept_until`,
  );
  const remove = db.$client.prepare<[string]>('delete from detection_state where key = ?');
  const one = db.$client.prepare('select value from detection_state where key = ?').pluck();
  const matching = db.$client
    .prepare<[string, string, number, string, number], string>(
      `select value from detection_state where rowid in (select rowid from
         (select rowid, key from detection_state where key >= ? and key < ? limit ?) where instr(key, ?) > 0 limit ?)`,
    )
    .pluck();
  let walkedTo = 0;

  return {
    /** Saves rows, undefined deletes; to be called inside the commit's transaction. */
    save(rows: Map<string, StateRow>): void {
      for (const [key, row] of rows) {
        if (row === undefined) remove.run(key);
        else put.run(key, textOf(row), 'habit' in row ? Math.ceil(keptUntil(row)) : 0);
      }
    },
    /** What was saved under a key. */
    load(key: string): object | undefined {
      const value = one.get(key) as string | undefined;
      return value === undefined ? undefined : (JSON.parse(value) as object);
    },
    /** At most `most` rows whose key begins with `prefix`, which must end with `|`, and contains `part`; searches MOST_SEARCHED rows. */
    loadMatching(prefix: string, part: string, most: number): object[] {
      // `}` is the character after `|`, and so the end of the range of keys.
      const rows = matching.all(prefix, `${prefix.slice(0, -1)}}`, MOST_SEARCHED, part, most);
      return rows.map((value) => JSON.parse(value) as object);
    },
    /** All blocks: they are kept in memory from the start. */
    blocks(): [string, object][] {
      const rows = db.select().from(detectionState).where(like(key, 'blocklist|%')).all();
      return rows.map((row) => [row.key, JSON.parse(row.value) as object]);
    },
    /** Deletes what need not be kept at `now` from the next piece of the table; returns whether there is more to walk through. */
    forget(now: number): boolean {
      const last = db.$client.prepare('select max(rowid) from detection_state').pluck().get() as number | null;
      if (last === null || walkedTo >= last) {
        walkedTo = 0;
        return false;
      }
      db.run(sql`delete from detection_state where rowid > ${walkedTo} and rowid <= ${walkedTo + STRETCH_ROWS}
        and kept_until > 0 and kept_until < ${now}`);
      walkedTo += STRETCH_ROWS;
      return true;
    },
  };
}

function textOf(row: Exclude<StateRow, undefined>): string {
  if ('habit' in row) return identityText(row);
  return 'hourSquares' in row ? habitText(row) : JSON.stringify(row);
}
