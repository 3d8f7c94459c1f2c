// What is deleted from the traffic database and when: hours become days, days go after a year, names that nothing means go last.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTrafficDb, type TrafficDb } from '../../../src/db/open-traffic.js';
import { dayCounts, findings, hourCounts, names } from '../../../src/db/traffic-schema.js';
import { OTHER, SUMS, type Sums } from '../../../src/detection/counters/counter-cells.js';
import { createCounterStore } from '../../../src/detection/counters/counter-store.js';
import { Pruner } from '../../../src/detection/live/prune.js';
import { DAY, HOUR, T0 } from '../../tools/mail-events.js';

let db: TrafficDb;
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'prune-'));
  db = openTrafficDb(join(dir, 'traffic.db'));
});
afterEach(() => {
  db.$client.close();
  rmSync(dir, { recursive: true });
});

describe('Pruner', () => {
  const NOW_HOUR = Math.floor(T0 / HOUR);
  const KEEP_HOURS = 35 * 24;
  const one = Object.fromEntries(SUMS.map((name) => [name, 1])) as Sums;
  const count = (...hours: number[]) =>
    createCounterStore(db, () => T0).add(
      hours.map((hour) => ({ hour, kind: 'relay' as const, owner: 'acme', name: 'relay1', ...one })),
    );
  const hours = () =>
    db
      .select()
      .from(hourCounts)
      .all()
      .map(({ hour }) => hour);
  const days = () =>
    db
      .select()
      .from(dayCounts)
      .all()
      .map(({ day, messages }) => [day, messages]);
  const pruneAll = (pruner: Pruner) => {
    for (let steps = 0; pruner.step() > 0; steps++) expect(steps).toBeLessThan(1_000);
  };

  it('moves hours older than five weeks into days, in steps, and rests for an hour', () => {
    let now = T0;
    const pruner = new Pruner(db, () => now);
    const oldest = Math.floor((NOW_HOUR - KEEP_HOURS) / 24) * 24 - 48;
    count(NOW_HOUR, ...Array.from({ length: 48 }, (_, i) => oldest + i));
    expect(pruner.step()).toBe(24);
    pruneAll(pruner);
    expect(hours()).toEqual([NOW_HOUR]);
    expect(days()).toEqual([
      [oldest / 24, 24],
      [oldest / 24 + 1, 24],
    ]);

    count(oldest + 3);
    now += HOUR / 2;
    expect(pruner.step()).toBe(0);
    now += HOUR;
    expect(pruner.step()).toBe(1);
    expect(days()[0]).toEqual([oldest / 24, 25]);
  });

  it('forgets days after a year, and then the names that nothing means any more', () => {
    count(NOW_HOUR - 24 * 360);
    createCounterStore(db, () => T0).add([
      { hour: NOW_HOUR - 24 * 400, kind: 'sender', owner: 'acme', name: 'gone@acme.example', ...one },
    ]);
    count(NOW_HOUR);
    pruneAll(new Pruner(db, () => T0));

    expect(days()).toHaveLength(1);
    const texts = () =>
      db
        .select()
        .from(names)
        .all()
        .map(({ text }) => text);
    expect(texts()).toEqual(expect.arrayContaining(['acme', 'relay1']));
    count(NOW_HOUR + 24 * 100);
    pruneAll(new Pruner(db, () => T0 + 100 * DAY));
    expect(texts()).not.toContain('gone@acme.example');
    expect(texts()).toEqual(expect.arrayContaining(['acme', 'relay1']));
  });

  it('adds up the least senders of a day when a customer has a great many, and loses no message', () => {
    const hour = NOW_HOUR - KEEP_HOURS - 24;
    const rows = Array.from({ length: 400 }, (_, i) => ({
      ...{ hour: hour - (i % 3), kind: 'sender' as const, owner: 'acme', name: `s${i}@acme.example`, ...one },
      messages: i + 1,
    }));
    createCounterStore(db, () => T0).add(rows);
    count(NOW_HOUR);
    pruneAll(new Pruner(db, () => T0));
    const kept = db
      .select({ name: names.text, messages: dayCounts.messages })
      .from(dayCounts)
      .innerJoin(names, eq(names.id, dayCounts.name))
      .all();

    expect(kept.length).toBeLessThanOrEqual(2 * 101);
    expect(kept.reduce((sum, { messages }) => sum + messages, 0)).toBe((400 * 401) / 2);
    expect(kept.map(({ name }) => name)).toEqual(expect.arrayContaining(['s399@acme.example', OTHER]));
    expect(kept.some(({ name }) => name === 's0@acme.example')).toBe(false);
  });

  it("keeps an old log's hours, and this year's beside a line that is years ahead", () => {
    const old = NOW_HOUR - 9 * KEEP_HOURS;
    count(old, old - 5);
    pruneAll(new Pruner(db, () => T0));
    expect(hours()).toHaveLength(2);
    count(NOW_HOUR, NOW_HOUR + 90 * KEEP_HOURS);
    pruneAll(new Pruner(db, () => T0));

    expect(hours()).toEqual([NOW_HOUR, NOW_HOUR + 90 * KEEP_HOURS]);
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
