import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_TEXTS } from '../../../../src/containment/mtas/postfix/reply-texts.js';
import { openTable } from '../../../../src/containment/mtas/postfix/table.js';
import { type RowDeps, rowsOf, type TableRow } from '../../../../src/containment/mtas/postfix/table-rows.js';
import { UNATTRIBUTED } from '../../../../src/mail/customer.js';
import { buildAttribution } from '../../../../src/partners/attribution.js';
import { Directory } from '../../../../src/partners/directory.js';
import { identitiesIn } from '../../../../src/wiring/identities.js';
import { containment } from '../../containments.js';

const directory = Directory.parse({
  customers: [
    {
      id: 'kvist',
      name: 'Kvist',
      domains: ['kvist.example'],
      sasl_users: ['Kvist', 'shared'],
      sasl_domains: ['kvist.example', 'RELAY.example', 'both.example'],
      ips: ['198.51.100.20', '198.51.100.32/30', '10.0.0.0/8', '2001:DB8::1', 'nonsense', '192.0.2.9', '203.0.113.5'],
    },
    {
      id: 'vestmar',
      name: 'Vestmar',
      domains: ['vestmar.example'],
      sasl_users: ['shared@relay.example', 'Host@kvist.example', 'vestmar'],
      sasl_domains: ['both.example'],
      ips: ['198.51.100.34', '203.0.113.5'],
    },
    {
      id: 'sky',
      name: 'Sky',
      auth: 'm365',
      domains: ['Sky.example', 'both-sky.example'],
      shared_ips: ['192.0.2.8/29'],
    },
    { id: 'cloud', name: 'Cloud', auth: 'm365', domains: ['eu.sky.example', 'both-sky.example'] },
  ],
});
const attribution = buildAttribution(directory, { localDomains: ['relay.example'] });

const deps: RowDeps = {
  texts: { ...DEFAULT_TEXTS, block: 'blocked {sender}', suspend: 'suspended {customer}' },
  nameOf: (customer) => `${customer} AS`,
  identitiesOf: identitiesIn(directory),
  attribute: (submission) => {
    const { customer } = attribution(submission);
    return customer === UNATTRIBUTED ? undefined : customer;
  },
  localDomains: ['relay.example'],
};

const lines = (rows: TableRow[]) => rows.map(({ kind, key, action }) => `${kind} ${key}: ${action}`);

describe('rowsOf', () => {
  it('has a block as senders and logins, the logins in both forms', () => {
    const block = containment('block-sender', {
      senders: ['anna@kvist.example', ''],
      logins: ['anna', 'bo@kvist.example'],
    });

    expect(lines(rowsOf([block], deps))).toEqual([
      'login anna: REJECT 5.7.1 blocked anna',
      'login anna@relay.example: REJECT 5.7.1 blocked anna',
      'login bo@kvist.example: REJECT 5.7.1 blocked bo@kvist.example',
      'sender anna@kvist.example: REJECT 5.7.1 blocked anna@kvist.example',
    ]);
  });

  it('has no part of an address as a sender: Postfix looks parts up as well', () => {
    const senders = ['kvist.example', '@kvist.example', 'anna@', '@', 'Bo@kvist.example.', 'a@b@kvist.example'];

    expect(rowsOf([containment('block-sender', { senders })], deps).map(({ key }) => key)).toEqual([
      'bo@kvist.example',
      'a@b@kvist.example',
    ]);
  });

  it('blocks no login of another customer, and those in no directory', () => {
    const block = containment('block-sender', { logins: ['vestmar', 'host@kvist.example', 'who'] });

    expect(rowsOf([block], deps).map(({ kind, key }) => `${kind} ${key}`)).toEqual([
      'login who',
      'login who@relay.example',
    ]);
  });

  const sendersOf = (fields: Parameters<typeof containment>[1]) =>
    rowsOf([containment('block-sender', fields)], deps).map(({ kind, key }) => `${kind} ${key}`);

  it('blocks no sender of another customer, and none that may be forged: it is in everybody’s mail', () => {
    const senders = ['eva@vestmar.example', 'support@bank.example', 'Anna@kvist.example'];

    expect(sendersOf({ senders, ownSenders: ['Anna@kvist.example'] })).toEqual(['sender anna@kvist.example']);
    expect(sendersOf({ senders: ['support@bank.example'], customer: UNATTRIBUTED, ownSenders: [] })).toEqual([]);
    expect(sendersOf({ senders: ['support@bank.example'] })).toEqual([]);
  });

  it('follows a sender that was the customer’s own to its heir, and keeps it when it is nobody’s by now', () => {
    const senders = ['eva@vestmar.example', 'Bo@gone.example', 'ida@both-sky.example'];
    const own = { senders, ownSenders: senders };

    expect(sendersOf({ ...own, heirs: { 'eva@vestmar.example': 'vestmar' } })).toEqual([
      'sender eva@vestmar.example',
      'sender bo@gone.example',
      'sender ida@both-sky.example',
    ]);
    expect(sendersOf(own)).toEqual(['sender bo@gone.example', 'sender ida@both-sky.example']);
  });

  it('has the sender domains of a customer that has nothing else, as a kind of their own', () => {
    const suspensions = ['sky', 'cloud', 'unattributed'].map((customer) =>
      containment('suspend-outbound', { customer }),
    );

    expect(lines(rowsOf(suspensions, deps))).toEqual([
      'domain sky.example: REJECT 5.7.1 suspended sky AS',
      'domain eu.sky.example: REJECT 5.7.1 suspended cloud AS',
    ]);
  });

  it('lets a suspension of the other customer stand before its exception', () => {
    const both = ['kvist', 'vestmar'].map((customer) => containment('suspend-outbound', { customer }));

    const host = rowsOf(both, deps).filter(({ key }) => key === 'host@kvist.example');

    expect(lines(host)).toEqual(['login host@kvist.example: REJECT 5.7.1 suspended vestmar AS']);
  });

  it('has a suspension as all that is the customer’s alone, networks as their addresses', () => {
    const rows = rowsOf([containment('suspend-outbound')], { ...deps, texts: { ...deps.texts, suspendWith: 'DEFER' } });

    expect(rows.pop()).toEqual({ kind: 'login', key: 'host@kvist.example', action: 'DUNNO' });
    expect(new Set(rows.map(({ action }) => action))).toEqual(new Set(['DEFER 4.7.1 suspended kvist AS']));
    expect(rows.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
      'login kvist',
      'login kvist@relay.example',
      'login @kvist.example',
      'client 198.51.100.20',
      ...['32', '33', '35'].map((last) => `client 198.51.100.${last}`),
      'client 2001:db8::1',
    ]);
  });

  it('has no re-routes, and one row for what two containments say', () => {
    const [block, suspension] = [containment('block-sender', { logins: ['kvist'] }), containment('suspend-outbound')];
    const rows = rowsOf([suspension, containment('reroute', { route: 'clean' }), block], deps);

    expect(rows.filter(({ key }) => key === 'kvist').map(({ action }) => action)).toEqual([
      'REJECT 5.7.1 blocked kvist',
    ]);
    expect(rows.some(({ action }) => action.startsWith('FILTER'))).toBe(false);
  });
});

describe('the exported file', () => {
  let dir: string;
  let path: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'table-'));
    path = join(dir, 'containments.sqlite');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const row = (key: string, action = 'REJECT x'): TableRow => ({ kind: 'login', key, action });

  it('says exactly the rows it was given last', () => {
    const table = openTable(path);
    table.write([row('a'), row('b')]);
    table.write([row('b', 'DEFER y'), row('c')]);

    expect(lines(table.read())).toEqual(['login b: DEFER y', 'login c: REJECT x']);
    table.close();
  });

  it('is changed under a reader that keeps it open and may not write', () => {
    const table = openTable(path);
    const reader = new Database(path, { readonly: true });
    const look = reader.prepare('SELECT action FROM access WHERE kind = ? AND key = ?').pluck();
    expect(look.get('login', 'anna')).toBeUndefined();

    table.write([row('anna')]);

    expect(look.get('login', 'ANNA')).toBe('REJECT x');
    reader.close();
    table.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  it('counts only while nobody has said that we answer', () => {
    const table = openTable(path);
    const counting = () => reader.prepare('SELECT key FROM access').pluck().all();
    const clockAt = (text: string) => `strftime('%Y-%m-%d %H:%M:%S', 'now', '${text}')`;
    table.write([row('a')]);
    const reader = new Database(path, { readonly: true });
    expect(counting()).toEqual(['a']);

    table.answering(60_000);
    expect(counting()).toEqual([]);
    table.silent();
    expect(counting()).toEqual(['a']);
    table.write([row('a'), row('b')], 60_000);
    expect(counting()).toEqual([]);
    table.write([row('a')]);
    expect(counting()).toEqual([]);

    const writer = new Database(path);
    writer.exec(`UPDATE answered SET since = ${clockAt('-121 seconds')}, until = ${clockAt('-1 seconds')}`);
    expect(counting(), 'silent for longer').toEqual(['a']);
    writer.exec(`UPDATE answered SET since = ${clockAt('+10 seconds')}, until = ${clockAt('+130 seconds')}`);
    expect(counting(), 'the clock was set back').toEqual(['a']);
    for (const db of [writer, reader, table]) db.close();
  });

  it('waits for no reader with a sign of life, and does not keep the next one out', () => {
    const table = openTable(path);
    table.write([row('a')]);
    const [reader, next] = [1, 2].map(() => new Database(path, { readonly: true, timeout: 0 }));
    const rows = reader?.prepare('SELECT key FROM contained').iterate();
    rows?.next();

    expect(() => table.answering(60_000)).toThrow('locked');
    expect(next?.prepare('SELECT key FROM access').pluck().all()).toEqual(['a']);

    rows?.return?.();
    table.answering(60_000);
    expect(next?.prepare('SELECT key FROM access').pluck().all()).toEqual([]);
    for (const db of [reader, next, table]) db?.close();
  });

  it('takes over a file in which the rows counted at any time', () => {
    const old = new Database(path);
    old.exec(`CREATE TABLE access (kind TEXT, key TEXT, action TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID;
      INSERT INTO access VALUES ('login', 'gone', 'REJECT x')`);
    old.close();

    const table = openTable(path);
    table.write([row('a')], 60_000);

    const reader = new Database(path, { readonly: true });
    expect(reader.prepare('SELECT key FROM access').all()).toEqual([]);
    expect(lines(table.read())).toEqual(['login a: REJECT x']);
    for (const db of [reader, table]) db.close();
  });

  it('heals what a process left that was killed within a write with a journal', () => {
    const killed = join(dir, 'killed.sqlite');
    const table = openTable(path);
    table.write(Array.from({ length: 2_000 }, (_, i) => row(`login${i}`)));
    table.close();
    const dying = new Database(path);
    dying.exec('PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; PRAGMA synchronous = OFF; BEGIN IMMEDIATE');
    dying.exec("UPDATE contained SET action = 'half'");
    for (const end of ['', '-journal']) copyFileSync(path + end, killed + end);
    dying.exec('ROLLBACK');
    dying.close();
    const look = () => {
      const reader = new Database(killed, { readonly: true });
      try {
        return reader.prepare("SELECT DISTINCT action FROM contained WHERE kind = 'login'").pluck().all();
      } finally {
        reader.close();
      }
    };
    expect(look).toThrow();

    openTable(killed).close();

    expect(look()).toEqual(['REJECT x']);
    expect(existsSync(`${killed}-journal`)).toBe(false);
  });

  it('leaves no journal that a killed process could leave behind', () => {
    const table = openTable(path);
    const seen: string[] = [];
    const reader = new Database(path, { readonly: true });
    const rows = reader.prepare('SELECT 1 FROM microsoft_consumer').iterate();
    rows.next();
    // A reader in its way holds the write just before it is done.
    expect(() => table.write([row('a')])).toThrow('locked');
    seen.push(...readdirSync(dir));
    rows.return?.();
    reader.close();
    table.close();

    expect(seen).toEqual(['containments.sqlite']);
  });

  it('is not touched when nothing has changed', () => {
    const table = openTable(path);
    table.write([row('a')]);
    const reader = new Database(path, { readonly: true });
    const version = () => reader.pragma('data_version', { simple: true });
    const before = version();

    table.write([row('a')]);
    expect(version()).toBe(before);

    table.write([]);
    expect(version()).not.toBe(before);
    reader.close();
    table.close();
  });

  it('is made anew from a file that is no database', () => {
    writeFileSync(path, 'this is not a database, and longer than the header of one would be '.repeat(10));

    const table = openTable(path);
    table.write([row('a')]);

    expect(lines(table.read())).toEqual(['login a: REJECT x']);
    table.close();
  });
});
