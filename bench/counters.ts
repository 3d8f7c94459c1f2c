// Counters of 1,000 customers: what counting an event costs, how big a year becomes in SQLite, and how long its readers take, beside a table
// with a row for each event. The year is reckoned from weeks that are really written: as hours, and again after they have become days.
// `npm run bench:counters [weeks]`

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { openTrafficDb } from '../src/db/open-traffic.js';
import type { CounterRow } from '../src/detection/counters/counter-cells.js';
import { createCounterStore } from '../src/detection/counters/counter-store.js';
import { KEEP_HOURS, RollUp } from '../src/detection/counters/roll-up.js';
import { receivedSince } from '../src/detection/traffic/received.js';
import { topSenders } from '../src/detection/traffic/sender-signs.js';
import { openTrafficHours } from '../src/detection/traffic/traffic-hours.js';
import { volumes } from '../src/detection/traffic/traffic-report.js';
import { unownedSince } from '../src/detection/traffic/unowned.js';
import { chance } from './tools/chance.js';
import {
  type Base,
  BEGIN_HOUR,
  base,
  CUSTOMERS,
  DAY_HOURS,
  eventsOf,
  HOUR_MS,
  MOBILE_NETWORKS,
  type Person,
  rowOf,
  rowsOf,
} from './tools/counter-customers.js';
import { attributeEvents, countEvents } from './tools/counter-events.js';
import { figure, timedFigure } from './tools/figures.js';

const weeks = Number(process.argv[2]) || 2;
const dir = mkdtempSync(join(tmpdir(), 'bench-counters-'));
try {
  const people = base.reduce((sum, one) => sum + one.people.length, 0);
  const machines = base.reduce((sum, one) => sum + one.machines.length, 0);
  const networks = CUSTOMERS + people + MOBILE_NETWORKS;
  figure(
    `${CUSTOMERS} customers`,
    `${people} mailboxes with a login each, ${machines} machines, ${networks} client networks`,
  );
  countEvents();
  attributeEvents();
  await writeYear();
} finally {
  rmSync(dir, { recursive: true });
}

async function writeYear(): Promise<void> {
  const path = join(dir, 'traffic.db');
  const db = openTrafficDb(path);
  const now = (BEGIN_HOUR + weeks * 7 * DAY_HOURS) * HOUR_MS;
  const store = createCounterStore(db, () => now);
  const write = db.$client.transaction((rows: CounterRow[]) => store.add(rows));
  let rows = 0;
  let events = 0;
  let ms = 0;
  for (let hour = BEGIN_HOUR; hour < BEGIN_HOUR + weeks * 7 * DAY_HOURS; hour++) {
    const all = rowsOf(hour);
    events += eventsOf(all);
    // As the worker commits: some thousand rows at a time, in no order.
    for (let from = 0; from < all.length; from += 5_000) {
      const batch = all.slice(from, from + 5_000);
      const startedAt = performance.now();
      write(batch);
      ms += performance.now() - startedAt;
    }
    rows += all.length;
  }
  const perWeek = rows / weeks;
  figure(
    'rows a week, by the hour',
    `${(perWeek / 1e6).toFixed(2)} million of ${(events / weeks / 1e6).toFixed(1)} million events`,
  );
  figure('rows committed', `${((rows / ms) * 1e3).toFixed(0)}/s`);
  const hourly = sizesOf(db.$client);
  await readers(path, now);
  const dayRows = rollUp(db, now);
  const daily = sizesOf(db.$client);
  figure('rows a week, by the day', `${(dayRows / weeks / 1e6).toFixed(2)} million`);
  db.$client.close();
  const hourBytes = ((hourly.hour_counts ?? 0) / weeks) * (KEEP_HOURS / 168);
  const dayBytes = ((daily.day_counts ?? 0) / weeks) * ((366 - KEEP_HOURS / 24) / 7);
  const names = daily.names ?? 0;
  const year = hourBytes + dayBytes + names;
  const gb = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
  figure('a year', `${gb(year)}: five weeks by the hour ${gb(hourBytes)}, days ${gb(dayBytes)}, names ${gb(names)}`);
  const naive = naiveTable(Math.min(events, 300_000));
  const ofYear = (naive.bytesPerEvent * events * 365) / (7 * weeks);
  figure('a row for each event', `${gb(ofYear)} a year, ${naive.perSecond.toFixed(0)} events/s`);
  figure('counters beside it', `${(year / ofYear).toFixed(4)} of the size`);
}

function rollUp(db: ReturnType<typeof openTrafficDb>, now: number): number {
  const steps = new RollUp(db);
  // One row of a later day, so that all of the weeks are old.
  const later = Math.floor(now / HOUR_MS) + KEEP_HOURS + DAY_HOURS;
  createCounterStore(db).add([rowOf(later, 'relay', 'customer-0', 'relay0', 1)]);
  let moved = 0;
  let longest = 0;
  const startedAt = performance.now();
  for (let n = -1; n !== 0; moved += n) {
    const stepAt = performance.now();
    n = steps.step(later * HOUR_MS);
    longest = Math.max(longest, performance.now() - stepAt);
  }
  const seconds = (performance.now() - startedAt) / 1e3;
  figure('hours into days', `${(moved / seconds).toFixed(0)} rows/s, longest step ${longest.toFixed(0)} ms`);
  return db.$client.prepare<[], number>('select count(*) from day_counts').pluck().get() ?? 0;
}

function sizesOf(client: Database.Database): Record<string, number> {
  const rows = client
    .prepare<[], { tbl: string; bytes: number }>(
      `select m.tbl_name tbl, sum(s.pgsize) bytes from dbstat s join sqlite_master m on m.name = s.name group by 1`,
    )
    .all();
  return Object.fromEntries(rows.map(({ tbl, bytes }) => [tbl, bytes]));
}

async function readers(path: string, now: number): Promise<void> {
  const day = { from: now - DAY_HOURS * HOUR_MS, to: now };
  const week = { from: now - 7 * DAY_HOURS * HOUR_MS, to: now };
  const hours = openTrafficHours(path);
  const noon = Math.floor(now / HOUR_MS) - 3 * DAY_HOURS - 12;
  timedFigure('totals of a day, by customer', () => volumes(path, day));
  timedFigure('totals of a week, by customer', () => volumes(path, week));
  timedFigure('an hour, by customer and relay', () => hours?.read(noon));
  timedFigure('an hour, by customer and address', () => hours?.outbound(noon));
  timedFigure('the hours of a week of one customer', () => hours?.ofCustomer('customer-7', noon - 7 * DAY_HOURS, noon));
  timedFigure('what a receiver took in a week', () =>
    receivedSince(path, '203.0.113.1', 'receiver1.example', week.from),
  );
  timedFigure('what belongs to nobody in a week', () => unownedSince(path, week.from));
  hours?.close();
  let isOver = false;
  const startedAt = performance.now();
  const done = topSenders(path, day, 5).finally(() => {
    isOver = true;
  });
  let longest = 0;
  for (let last = performance.now(); !isOver; last = performance.now()) {
    await nextTurn();
    longest = Math.max(longest, performance.now() - last);
  }
  await done;
  figure(
    'senders that stand out in a day',
    `${(performance.now() - startedAt).toFixed(1)} ms, others wait ${longest.toFixed(1)} ms at the most`,
  );
}

/** A table as one would write it first: an event a row, and what one has to find again indexed. */
function naiveTable(events: number): { perSecond: number; bytesPerEvent: number } {
  const db = new Database(join(dir, 'naive.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec(`create table events (at integer, customer text, relay text, sender text, login text, network text, outbound text, receiver text, status text);
    create index by_customer on events (customer, at); create index by_sender on events (sender, at)`);
  const put = db.prepare('insert into events values (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const write = db.transaction((from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const one = base[Math.floor(CUSTOMERS * chance() ** 2)] as Base;
      const person = one.people[Math.floor(one.people.length * chance())] as Person;
      put.run(
        i,
        one.name,
        'relay1',
        person.sender,
        person.login,
        person.home,
        '203.0.113.1',
        'receiver1.example',
        'sent',
      );
    }
  });
  const startedAt = performance.now();
  for (let from = 0; from < events; from += 5_000) write(from, Math.min(events, from + 5_000));
  const perSecond = (events / (performance.now() - startedAt)) * 1e3;
  const bytes =
    (db.pragma('page_count', { simple: true }) as number) * (db.pragma('page_size', { simple: true }) as number);
  db.close();
  return { perSecond, bytesPerEvent: bytes / events };
}
