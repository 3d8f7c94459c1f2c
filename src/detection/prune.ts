// What the traffic database need not keep. Once an hour of wall time, a few thousand rows at a time, so that the log worker never
// stops reading for it and nobody who reads the database waits.
import { sql } from 'drizzle-orm';
import type { TrafficDb } from '../db/open-traffic.js';

const HOUR_MS = 3_600_000;
/**
 * Digests ask for days; half a year answers a partner who disputes a bill. An hour of one customer on one relay takes 108 bytes with
 * its index: 1,000 customers who send round the clock over two relays fill 1 GB in this time, in office hours 0.3 GB.
 */
const KEEP_HOURS = 190 * 24;
/** Of one incident's findings that nobody took: each later one holds what the earlier held. */
const KEEP_FINDINGS = 20;
const STEP_ROWS = 5_000;

export class Pruner {
  private prunedAt = Number.NEGATIVE_INFINITY;
  private isRunning = false;

  constructor(
    private readonly db: TrafficDb,
    private readonly now: () => number = Date.now,
  ) {}

  /** Takes the next small step if one is due; answers the number of rows deleted. Throws what SQLite throws. */
  step(): number {
    const now = this.now();
    if (!this.isRunning && Math.abs(now - this.prunedAt) < HOUR_MS) return 0;
    this.prunedAt = now;
    this.isRunning = false;
    const deleted = this.pruneCounters(now) + this.pruneFindings();
    this.isRunning = deleted > 0;
    return deleted;
  }

  /** Old by the wall clock and by the newest hour: a log of last year is not thrown away, nor this year's for one line of 2099. */
  private pruneCounters(now: number): number {
    const before = Math.floor(now / HOUR_MS) - KEEP_HOURS;
    return this.db.run(sql`delete from counters where rowid in (
      select rowid from counters
      where hour < min(${before}, (select max(hour) from counters) - ${KEEP_HOURS}) limit ${STEP_ROWS})`).changes;
  }

  private pruneFindings(): number {
    return this.db.run(sql`delete from findings where rowid in (
      select rowid from (select rowid, row_number() over (partition by key order by at desc) as place from findings)
      where place > ${KEEP_FINDINGS} limit ${STEP_ROWS})`).changes;
  }
}
