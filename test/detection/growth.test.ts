// What detection keeps is bounded, in memory and in the traffic database, over restarts too; and the right things go first.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTrafficDb, type TrafficDb } from '../../src/db/open-traffic.js';
import { acquaintances, detectionState, familiar as familiarRows } from '../../src/db/traffic-schema.js';
import { Familiar, type FamiliarChanges, hashOf } from '../../src/detection/clues/familiar.js';
import { Detector } from '../../src/detection/detector.js';
import { newActivity } from '../../src/detection/identities/activity.js';
import { IDLE_MS, Identities } from '../../src/detection/identities/identities.js';
import { type Identity, newIdentity } from '../../src/detection/identities/identity.js';
import type { StateChanges } from '../../src/detection/identities/saved-identity.js';
import { createTrafficStore } from '../../src/detection/live/traffic-store.js';
import { Tally } from '../../src/detection/structures/tally.js';
import { SweepClock } from '../../src/detection/sweep-clock.js';
import { KEPT, type MessageHead } from '../../src/mail/event.js';
import { Directory } from '../../src/partners/directory.js';
import { accepted, DAY, HOUR, message, ordinary, T0 } from '../tools/mail-events.js';

let dir: string;
let db: TrafficDb;
let store: ReturnType<typeof createTrafficStore>;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'growth-'));
  db = openTrafficDb(join(dir, 'traffic.db'));
  store = createTrafficStore(db);
});
afterEach(() => {
  db.$client.close();
  rmSync(dir, { recursive: true });
});

const NONE = { generation: 0, begunAt: 0, hashes: new Uint32Array() };
const save = (state: StateChanges) =>
  store.commit({ positions: [], messages: new Map(), state, counters: [], findings: [] });
const met = (changes: FamiliarChanges) => save({ rows: new Map(), familiar: changes });

describe('acquaintances', () => {
  const meets = (familiar: Familiar, name: string) => familiar.meet(familiar.of('acme'), hashOf(name));

  it('are known after a restart, each customer its own', () => {
    const before = new Familiar();
    for (let i = 0; i < 2_000; i++) {
      meets(before, `r:${i}`);
      if (i % 3 === 0) met(before.takeChanges());
    }
    met(before.takeChanges());
    const after = new Familiar();
    after.restore(store.load().familiar);

    expect(Array.from({ length: 2_000 }, (_, i) => meets(after, `r:${i}`)).filter(Boolean)).toEqual([]);
    expect(meets(after, 'r:2000')).toBe(true);
    expect(after.meet(after.of('other'), hashOf('r:1'))).toBe(true);
  });

  it('take four bytes each and few rows, however many commits there were', () => {
    const familiar = new Familiar();
    for (let i = 0; i < 5_000; i++) {
      meets(familiar, `r:${i}`);
      met(familiar.takeChanges());
    }
    const rows = db.select().from(acquaintances).all();

    expect(rows.length).toBeLessThan(400);
    expect(rows.reduce((sum, { hashes }) => sum + hashes.length, 0)).toBe(4 * 5_000);
  });

  it('are forgotten when nobody met them for two to four months, on disk too', () => {
    const familiar = new Familiar();
    familiar.turn(T0);
    meets(familiar, 'r:old');
    meets(familiar, 'r:dear');
    met(familiar.takeChanges());
    familiar.turn(T0 + 61 * DAY);
    expect([meets(familiar, 'r:dear'), meets(familiar, 'r:new')]).toEqual([false, true]);
    met(familiar.takeChanges());
    familiar.turn(T0 + 122 * DAY);
    for (let i = 0; i < 400; i++) {
      meets(familiar, `r:${i}`);
      met(familiar.takeChanges());
    }

    const after = new Familiar();
    after.restore(store.load().familiar);
    expect(['r:dear', 'r:new', 'r:old'].map((name) => meets(after, name))).toEqual([false, false, true]);
    expect(Math.min(...store.load().familiar.map(({ generation }) => generation))).toBe(1);
  });

  it('of an earlier version are taken over', () => {
    db.insert(familiarRows)
      .values({ customer: 'acme', hash: hashOf('r:ann@firm.example') })
      .run();
    const familiar = new Familiar();
    familiar.restore(store.load().familiar);

    expect(meets(familiar, 'r:ann@firm.example')).toBe(false);
    expect(db.select().from(familiarRows).all()).toEqual([]);
  });

  it('pass for known by accident less often than one in a thousand', () => {
    const familiar = new Familiar();
    for (let i = 0; i < 200_000; i++) meets(familiar, `person${i}@firm${i % 999}.example`);
    const strangers = Array.from({ length: 50_000 }, (_, i) =>
      familiar.meet(familiar.of('b'), hashOf(`x${i}@y.example`)),
    );

    expect(strangers.filter((isNew) => !isNew).length).toBeLessThan(50);
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
    const identities = new Identities({ most: 1_000 });
    for (let i = 0; i < 300; i++) identities.restore(known(`old${i}`, 50, T0 - i * HOUR));
    for (let i = 0; i < 20_000; i++) identities.of(`new${i}`, 'sender', entry, T0 + i);

    expect(identities.size).toBeLessThanOrEqual(1_000);
    expect(Array.from({ length: 300 }, (_, i) => identities.get(`old${i}`)).every(Boolean)).toBe(true);
    expect(identities.get('new19999')).toBeDefined();
    expect(identities.takeChanges().has('new0')).toBe(true);
  });

  it('under alarm stay while the table is full of strangers', () => {
    const identities = new Identities({ most: 100 });
    const alarmed = identities.of('spammer', 'sender', entry, T0);
    alarmed.alarm = { since: T0, messages: 1, recipients: 1, senders: new Tally(), clientIps: [] };
    for (let i = 0; i < 500; i++) identities.of(`new${i}`, 'sender', entry, T0 + i);

    expect(identities.get('spammer')).toBe(alarmed);
  });

  it('idle for 45 days go, those in use stay', () => {
    const identities = new Identities();
    identities.restore(known('idle', 900, T0 - IDLE_MS - 1));
    identities.restore(known('rare', 2, T0 - IDLE_MS + 1));
    identities.forgetIdle(T0);

    expect([identities.get('idle'), identities.get('rare')?.key]).toEqual([undefined, 'rare']);
    expect([...identities.takeChanges().keys()]).toEqual(['idle']);
  });

  it('beyond the limit in a saved table are not all restored', () => {
    const identities = new Identities({ most: 100 });
    for (let i = 0; i < 250; i++) identities.restore(known(`k${i}`, 50, T0 + i));

    expect(identities.size).toBeLessThanOrEqual(100);
    expect(identities.get('k249')).toBeDefined();
  });

  it('are found by their customer, until they go', () => {
    const identities = new Identities();
    identities.of('acme|login:relay|ann@acme.example', 'sender', entry, T0);
    identities.of('acme|login:relay', 'entry', entry, T0 + IDLE_MS);
    identities.of('other|login:box', 'entry', entry, T0 + IDLE_MS);
    const keysOf = (customer: string) => Array.from(identities.ofCustomer(customer), ({ key }) => key);
    expect(keysOf('acme')).toEqual(['acme|login:relay|ann@acme.example', 'acme|login:relay']);

    identities.restore(known('acme|login:relay', 5, T0 + IDLE_MS));
    identities.forgetIdle(T0 + IDLE_MS + HOUR);
    expect([keysOf('acme'), keysOf('nobody')]).toEqual([['acme|login:relay'], []]);
  });

  it('asleep are let go when they are saved, and come back as they were', () => {
    const directory = Directory.parse({ customers: [{ id: 'acme', name: 'Acme', domains: ['acme.example'] }] });
    const detector = new Detector({ directory, load: store.loadState });
    const mail = (name: string, at: number) => {
      for (const event of ordinary(`${name}@acme.example`, at, { login: `${name}@acme.example` })) detector.see(event);
    };
    mail('early', T0);
    save(detector.takeChanges());
    const before = detector.identities.size;
    for (let i = 0; i < 20_001; i++) mail('here', T0 + DAY + i * 1_000);

    expect(before).toBeGreaterThan(0);
    expect([...detector.identities.values()].some(({ key }) => key.includes('early'))).toBe(false);
    expect(detector.identities.get('acme|login:early@acme.example')?.habit.firstAt).toBe(T0);
  });

  it('awake in great numbers are put to sleep with a commit, those silent longest, and come back as they were', () => {
    const directory = Directory.parse({ customers: [{ id: 'acme', name: 'Acme', domains: ['acme.example'] }] });
    const detector = new Detector({ directory, load: store.loadState, maxIdentities: 100 });
    const mail = (i: number) => {
      const login = `box${i}@acme.example`;
      for (const event of ordinary(login, T0 + i * 1_000, { login })) detector.see(event);
    };
    for (let i = 0; i < 130; i++) mail(i);
    const isFull = detector.identities.isFull;
    save(detector.takeChanges());
    const awake = [...detector.identities.values()].map(({ key }) => key);
    mail(3);

    expect([isFull, detector.identities.isFull]).toEqual([true, false]);
    expect(awake.length).toBeLessThanOrEqual(66);
    expect(awake).toContain('acme|login:box129@acme.example');
    expect(awake).not.toContain('acme|login:box3@acme.example');
    expect(detector.identities.get('acme|login:box3@acme.example')?.activity).toMatchObject({
      messages: 2,
      since: T0 + 3_000,
    });
  });

  it('asleep leave no route and no habit of their customer in memory, also where a message waits in a queue', () => {
    const customers = Array.from({ length: 100 }, (_, i) => ({
      ...{ id: `c${i}`, name: `C ${i}`, domains: [`c${i}.example`], sasl_domains: [`c${i}.example`] },
    }));
    const detector = new Detector({
      directory: Directory.parse({ customers }),
      load: store.loadState,
      maxIdentities: 50,
    });
    const waiting = customers.map(({ id }, i) => {
      const login = `box@${id}.example`;
      const head = message({ sender: login, login, acceptedAt: T0 + i * 1_000 });
      detector.see(accepted(head));
      return head;
    });
    const sizes = () => [detector.identities.size, detector.customers.size, detector.routes.size];
    const before = sizes();
    save(detector.takeChanges());
    const [first] = waiting as [MessageHead];

    expect(before).toEqual([100, 100, 100]);
    expect(sizes()).toEqual([50, 50, 50]);
    expect(first[KEPT]).toMatchObject({ own: undefined, whole: undefined, judged: [], customer: undefined });
  });

  it('that send all the time are not taken for silent when their runs are set aside', () => {
    const identities = new Identities({ most: 10, load: () => undefined });
    const steady = known('acme|login:steady', 50, T0 - 40 * DAY);
    steady.past = newActivity(T0);
    identities.restore(steady);
    for (let i = 1; i < 10; i++) identities.restore(known(`acme|login:box${i}`, 50, T0 - i * DAY));
    identities.takeChanges();
    identities.putToSleep();

    expect(identities.size).toBe(5);
    expect([...identities.values()]).toContain(steady);
  });

  it('go from the database when they were silent for too long, those who were only passing first', () => {
    const rows = new Map<string, Identity>([
      ['old', known('old', 50, T0 - IDLE_MS - 1)],
      ['rare', known('rare', 50, T0 - 20 * DAY)],
      ['passing', known('passing', 2, T0 - 4 * DAY)],
      ['new', known('new', 2, T0 - DAY)],
    ]);
    save({ rows, familiar: NONE });
    while (store.forgetState(T0)) expect(true).toBe(true);

    expect(
      db
        .select()
        .from(detectionState)
        .all()
        .map(({ key }) => key)
        .sort(),
    ).toEqual(['new', 'rare']);
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
