// Opens the decisions database: pragmas, migrations, the triggers of the audit trail, and the lock that keeps a second bot out.
import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { fileTrouble, statOf, UserError } from '../errors.js';
import { makeFolder } from '../folder.js';
import * as schema from './schema.js';
import { asUserError, migrationsIn, refuseForeign } from './unusable.js';

export type Db = BetterSQLite3Database<typeof schema> & { $client: Database.Database };

/** Folder of the generated migrations; the same from src/ and from dist/. */
export const MIGRATIONS = fileURLToPath(new URL('../../drizzle/decisions', import.meta.url));

export interface OpenDb {
  db: Db;
  close(): void;
}

/**
 * Opens (and creates) the database at `path`, brings it up to date, and holds it for this process alone.
 * Throws UserError when another process holds it or the file is not ours to use.
 */
export function openDb(path: string): OpenDb {
  makeFolderOf(path);
  try {
    return openLocked(path);
  } catch (error) {
    // On a full disk the bot must still start, so that blocks come back: the reserve file is deleted to make room for SQLite.
    if (!giveUpReserve(path)) throw error;
    return openLocked(path);
  }
}

/** A relative `database.path` lies beside the configuration, where a service seldom may write. */
function makeFolderOf(path: string): void {
  const folder = dirname(path);
  try {
    makeFolder(folder);
  } catch (cause) {
    throw new UserError(
      `The folder ${folder} of the database cannot be made: ${fileTrouble(cause)}. Make it, or name another as database.path.`,
      { cause },
    );
  }
}

function openLocked(path: string): OpenDb {
  const unlock = lock(path);
  try {
    const client = connect(path);
    migrate(drizzle(client, { schema, casing: 'snake_case' }), { migrationsFolder: MIGRATIONS });
    client.pragma(`busy_timeout = ${BUSY_MS}`);
    keepReserve(path);
    const close = () => {
      client.close();
      unlock();
    };
    return { db: drizzle(client, { schema, casing: 'snake_case' }), close };
  } catch (error) {
    unlock();
    throw asUserError(path, error);
  }
}

/** Opens the database to read only, beside a running bot. Throws UserError when there is none. */
export function openDbReadOnly(path: string): OpenDb {
  if (!statOf(path))
    throw new UserError(
      `There is no database at ${path}. Name the right one with --config or database.path; the first start makes it.`,
    );
  try {
    const client = new Database(path, { readonly: true });
    client.pragma('busy_timeout = 2000');
    // SQLite reads nothing when it opens a file: this query shows whether it is a database of ours.
    refuseForeign(client, path, FIRST_TABLE, 'database.path');
    const tables = client.prepare('SELECT count(*) FROM sqlite_master WHERE name = ?').pluck();
    if (tables.get(FIRST_TABLE) === 0)
      throw new UserError(`The database ${path} cannot be used: it holds no incidents. Name the decisions database.`);
    return { db: drizzle(client, { schema, casing: 'snake_case' }), close: () => client.close() };
  } catch (error) {
    throw asUserError(path, error);
  }
}

/** Throws UserError for a database without the columns that an older version did not have; what reads one must not write it. */
export function refuseOlder({ $client }: Db, path: string): void {
  if (migrationsIn($client) >= readMigrationFiles({ migrationsFolder: MIGRATIONS }).length) return;
  throw new UserError(
    `The database ${path} was written by an older relaywarden. Bring it up to date first, or a copy of it: relaywarden db migrate with a configuration that names it as database.path.`,
  );
}

/** Size of the reserve file: room for SQLite's own side files and a day of decisions. */
const RESERVE_BYTES = 4 * 1024 * 1024;

/** Makes a file beside the database that can be deleted when the disk is full. */
function keepReserve(path: string): void {
  try {
    if (!existsSync(`${path}-reserve`)) writeFileSync(`${path}-reserve`, Buffer.alloc(RESERVE_BYTES, 1));
  } catch {
    rmSync(`${path}-reserve`, { force: true });
  }
}

/** Deletes the reserve file; returns false when there is none, or the disk is not full. */
function giveUpReserve(path: string): boolean {
  if (!existsSync(`${path}-reserve`)) return false;
  const { bavail, bsize } = statfsSync(dirname(path));
  if (bavail * bsize > RESERVE_BYTES) return false;
  rmSync(`${path}-reserve`);
  return true;
}

/** How long SQLite waits for another program's lock, ms. It holds up the whole thread, so it is short; patience.ts waits longer without. */
const BUSY_MS = 10;

/** Of the first migration. */
const FIRST_TABLE = 'incidents';

/** WAL so that readers never wait; FULL because a decision that was announced must survive a power cut. */
function connect(path: string): Database.Database {
  const client = new Database(path);
  refuseForeign(client, path, FIRST_TABLE, 'database.path');
  client.pragma('journal_mode = WAL');
  client.pragma('synchronous = FULL');
  client.pragma('foreign_keys = ON');
  client.pragma('busy_timeout = 2000');
  return client;
}

/**
 * One process per database. The lock is an open transaction on a file beside it: the kernel drops it when the
 * process ends, however it ends, so there is never a stale one to clean up.
 */
function lock(path: string): () => void {
  let holder: Database.Database | undefined;
  try {
    holder = new Database(`${path}-lock`, { timeout: 0 });
    holder.pragma('journal_mode = DELETE');
    holder.exec('BEGIN EXCLUSIVE');
    return () => holder?.close();
  } catch (error) {
    holder?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY'))
      throw new UserError(
        `Another relaywarden is running on ${path}. Stop it first, or give this one its own database.path.`,
      );
    throw asUserError(path, error);
  }
}
