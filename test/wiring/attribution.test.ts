// What a listing hits and who is behind it, from made-up mail in a real traffic database.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.js';
import { type CounterRow, SUMS, type Sums } from '../../src/detection/counters/counter-cells.js';
import { HOUR_MS } from '../../src/detection/traffic/traffic-hours.js';
import { keptRanking, linkedCompromises } from '../../src/incidents/culprits/links.js';
import { openFromFinding } from '../../src/incidents/open.js';
import type { Directory } from '../../src/partners/directory.js';
import { attributionReaders } from '../../src/wiring/attribution.js';
import { testContext } from '../helpers/context.js';
import { microsoftBlock, stolenMailbox } from '../helpers/incidents.js';
import { freshDb, tempDir } from '../helpers/temp.js';
import { countWorld, RELAYS, writeCounters } from '../tools/counted-world.js';
import { attacks, oddities, type Scenario } from '../tools/scenarios.js';
import { random, type SimCustomer, World } from '../tools/traffic.js';

/** Days of a whole provider are counted and judged. */
const NOBODY: Directory = { relays: RELAYS, partners: [], customers: [] };

/** The readers over a traffic database, and a listing of the first relay's address that was first seen at `at`. */
function wired(traffic: string, at: number, directory: Directory = NOBODY) {
  const clock = { now: at + 30_000 };
  const db = freshDb();
  const config = { database: { path: '', traffic }, routes: [] } as unknown as Context['config'];
  const ctx = testContext(db, () => clock.now);
  const readers = attributionReaders({ config, directory, db, now: () => clock.now }, () => ctx);
  const listed = (change = {}) =>
    openFromFinding(ctx, microsoftBlock({ at, since: at, customers: [], ...change })).incident;
  return { db, ctx, clock, listed, ...readers };
}

function row(hour: number, customer: string, relay: string, change: Partial<Sums>): CounterRow {
  const sums = Object.fromEntries(SUMS.map((name) => [name, 0])) as Sums;
  return { hour, kind: 'relay', owner: customer, name: relay, ...sums, ...change };
}

/** Some days of a provider, the first of its larger customers to whatever happens on the last. */
function worldWith(seed: number, ...happenings: Scenario[]) {
  const world = new World(random(seed), 3, 24);
  const busy = world.customers.filter(({ mailboxes }) => mailboxes.length >= 3);
  const happened = happenings.map((happens, i) => {
    const customer = busy[i] as SimCustomer;
    return { customer, attack: happens(world, customer, 2) };
  });
  world.liveOrdinaryDays();
  return { world, happened };
}

/** Whom the ranking names for a listing that is seen at `at`, with what the detection has found until then. */
async function named(world: World, at: number, withFindings: boolean) {
  const traffic = join(tempDir(), 'traffic.db');
  const { directory, findings } = countWorld(world, traffic, at);
  const desk = wired(traffic, at, directory);
  if (withFindings) for (const finding of findings) openFromFinding(desk.ctx, finding);
  const incident = desk.listed();
  await desk.attribute();
  return { suspects: desk.suspectsOf(incident), sendersOf: desk.sendersOf };
}

const SEEDS = [1, 2, 3];

describe('the suspects of a listing', () => {
  for (const [name, happens] of Object.entries(attacks)) {
    it(`begin with the customer of a ${name}, and nobody else comes first`, async () => {
      let right = 0;
      for (const seed of SEEDS) {
        const { world, happened } = worldWith(seed, happens);
        const [first] = (await named(world, (happened[0]?.attack?.since ?? 0) + 3 * HOUR_MS, true)).suspects;
        if (first) expect(first.customer, first.evidence.join('; ')).toBe(happened[0]?.customer.id);
        if (first) right++;
      }
      expect(right).toBeGreaterThanOrEqual(SEEDS.length - 1);
    });
  }

  it('begin with it by the counters alone, where a run shows in them', async () => {
    for (const seed of SEEDS) {
      const { world, happened } = worldWith(seed, attacks.burst as Scenario);
      const [{ customer, attack } = {}] = happened;
      const since = attack?.since ?? 0;
      const { suspects, sendersOf } = await named(world, since + HOUR_MS, false);
      expect(suspects[0]?.customer).toBe(customer?.id);
      expect(sendersOf(customer?.id ?? '', since)).toMatchObject({
        senders: [...(attack?.senders ?? [])],
        isSuspected: true,
      });
    }
  });

  it('are nobody when nothing happened but a newsletter, an invoice run, a journey and the like', async () => {
    for (const seed of SEEDS) {
      const { world } = worldWith(seed, ...Object.values(oddities));
      const { suspects } = await named(world, world.at(2, 15), true);
      expect(suspects.map(({ evidence }) => evidence.join('; '))).toEqual([]);
    }
  });
});

describe('the ranking', () => {
  const at = Date.UTC(2026, 2, 3, 10, 20);
  const hour = Math.floor(at / HOUR_MS);
  const others = Array.from({ length: 30 }, (_, i) => `c${i}`);
  const days = (customer: string, relay = 'relay1') =>
    Array.from({ length: 54 }, (_, i) => row(hour - i, customer, relay, { messages: 10, recipients: 10, sent: 10 }));
  const spam = { messages: 200, recipients: 200, sent: 120, bounced: 80, unknownUsers: 70, contentRefusals: 10 };
  const guilty = [...days('guilty'), row(hour - 1, 'guilty', 'relay1', spam)];

  function laidOut(rows: CounterRow[], change = {}) {
    const traffic = join(tempDir(), 'traffic.db');
    writeCounters(traffic, [...others.flatMap((customer) => days(customer)), ...rows]);
    const desk = wired(traffic, at);
    return { ...desk, incident: desk.listed(change) };
  }

  it('is kept: later mail, a restart and the hours that go by change nothing', async () => {
    const desk = laidOut(guilty);
    await desk.attribute();
    const before = keptRanking(desk.db, desk.incident.id);

    desk.clock.now += 20_000;
    await desk.attribute();
    const after = keptRanking(desk.db, desk.incident.id);

    expect(before?.ranking).toMatchObject([{ customer: 'guilty' }]);
    expect(after).toEqual(before);
  });

  it('does not blame who spammed over another relay', async () => {
    const desk = laidOut([...days('elsewhere', 'relay2'), row(hour - 1, 'elsewhere', 'relay2', spam)]);
    await desk.attribute();

    expect(desk.suspectsOf(desk.incident)).toEqual([]);
  });

  it('does not blame who spammed over another address of the same relay', async () => {
    const left = (customer: string, address: string): CounterRow => ({
      ...row(hour - 1, customer, address, { sent: 120, bounced: 80 }),
      kind: 'outbound',
    });
    const over = (customer: string) => [...days(customer, 'relay3'), row(hour - 1, customer, 'relay3', spam)];
    const rows = [...over('here'), ...over('there'), left('here', '203.0.113.19'), left('there', '2001:db8::19')];
    const desk = laidOut(rows);
    const incident = desk.listed({ ip: '203.0.113.19' });
    await desk.attribute();

    expect(desk.suspectsOf(incident).map(({ customer }) => customer)).toEqual(['here']);
  });

  it('counts the hour in which it was seen by its part, when that hour has gone on', async () => {
    const desk = laidOut([row(hour, 'late', 'relay1', { ...spam, messages: 600 })]);
    desk.clock.now = at + 30 * 60_000;
    await desk.attribute();

    // 20 of 50 minutes.
    expect(desk.suspectsOf(desk.incident)[0]?.evidence.join()).toContain('(28 of 80)');
  });

  it('links the compromise of whom it names, and one that comes later', async () => {
    const desk = laidOut(guilty);
    const first = openFromFinding(
      desk.ctx,
      stolenMailbox({ key: 'g|1', customer: 'guilty', since: at - HOUR_MS, at }),
    ).incident;
    await desk.attribute();
    expect(linkedCompromises(desk.db, desk.incident.id).map(({ id }) => id)).toEqual([first.id]);

    const second = openFromFinding(
      desk.ctx,
      stolenMailbox({ key: 'g|2', customer: 'guilty', since: at - HOUR_MS, at }),
    ).incident;
    openFromFinding(desk.ctx, stolenMailbox({ key: 'o|1', customer: 'c3', since: at + HOUR_MS, at: at + HOUR_MS }));
    await desk.attribute();

    expect(linkedCompromises(desk.db, desk.incident.id).map(({ id }) => id)).toEqual([first.id, second.id]);
    expect(desk.suspectsOf(desk.incident)).toMatchObject([
      { customer: 'guilty', isLinked: true, incidentId: first.id },
    ]);
    expect(desk.suspectsOf(desk.incident)[0]?.evidence.join()).toContain('spam run found');
  });

  it('takes all mail where nobody knows which relay has the address, and says so', async () => {
    const traffic = join(tempDir(), 'traffic.db');
    writeCounters(traffic, [
      ...others.flatMap((customer) => days(customer, 'mx-x')),
      ...guilty.map((one) => ({ ...one, name: 'mx-y' })),
    ]);
    const desk = wired(traffic, at);
    const incident = desk.listed({ ip: '198.51.100.7' });
    await desk.attribute();

    expect(desk.suspectsOf(incident)[0]?.evidence.join()).toMatch(/% of all mail in the 6 h before/);
    expect(desk.impactOf(['198.51.100.7'])).toMatchObject({
      share: undefined,
      customers: 0,
      addresses: 4,
      cleanAddresses: 4,
      cleanRelays: 3,
    });
  });

  it('stands aside while there is no traffic at all', async () => {
    const desk = wired(join(tempDir(), 'none.db'), at);
    const incident = desk.listed();
    await desk.attribute();

    expect(desk.suspectsOf(incident)).toEqual([]);
    expect(desk.impactOf(['203.0.113.17'])).toEqual({
      share: undefined,
      messages: 0,
      customers: 0,
      addresses: 4,
      cleanAddresses: 3,
      cleanRelays: 2,
    });
    expect(desk.lastSpam('guilty', 0)).toBeUndefined();
    expect(desk.sendersOf('guilty', 0).senders).toEqual([]);
  });
});

describe('the impact', () => {
  const now = Date.UTC(2026, 2, 3, 10, 30);
  const hour = Math.floor(now / HOUR_MS);
  const rows = [
    row(hour - 1, 'a', 'relay1', { messages: 30 }),
    row(hour - 1, 'b', 'relay1', { messages: 10 }),
    row(hour - 2, 'b', 'relay2', { messages: 40 }),
    row(hour - 3, 'c', 'relay3', { messages: 20 }),
    row(hour - 24, 'old', 'relay2', { messages: 40 }),
    row(hour - 30, 'older', 'relay1', { messages: 1000 }),
  ];

  function desk() {
    const traffic = join(tempDir(), 'traffic.db');
    writeCounters(traffic, rows);
    return wired(traffic, now - 30_000);
  }

  it('is the share of the mail of 24 hours over the relays that have the address, and whose it was', () => {
    // Of the hour a day ago the half that is younger than a day: 20 of 40.
    expect(desk().impactOf(['203.0.113.17'])).toEqual({
      share: 40 / 120,
      messages: 40,
      customers: 2,
      addresses: 4,
      cleanAddresses: 3,
      cleanRelays: 2,
    });
    expect(desk().impactOf(['203.0.113.17', '203.0.113.18'])).toMatchObject({
      share: 100 / 120,
      customers: 3,
      cleanRelays: 1,
    });
  });

  it('takes each address of a relay for an even part of its mail', () => {
    expect(desk().impactOf(['2001:db8::19'])).toMatchObject({ share: 10 / 120, customers: 1, cleanRelays: 2 });
    expect(desk().impactOf(['2001:0db8::0019', '203.0.113.19'])).toMatchObject({ share: 20 / 120 });
  });

  it('takes them as the log says each customer’s mail left, and as everybody’s did where it does not say', () => {
    const traffic = join(tempDir(), 'traffic.db');
    const left = (customer: string, address: string, sent: number): CounterRow => ({
      ...row(hour - 1, customer, address, { sent }),
      kind: 'outbound',
    });
    writeCounters(traffic, [
      ...rows,
      row(hour - 1, 'd', 'relay3', { messages: 30 }),
      row(hour - 1, 'e', 'relay3', { messages: 12 }),
      ...[left('c', '203.0.113.19', 20), left('d', '203.0.113.19', 10), left('d', '2001:db8::19', 20)],
      left('a', '203.0.113.17', 30),
    ]);
    const { impactOf } = wired(traffic, now - 30_000);
    const all = 120 + 30 + 12;
    const ofEverybody = 30 / 50;

    expect(impactOf(['203.0.113.19'])).toMatchObject({ share: (20 + 10 + 12 * ofEverybody) / all, customers: 3 });
    expect(impactOf(['2001:db8::19'])).toMatchObject({ share: (20 + 12 * (1 - ofEverybody)) / all, customers: 2 });
    expect(impactOf(['203.0.113.19', '2001:db8::19'])).toMatchObject({ share: 62 / all, customers: 3 });
  });

  it('of a domain is the mail of its owner', () => {
    const traffic = join(tempDir(), 'traffic.db');
    writeCounters(traffic, [
      row(hour - 1, 'acme', 'relay1', { messages: 5 }),
      row(hour - 1, 'b', 'relay2', { messages: 15 }),
    ]);
    const { impactOf } = wired(traffic, now - 30_000);

    expect(impactOf(['acme.example'])).toEqual({
      share: 0.25,
      messages: 5,
      customers: 1,
      addresses: 4,
      cleanAddresses: 4,
      cleanRelays: 3,
    });
    expect(impactOf(['nobodys.example'])).toMatchObject({ share: undefined });
  });

  it('counts a relay as listed that another incident is about', () => {
    const one = desk();
    one.listed({ ip: '203.0.113.18' });

    expect(one.impactOf(['203.0.113.17'])).toMatchObject({ cleanAddresses: 2, cleanRelays: 1 });
  });

  it('is a minute old at the most once somebody keeps it up to date', async () => {
    const traffic = join(tempDir(), 'traffic.db');
    writeCounters(traffic, rows);
    const one = wired(traffic, now - 30_000);
    expect(one.impactOf(['203.0.113.17']).messages).toBe(40);
    writeCounters(traffic, [row(hour, 'new', 'relay1', { messages: 7 })]);

    expect(one.impactOf(['203.0.113.17']).messages).toBe(40);
    one.clock.now += 60_000;
    await one.attribute();
    expect(one.impactOf(['203.0.113.17'])).toMatchObject({ messages: 47, customers: 3 });
  });
});

describe('the last sign of spam', () => {
  const now = Date.UTC(2026, 2, 3, 10, 30);
  const hour = Math.floor(now / HOUR_MS);
  const spam = { messages: 60, sent: 40, bounced: 20, unknownUsers: 16, contentRefusals: 4 };
  const honest = { messages: 60, sent: 59, bounced: 1, unknownUsers: 1 };

  function desk(rows: CounterRow[]) {
    const traffic = join(tempDir(), 'traffic.db');
    writeCounters(traffic, rows);
    return wired(traffic, now - 30_000);
  }

  it('is the end of the latest hour that looks like spam, and now while that hour runs', () => {
    const rows = [
      row(hour - 5, 'acme', 'relay1', spam),
      row(hour - 3, 'acme', 'relay2', spam),
      row(hour - 1, 'acme', 'relay1', honest),
    ];

    expect(desk(rows).lastSpam('acme', now - 24 * HOUR_MS)).toEqual({ at: (hour - 2) * HOUR_MS - 1 });
    expect(desk([row(hour, 'acme', 'relay1', spam)]).lastSpam('acme', now - HOUR_MS)).toEqual({ at: now });
    expect(desk(rows).lastSpam('acme', now - HOUR_MS)).toBeUndefined();
    expect(desk(rows).lastSpam('bolt', 0)).toBeUndefined();
  });

  it('is what the detection found last, where that is later', () => {
    const one = desk([row(hour - 5, 'acme', 'relay1', spam)]);
    openFromFinding(one.ctx, stolenMailbox({ at: now - 600_000 }));

    expect(one.lastSpam('acme', now - 24 * HOUR_MS)).toEqual({ at: now - 600_000 });
  });
});
