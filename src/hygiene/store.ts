// Looks in the database: the latest of each address and domain, and the one before it changed. The only SQL of this folder.
import { desc, eq, gte } from 'drizzle-orm';
import { hygieneLooks } from '../db/schema.js';
import type { Tx } from '../db/transaction.js';
import { changesOf, keepKnown } from './changes.js';
import { type AddressLook, type Look, subjectOf } from './look.js';

export interface StoredLook {
  look: Look;
  /** As it was before the latest change; undefined when it never changed. */
  before?: Look;
  changedAt?: number;
}

/** The latest look at a subject (`ip:…`, `domain:…`); undefined when nobody looked yet. */
export function latestLook(db: Tx, subject: string): Look | undefined {
  return storedLook(db, subject)?.look;
}

/** The latest look at one of our addresses; its `ptr` and `spf` are what the delisting gate asks for. */
export function latestAddressLook(db: Tx, ip: string): AddressLook | undefined {
  const look = latestLook(db, `ip:${ip}`);
  return look?.kind === 'address' ? look : undefined;
}

export function storedLook(db: Tx, subject: string): StoredLook | undefined {
  const row = db.select().from(hygieneLooks).where(eq(hygieneLooks.subject, subject)).get();
  return row && toStored(row);
}

/** Looks that changed at or after a time, latest change first. */
export function changedSince(db: Tx, from: number, limit = 50): StoredLook[] {
  const rows = db.select().from(hygieneLooks).where(gte(hygieneLooks.changedAt, from));
  return rows.orderBy(desc(hygieneLooks.changedAt)).limit(limit).all().map(toStored);
}

/** What saving a look came to. */
export type Saved =
  | { kind: 'first'; look: Look }
  | { kind: 'same'; look: Look }
  /** A state or a record is another than last known. */
  | { kind: 'changed'; look: Look; before: Look };

/**
 * Keeps a look; `now`, ms, is when a change counts as seen. What is unknown now keeps what was last known, and is no change. A look that is older than the one kept is dropped.
 * The look that is returned is the one to show.
 */
export function saveLook(db: Tx, fresh: Look, now = fresh.lookedAt): Saved {
  const subject = subjectOf(fresh);
  const stored = storedLook(db, subject);
  if (!stored) {
    db.insert(hygieneLooks).values({ subject, lookedAt: fresh.lookedAt, look: fresh }).run();
    return { kind: 'first', look: fresh };
  }
  if (stored.look.lookedAt > fresh.lookedAt) return { kind: 'same', look: stored.look };
  const look = keepKnown(stored.look, fresh);
  const isChanged = changesOf(stored.look, look).length > 0;
  const change = isChanged ? { before: stored.look, changedAt: now } : {};
  const row = { lookedAt: look.lookedAt, look, ...change };
  db.update(hygieneLooks).set(row).where(eq(hygieneLooks.subject, subject)).run();
  return isChanged ? { kind: 'changed', look, before: stored.look } : { kind: 'same', look };
}

function toStored(row: typeof hygieneLooks.$inferSelect): StoredLook {
  return {
    look: row.look as Look,
    ...(row.before ? { before: row.before as Look } : {}),
    ...(row.changedAt === null ? {} : { changedAt: row.changedAt }),
  };
}
