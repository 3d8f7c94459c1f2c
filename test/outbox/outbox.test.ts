import { eq } from 'drizzle-orm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Db } from '../../src/db/open.js';
import { outbox } from '../../src/db/schema.js';
import { hurryLane, queueEffect, queueRefresh } from '../../src/outbox/queue.js';
import {
  type EffectHandler,
  EffectImpossible,
  type OutboxRow,
  startOutbox,
  stuckEffects,
} from '../../src/outbox/run.js';
import { eventually } from '../helpers/eventually.js';
import { freshDb } from '../helpers/temp.js';

function runner(db: Db, handlers: Record<string, EffectHandler>) {
  const outbox = startOutbox({ db, handlers });
  onTestFinished(() => outbox.stop());
  return outbox;
}

/** Wall-clock time stands still from now on, and what waits for a later time is not due. */
function stopClock(): void {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
}

const effect = (key: string, lane = 'a') => ({ key, kind: 'post', lane, payload: { key } });

describe('the outbox', () => {
  it('runs the effects of a lane in order, and lanes beside each other', async () => {
    const db = freshDb();
    const seen: string[] = [];
    for (const key of ['a1', 'a2']) queueEffect(db, effect(key), 0);
    queueEffect(db, effect('b1', 'b'), 0);
    const post: EffectHandler = async ({ key }) => {
      if (key === 'a1') await eventually(() => expect(seen).toEqual(['b1']));
      seen.push(key);
    };

    await runner(db, { post }).settled();

    expect(seen).toEqual(['b1', 'a1', 'a2']);
  });

  it('queues the same key once', async () => {
    const db = freshDb();
    queueEffect(db, effect('x'), 0);
    queueEffect(db, effect('x'), 0);

    expect(db.select().from(outbox).all().length).toBe(1);
  });

  it('undoes the effect when the deciding transaction fails', () => {
    const db = freshDb();

    expect(() =>
      db.transaction((tx) => {
        queueEffect(tx, effect('x'), 0);
        throw new Error('no');
      }),
    ).toThrow('no');

    expect(db.select().from(outbox).all()).toEqual([]);
  });

  it('tries a failed effect again before the later ones of its lane', async () => {
    const db = freshDb();
    const seen: string[] = [];
    let failures = 1;
    queueEffect(db, effect('first'), 0);
    queueEffect(db, effect('second'), 0);
    const post: EffectHandler = async ({ key }) => {
      if (key === 'first' && failures-- > 0) throw new Error('Slack is away');
      seen.push(key);
    };

    const told: OutboxRow[] = [];
    stopClock();
    const outboxRunner = startOutbox({ db, handlers: { post }, onTrouble: (row) => told.push(row) });
    onTestFinished(() => outboxRunner.stop());
    await outboxRunner.settled();
    expect(told).toEqual([expect.objectContaining({ key: 'first', attempts: 1, failedAt: null })]);
    expect(told[0]?.nextAt).toBeGreaterThan(Date.now());
    expect(seen).toEqual([]);
    expect(db.select().from(outbox).all()[0]).toMatchObject({ attempts: 1, error: 'Slack is away', doneAt: null });

    db.update(outbox).set({ nextAt: 0 }).run();
    await runner(db, { post }).settled();
    expect(seen).toEqual(['first', 'second']);
  });

  it('tries again at once what failed while its lane was hurried, each time, and then waits as ever', async () => {
    const db = freshDb();
    const told: OutboxRow[] = [];
    queueEffect(db, effect('x'), 0);
    const post: EffectHandler = async () => {
      if (told.length < 2) hurryLane(db, 'a');
      throw new Error('Slack is away');
    };

    stopClock();
    const { settled, stop } = startOutbox({ db, handlers: { post }, onTrouble: (row) => told.push(row) });
    onTestFinished(stop);
    await settled();

    expect(told.map(({ attempts, nextAt }) => [attempts, nextAt > Date.now()])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    expect(db.select().from(outbox).all()).toEqual(told.slice(-1));
  });

  it('gives an impossible effect up, shows it, and goes on with the lane', async () => {
    const db = freshDb();
    const seen: string[] = [];
    queueEffect(db, effect('bad'), 0);
    queueEffect(db, effect('good'), 0);
    const post: EffectHandler = async ({ key }) => {
      if (key === 'bad') throw new EffectImpossible('the channel is gone');
      seen.push(key);
    };

    await runner(db, { post }).settled();

    expect(seen).toEqual(['good']);
    expect(stuckEffects(db).map((row) => row.error)).toEqual(['the channel is gone']);
  });

  it('lives through a database that cannot be read for a while', async () => {
    const db = freshDb();
    const troubles: unknown[] = [];
    queueEffect(db, effect('x'), 0);
    const post: EffectHandler = async () => {
      db.$client.exec('ALTER TABLE outbox RENAME TO gone');
    };

    const outbox = startOutbox({ db, handlers: { post }, onTrouble: (_, error) => troubles.push(error) });
    onTestFinished(() => outbox.stop());
    await eventually(() => expect(troubles.length).toBeGreaterThan(0));
  });

  it('tells of an effect that was given up for a day, not for ever', () => {
    const db = freshDb();
    queueEffect(db, effect('x'), 0);
    const givenUpAt = Date.UTC(2026, 2, 3);
    db.update(outbox).set({ failedAt: givenUpAt, error: 'the channel is gone' }).run();

    expect(stuckEffects(db, givenUpAt + 3_600_000).length).toBe(1);
    expect(stuckEffects(db, givenUpAt + 25 * 3_600_000)).toEqual([]);
  });

  it('runs what a dead process left behind, and what it was in the middle of', async () => {
    const db = freshDb();
    queueEffect(db, effect('begun'), 0);
    db.update(outbox).set({ attempts: 1 }).run();
    const seen: string[] = [];

    await runner(db, { post: async ({ key }) => void seen.push(key) }).settled();

    expect(seen).toEqual(['begun']);
  });

  it('does what is due though the clock was set back an hour, and still waits between tries', async () => {
    const db = freshDb();
    let tries = 0;
    const post: EffectHandler = async () => {
      tries++;
      throw new Error('Slack is away');
    };
    queueEffect(db, effect('x'), 0);
    stopClock();
    const { settled } = runner(db, { post });
    await settled();
    await settled();
    expect(tries).toBe(1);

    vi.setSystemTime(Date.now() - 3_600_000);
    await settled();
    await settled();

    expect(tries).toBe(2);
  });

  it('holds up no other lane with an effect that fails for ever, tries it a minute apart at the most, and shows it', async () => {
    const db = freshDb();
    const done: string[] = [];
    queueEffect(db, effect('bad'), 0);
    queueEffect(db, effect('behind it'), 0);
    queueEffect(db, effect('good', 'b'), 0);
    db.update(outbox).set({ attempts: 5_000 }).where(eq(outbox.key, 'bad')).run();
    const post: EffectHandler = async ({ key }) => {
      if (key === 'bad') throw new TypeError('a fault of ours');
      done.push(key);
    };
    stopClock();

    await runner(db, { post }).settled();

    expect(done).toEqual(['good']);
    const [bad] = stuckEffects(db);
    expect(bad).toMatchObject({ key: 'bad', attempts: 5_001, error: 'a fault of ours', failedAt: null });
    expect(bad?.nextAt).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it('bundles refreshes of one card, and an urgent one does not wait for the bundle', () => {
    const db = freshDb();
    queueRefresh(db, effect('counter 1'), 0, 10_000);
    queueRefresh(db, effect('counter 2'), 0, 10_000);
    queueRefresh(db, effect('button'), 0);

    expect(db.select().from(outbox).all()).toMatchObject([{ key: 'counter 1', nextAt: 0 }]);
  });

  it('queues a refresh anew when the waiting one has already been read', () => {
    const db = freshDb();
    queueRefresh(db, effect('one'), 0);
    db.update(outbox).set({ attempts: 1 }).run();
    queueRefresh(db, effect('two'), 0);

    expect(db.select().from(outbox).all().length).toBe(2);
  });
});
