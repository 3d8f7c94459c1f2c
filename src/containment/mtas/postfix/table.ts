// The exported table: the containments in force as a small SQLite file that Postfix reads by itself (`check_sasl_access sqlite:` and
// its siblings), so that blocks and suspensions hold while we are down. Re-routes are not in it: a table cannot see both customer
// and recipient.
//
// A Postfix process keeps the file open as long as it lives and does not notice another put in its place, so it is changed in place.
// Never WAL: a reader that may not write the directory could not open it. Postfix 3.7 does not wait for a locked file, its
// process ends; so the lock is held for the microseconds of a write and not for a disk: SQLite does not sync, we do, afterwards.
import { chmodSync, closeSync, fdatasync, openSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { loginKey } from '../../../mail/address.js';
import { addressesOf, networkSize, parseNetwork } from '../../../mail/ip.js';
import { MICROSOFT_CONSUMER_DOMAINS } from '../../../mail/microsoft-consumer.js';
import type { Containment } from '../../containment.js';
import { blockAction, type NameOf, type ReplyTexts, suspendAction } from './reply-texts.js';

/** Everything that tells a customer's messages from others'; only what is that customer's alone. */
export interface Identities {
  logins: string[];
  /** Domains of logins: any login `…@domain` is the customer's. */
  loginDomains: string[];
  /** Addresses or small networks. */
  clientIps: string[];
  /** Sender domains, for customers whom nothing else tells apart (shared hosted mail platforms). */
  senderDomains: string[];
}

export interface TableRow {
  kind: 'login' | 'sender' | 'client';
  /** Lower case. `@domain` under `login` means every login of that domain. */
  key: string;
  /** What Postfix's access(5) takes. */
  action: string;
}

export interface RowDeps {
  texts: ReplyTexts;
  nameOf: NameOf;
  identitiesOf: (customer: string) => Identities;
  localDomains: readonly string[];
}

/** A table has single addresses; a network wider than this is left to the policy server. */
const MAX_NETWORK = 256;

/** Postfix holds the file for the length of a look-up. Whoever holds it longer is not waited for: policy answers wait with us. */
const BUSY_MS = 50;

/** `microsoft_consumer` is for the second Postfix instance that splits re-routed mail by recipient: the domains we re-route for. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS access (
    kind TEXT NOT NULL, key TEXT NOT NULL COLLATE NOCASE, action TEXT NOT NULL, PRIMARY KEY (kind, key)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS microsoft_consumer (domain TEXT PRIMARY KEY COLLATE NOCASE) WITHOUT ROWID;`;

/** The rows that say the same as the book. A block stands before a suspension, an earlier containment before a later one. */
export function rowsOf(containments: readonly Containment[], deps: RowDeps): TableRow[] {
  const rows = new Map<string, TableRow>();
  const inOrder = [...blocks(containments, deps), ...suspensions(containments, deps)];
  for (const row of inOrder) {
    const id = `${row.kind} ${row.key}`;
    if (!rows.has(id)) rows.set(id, row);
  }
  return [...rows.values()];
}

export interface ExportedTable {
  /**
   * Makes the file say exactly these rows; writes nothing when it does already. Readers see it at once, the disk holds it soon
   * after. Throws what SQLite throws.
   */
  write(rows: readonly TableRow[]): void;
  read(): TableRow[];
  close(): void;
}

/** Opens the file, or makes it: readable by all, writable by us. One that SQLite cannot read is made anew. */
export function openTable(path: string): ExportedTable {
  const db = openSound(path);
  chmodSync(path, 0o644);
  // Open as long as the database: closing any descriptor of a file drops the process's locks on it (POSIX, fcntl).
  const descriptor = openSync(path, 'r');
  let isClosed = false;
  const read = db.prepare<[], TableRow>('SELECT kind, key, action FROM access');
  const put = db.prepare('INSERT OR REPLACE INTO access (kind, key, action) VALUES (@kind, @key, @action)');
  const drop = db.prepare('DELETE FROM access WHERE kind = @kind AND key = @key');

  const change = db.transaction((gone: TableRow[], changed: TableRow[]) => {
    for (const row of gone) drop.run(row);
    for (const row of changed) put.run(row);
  });

  return {
    write(rows) {
      const there = new Map(read.all().map((row) => [`${row.kind} ${row.key}`, row]));
      const changed: TableRow[] = [];
      for (const row of rows) {
        const id = `${row.kind} ${row.key}`;
        if (there.get(id)?.action !== row.action) changed.push(row);
        there.delete(id);
      }
      const gone = [...there.values()];
      if (gone.length + changed.length === 0) return;
      change(gone, changed);
      // A disk that fails here fails the next write too, which says so.
      fdatasync(descriptor, () => {});
    },
    read: () => read.all(),
    close() {
      if (isClosed) return;
      isClosed = true;
      db.close();
      closeSync(descriptor);
    },
  };
}

function* blocks(containments: readonly Containment[], deps: RowDeps): Generator<TableRow> {
  for (const { action: kind, customer, senders, logins } of containments) {
    if (kind !== 'block-sender') continue;
    const name = deps.nameOf(customer);
    for (const login of logins) {
      yield* loginRows(login, blockAction(deps.texts, { sender: '', login }, name), deps);
    }
    for (const sender of senders) {
      if (sender !== '')
        yield { kind: 'sender', key: sender.toLowerCase(), action: blockAction(deps.texts, { sender }, name) };
    }
  }
}

function* suspensions(containments: readonly Containment[], deps: RowDeps): Generator<TableRow> {
  for (const { action: kind, customer } of containments) {
    if (kind !== 'suspend-outbound') continue;
    const action = suspendAction(deps.texts, { sender: '' }, deps.nameOf(customer));
    const { logins, loginDomains, clientIps, senderDomains } = deps.identitiesOf(customer);
    for (const login of logins) yield* loginRows(login, action, deps);
    for (const domain of loginDomains) yield { kind: 'login', key: `@${domain.toLowerCase()}`, action };
    for (const address of clientIps.flatMap(singleAddresses)) yield { kind: 'client', key: address, action };
    for (const domain of senderDomains) yield { kind: 'sender', key: domain.toLowerCase(), action };
  }
}

/** A login in each form that Postfix may ask for: bare, and with each local domain. */
function* loginRows(login: string, action: string, { localDomains }: RowDeps): Generator<TableRow> {
  const local = new Set(localDomains.map((domain) => domain.toLowerCase()));
  const bare = loginKey(login, local);
  if (bare === '') return;
  yield { kind: 'login', key: bare, action };
  if (bare.includes('@')) return;
  for (const domain of local) yield { kind: 'login', key: `${bare}@${domain}`, action };
}

function singleAddresses(text: string): string[] {
  const network = parseNetwork(text);
  if (!network || networkSize(network) > MAX_NETWORK) return [];
  return [...addressesOf(network)].map((ip) => ip.toString());
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

function openChecked(path: string): Database.Database {
  const db = new Database(path, { timeout: BUSY_MS });
  try {
    db.pragma('journal_mode = DELETE');
    db.pragma('synchronous = OFF');
    if (db.pragma('quick_check', { simple: true }) !== 'ok') {
      throw new Database.SqliteError('quick_check failed', 'SQLITE_CORRUPT');
    }
    db.exec(SCHEMA);
    listDomains(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
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
