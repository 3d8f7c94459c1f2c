// Deletes what the traffic database need not keep. Begins once an hour, and then a few thousand rows at a time, so that neither the log
// worker nor anybody who reads the database is held up.
import { sql } from 'drizzle-orm';
import type { TrafficDb } from '../../db/open-traffic.js';
import { RollUp } from '../counters/roll-up.js';
import { pruneCountedBatches } from './counted-batches.js';

const HOUR_MS = 3_600_000;
/** Findings kept of one key that nobody has acknowledged: a later finding holds all that the earlier ones did. */
const KEEP_FINDINGS = 20;
const STEP_ROWS = 5_000;

export class Pruner {
  private prunedAt = Number.NEGATIVE_INFINITY;
  private isRunning = false;
  private readonly rollUp: RollUp;

  constructor(
    private readonly db: TrafficDb,
    private readonly now: () => number = Date.now,
    /** Deletes the state of identities silent for too long, a piece of the table at a time; returns whether there is more. */
    private readonly forgetState: () => boolean = () => false,
  ) {
    this.rollUp = new RollUp(db);
  }

  /** Takes the next small step if one is due; returns 0 when there is no more to do now. Throws what SQLite throws. */
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
