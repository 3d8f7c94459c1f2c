// The exported table as a file: a small SQLite database that Postfix reads by itself (`check_sasl_access sqlite:` and its siblings),
// so that blocks and suspensions hold while we are down.
//
// While we are up it must say nothing: Postfix comes to it after our "no objection", and it knows less than we do. So `access` is a
// view that is empty for a span of time we keep moving on, and full once that has run out or we have said that we go.
//
// How the file is written follows from who reads it:
// - In place, never replaced: a Postfix process keeps the file open as long as it lives and would go on reading the old one.
// - Not in WAL mode: a reader that may not write the directory could not open it.
// - With the lock held for microseconds: Postfix 3.7 does not wait for a locked file, its process ends. So SQLite does not sync to the
//   disk while it holds the lock; we do, afterwards.
// - Without a journal file: removing it would lengthen the lock, and one left behind by a killed process tells readers to roll back, which
//   they may not do without write permission; they could read nothing until we are back.
import { chmodSync, closeSync, fdatasync, fstatSync, openSync, rmSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { MICROSOFT_CONSUMER_DOMAINS } from '../../../mail/microsoft-consumer.js';
import type { TableRow } from './table-rows.js';

/** How long a write waits for readers: Postfix takes no longer for a look-up. Waiting holds up the main thread, and Slack with it. */
const BUSY_MS = 50;

/**
 * `contained` has the rows, `access` is what Postfix asks: empty during the span in `answered`. That span reaches as far before now as
 * after it, so that a clock that is set back neither ends it nor makes it last for hours. `microsoft_consumer` has the domains that
 * re-routes are for; a second Postfix instance splits mail by it (docs/postfix.md).
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS contained (
    kind TEXT NOT NULL, key TEXT NOT NULL COLLATE NOCASE, action TEXT NOT NULL, PRIMARY KEY (kind, key)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS answered (id INTEGER PRIMARY KEY CHECK (id = 1), since TEXT NOT NULL, until TEXT NOT NULL);
  CREATE VIEW IF NOT EXISTS access AS SELECT kind, key, action FROM contained
    WHERE NOT EXISTS (SELECT 1 FROM answered WHERE datetime('now') >= since AND datetime('now') < until);
  CREATE TABLE IF NOT EXISTS microsoft_consumer (domain TEXT PRIMARY KEY COLLATE NOCASE) WITHOUT ROWID;`;

export interface ExportedTable {
  /**
   * Makes the file say exactly these rows; writes nothing when it does already. Readers see it at once, the disk holds it soon
   * after. With `silenceMs` they count only after that long, unless `answering` is called before. Throws what SQLite throws.
   */
  write(rows: readonly TableRow[], silenceMs?: number): void;
  /** Says that we answer, for `silenceMs` from now. Waits for no reader: throws SQLITE_BUSY when there is one. */
  answering(silenceMs: number): void;
  /** Says that we answer no more: the rows count from now on. */
  silent(): void;
  /** All rows, whether they count now or not. */
  read(): TableRow[];
  /** Reports whether the path leads to this file: SQLite goes on writing one that was removed or replaced. Never throws. */
  isInPlace(): boolean;
  close(): void;
}

/** Opens the file, or makes it: readable by all, writable by us. One that SQLite cannot read is made anew. */
export function openTable(path: string): ExportedTable {
  const db = openSound(path);
  chmodSync(path, 0o644);
  // Open as long as the database: closing any descriptor of a file drops the process's locks on it (POSIX, fcntl).
  const descriptor = openSync(path, 'r');
  const own = fstatSync(descriptor);
  let isClosed = false;
  const read = db.prepare<[], TableRow>('SELECT kind, key, action FROM contained');
  const put = db.prepare('INSERT OR REPLACE INTO contained (kind, key, action) VALUES (@kind, @key, @action)');
  const drop = db.prepare('DELETE FROM contained WHERE kind = @kind AND key = @key');
  const span = db.prepare(
    "INSERT OR REPLACE INTO answered (id, since, until) VALUES (1, datetime('now', '-' || @s || ' seconds'), datetime('now', '+' || @s || ' seconds'))",
  );
  const noSpan = db.prepare('DELETE FROM answered');
  const answering = (silenceMs: number) => void span.run({ s: Math.ceil(silenceMs / 1_000) });

  const change = db.transaction((gone: TableRow[], changed: TableRow[], silenceMs: number | undefined) => {
    for (const row of gone) drop.run(row);
    for (const row of changed) put.run(row);
    if (silenceMs !== undefined) answering(silenceMs);
  });

  return {
    write(rows, silenceMs) {
      const there = new Map(read.all().map((row) => [`${row.kind} ${row.key}`, row]));
      const changed: TableRow[] = [];
      for (const row of rows) {
        const id = `${row.kind} ${row.key}`;
        if (there.get(id)?.action !== row.action) changed.push(row);
        there.delete(id);
      }
      const gone = [...there.values()];
      if (gone.length + changed.length === 0) return;
      change(gone, changed, silenceMs);
      // A disk that fails here fails the next write too, which says so.
      fdatasync(descriptor, () => {});
    },
    answering(silenceMs) {
      // A writer that waits for a reader to finish keeps the next one out.
      db.pragma('busy_timeout = 0');
      try {
        answering(silenceMs);
      } finally {
        db.pragma(`busy_timeout = ${BUSY_MS}`);
      }
    },
    silent: () => void noSpan.run(),
    read: () => read.all(),
    isInPlace() {
      try {
        const there = statSync(path);
        return there.ino === own.ino && there.dev === own.dev;
      } catch {
        return false;
      }
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      db.close();
      closeSync(descriptor);
    },
  };
}

function openSound(path: string): Database.Database {
  try {
    return openChecked(path);
  } catch (error) {
    // A directory that is missing or not ours is for the operator; a file that is no database holds nothing we do not know.
    if (!(error instanceof Database.SqliteError) || !['SQLITE_CORRUPT', 'SQLITE_NOTADB'].includes(error.code))
      throw error;
    rmSync(path);
    return openChecked(path);
  }
}

/** Opening also rolls back what a journal file left by an older version says. */
function openChecked(path: string): Database.Database {
  const db = new Database(path, { timeout: BUSY_MS });
  try {
    if (db.pragma('quick_check', { simple: true }) !== 'ok') {
      throw new Database.SqliteError('quick_check failed', 'SQLITE_CORRUPT');
    }
    db.pragma('journal_mode = DELETE');
    db.pragma('journal_mode = MEMORY');
    db.pragma('synchronous = OFF');
    layOut(db);
    listDomains(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** In files of older versions `access` is a table, which counted at any time. */
function layOut(db: Database.Database): void {
  const type = db.prepare("SELECT type FROM sqlite_master WHERE name = 'access'").pluck().get();
  db.transaction(() => {
    if (type === 'table') db.exec('DROP TABLE access');
    db.exec(SCHEMA);
  })();
}

function listDomains(db: Database.Database): void {
  const there = db.prepare('SELECT domain FROM microsoft_consumer ORDER BY domain').pluck().all();
  const wanted = [...MICROSOFT_CONSUMER_DOMAINS].sort();
  if (there.join() === wanted.join()) return;
  const add = db.prepare('INSERT INTO microsoft_consumer (domain) VALUES (?)');
  db.transaction(() => {
    db.exec('DELETE FROM microsoft_consumer');
    for (const domain of wanted) add.run(domain);
  })();
}
