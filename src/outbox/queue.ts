// Effects as rows: put one in the transaction that decides it; the runner (run.ts) makes it happen.
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { outbox } from '../db/schema.js';
import type { Tx } from '../db/transaction.js';

export interface Effect {
  /** Names the effect; queueing the same key again changes nothing. */
  key: string;
  kind: string;
  /** Effects of one lane run in order, one after the other. */
  lane: string;
  payload: unknown;
}

/** Queues the effect, due at once. Call it inside the deciding transaction. */
export function queueEffect(db: Tx, effect: Effect, now: number): void {
  db.insert(outbox)
    .values({ ...effect, createdAt: now, nextAt: 0 })
    .onConflictDoNothing({ target: outbox.key })
    .run();
}

/**
 * Makes what still waits in a lane due at once: an effect that was put off must not hold up one that ends it. One that is under way now is
 * due again at once should it fail: the runner sees by its time, which is always another one, that it was hurried.
 */
export function hurryLane(db: Tx, lane: string): void {
  const isWaiting = and(eq(outbox.lane, lane), isNull(outbox.doneAt), isNull(outbox.failedAt));
  db.update(outbox)
    .set({ nextAt: sql`min(${outbox.nextAt}, 0) - 1` })
    .where(isWaiting)
    .run();
}

/** The effect of a key, whatever became of it; undefined when it was never queued, or was pruned since. */
export function queuedEffect(db: Tx, key: string): typeof outbox.$inferSelect | undefined {
  return db.select().from(outbox).where(eq(outbox.key, key)).get();
}

/**
 * Queues an effect that shows the current state (a card): when one of its kind still waits untouched in the lane,
 * that one will show this change too, so no second one is queued, only its time is moved forward.
 * `delayMs` bundles changes that come in quick succession; wall-clock time.
 */
export function queueRefresh(db: Tx, effect: Effect, now: number, delayMs = 0): void {
  const dueAt = delayMs === 0 ? 0 : Date.now() + delayMs;
  const waiting = db.select({ id: outbox.id, nextAt: outbox.nextAt }).from(outbox).where(isWaitingLike(effect)).get();
  if (!waiting) {
    db.insert(outbox)
      .values({ ...effect, createdAt: now, nextAt: dueAt })
      .onConflictDoNothing({ target: outbox.key })
      .run();
  } else if (dueAt < waiting.nextAt) {
    db.update(outbox).set({ nextAt: dueAt }).where(eq(outbox.id, waiting.id)).run();
  }
}

/** When the latest effect of a kind was queued in a lane; undefined when there is none. */
export function lastQueuedAt(db: Tx, lane: string, kind: string): number | undefined {
  const ofKind = and(eq(outbox.lane, lane), eq(outbox.kind, kind));
  return db.select({ at: outbox.createdAt }).from(outbox).where(ofKind).orderBy(desc(outbox.id)).limit(1).get()?.at;
}

/**
 * Queues a line of news; while an earlier message of its kind still waits untouched in the lane, the line joins it.
 * The first line waits `delayMs` (wall clock) for others, so that ten at once are one message. The payload is `{ text }`, a line each.
 */
export function queueLine(
  db: Tx,
  { text, ...effect }: Omit<Effect, 'payload'> & { text: string },
  now: number,
  delayMs: number,
): void {
  const waiting = db.select({ id: outbox.id, payload: outbox.payload }).from(outbox).where(isWaitingLike(effect)).get();
  if (waiting) {
    const { text: earlier } = waiting.payload as { text: string };
    const payload = { text: `${earlier}\n${text}` };
    db.update(outbox).set({ payload }).where(eq(outbox.id, waiting.id)).run();
    return;
  }
  db.insert(outbox)
    .values({ ...effect, payload: { text }, createdAt: now, nextAt: Date.now() + delayMs })
    .onConflictDoNothing({ target: outbox.key })
    .run();
}

/** Effects of the same lane and kind that nobody tried yet. */
function isWaitingLike({ lane, kind }: Pick<Effect, 'lane' | 'kind'>) {
  return and(
    eq(outbox.lane, lane),
    eq(outbox.kind, kind),
    eq(outbox.attempts, 0),
    isNull(outbox.doneAt),
    isNull(outbox.failedAt),
  );
}
