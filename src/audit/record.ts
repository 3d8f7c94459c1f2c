// The audit trail: one row per thing somebody did or was refused, chained by hash so that a later change shows.
import { createHash } from 'node:crypto';
import { desc } from 'drizzle-orm';
import { audit } from '../db/schema.js';
import type { Tx } from '../db/transaction.js';

/** Who acts: a person in Slack, or the bot itself. */
export interface Actor {
  id: string;
  name: string;
}

export const RELAYWARDEN: Actor = { id: 'relaywarden', name: 'relaywarden' };

export interface AuditEntry {
  at: number;
  actor: Actor;
  verb: string;
  subject: string;
  outcome?: AuditRow['outcome'];
  reason?: string | undefined;
  details?: Record<string, unknown>;
}

export type AuditRow = typeof audit.$inferSelect;

/** Hash that the first row builds on. */
export const GENESIS = '0'.repeat(64);

/** Appends one entry. Call it inside the transaction that makes the change, so that neither stands without the other. */
export function recordAudit(db: Tx, entry: AuditEntry): AuditRow {
  const last = db.select({ seq: audit.seq, hash: audit.hash }).from(audit).orderBy(desc(audit.seq)).limit(1).get();
  const row = {
    seq: (last?.seq ?? 0) + 1,
    at: entry.at,
    actor: entry.actor.id,
    actorName: wellFormed(entry.actor.name),
    verb: entry.verb,
    subject: wellFormed(entry.subject),
    outcome: entry.outcome ?? 'done',
    reason: entry.reason === undefined ? null : wellFormed(entry.reason),
    details: entry.details ?? {},
    prevHash: last?.hash ?? GENESIS,
  };
  const hashed = { ...row, hash: hashOf(row) };
  db.insert(audit).values(hashed).run();
  return hashed;
}

/** SHA-256 over the row's fields in a fixed order and the hash before it. */
export function hashOf(row: Omit<AuditRow, 'hash'>): string {
  const fields = [
    row.prevHash,
    row.seq,
    row.at,
    row.actor,
    row.actorName,
    row.verb,
    row.subject,
    row.outcome,
    row.reason,
  ];
  return createHash('sha256')
    .update(JSON.stringify([...fields, row.details]))
    .digest('hex');
}

/** Text as SQLite gives it back: half of a surrogate pair cannot be stored and would break the hash. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
