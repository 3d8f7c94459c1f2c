import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config.js';
import { createBook } from '../src/containment/book.js';
import type { HealthItem } from '../src/context.js';
import { outbox } from '../src/db/schema.js';
import { createDatabaseTrouble, tryToWrite } from '../src/db/trouble.js';
import { contain } from '../src/incidents/contain.js';
import { openFromFinding } from '../src/incidents/open.js';
import { containmentsOf, findIncident, toContainment } from '../src/incidents/store.js';
import { jobsOf } from '../src/jobs.js';
import { databaseHealth } from '../src/web/health.js';
import { testContext } from './helpers/context.js';
import { ANN, incidentDeps, stolenMailbox, T0 } from './helpers/incidents.js';
import { freshDb, tempDir } from './helpers/temp.js';

const config = parseConfig({
  channels: { compromise: '#abuse-desk', listing: '#deliverability' },
  people: [{ slack: 'U1', name: 'Ann', role: 'lead' }],
});

/** The health job, with a real database whose disk can be made to take nothing. */
function setUp(health?: () => HealthItem[]) {
  const db = freshDb();
  const trouble = createDatabaseTrouble();
  const alerts: string[] = [];
  const path = tempDir();
  const ctx = testContext(db, Date.now, { health: health ?? (() => [databaseHealth(path, trouble)]) });
  const directory = { relays: [], partners: [], customers: [] };
  const slack = { queueDigest: () => false, alert: async (text: string) => void alerts.push(text) };
  const job = jobsOf({ config, directory, book: createBook(), trouble }, ctx, slack).find(
    ({ name }) => name === 'health',
  );
  return { db, trouble, alerts, look: async () => job?.run() };
}

describe('the health job', () => {
  it('tells of a disk that takes nothing once, and of its recovery once, though nobody presses meanwhile', async () => {
    const { db, trouble, alerts, look } = setUp();
    trouble.note(Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' }));
    db.$client.pragma('query_only = ON');

    await look();
    await look();
    expect(alerts).toEqual([expect.stringMatching(/^Database: cannot write: .*readonly/)]);

    db.$client.pragma('query_only = OFF');
    await look();
    await look();
    expect(alerts.slice(1)).toEqual(['✓ Database: working again (takes decisions)']);
  });

  it('tells of another program that holds the database, and when it has let go', async () => {
    const { db, trouble, alerts, look } = setUp();
    db.$client.pragma('busy_timeout = 0');
    const other = new Database(db.$client.name);
    other.exec('BEGIN IMMEDIATE');
    try {
      tryToWrite(db);
    } catch (error) {
      trouble.note(error);
    }

    await look();
    await look();
    expect(alerts).toEqual([
      expect.stringMatching(/^Database: another program holds .*new alarms wait until it lets go/),
    ]);

    other.close();
    await look();
    expect(alerts.slice(1)).toEqual(['✓ Database: working again (takes decisions)']);
  });

  it('tells each item once', async () => {
    const items = [
      { name: 'logs', ok: false, text: '90 s behind' },
      { name: 'slack', ok: true, text: 'connected' },
    ];
    const { alerts, look } = setUp(() => items);

    await look();
    items[1] = { name: 'slack', ok: false, text: 'Slack cannot be reached' };
    await look();

    expect(alerts).toEqual(['Relay logs: 90 s behind', 'Slack: Slack cannot be reached']);
  });

  it('says of a recovery what does not work even so, and tells none while the checks are blind', async () => {
    const watch = { name: 'watch', text: '9 addresses on 60 lists; 2 broken (ONE, TWO)' };
    let item: HealthItem = { ...watch, ok: false };
    const { alerts, look } = setUp(() => [item]);

    await look();
    item = { ...watch, ok: true, isBlind: true };
    await look();
    expect(alerts).toHaveLength(1);
    item = { ...watch, ok: true, lacks: '2 of 60 lists tell us nothing now: 2 broken (ONE, TWO)' };
    await look();
    expect(alerts.slice(1)).toEqual([
      '✓ Blocklist checks: working again, except that 2 of 60 lists tell us nothing now: 2 broken (ONE, TWO)',
    ]);
  });
});

describe('the proof job', () => {
  it.each([
    [1, 15_000],
    [60, 250],
  ])(
    'brings a card up to date after a quarter of a minute of the bot’s clock, at %i times ours',
    async (speed, most) => {
      const db = freshDb();
      const deps = incidentDeps(db);
      const { incident } = openFromFinding(deps, stolenMailbox());
      contain(deps, { incidentId: incident.id, rev: incident.rev, actor: ANN, action: 'block-sender' });
      const [row] = containmentsOf(db, incident.id);
      const book = createBook();
      if (row) book.put(toContainment(row));
      const ctx = testContext(db, () => T0, { speed });
      const parts = {
        config,
        directory: { relays: [], partners: [], customers: [] },
        book,
        trouble: createDatabaseTrouble(),
      };
      const slack = { queueDigest: () => false, alert: async () => undefined };
      const job = jobsOf(parts, ctx, slack).find(({ name }) => name === 'proof');
      const dueAt = () =>
        Math.max(
          ...db
            .select()
            .from(outbox)
            .all()
            .map(({ nextAt }) => nextAt),
        );
      db.update(outbox).set({ doneAt: T0 }).run();

      book.countHit(row?.id ?? 0, T0);
      await job?.run();
      expect(dueAt()).toBe(0);

      db.update(outbox).set({ doneAt: T0 }).run();
      book.countHit(row?.id ?? 0, T0);
      const before = Date.now();
      await job?.run();
      expect(dueAt()).toBeGreaterThanOrEqual(before + most);
      expect(dueAt()).toBeLessThanOrEqual(Date.now() + most);
    },
  );
});

describe('the job of compromise cards', () => {
  it('puts right what a clock that was ahead has left on record', async () => {
    let now = T0 + 7_200_000;
    const ctx = testContext(freshDb(), () => now);
    const { incident } = openFromFinding(ctx, stolenMailbox({ at: now, since: now - 600_000 }));
    const directory = { relays: [], partners: [], customers: [] };
    const parts = { config, directory, book: createBook(), trouble: createDatabaseTrouble() };
    const slack = { queueDigest: () => false, alert: async () => undefined };
    const job = jobsOf(parts, ctx, slack).find(({ name }) => name === 'compromise cards');

    now = T0;
    await job?.run();
    expect(findIncident(ctx.db, incident.id)).toMatchObject({ since: T0 - 600_000, lastSeenAt: T0 });
  });
});
