// Changes of the decisions database: all of a change is written, or none of it.
import type { Db } from './open.js';

/** The database or a transaction on it. */
export type Tx = Pick<Db, 'select' | 'insert' | 'update' | 'delete'>;

/**
 * Makes a change in one transaction, and returns what it returns; when it throws, nothing is written. `change` does not wait for anything.
 * Within another transaction it is a part of that.
 *
 * The lock of whoever writes is taken at the beginning: a transaction that has read, and writes then, is refused at once with SQLITE_BUSY
 * when another connection has written in between, however patient it is. Throws SQLITE_BUSY when another holds that lock (patience.ts).
 */
export function immediately<T>(db: Db, change: (tx: Tx) => T): T {
  return db.transaction(change, { behavior: 'immediate' });
}
