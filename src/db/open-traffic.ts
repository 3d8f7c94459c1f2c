// Opens the traffic database. With `synchronous = NORMAL`, not FULL: a power cut may undo the last commits, but the log positions are
// undone with them, so that part of the log is read again and nothing is lost.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { statOf } from '../errors.js';
import { makeFolder } from '../folder.js';
import * as schema from './traffic-schema.js';
import { asUserError, refuseForeign } from './unusable.js';

export type TrafficDb = BetterSQLite3Database<typeof schema> & { $client: Database.Database };

/** Folder of the generated migrations; the same from src/ and from dist/. */
const MIGRATIONS = fileURLToPath(new URL('../../drizzle/traffic', import.meta.url));

/**
 * Pages (4 KiB) in the write-ahead log before SQLite copies them into the database. A commit of a busy relay writes a thousand, mostly the
 * same ones, so a copy after four commits instead of one saves most of them.
 */
const WAL_PAGES = 4_000;

/** Of the first migration. */
const FIRST_TABLE = 'positions';
const KEY = 'database.traffic';
const BEGIN_ANEW = `Name the right file as ${KEY}, or move this one away: then the counting begins anew.`;

/** Throws UserError for a file that is no traffic database, or cannot be read. One that is not there yet is none. */
export function refuseOtherTraffic(path: string): void {
  if (!statOf(path)) return;
  try {
    const client = new Database(path, { readonly: true });
    try {
      refuseForeign(client, path, FIRST_TABLE, KEY);
    } finally {
      client.close();
    }
  } catch (error) {
    throw asUserError(path, error, BEGIN_ANEW);
  }
}

/** Opens (and creates) the file and brings it up to date. Throws UserError for another program's. */
export function openTrafficDb(path: string): TrafficDb {
  makeFolder(dirname(path));
  const client = new Database(path);
  refuseForeign(client, path, FIRST_TABLE, KEY);
  client.pragma('journal_mode = WAL');
  client.pragma('synchronous = NORMAL');
  client.pragma(`wal_autocheckpoint = ${WAL_PAGES}`);
  client.pragma('busy_timeout = 2000');
  const db = drizzle(client, { schema, casing: 'snake_case' });
  migrate(db, { migrationsFolder: MIGRATIONS });
  return db;
}

/** Opens the file to read only, beside the worker that writes it; undefined when there is none yet, or none with tables in it. */
export function openTrafficDbReadOnly(path: string): TrafficDb | undefined {
  if (!existsSync(path)) return undefined;
  const client = new Database(path, { readonly: true });
  let isReady = false;
  try {
    client.pragma('busy_timeout = 2000');
    isReady = hasTables(client);
    return isReady ? drizzle(client, { schema, casing: 'snake_case' }) : undefined;
  } finally {
    if (!isReady) client.close();
  }
}

/** What `read` reads of the file, which is opened for that alone; `none` when openTrafficDbReadOnly has nothing to open. */
export function readTraffic<T>(path: string, none: T, read: (db: TrafficDb) => T): T {
  const db = openTrafficDbReadOnly(path);
  if (!db) return none;
  try {
    return read(db);
  } finally {
    db.$client.close();
  }
}

/** The worker makes the file a moment before its tables, on a busy machine seconds. All of them come in one transaction. */
function hasTables(client: Database.Database): boolean {
  return client.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(FIRST_TABLE) !== undefined;
}
