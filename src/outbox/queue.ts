// Effects as rows: put one in the transaction that decides it; the runner (run.ts) makes it happen.
import { and, eq, isNull } from 'drizzle-orm';
import type { Db } from '../db/open.js';
import { outbox } from '../db/schema.js';

export interface Effect {
  /** Names the effect; queueing the same key again changes nothing. */
  key: string;
  kind: string;
  /** Effects of one lane run in order, one after the other. */
  lane: string;
  payload: unknown;
}

/** Queues the effect, due at once. Call it inside the deciding transaction. */
export function queueEffect(db: Pick<Db, 'insert'>, effect: Effect, now: number): void {
  db.insert(outbox)
    .values({ ...effect, createdAt: now, nextAt: 0 })
    .onConflictDoNothing({ target: outbox.key })
    .run();
}

/**
 * Queues an effect that shows the current state (a card): when one of its kind still waits untouched in the lane,
 * that one will show this change too, so no second one is queued, only its time is moved forward.
 * `delayMs` bundles changes that come in quick succession; wall-clock time.
 */
export function queueRefresh(
  db: Pick<Db, 'insert' | 'select' | 'update'>,
  effect: Effect,
  now: number,
  delayMs = 0,
): void {
  const dueAt = delayMs === 0 ? 0 : Date.now() + delayMs;
  const isWaiting = and(
    eq(outbox.lane, effect.lane),
    eq(outbox.kind, effect.kind),
    eq(outbox.attempts, 0),
    isNull(outbox.doneAt),
    isNull(outbox.failedAt),
  );
  const waiting = db.select({ id: outbox.id, nextAt: outbox.nextAt }).from(outbox).where(isWaiting).get();
  if (!waiting) {
    db.insert(outbox)
      .values({ ...effect, createdAt: now, nextAt: dueAt })
      .onConflictDoNothing({ target: outbox.key })
      .run();
  } else if (dueAt < waiting.nextAt) {
    db.update(outbox).set({ nextAt: dueAt }).where(eq(outbox.id, waiting.id)).run();
  }
}
