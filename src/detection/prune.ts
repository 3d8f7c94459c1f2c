// What the traffic database need not keep. Once an hour of wall time, a few thousand rows at a time, so that the log worker never
// stops reading for it and nobody who reads the database waits.
import { sql } from 'drizzle-orm';
import type { TrafficDb } from '../db/open-traffic.js';
import { pruneCountedBatches } from './counted-batches.js';
import { RollUp } from './roll-up.js';

const HOUR_MS = 3_600_000;
/** Of one incident's findings that nobody took: each later one holds what the earlier held. */
const KEEP_FINDINGS = 20;
const STEP_ROWS = 5_000;

export class Pruner {
  private prunedAt = Number.NEGATIVE_INFINITY;
  private isRunning = false;
  private readonly rollUp: RollUp;

  constructor(
    private readonly db: TrafficDb,
    private readonly now: () => number = Date.now,
    /** Forgets who was silent for too long, a stretch at a time; answers whether there is more. */
    private readonly forgetState: () => boolean = () => false,
  ) {
    this.rollUp = new RollUp(db);
  }

  /** Takes the next small step if one is due; answers the number of rows deleted. Throws what SQLite throws. */
  step(): number {
    const now = this.now();
    if (!this.isRunning && Math.abs(now - this.prunedAt) < HOUR_MS) return 0;
    this.prunedAt = now;
    this.isRunning = false;
    const deleted = this.rollUp.step(now) + this.pruneFindings() + pruneCountedBatches(this.db, now, STEP_ROWS);
    const hasMore = this.forgetState();
    this.isRunning = deleted > 0 || hasMore;
    return deleted + Number(hasMore);
  }

  private pruneFindings(): number {
    return this.db.run(sql`delete from findings where rowid in (
      select rowid from (select rowid, row_number() over (partition by key order by at desc) as place from findings)
      where place > ${KEEP_FINDINGS} limit ${STEP_ROWS})`).changes;
  }
}
