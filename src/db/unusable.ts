// Why a database file cannot be used, in words: it is another program's, of an older version, broken, or not ours to write.
import Database from 'better-sqlite3';
import { statOf, UserError } from '../errors.js';

/** What drizzle notes migrations in; it makes that before any table of ours. */
const NOTES = '__drizzle_migrations';

/**
 * Throws UserError for a file with tables that are not ours, before anything is written into it. `table` is one that ours has from the
 * first migration on; `key` is what names the file in the configuration.
 */
export function refuseForeign(client: Database.Database, path: string, table: string, key: string): void {
  const tables = tablesIn(client);
  const isOurs = tables.includes(NOTES) && (tables.length === 1 || tables.includes(table));
  if (tables.length > 0 && !isOurs)
    throw new UserError(`The database ${path} cannot be used: it holds something else. Name another file as ${key}.`);
}

/** Migrations that a database has had. */
export function migrationsIn(client: Database.Database): number {
  return client.prepare(`SELECT count(*) FROM ${NOTES}`).pluck().get() as number;
}

function tablesIn(client: Database.Database): string[] {
  const tables = client.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
  );
  return tables.pluck().all() as string[];
}

/** What SQLite says of a file, in words and with what to do; an error that is not about the file as it is. */
export function asUserError(path: string, error: unknown, putBack = PUT_BACK): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  // Checked first, because SQLite's message for it speaks of something else.
  if (statOf(path)?.isDirectory())
    return new UserError(`The database ${path} cannot be used: it is a folder.`, { cause: error });
  const advice = Object.entries(ADVICE).find(([code]) => error.code.startsWith(code))?.[1];
  if (advice === undefined) return error;
  const words = advice === PUT_BACK ? putBack : advice;
  return new UserError(`The database ${path} cannot be used: ${error.message}. ${words}`, { cause: error });
}

const PUT_BACK = 'Name the right file as database.path, or put back a copy that relaywarden db backup made.';
const LET_WRITE = 'This user must be able to write the file and its folder.';
const ON_DISK =
  'The disk is broken, or has not the locks and shared memory that SQLite needs: name a file on another, local disk.';

/** What is the matter with a traffic database while the bot runs, by SQLite's code, and what to do; undefined for every other failure. */
export function trafficAdvice(path: string, code: string): string | undefined {
  if (code.includes('SQLITE_BUSY')) return `${path}: another program holds it; the logs are read on when it lets go`;
  if (!/SQLITE_(NOTADB|CORRUPT)/.test(code)) return undefined;
  return `${path} is damaged: stop the bot, move this file and those beside it that begin with its name away, and start; the counting begins anew`;
}

/** What to do, by the beginning of SQLite's code. */
const ADVICE: Record<string, string> = {
  SQLITE_NOTADB: PUT_BACK,
  SQLITE_CORRUPT: PUT_BACK,
  SQLITE_CANTOPEN: LET_WRITE,
  SQLITE_READONLY: LET_WRITE,
  SQLITE_FULL: 'Make room on the disk.',
  SQLITE_BUSY: 'Another program holds it: end that one, or try again when it is done.',
  SQLITE_IOERR: ON_DISK,
  SQLITE_PROTOCOL: ON_DISK,
};
