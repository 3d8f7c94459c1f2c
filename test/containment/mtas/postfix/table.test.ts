import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_TEXTS } from '../../../../src/containment/mtas/postfix/reply-texts.js';
import { openTable, type RowDeps, rowsOf, type TableRow } from '../../../../src/containment/mtas/postfix/table.js';
import { containment } from '../../containments.js';

const deps: RowDeps = {
  texts: { ...DEFAULT_TEXTS, block: 'blocked {sender}', suspend: 'suspended {customer}' },
  nameOf: (customer) => `${customer} AS`,
  identitiesOf: () => ({
    logins: ['Kvist'],
    loginDomains: ['kvist.example'],
    clientIps: ['198.51.100.20', '198.51.100.32/30', '10.0.0.0/8', '2001:DB8::1', 'nonsense'],
    senderDomains: ['Kvist-Group.example'],
  }),
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

  it('has a suspension as all that is the customer’s alone, networks as their addresses', () => {
    const rows = rowsOf([containment('suspend-outbound')], { ...deps, texts: { ...deps.texts, suspendWith: 'DEFER' } });

    expect(new Set(rows.map(({ action }) => action))).toEqual(new Set(['DEFER 4.7.1 suspended kvist AS']));
    expect(rows.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
      'login kvist',
      'login kvist@relay.example',
      'login @kvist.example',
      'client 198.51.100.20',
      ...['32', '33', '34', '35'].map((last) => `client 198.51.100.${last}`),
      'client 2001:db8::1',
      'sender kvist-group.example',
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
