// Incidents, what was done about them, and whose fault they are thought to be.
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** One case, from alert to resolved. `rev` grows with decisions and when others are accused: it tells that a button is outdated. */
export const incidents = sqliteTable(
  'incidents',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    kind: text({ enum: ['compromise', 'listing'] }).notNull(),
    state: text({ enum: ['open', 'contained', 'resolved'] }).notNull(),
    rev: integer().notNull(),
    /** Findings with the same key belong to the same incident; one unresolved incident per key. */
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
    /** Those of `senders` whose domain was the customer's when it was placed; null in rows of earlier versions, which did not ask. */
    ownSenders: text({ mode: 'json' }).$type<string[]>(),
    logins: text({ mode: 'json' }).$type<string[]>().notNull(),
    route: text(),
    reason: text(),
    placedAt: integer().notNull(),
    placedBy: text().notNull(),
    /** When the relays were seen to obey; null while that is still to happen. */
    effectiveAt: integer(),
    /** Why the relays do not obey yet, in words. */
    failure: text(),
    /** Senders of which was said that they are other customers' by now, whose mail it does not hold. */
    toldOthers: text({ mode: 'json' }).$type<string[]>(),
    /** Requests of Postfix that it decided, as last saved. */
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

/** Which compromises caused a listing, as a person or the ranking of suspects said. */
export const incidentLinks = sqliteTable(
  'incident_links',
  {
    listingIncident: integer()
      .notNull()
      .references(() => incidents.id),
    compromiseIncident: integer()
      .notNull()
      .references(() => incidents.id),
    linkedAt: integer().notNull(),
    linkedBy: text().notNull(),
    /** A person took it back: it does not count, and the ranking does not make it again. */
    unlinkedAt: integer(),
    unlinkedBy: text(),
  },
  (table) => [primaryKey({ columns: [table.listingIncident, table.compromiseIncident] })],
);

/** Which customers are suspected of a listing. Saved, because it rests on the traffic before the listing was first seen. */
export const listingSuspects = sqliteTable('listing_suspects', {
  incidentId: integer()
    .primaryKey()
    .references(() => incidents.id),
  rankedAt: integer().notNull(),
  /** What the ranking rests on besides the counters; when it changes, it is ranked again. */
  basis: text().notNull(),
  /** Most likely first. Shape: incidents/culprits/suspect.ts RankedCustomer. */
  ranking: text({ mode: 'json' }).$type<unknown>().notNull(),
});

/** What a partner was told, or will be: one row for a listing's beginning and one for its end. */
export const notices = sqliteTable(
  'notices',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    incidentId: integer()
      .notNull()
      .references(() => incidents.id),
    partner: text().notNull(),
    kind: text({ enum: ['listed', 'clear'] }).notNull(),
    /** Addresses and domains it tells of as listed; null in rows of earlier versions and of an end: then it is of all. */
    targets: text({ mode: 'json' }).$type<string[]>(),
    sendTo: text(),
    subject: text().notNull(),
    body: text().notNull(),
    state: text({ enum: ['draft', 'queued', 'sent', 'failed'] }).notNull(),
    createdAt: integer().notNull(),
    decidedAt: integer(),
    decidedBy: text(),
    sentAt: integer(),
    error: text(),
  },
  (table) => [index('notices_of_incident').on(table.incidentId)],
);
