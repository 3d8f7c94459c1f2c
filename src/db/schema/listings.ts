// Our addresses and domains on blocklists: what the watch knows of the lists, the way off them, and how our DNS and Microsoft see us.
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { incidents } from './incidents.js';

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
    /** When it was seen clear once; a second time in a row makes it cleared. */
    clearOnceAt: integer(),
  },
  (table) => [uniqueIndex('one_open_listing').on(table.target, table.list).where(sql`${table.clearedAt} is null`)],
);

/** What the watch knows of each list: when it was asked, when it is due, and whether its answers can be trusted. One row for each list. */
export const listStates = sqliteTable('list_states', {
  list: text().primaryKey(),
  /** When everything we watch had been asked about for the first time. */
  firstLookAt: integer(),
  lastSweepAt: integer(),
  dueAt: integer().notNull().default(0),
  /** Refused questions in a row, and until when it is left alone for them. */
  refusals: integer().notNull().default(0),
  backOffUntil: integer(),
  /** sound: its test entries pass. broken: they fail, and its answers count for nothing. */
  health: text({ enum: ['untested', 'sound', 'broken'] })
    .notNull()
    .default('untested'),
  healthSince: integer(),
  healthReason: text(),
  testedAt: integer(),
  /** Since when its listings are held, because it listed too much of what we watch at once; until a person decides. */
  heldAt: integer(),
  heldTargets: text({ mode: 'json' }).$type<string[]>(),
  /** How much it lists of what, and which message in Slack asks about it. Shape: blocklists/watch/hold.ts. */
  heldNotice: text({ mode: 'json' }).$type<unknown>(),
  /** What the person decided: its answers count from then on, or are ignored until `ignoredUntil`. */
  releasedAt: integer(),
  releasedBy: text(),
  ignoredUntil: integer(),
});

/** The ledger: every request to take a target off a list. */
export const delistingRequests = sqliteTable(
  'delisting_requests',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    incidentId: integer()
      .notNull()
      .references(() => incidents.id),
    target: text().notNull(),
    list: text().notNull(),
    /** 1 for the first request of this target to this list within a listing. */
    attempt: integer().notNull(),
    requestedAt: integer().notNull(),
    requestedBy: text().notNull(),
    requestedByName: text().notNull(),
    /** Number the operator gave; null while there is none. */
    reference: text(),
    /** What was written to the operator. */
    claim: text().notNull(),
    /** Why it was sent although the gate said no. */
    overrideReason: text(),
    /** The request before it, of this listing or of one it came back from. */
    earlierRequest: integer(),
    state: text({ enum: ['waiting', 'cleared', 'refused', 'overdue'] }).notNull(),
    answer: text(),
    /** Re-checks, at half and at the full expected wait. */
    halfAt: integer().notNull(),
    fullAt: integer().notNull(),
    halfDoneAt: integer(),
    fullDoneAt: integer(),
    closedAt: integer(),
  },
  (table) => [
    index('requests_by_incident').on(table.incidentId),
    index('requests_by_target').on(table.target, table.list),
    uniqueIndex('one_open_request').on(table.target, table.list).where(sql`${table.closedAt} is null`),
  ],
);

/** A request's text as somebody left it, before it was sent. */
export const delistingDrafts = sqliteTable(
  'delisting_drafts',
  {
    incidentId: integer()
      .notNull()
      .references(() => incidents.id),
    target: text().notNull(),
    list: text().notNull(),
    text: text().notNull(),
    savedAt: integer().notNull(),
    savedBy: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.incidentId, table.target, table.list] })],
);

/** The last look at the DNS of one of our addresses (`ip:…`) or a domain (`domain:…`), and the one before it changed. */
export const hygieneLooks = sqliteTable('hygiene_looks', {
  subject: text().primaryKey(),
  lookedAt: integer().notNull(),
  /** Shape: hygiene/look.ts. */
  look: text({ mode: 'json' }).$type<unknown>().notNull(),
  before: text({ mode: 'json' }).$type<unknown>(),
  changedAt: integer(),
});

/** Microsoft SNDS: what it said of one of our addresses for one period. */
export const sndsReports = sqliteTable(
  'snds_reports',
  {
    ip: text().notNull(),
    activityEnd: integer().notNull(),
    fetchedAt: integer().notNull(),
    /** Shape: intake/snds/tables.ts. */
    report: text({ mode: 'json' }).$type<unknown>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.ip, table.activityEnd] })],
);
