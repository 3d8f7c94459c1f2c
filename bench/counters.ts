// Counters of 1,000 customers: what counting an event costs, how big a year becomes in SQLite, and how long its readers take, beside a table
// with a row for each event. The year is reckoned from weeks that are really written: as hours, and again after they have become days.
// `npm run bench:counters [weeks]`
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { openTrafficDb } from '../src/db/open-traffic.js';
import { createCounterStore } from '../src/detection/counter-store.js';
import { type CounterRow, Counters, type Kind, OTHER, SUMS, type Sums } from '../src/detection/counters.js';
import { receivedSince } from '../src/detection/received.js';
import { KEEP_HOURS, RollUp } from '../src/detection/roll-up.js';
import { topSenders } from '../src/detection/sender-signs.js';
import { openTrafficHours } from '../src/detection/traffic-hours.js';
import { volumes } from '../src/detection/traffic-report.js';
import { unownedSince } from '../src/detection/unowned.js';
import type { Accepted, Delivery, MailEvent, MessageHead } from '../src/mail/event.js';
import { buildAttribution, type Origin } from '../src/partners/attribution.js';
import { Directory } from '../src/partners/directory.js';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const ROUNDS = 5;
/** Of an hour of this provider. */
const MESSAGES = 200_000;
/** A Monday. */
const BEGIN_HOUR = Math.floor(Date.UTC(2026, 0, 5) / HOUR_MS);
const CUSTOMERS = 1_000;
const ADDRESSES = 8;
const RELAYS = 4;
/** Receivers with a name of their own: providers, and domains with much mail. */
const RECEIVERS = 250;
const MOBILE_NETWORKS = 60;
const ZERO = Object.fromEntries(SUMS.map((name) => [name, 0])) as Sums;

interface Person {
  sender: string;
  login: string;
  home: string;
}
interface Base {
  name: string;
  office: string;
  people: Person[];
  /** Programs that send round the clock: invoices, scanners, monitoring. */
  machines: string[];
}

const weeks = Number(process.argv[2]) || 2;
const chance = lehmer(4711);
const base = Array.from({ length: CUSTOMERS }, (_, i) => makeCustomer(i));
const { relays } = Directory.parse({
  relays: Array.from({ length: RELAYS }, (_, i) => ({
    host: `relay${i}`,
    outbound_ips: [`203.0.113.${2 * i}`, `203.0.113.${2 * i + 1}`],
  })),
});
const dir = mkdtempSync(join(tmpdir(), 'bench-counters-'));
try {
  const people = base.reduce((sum, one) => sum + one.people.length, 0);
  const machines = base.reduce((sum, one) => sum + one.machines.length, 0);
  const networks = CUSTOMERS + people + MOBILE_NETWORKS;
  print(
    `${CUSTOMERS} customers`,
    `${people} mailboxes with a login each, ${machines} machines, ${networks} client networks`,
  );
  countEvents();
  attributeEvents();
  await writeYear();
} finally {
  rmSync(dir, { recursive: true });
}

/** Half of all customers have eight mailboxes or fewer, one in a hundred has 150 and more. */
function makeCustomer(i: number): Base {
  const domain = `customer${i}.example`;
  const mailboxes = Math.ceil(8 * Math.exp(1.3 * gauss()));
  return {
    name: `customer-${i}`,
    office: `10.${i >> 8}.${i & 255}.0/24`,
    people: Array.from({ length: mailboxes }, (_, n) => ({
      sender: `firstname.lastname${n}@${domain}`,
      login: `firstname.lastname${n}@${domain}`,
      home: `172.${16 + (n % 16)}.${(i * 7 + n) & 255}.7`,
    })),
    machines: Array.from({ length: 1 + Math.floor(3 * chance()) }, (_, n) => `noreply${n}@${domain}`),
  };
}

/**
 * Events of senders picked at random, which is worse than any log: the same loop with counting, with key strings in one map as one would
 * write it first, and without either, which is taken off both.
 */
function countEvents(): void {
  const senders = base.flatMap(({ name, people }) => people.map((person) => ({ customer: name, person })));
  const hosts = Array.from({ length: 100 }, (_, i) =>
    i < 40 ? `mx${i}.receiver${i}.example` : 'gmail-smtp-in.l.google.com',
  );
  const recipients = Array.from({ length: 2_000 }, (_, i) => `somebody${i}@domain${i % 40}.example`);
  const counters = new Counters(relays);
  const keyed = new Map<string, number>();
  const ways = {
    without: () => {},
    ours: (event: MailEvent, customer: string) => counters.count(event, customer, undefined),
    keyed: (event: Accepted | Delivery, customer: string) => countByKeys(keyed, event, customer),
  };
  const run = (take: (event: Accepted | Delivery, customer: string) => void) =>
    countOnce(senders, hosts, recipients, take);
  for (const take of Object.values(ways)) run(take);
  const without = median(() => run(ways.without));
  const ours = median(() => run(ways.ours)) - without;
  const peer = median(() => run(ways.keyed)) - without;
  const known = new Map(senders.map(({ person }, i) => [person.sender, i]));
  let found = 0;
  const lookUp =
    median(() =>
      run((event) => {
        found += known.get(event.message.sender) ?? 0;
      }),
    ) - without;
  if (found === 0) throw new Error('no sender was found');
  print('an event counted in six ways', `${ours.toFixed(0)} ns of processor time`);
  print(
    'one look-up in a Map of its senders',
    `${lookUp.toFixed(0)} ns: ours is ${(ours / lookUp).toFixed(1)} of them`,
  );
  print('the same by key strings', `${peer.toFixed(0)} ns: ours takes ${(ours / peer).toFixed(2)} of it`);
}

/** Whose message it is, asked again and again about the same senders. */
function attributeEvents(): void {
  const customers = base.map(({ name, people }, i) => ({
    ...{ id: name, name, domains: [`customer${i}.example`], ips: [`10.${i >> 8}.${i & 255}.0/24`] },
    sasl_users: i % 2 ? people.map(({ login }) => login) : [],
  }));
  const attribute = buildAttribution(Directory.parse({ relays, customers }));
  const origins = base.flatMap(({ people }) =>
    people.map(({ sender, login, home }, i) =>
      i % 3 ? { sender, login, clientIp: home } : { sender, clientIp: home },
    ),
  );
  const run = () => {
    const before = process.cpuUsage();
    let found = 0;
    for (let i = 0; i < MESSAGES; i++) if (attribute(origins[i % origins.length] as Origin).by !== 'nothing') found++;
    const { user, system } = process.cpuUsage(before);
    if (found === 0) throw new Error('nothing was attributed');
    return ((user + system) * 1e3) / MESSAGES;
  };
  run();
  print('whose message, asked again', `${median(run).toFixed(0)} ns of processor time`);
}

/** ns of processor time for an event. */
function countOnce(
  senders: readonly { customer: string; person: Person }[],
  hosts: readonly string[],
  recipients: readonly string[],
  take: (event: Accepted | Delivery, customer: string) => void,
): number {
  const message: MessageHead = {
    ...{ relay: '', queueId: '', acceptedAt: 0, origin: 'client', clientIp: '', login: '', sender: '' },
    ...{ recipientCount: 1, sizeBytes: 0 },
  };
  const accepted: Accepted = { kind: 'accepted', at: 0, message };
  const delivery: Delivery = {
    ...{ kind: 'delivery', at: 0, message, recipient: '', isFirstAttempt: true, status: 'sent', dsn: '', reply: '' },
    remoteHost: '',
  };
  let events = 0;
  const before = process.cpuUsage();
  for (let i = 0; i < MESSAGES; i++) {
    const { customer, person } = senders[(i * 7_919) % senders.length] as { customer: string; person: Person };
    message.relay = relays[i % RELAYS]?.host ?? '';
    message.clientIp = person.home;
    message.login = person.login;
    message.sender = person.sender;
    accepted.at = delivery.at = BEGIN_HOUR * HOUR_MS + i * 10;
    take(accepted, customer);
    events++;
    for (let n = i % 5 < 2 ? 2 : 1; n > 0; n--) {
      delivery.recipient = recipients[(i * 7) % recipients.length] ?? '';
      delivery.remoteHost = hosts[i % hosts.length] ?? '';
      take(delivery, customer);
      events++;
    }
  }
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1e3) / events;
}

function countByKeys(counts: Map<string, number>, event: Accepted | Delivery, customer: string): void {
  const hour = Math.floor(event.at / HOUR_MS);
  const { relay, sender, login, clientIp } = event.message;
  const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  add(`${hour} relay ${customer} ${relay} ${event.kind}`);
  add(`${hour} sender ${customer} ${sender} ${event.kind}`);
  add(`${hour} login ${customer} ${login} ${event.kind}`);
  add(`${hour} network ${customer} ${clientIp} ${event.kind}`);
  if (event.kind === 'accepted') return;
  add(`${hour} outbound ${customer} ${relay} ${event.status}`);
  add(`${hour} receiver ${relay} ${event.remoteHost} ${event.status}`);
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
  print(
    'rows a week, by the hour',
    `${(perWeek / 1e6).toFixed(2)} million of ${(events / weeks / 1e6).toFixed(1)} million events`,
  );
  print('rows committed', `${((rows / ms) * 1e3).toFixed(0)}/s`);
  const hourly = sizesOf(db.$client);
  await readers(path, now);
  const dayRows = rollUp(db, now);
  const daily = sizesOf(db.$client);
  print('rows a week, by the day', `${(dayRows / weeks / 1e6).toFixed(2)} million`);
  db.$client.close();
  const hourBytes = ((hourly.hour_counts ?? 0) / weeks) * (KEEP_HOURS / 168);
  const dayBytes = ((daily.day_counts ?? 0) / weeks) * ((366 - KEEP_HOURS / 24) / 7);
  const names = daily.names ?? 0;
  const year = hourBytes + dayBytes + names;
  const gb = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
  print('a year', `${gb(year)}: five weeks by the hour ${gb(hourBytes)}, days ${gb(dayBytes)}, names ${gb(names)}`);
  const naive = naiveTable(Math.min(events, 300_000));
  const ofYear = (naive.bytesPerEvent * events * 365) / (7 * weeks);
  print('a row for each event', `${gb(ofYear)} a year, ${naive.perSecond.toFixed(0)} events/s`);
  print('counters beside it', `${(year / ofYear).toFixed(4)} of the size`);
}

/** The rows of one hour: who is at work, and what their mail adds up to. */
function rowsOf(hour: number): CounterRow[] {
  const rows: CounterRow[] = [];
  const ofDay = hour % DAY_HOURS;
  const isWorkday = Math.floor((hour - BEGIN_HOUR) / DAY_HOURS) % 7 < 5;
  // Seven in ten mailboxes send on a workday, in four hours of it.
  const isWork = ofDay >= 7 && ofDay < 19;
  const active = (isWorkday ? 0.7 : 0.15) * (isWork ? 4 / 12 : 0.03);
  const receivers = new Set<number>();
  for (const one of base) {
    const at = rows.length;
    let mail = 0;
    const networks = new Set<string>();
    for (const person of one.people) {
      if (chance() > active) continue;
      const messages = 1 + Math.floor(6 * chance() ** 3);
      mail += messages;
      rows.push(
        rowOf(hour, 'sender', one.name, person.sender, messages),
        rowOf(hour, 'login', one.name, person.login, messages),
      );
      networks.add(networkNow(one, person));
    }
    for (const machine of one.machines) {
      if (chance() > 0.5) continue;
      mail += 5;
      rows.push(rowOf(hour, 'sender', one.name, machine, 5));
      networks.add(one.office);
    }
    if (mail === 0) continue;
    for (const network of networks) rows.push(rowOf(hour, 'network', one.name, network, mail));
    const spread = (kind: Kind, names: readonly string[]) => {
      for (let i = 0; i < Math.min(mail, names.length); i++)
        rows.push(rowOf(hour, kind, one.name, names[i] ?? '', mail));
    };
    spread(
      'relay',
      relays.map(({ host }) => host),
    );
    spread(
      'outbound',
      relays.flatMap(({ outbound_ips }) => outbound_ips),
    );
    for (let i = at; i < rows.length; i++) receivers.add(Math.floor(RECEIVERS * chance() ** 3));
  }
  for (let address = 0; address < ADDRESSES; address++)
    for (const receiver of [...receivers, -1])
      rows.push(
        rowOf(hour, 'receiver', `203.0.113.${address}`, receiver < 0 ? OTHER : `receiver${receiver}.example`, 20),
      );
  return rows;
}

/** Mostly the office, else at home, sometimes a telephone. */
function networkNow(one: Base, person: Person): string {
  const where = chance();
  if (where < 0.6) return one.office;
  return where < 0.85 ? person.home : `100.64.${Math.floor(MOBILE_NETWORKS * chance())}.0/24`;
}

function rowOf(hour: number, kind: Kind, owner: string, name: string, messages: number): CounterRow {
  const row = { ...ZERO, hour, kind, owner, name, messages, recipients: messages, sent: messages };
  if (chance() < 0.1) Object.assign(row, { deferred: 1, bounced: 1, unknownUsers: 1 });
  if (chance() < 0.5) row.newRecipients = 1;
  return row;
}

function eventsOf(rows: readonly CounterRow[]): number {
  return rows.reduce((sum, row) => sum + (row.kind === 'sender' ? row.messages * 2.4 : 0), 0);
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
  print('hours into days', `${(moved / seconds).toFixed(0)} rows/s, longest step ${longest.toFixed(0)} ms`);
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
  timed('totals of a day, by customer', () => volumes(path, day));
  timed('totals of a week, by customer', () => volumes(path, week));
  timed('an hour, by customer and relay', () => hours?.read(noon));
  timed('an hour, by customer and address', () => hours?.outbound(noon));
  timed('the hours of a week of one customer', () => hours?.ofCustomer('customer-7', noon - 7 * DAY_HOURS, noon));
  timed('what a receiver took in a week', () => receivedSince(path, '203.0.113.1', 'receiver1.example', week.from));
  timed('what belongs to nobody in a week', () => unownedSince(path, week.from));
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
  print(
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

function timed(what: string, run: () => unknown): void {
  const ms = median(() => {
    const startedAt = performance.now();
    run();
    return performance.now() - startedAt;
  });
  print(what, `${ms.toFixed(1)} ms`);
}

function median(run: () => number): number {
  return Array.from({ length: ROUNDS }, run).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

function print(what: string, figure: string): void {
  console.log(`${what.padEnd(40)} ${figure}`);
}

/** Numbers in [0, 1) that are the same in every run (Park and Miller). */
function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function gauss(): number {
  return Math.sqrt(-2 * Math.log(chance() || 1e-9)) * Math.cos(2 * Math.PI * chance());
}
