// What detection keeps is bounded, in memory and in the traffic database, over restarts too; and the right things go first.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTrafficDb, type TrafficDb } from '../../src/db/open-traffic.js';
import { counters, detectionState, familiar, findings } from '../../src/db/traffic-schema.js';
import { SUMS, type Sums } from '../../src/detection/counters.js';
import { Detector, type StateChanges } from '../../src/detection/detector.js';
import { Familiar } from '../../src/detection/familiar.js';
import { IDLE_MS, Identities } from '../../src/detection/identities.js';
import { type Identity, newIdentity } from '../../src/detection/identity.js';
import { Pruner } from '../../src/detection/prune.js';
import { SweepClock } from '../../src/detection/sweep-clock.js';
import { createTrafficStore, type TrafficStore } from '../../src/detection/traffic-store.js';
import { Directory } from '../../src/partners/directory.js';
import { DAY, HOUR, ordinary, T0 } from '../tools/mail-events.js';

let dir: string;
let db: TrafficDb;
let store: TrafficStore;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'growth-'));
  db = openTrafficDb(join(dir, 'traffic.db'));
  store = createTrafficStore(db);
});
afterEach(() => {
  db.$client.close();
  rmSync(dir, { recursive: true });
});

const NONE = { added: [], forgotten: [] };
const save = (state: StateChanges) =>
  store.commit({ positions: [], messages: new Map(), state, counters: [], findings: [] });

describe('acquaintances', () => {
  const CAP = 50_000;

  it('are no more after a restart than before, in memory and on disk, and the oldest went', () => {
    const before = new Familiar();
    for (let i = 0; i < 1.5 * CAP; i++) before.add('acme', `r:${i}`);
    save({ rows: new Map(), familiar: before.takeChanges() });
    expect(db.select().from(familiar).all().length).toBeLessThanOrEqual(CAP);
    for (let i = 1.5 * CAP; i < 1.6 * CAP; i++) before.add('acme', `r:${i}`);
    save({ rows: new Map(), familiar: before.takeChanges() });

    const after = new Familiar();
    after.restore(store.load().familiar);

    expect(db.select().from(familiar).all().length).toBeLessThanOrEqual(CAP);
    expect(after.add('acme', `r:${1.6 * CAP - 1}`)).toBe(false);
    expect(after.add('acme', `r:${0.7 * CAP}`)).toBe(false);
    expect(after.add('acme', `r:${0.55 * CAP}`)).toBe(true);
  });

  it('beyond the cap in a database of before go at its first commit', () => {
    const rows = Array.from({ length: CAP + 500 }, (_, hash) => ({ customer: 'acme', hash }));
    save({ rows: new Map(), familiar: { added: rows, forgotten: [] } });
    const restored = new Familiar();
    restored.restore(store.load().familiar);
    save({ rows: new Map(), familiar: restored.takeChanges() });

    const kept = db.select().from(familiar).all();
    expect(kept.length).toBeLessThanOrEqual(CAP);
    expect(kept.length).toBeGreaterThan(0.9 * CAP);
    expect(Math.min(...kept.map(({ hash }) => hash))).toBeGreaterThanOrEqual(500);
  });
});

describe('identities', () => {
  const entry = { kind: 'login', name: 'relay', key: 'acme|login:relay' } as const;
  function known(key: string, messages: number, lastAt: number): Identity {
    const identity = newIdentity(key, 'sender', entry, T0);
    identity.habit.messages = messages;
    identity.habit.decayedAt = lastAt;
    return identity;
  }

  it('known for long stay when a million senders are invented', () => {
    const identities = new Identities(1_000);
    for (let i = 0; i < 300; i++) identities.restore(known(`old${i}`, 50, T0 - i * HOUR));
    for (let i = 0; i < 20_000; i++) identities.of(`new${i}`, 'sender', entry, T0 + i);

    expect(identities.size).toBeLessThanOrEqual(1_000);
    expect(Array.from({ length: 300 }, (_, i) => identities.get(`old${i}`)).every(Boolean)).toBe(true);
    expect(identities.get('new19999')).toBeDefined();
    expect(identities.dirty.has('new0')).toBe(true);
  });

  it('under alarm stay while the table is full of strangers', () => {
    const identities = new Identities(100);
    const alarmed = identities.of('spammer', 'sender', entry, T0);
    alarmed.alarm = { since: T0, messages: 1, recipients: 1, senders: {}, clientIps: [] };
    for (let i = 0; i < 500; i++) identities.of(`new${i}`, 'sender', entry, T0 + i);

    expect(identities.get('spammer')).toBe(alarmed);
  });

  it('idle for 45 days go, those in use stay', () => {
    const identities = new Identities();
    identities.restore(known('idle', 900, T0 - IDLE_MS - 1));
    identities.restore(known('rare', 2, T0 - IDLE_MS + 1));
    identities.forgetIdle(T0);

    expect([identities.get('idle'), identities.get('rare')?.key]).toEqual([undefined, 'rare']);
    expect([...identities.dirty]).toEqual(['idle']);
  });

  it('beyond the limit in a saved table are not all restored', () => {
    const identities = new Identities(100);
    for (let i = 0; i < 250; i++) identities.restore(known(`k${i}`, 50, T0 + i));

    expect(identities.size).toBeLessThanOrEqual(100);
    expect(identities.get('k249')).toBeDefined();
  });

  it('that went are deleted from the database too', () => {
    const directory = Directory.parse({ customers: [{ id: 'acme', name: 'Acme', domains: ['acme.example'] }] });
    const detector = new Detector({ directory });
    for (const event of ordinary('gone@acme.example', T0, { login: 'gone@acme.example' })) detector.see(event);
    save(detector.takeChanges());
    const keys = () =>
      db
        .select()
        .from(detectionState)
        .all()
        .map(({ key }) => key);
    expect(keys().some((key) => key.includes('gone@'))).toBe(true);
    for (let i = 0; i < 20_001; i++) {
      const at = T0 + 50 * DAY + i * 1_000;
      for (const event of ordinary('here@acme.example', at, { login: 'here@acme.example' })) detector.see(event);
    }
    save(detector.takeChanges());

    expect(keys().some((key) => key.includes('gone@'))).toBe(false);
    expect(keys().some((key) => key.includes('here@'))).toBe(true);
  });
});

describe('SweepClock', () => {
  const sweepsOf = (times: (i: number) => number) => {
    const clock = new SweepClock();
    return Array.from({ length: 45_000 }, (_, i) => clock.tick(times(i), 10) ?? []).flat();
  };

  it('comes once in many events, and not at the time of a line that is years ahead', () => {
    expect(sweepsOf((i) => (i % 97 === 0 ? T0 + 900 * DAY : T0 + i))).toEqual([T0 + 1, T0 + 20_000]);
  });
});

describe('Pruner', () => {
  const NOW_HOUR = Math.floor(T0 / HOUR);
  const KEEP_HOURS = 190 * 24;
  const one = Object.fromEntries(SUMS.map((name) => [name, 1])) as Sums;
  const count = (...hours: number[]) =>
    store.commit({
      positions: [],
      messages: new Map(),
      state: { rows: new Map(), familiar: NONE },
      counters: hours.map((hour) => ({ hour, customer: 'acme', relay: 'relay1', ...one })),
      findings: [],
    });
  const hours = () =>
    db
      .select()
      .from(counters)
      .all()
      .map(({ hour }) => hour);
  const pruneAll = (pruner: Pruner) => {
    for (let steps = 0; pruner.step() > 0; steps++) expect(steps).toBeLessThan(10);
  };

  it('deletes what is older than half a year, in steps, and rests for an hour', () => {
    let now = T0;
    const pruner = new Pruner(db, () => now);
    const old = Array.from({ length: 12_000 }, (_, i) => NOW_HOUR - KEEP_HOURS - 1 - i);
    count(NOW_HOUR, NOW_HOUR - KEEP_HOURS, ...old);
    expect(pruner.step()).toBe(5_000);
    pruneAll(pruner);
    expect(hours().sort()).toEqual([NOW_HOUR - KEEP_HOURS, NOW_HOUR]);

    count(old[0] as number);
    now += HOUR / 2;
    expect(pruner.step()).toBe(0);
    now += HOUR;
    expect(pruner.step()).toBe(1);
  });

  it("keeps an old log's hours, and this year's beside a line that is years ahead", () => {
    const old = NOW_HOUR - 3 * KEEP_HOURS;
    count(old, old - 5);
    pruneAll(new Pruner(db, () => T0));
    expect(hours()).toHaveLength(2);
    count(NOW_HOUR, NOW_HOUR + 20 * KEEP_HOURS);
    pruneAll(new Pruner(db, () => T0));

    expect(hours().sort()).toEqual([NOW_HOUR, NOW_HOUR + 20 * KEEP_HOURS]);
  });

  it('keeps the last findings of each incident nobody took', () => {
    const put = (key: string, at: number) => db.insert(findings).values({ key, at, value: '{}' }).run();
    for (let at = 0; at < 100; at++) put('loud', at);
    put('quiet', 0);
    pruneAll(new Pruner(db, () => T0));
    const left = db.select().from(findings).all();

    expect(left.filter(({ key }) => key === 'loud').map(({ at }) => at)).toEqual(
      Array.from({ length: 20 }, (_, i) => 80 + i),
    );
    expect(left.filter(({ key }) => key === 'quiet')).toHaveLength(1);
  });
});
