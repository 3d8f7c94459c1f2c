// Saves and loads the learned hints (partners/learned-hints.ts): which client addresses carry one customer's mail. Saved in the transaction
// that saves how far the logs were read, like all that is learned from them.
import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { TrafficDb } from '../../db/open-traffic.js';
import { learnedHints } from '../../db/traffic-schema.js';
import type { HintRow } from '../../partners/learned-hints.js';

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
      return rows.map(asSaved);
    },
    /** The next addresses after `address`, in order, whose customer is learned; '' for the first ones. */
    learnedAfter(address: string, limit: number): [string, HintRow][] {
      const isLearned = sql`json_extract(${learnedHints.value}, '$.isLearned')`;
      const rows = db
        .select()
        .from(learnedHints)
        .where(and(gt(learnedHints.clientIp, address), isLearned));
      return rows.orderBy(asc(learnedHints.clientIp)).limit(limit).all().map(asSaved);
    },
  };
}

function asSaved({ clientIp, value }: typeof learnedHints.$inferSelect): [string, HintRow] {
  return [clientIp, JSON.parse(value) as HintRow];
}
