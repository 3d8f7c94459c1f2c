// Who did what, and what must still happen outside: written in the transaction that decides.
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** Who did what, when, why. Append-only (triggers) and hash-chained: `hash` covers the row and `prevHash`. */
export const audit = sqliteTable(
  'audit',
  {
    seq: integer().primaryKey(),
    at: integer().notNull(),
    /** Slack user id, or `relaywarden`. */
    actor: text().notNull(),
    actorName: text().notNull(),
    verb: text().notNull(),
    /** What it was about: `incident:12`, `check:192.0.2.1`. */
    subject: text().notNull(),
    outcome: text({ enum: ['done', 'refused', 'lost-race', 'failed'] }).notNull(),
    reason: text(),
    details: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    prevHash: text().notNull(),
    hash: text().notNull(),
  },
  (table) => [index('audit_by_subject').on(table.subject)],
);

/** Effects outside (Slack posts, mail, MTA changes) that must happen even if the process dies. Written in the transaction that decides. */
export const outbox = sqliteTable(
  'outbox',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** Names the effect: the same key is never queued twice. */
    key: text().notNull().unique(),
    kind: text().notNull(),
    /** Rows of one lane run one after the other, in order. */
    lane: text().notNull(),
    payload: text({ mode: 'json' }).$type<unknown>().notNull(),
    createdAt: integer().notNull(),
    attempts: integer().notNull().default(0),
    nextAt: integer().notNull(),
    doneAt: integer(),
    /** Given up for good: the reason is in `error`. */
    failedAt: integer(),
    error: text(),
  },
  (table) => [index('outbox_due').on(table.doneAt, table.failedAt, table.nextAt)],
);

/** One row per digest and slot: what makes a digest come once, whatever restarts between. */
export const digests = sqliteTable(
  'digests',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    digest: text().notNull(),
    slotAt: integer().notNull(),
    coversFrom: integer().notNull(),
    decidedAt: integer().notNull(),
  },
  (table) => [uniqueIndex('one_digest_per_slot').on(table.digest, table.slotAt)],
);
