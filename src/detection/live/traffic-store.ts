// Saves and loads what the log worker knows. A commit is one transaction with everything that comes from the same piece of log: how far it
// was read, messages not completed yet, the detector's state, counters and findings. After a crash the log is read again from the last
// commit, and nothing is lost or counted twice.

import { and, eq, sql } from 'drizzle-orm';
import type { TrafficDb } from '../../db/open-traffic.js';
import { findings, openMessages, positions } from '../../db/traffic-schema.js';
import type { Position } from '../../intake/position.js';
import type { HintRow } from '../../partners/learned-hints.js';
import type { FamiliarChanges } from '../clues/familiar.js';
import type { CounterRow } from '../counters/counter-cells.js';
import { createCounterStore } from '../counters/counter-store.js';
import type { Finding } from '../finding.js';
import type { StateChanges } from '../identities/saved-identity.js';
import { createFamiliarStore } from './familiar-store.js';
import { createHintStore } from './hint-store.js';
import { createStateStore } from './state-store.js';

/** What a commit saves. */
interface Batch {
  positions: Position[];
  /** See Pipeline.takeMessages. */
  messages: Map<string, object | undefined>;
  state: StateChanges;
  counters: Iterable<CounterRow>;
  /** See LearnedHints.takeChanges. */
  hints?: Map<string, HintRow | undefined>;
  findings: Finding[];
}

/** What the worker loads when it starts. */
export interface Saved {
  positions: Position[];
  messages: [string, object][];
  /** The state that must be in memory from the start; the rest is read with `loadState` when it is needed. */
  state: [string, object][];
  familiar: FamiliarChanges[];
  hints: [string, HintRow][];
}

/** A finding that the main thread has taken, by its key and time. */
export type Acknowledged = Pick<Finding, 'key' | 'at'>;

/** Findings that are sent at a time. */
const MAX_REMINDED = 1_000;

/** Prepares the statements once: a busy relay commits thousands of rows a second. */
export function createTrafficStore(db: TrafficDb) {
  const put = prepareStatements(db);
  const counts = createCounterStore(db);
  const state = createStateStore(db);
  const acquaintances = createFamiliarStore(db);
  const hints = createHintStore(db);

  function write(batch: Batch): void {
    for (const { writtenAt = null, lockedSince = null, lockedSeenAt = null, ...position } of batch.positions)
      put.position.run({ ...position, writtenAt, lockedSince, lockedSeenAt });
    writeJson(batch.messages, put.message, put.deleteMessage);
    state.save(batch.state.rows);
    acquaintances.save(batch.state.familiar);
    counts.add(batch.counters);
    if (batch.hints) hints.save(batch.hints);
    for (const finding of batch.findings) {
      put.finding.run({ key: finding.key, at: finding.at, value: JSON.stringify(finding) });
    }
  }

  return {
    commit(batch: Batch): void {
      db.transaction(() => write(batch));
    },
    load(): Saved {
      return {
        positions: db.select().from(positions).all(),
        messages: readJson<object>(db.select().from(openMessages).all()),
        state: state.blocks(),
        familiar: acquaintances.load(),
        hints: hints.load(),
      };
    },
    // See state-store.ts for these three.
    loadState: state.load,
    loadMatching: state.loadMatching,
    forgetState: state.forget,
    /** The oldest findings that nobody has acknowledged, at most MAX_REMINDED. */
    unacknowledged(): Finding[] {
      const rows = db.select().from(findings).orderBy(findings.at).limit(MAX_REMINDED).all();
      return rows.map((row) => JSON.parse(row.value) as Finding);
    },
    /** Deletes findings that were taken. */
    acknowledge(taken: readonly Acknowledged[]): void {
      if (taken.length === 0) return;
      db.transaction(() => {
        for (const { key, at } of taken) put.deleteFinding.run({ key, at });
      });
    },
  };
}

interface Runnable {
  run(values: Record<string, unknown>): unknown;
}

function writeJson(changes: Map<string, unknown>, upsert: Runnable, remove: Runnable): void {
  for (const [key, value] of changes) {
    if (value === undefined) remove.run({ key });
    else upsert.run({ key, value: JSON.stringify(value) });
  }
}

function readJson<T>(rows: { key: string; value: string }[]): [string, T][] {
  return rows.map((row) => [row.key, JSON.parse(row.value) as T]);
}

function prepareStatements(db: TrafficDb) {
  const value = sql.placeholder('value');
  const key = sql.placeholder('key');
  const p = sql.placeholder;
  const place = {
    device: p('device'),
    inode: p('inode'),
    offset: p('offset'),
    headHash: p('headHash'),
    headLength: p('headLength'),
    writtenAt: p('writtenAt'),
    lockedSince: p('lockedSince'),
    lockedSeenAt: p('lockedSeenAt'),
  };
  const upsert = (table: typeof openMessages) =>
    db
      .insert(table)
      .values({ key, value })
      .onConflictDoUpdate({ target: table.key, set: { value: sql`excluded.value` } })
      .prepare();
  return {
    position: db
      .insert(positions)
      .values({ path: p('path'), ...place })
      .onConflictDoUpdate({ target: positions.path, set: asSql(place) })
      .prepare(),
    message: upsert(openMessages),
    deleteMessage: db.delete(openMessages).where(eq(openMessages.key, key)).prepare(),
    deleteFinding: db
      .delete(findings)
      .where(and(eq(findings.key, key), eq(findings.at, p('at'))))
      .prepare(),
    finding: db
      .insert(findings)
      .values({ key, at: p('at'), value })
      .onConflictDoNothing()
      .prepare(),
  };
}

/** Placeholders as SQL values, which is what an update takes. */
function asSql(placeholders: Record<string, ReturnType<typeof sql.placeholder>>) {
  return Object.fromEntries(Object.entries(placeholders).map(([name, placeholder]) => [name, sql`${placeholder}`]));
}
