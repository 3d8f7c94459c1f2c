// What was marked as noise, and the mail that was held back for it.
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { incidents } from './incidents.js';

/** Teachings: what **Mark noise** has taught. Findings like these open no incident until `until`, unless somebody undoes it. */
export const teachings = sqliteTable(
  'teachings',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** The incident that was marked. */
    incidentId: integer()
      .notNull()
      .references(() => incidents.id),
    customer: text().notNull(),
    /** Entry point (a finding's key); null when it holds for all of the customer's. */
    key: text(),
    /** Envelope sender, when it holds for this one alone; `key` is there too, then. */
    sender: text(),
    kind: text({ enum: ['single', 'multiple', 'both'] }).notNull(),
    reason: text({
      enum: ['newsletter', 'invoices', 'tickets', 'mail-merge', 'forwarding', 'test', 'other'],
    }).notNull(),
    note: text(),
    /** How the marked traffic looked: what later alarms are compared with. Shape: incidents/noise/noise.ts Marked. */
    marked: text({ mode: 'json' }).$type<unknown>().notNull(),
    at: integer().notNull(),
    /** Slack user id, and name. */
    by: text().notNull(),
    byName: text().notNull(),
    until: integer().notNull(),
    undoneAt: integer(),
    undoneBy: text(),
    undoneByName: text(),
    /** Runs of mail it held back, and when the last of them was found. */
    matched: integer().notNull().default(0),
    lastMatchedAt: integer(),
    /** When it was last put on record that it holds something back. */
    notedAt: integer(),
  },
  (table) => [index('teachings_of_customer').on(table.customer, table.undoneAt)],
);

/** Runs of mail for which a teaching prevented an incident, for the digest and the record. One row for each run. */
export const heldFindings = sqliteTable(
  'held_findings',
  {
    teachingId: integer()
      .notNull()
      .references(() => teachings.id),
    key: text().notNull(),
    since: integer().notNull(),
    /** When it was first and last found. */
    firstAt: integer().notNull(),
    lastAt: integer().notNull(),
    messages: integer().notNull(),
    recipients: integer().notNull(),
    /** The most used sender. Hostile text. */
    sender: text(),
  },
  (table) => [
    primaryKey({ columns: [table.teachingId, table.key, table.since] }),
    index('held_findings_by_time').on(table.lastAt),
  ],
);
