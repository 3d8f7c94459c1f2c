// What was learned of client addresses, read beside the log worker, for people who want to know.
import { openTrafficDbReadOnly } from '../db/open-traffic.js';
import type { HintRow } from '../partners/learned-hints.js';
import { createHintStore } from './hint-store.js';

/** Rows by client address; none while the worker never ran. */
export function savedHints(trafficDb: string): Map<string, HintRow> {
  const db = openTrafficDbReadOnly(trafficDb);
  if (!db) return new Map();
  try {
    return new Map(createHintStore(db).load());
  } finally {
    db.$client.close();
  }
}
