// Saves and loads what client addresses taught. Written in the transaction of the log position, as everything that was learned from it.
import { eq, sql } from 'drizzle-orm';
import type { TrafficDb } from '../db/open-traffic.js';
import { learnedHints } from '../db/traffic-schema.js';
import type { HintRow } from '../partners/learned-hints.js';

export function createHintStore(db: TrafficDb) {
  const clientIp = sql.placeholder('clientIp');
  const put = db
    .insert(learnedHints)
    .values({ clientIp, value: sql.placeholder('value') })
    .onConflictDoUpdate({ target: learnedHints.clientIp, set: { value: sql`excluded.value` } })
    .prepare();
  const remove = db.delete(learnedHints).where(eq(learnedHints.clientIp, clientIp)).prepare();
  return {
    /** Takes LearnedHints.takeChanges. */
    save(changes: ReadonlyMap<string, HintRow | undefined>): void {
      for (const [address, row] of changes) {
        if (row) put.run({ clientIp: address, value: JSON.stringify(row) });
        else remove.run({ clientIp: address });
      }
    },
    /** For LearnedHints.restore. */
    load(): [string, HintRow][] {
      const rows = db.select().from(learnedHints).all();
      return rows.map((row) => [row.clientIp, JSON.parse(row.value) as HintRow]);
    },
  };
}
