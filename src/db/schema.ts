// The decisions database on a page: incidents, what was done about them, by whom, and what must still happen outside.
// Times are ms since the epoch. Traffic (log positions, counters, habits) has a file of its own: traffic-schema.ts.
import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** One case, from alert to resolved. `rev` grows with every change: what buttons compare. */
export const incidents = sqliteTable(
  'incidents',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    kind: text({ enum: ['compromise', 'listing'] }).notNull(),
    state: text({ enum: ['open', 'contained', 'resolved'] }).notNull(),
    rev: integer().notNull(),
    /** What repeated detections are recognised by; one unresolved incident per key. */
    key: text().notNull(),
    /** Customer id; null for a listing. */
    customer: text(),
    /** Shape by kind: incidents/incident.ts. */
    subject: text({ mode: 'json' }).$type<unknown>().notNull(),
    evidence: text({ mode: 'json' }).$type<string[]>().notNull(),
    /** How often it was detected or confirmed. */
    occurrences: integer().notNull(),
    since: integer().notNull(),
    openedAt: integer().notNull(),
    openedBy: text().notNull(),
    lastSeenAt: integer().notNull(),
    resolvedAt: integer(),
    resolvedBy: text(),
    resolution: text(),
    /** Where its root message is; null until it is posted. */
    channel: text().notNull(),
    messageTs: text(),
  },
  (table) => [
    uniqueIndex('one_unresolved_incident_per_key').on(table.key).where(sql`state <> 'resolved'`),
    index('incidents_by_state').on(table.state),
  ],
);

/** What we do to mail. In force while `liftedAt` is null. */
export const containments = sqliteTable(
  'containments',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    incidentId: integer()
      .notNull()
      .references(() => incidents.id),
    action: text({ enum: ['block-sender', 'suspend-outbound', 'reroute'] }).notNull(),
    customer: text().notNull(),
    senders: text({ mode: 'json' }).$type<string[]>().notNull(),
    logins: text({ mode: 'json' }).$type<string[]>().notNull(),
    route: text(),
    reason: text(),
    placedAt: integer().notNull(),
    placedBy: text().notNull(),
    /** When the relays were seen to obey; null while that is still to happen. */
    effectiveAt: integer(),
    /** Why the relays do not obey yet, in words. */
    failure: text(),
    /** Requests it decided, last written down. */
    hits: integer().notNull().default(0),
    lastHitAt: integer(),
    liftedAt: integer(),
    liftedBy: text(),
    liftReason: text(),
    /** When the relays were seen to have let go. */
    outOfForceAt: integer(),
  },
  (table) => [
    index('containments_by_incident').on(table.incidentId),
    index('containments_in_force').on(table.liftedAt),
  ],
);

/** Every listing seen, by target and list; `clearedAt` when it was seen gone. */
export const listings = sqliteTable(
  'listings',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    target: text().notNull(),
    list: text().notNull(),
    codes: text({ mode: 'json' }).$type<string[]>().notNull(),
    text: text(),
    incidentId: integer().references(() => incidents.id),
    firstSeenAt: integer().notNull(),
    lastSeenAt: integer().notNull(),
    clearedAt: integer(),
    /** Who said that it is gone; null when it was seen gone. */
    clearedBy: text(),
  },
  (table) => [uniqueIndex('one_open_listing').on(table.target, table.list).where(sql`${table.clearedAt} is null`)],
);

/** Effects that must happen although the process dies. Written in the transaction that decides, run after it. */
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
