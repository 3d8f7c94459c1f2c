// An upgrade keeps what an earlier version counted.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/db/open.js';
import { openTrafficDb } from '../../src/db/open-traffic.js';
import { openTrafficHours } from '../../src/detection/traffic/traffic-hours.js';
import { volumes, volumesOver } from '../../src/detection/traffic/traffic-report.js';
import { tempDir } from '../helpers/temp.js';

const SQL = (name: string) => readFileSync(join(MIGRATIONS, '../traffic', `${name}.sql`), 'utf8');
const HOUR = 492_000;
const ALWAYS = { from: 0, to: 4e12 };

it('the mail of each hour, customer and relay', () => {
  const path = join(tempDir(), 'traffic.db');
  const db = openTrafficDb(path).$client;
  // The table as the first version made it and the second widened it.
  const before = new Database(':memory:');
  before.exec(SQL('0000_traffic'));
  before.exec(SQL('0001_count_signs'));
  const { sql } = before.prepare("select sql from sqlite_master where name = 'counters'").get() as { sql: string };
  db.exec(sql);
  const put = db.prepare(
    'insert into counters (hour, customer, relay, messages, recipients, sent, bounced, unknown_users) values (?, ?, ?, ?, 9, 4, 2, 1)',
  );
  put.run(HOUR, 'acme', 'relay1', 5);
  put.run(HOUR, 'acme', 'relay2', 6);
  put.run(HOUR + 1, 'acme', 'relay1', 7);
  put.run(HOUR + 1, 'relay1', 'relay1', 1);
  db.exec(SQL('0005_carry_counters_over'));
  db.close();

  expect(volumes(path, ALWAYS)).toMatchObject([
    { customer: 'acme', messages: 18, recipients: 27, sent: 12, deferred: 0, bounced: 6, refused: 0 },
    { customer: 'relay1', messages: 1 },
  ]);
  const over = (relay: string) =>
    volumesOver(path, [relay], ALWAYS).map(({ customer, messages }) => [customer, messages]);
  expect(over('relay1')).toEqual([
    ['acme', 12],
    ['relay1', 1],
  ]);
  expect(over('relay2')).toEqual([['acme', 6]]);
  const hours = openTrafficHours(path);
  expect(hours?.ofCustomer('acme', HOUR, HOUR + 5)).toMatchObject([
    { hour: HOUR, messages: 11, sent: 8, unknownUsers: 2 },
    { hour: HOUR + 1, messages: 7 },
  ]);
  hours?.close();
});
