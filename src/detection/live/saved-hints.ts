// Reads the learned hints (hint-store.ts) outside the log worker: for `customers check` and `show`, and for the policy server.
import { setImmediate as othersTurn } from 'node:timers/promises';
import { openTrafficDbReadOnly, readTraffic } from '../../db/open-traffic.js';
import type { HintRow } from '../../partners/learned-hints.js';
import { createHintStore } from './hint-store.js';

/** All rows by client address; none while the worker never ran. */
export function savedHints(trafficDb: string): Map<string, HintRow> {
  return readTraffic(trafficDb, new Map(), (db) => new Map(createHintStore(db).load()));
}

/** Rows read before the thread does its other work: they take some milliseconds. */
const ROWS_AT_ONCE = 1_000;

/**
 * Gives `take` every address whose customer is learned, letting the thread do other work in between. None while the worker never ran.
 * Throws what SQLite throws.
 */
export async function learnedInTurns(trafficDb: string, take: (rows: [string, HintRow][]) => void): Promise<void> {
  const db = openTrafficDbReadOnly(trafficDb);
  if (!db) return;
  try {
    const store = createHintStore(db);
    let after = '';
    while (true) {
      const rows = store.learnedAfter(after, ROWS_AT_ONCE);
      const last = rows.at(-1);
      if (!last) return;
      take(rows);
      after = last[0];
      await othersTurn();
    }
  } finally {
    db.$client.close();
  }
}
