// Saves and loads what the log worker knows. `commit` is one transaction: position, open messages, habits, counters and findings
// of the same stretch of log, so that a crash between two commits costs nothing but reading that stretch again.
import { and, eq, sql } from 'drizzle-orm';
import type { TrafficDb } from '../db/open-traffic.js';
import { findings, openMessages, positions } from '../db/traffic-schema.js';
import type { Position } from '../intake/position.js';
import type { HintRow } from '../partners/learned-hints.js';
import { createCounterStore } from './counter-store.js';
import type { CounterRow } from './counters.js';
import type { FamiliarChanges } from './familiar.js';
import { createFamiliarStore } from './familiar-store.js';
import type { Finding } from './finding.js';
import { createHintStore } from './hint-store.js';
import type { StateChanges } from './saved-identity.js';
import { createStateStore } from './state-store.js';

export interface Batch {
  positions: Position[];
  /** See Pipeline.takeMessages. */
  messages: Map<string, object | undefined>;
  state: StateChanges;
  counters: Iterable<CounterRow>;
  /** See LearnedHints.takeChanges. */
  hints?: Map<string, HintRow | undefined>;
  findings: Finding[];
}

export interface Saved {
  positions: Position[];
  messages: [string, object][];
  /** What must be in memory from the start; the rest is found by `loadState`. */
  state: [string, object][];
  familiar: FamiliarChanges[];
  hints: [string, HintRow][];
}

/** A finding by its key and time. */
export type Acknowledged = Pick<Finding, 'key' | 'at'>;

const MAX_REMINDED = 1_000;

export type TrafficStore = ReturnType<typeof createTrafficStore>;

/** Prepares the statements once: a busy relay commits thousands of rows a second. */
export function createTrafficStore(db: TrafficDb) {
  const put = prepareStatements(db);
  const counts = createCounterStore(db);
  const state = createStateStore(db);
  const acquaintances = createFamiliarStore(db);
  const hints = createHintStore(db);

  function write(batch: Batch): void {
    for (const position of batch.positions) put.position.run({ ...position });
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
    /** Saved state by its key; see state-store.ts. */
    loadState: state.load,
    /** Rows of a customer's, for questions; see state-store.ts. */
    loadMatching: state.loadMatching,
    /** Forgets who was silent for too long, a stretch at a time; answers whether there is more. */
    forgetState: state.forget,
    /** Findings nobody has acknowledged, oldest first; not more at once than a thread can be sent. */
    unacknowledged(): Finding[] {
      const rows = db.select().from(findings).orderBy(findings.at).limit(MAX_REMINDED).all();
      return rows.map((row) => JSON.parse(row.value) as Finding);
    },
    /** Forgets findings that were taken. */
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
