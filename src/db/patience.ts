// Two ways of writing the decisions database: waiting while another program holds it (a sqlite3 shell, say), without holding up the thread
// that answers Slack; and writing bookkeeping without waiting for the disk.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from './open.js';

const PATIENCE_MS = 2_000;
const AGAIN_MS = 50;
/** What a wait between two tries counts for at most, however late this thread is. */
const MOST_A_WAIT_MS = 200;

/**
 * Runs `write`, and again and again while another connection holds the database, for two seconds at the most; then throws what SQLite
 * throws. Each time `write` runs from its beginning. Time in which this process stood still between two tries does not count: nobody could
 * look then.
 */
export async function whenFree<T>(write: () => T | Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  let spentMs = 0;
  for (;;) {
    const begunMs = performance.now();
    try {
      return await write();
    } catch (error) {
      spentMs += performance.now() - begunMs;
      if (!isBusy(error) || spentMs > patienceMs) throw error;
    }
    const triedMs = performance.now();
    await sleep(AGAIN_MS);
    spentMs += Math.min(performance.now() - triedMs, MOST_A_WAIT_MS);
  }
}

/** Reports whether an error, or its cause, says that another connection holds the database. */
export function isBusy(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code?.startsWith('SQLITE_BUSY') === true || isBusy(error.cause);
}

/**
 * Runs a write without waiting until it is on the disk, which takes milliseconds each time. For what a power cut may undo, because it is
 * then done again. Not within a transaction.
 */
export function unsynced<T>({ $client }: Pick<Db, '$client'>, write: () => T): T {
  $client.pragma('synchronous = NORMAL');
  try {
    return write();
  } finally {
    $client.pragma('synchronous = FULL');
  }
}
