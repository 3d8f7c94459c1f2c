// The decisions database on a page: incidents, what was done about them, by whom, and what must still happen outside.
// Times are ms since the epoch. Traffic (log positions, counters, habits) has a file of its own: traffic-schema.ts.
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

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
    /** When it was seen clear once; a second time in a row makes it cleared. */
    clearOnceAt: integer(),
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

/** What the watch knows of each list: when it was asked, when it is due, and how well it is. One row a list. */
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
  /** Listed too much of what we watch at once, and waits for a person. */
  heldAt: integer(),
  heldTargets: text({ mode: 'json' }).$type<string[]>(),
  /** How much it lists of what, and where the message about it stands. Shape: blocklists/watch/hold.ts. */
  heldNotice: text({ mode: 'json' }).$type<unknown>(),
  /** What the person said: its answers count, or are ignored until then. */
  releasedAt: integer(),
  releasedBy: text(),
  ignoredUntil: integer(),
});

/** Which compromises stand behind a listing, as a person or the ranking said. */
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

/** Whom the ranking suspects of a listing: as things were before it was first seen, so it is kept and not read from the logs again. */
export const listingSuspects = sqliteTable('listing_suspects', {
  incidentId: integer()
    .primaryKey()
    .references(() => incidents.id),
  rankedAt: integer().notNull(),
  /** What the ranking rests on besides the counters; when it changes, it is ranked again. */
  basis: text().notNull(),
  /** Most likely first. Shape: incidents/suspect.ts RankedCustomer. */
  ranking: text({ mode: 'json' }).$type<unknown>().notNull(),
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

/** Microsoft SNDS: what it said of one of our addresses for one period. */
export const sndsReports = sqliteTable(
  'snds_reports',
  {
    ip: text().notNull(),
    activityEnd: integer().notNull(),
    fetchedAt: integer().notNull(),
    /** Shape: intake/formats/snds.ts. */
    report: text({ mode: 'json' }).$type<unknown>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.ip, table.activityEnd] })],
);

/** What marking noise has taught: alarms like these are held back until `until`, unless somebody takes it back. */
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
    /** How the marked traffic looked: what later alarms are compared with. Shape: incidents/noise.ts Marked. */
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

/** Runs of mail that a teaching held back: no incident, but not forgotten. One row per run. */
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
