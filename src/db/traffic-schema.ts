// The traffic database: what the log worker knows. A file of its own, so that its large commits never hold the lock that a decision needs.
// Everything the worker learned from a piece of log is written in one transaction with the position it ends at.
import { blob, index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** How far each log file was read; see intake/position.ts. */
export const positions = sqliteTable('positions', {
  path: text().primaryKey(),
  device: integer().notNull(),
  inode: integer().notNull(),
  offset: integer().notNull(),
  headHash: text().notNull(),
  headLength: integer().notNull(),
  /** When what was read last was written; ms. */
  writtenAt: real(),
  /** Since when the file that goes on here may not be read; ms. */
  lockedSince: integer(),
  /** When it was last found so, to the minute; ms. */
  lockedSeenAt: integer(),
});

/** Messages still in a relay's queue, by log format and message; JSON that the format defines, such as OpenMessageRow of intake/open-changes.ts. */
export const openMessages = sqliteTable('open_messages', {
  key: text().primaryKey(),
  value: text().notNull(),
});

/** State of the detector: identities with their habits, customers' habits, blocks; JSON of detection/identities/saved-identity.ts StateRow. */
export const detectionState = sqliteTable('detection_state', {
  key: text().primaryKey(),
  value: text().notNull(),
  /** The row is deleted after this time, unless it is saved again before; ms on the log's clock, 0 for never. */
  keptUntil: integer().notNull().default(0),
});

/** Hashes of the names familiar to customers, four bytes each, in the order in which they were first seen; see detection/clues/familiar.ts. */
export const acquaintances = sqliteTable('acquaintances', {
  id: integer().primaryKey(),
  generation: integer().notNull(),
  /** When the generation began; ms. */
  begunAt: integer().notNull(),
  hashes: blob({ mode: 'buffer' }).notNull(),
});

/** The same as earlier versions kept it, a row for each hash: moved into `acquaintances` when there are rows. */
export const familiar = sqliteTable('familiar', { customer: text().notNull(), hash: integer().notNull() }, (table) => [
  primaryKey({ columns: [table.customer, table.hash] }),
]);

/** Names that rows of counters refer to by id. After the day `until` (ms / 86,400,000) no row can refer to it any more. */
export const names = sqliteTable('names', {
  id: integer().primaryKey(),
  text: text().notNull().unique(),
  until: integer().notNull(),
});

/** The sums of a row of counters; detection/counters/counters.ts says what counts where. */
const sums = () => ({
  messages: integer().notNull().default(0),
  recipients: integer().notNull().default(0),
  /** Attempts by how they ended. */
  sent: integer().notNull().default(0),
  deferred: integer().notNull().default(0),
  bounced: integer().notNull().default(0),
  /** Recipients that were sent to and came back later in a report: part of `sent`, and no further attempt. */
  lateBounced: integer().notNull().default(0),
  /** Recipients that a relay of ours refused to take from a client. */
  refused: integer().notNull().default(0),
  /** Of the bounced and the late bounced: recipients that do not exist, and mail refused for its content. */
  unknownUsers: integer().notNull().default(0),
  contentRefusals: integer().notNull().default(0),
  /** Attempts, deferred ones too, that were refused because of our address. */
  ipBlocks: integer().notNull().default(0),
  /** Recipients the customer had not written to before. */
  newRecipients: integer().notNull().default(0),
  /** Complaints of receivers' users. */
  complaints: integer().notNull().default(0),
});

/**
 * Mail per hour (ms / 3,600,000): of a customer by relay, sender, login, network and outbound address, of an outbound address by
 * receiver. `kind` says which (detection/counters/counters.ts KINDS), owner and name are ids of `names`. Without rowid: the key is the table.
 */
export const hourCounts = sqliteTable(
  'hour_counts',
  {
    hour: integer().notNull(),
    kind: integer().notNull(),
    owner: integer().notNull(),
    name: integer().notNull(),
    ...sums(),
  },
  (table) => [primaryKey({ columns: [table.hour, table.kind, table.owner, table.name] })],
);

/** The same per day (ms / 86,400,000, UTC), for hours that are no longer kept. A row is in one of the two tables, never in both. */
export const dayCounts = sqliteTable(
  'day_counts',
  {
    day: integer().notNull(),
    kind: integer().notNull(),
    owner: integer().notNull(),
    name: integer().notNull(),
    ...sums(),
  },
  (table) => [primaryKey({ columns: [table.day, table.kind, table.owner, table.name] })],
);

/** What was learned of client addresses: whether one customer alone sends from them; JSON of partners/learned-hints.ts HintRow. */
export const learnedHints = sqliteTable('learned_hints', { clientIp: text().primaryKey(), value: text().notNull() });

/** Findings the bot has not acknowledged; JSON of detection/finding.ts Finding. */
export const findings = sqliteTable(
  'findings',
  { key: text().notNull(), at: integer().notNull(), value: text().notNull() },
  (table) => [primaryKey({ columns: [table.key, table.at] })],
);

/**
 * Batches from the spool that are counted here; see intake/spool.ts. Written in the transaction that counts them, so that what comes
 * again, by a crash or by its sender, counts nothing twice.
 */
export const batches = sqliteTable(
  'batches',
  {
    id: text().primaryKey(),
    /** Hash of the content: another content under the same key is a mistake of the sender's. */
    fingerprint: text().notNull(),
    /** When it was counted, ms on the wall clock. */
    at: integer().notNull(),
  },
  (table) => [index('batches_by_time').on(table.at)],
);

/** Who sent which message, a few thousand in a row; see intake/reports/message-chunk.ts. Times in ms. */
export const messageChunks = sqliteTable('message_chunks', {
  id: integer().primaryKey({ autoIncrement: true }),
  /** False for the small ones that become a full one. */
  isFull: integer({ mode: 'boolean' }).notNull(),
  fromAt: integer().notNull(),
  toAt: integer().notNull(),
  count: integer().notNull(),
  hashes: blob({ mode: 'buffer' }).notNull(),
  body: blob({ mode: 'buffer' }).notNull(),
});
