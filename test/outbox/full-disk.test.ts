// The outbox on a disk that is full or broken: nothing is done twice, nothing for ever, and all of it when there is room again.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Db } from '../../src/db/open.js';
import { outbox } from '../../src/db/schema.js';
import { isDiskError } from '../../src/db/trouble.js';
import { queueEffect } from '../../src/outbox/queue.js';
import { type OutboxRow, startOutbox } from '../../src/outbox/run.js';
import { eventually } from '../helpers/eventually.js';
import { refuseCommits } from '../helpers/full-disk.js';
import { freshDb } from '../helpers/temp.js';

type Given = Parameters<typeof startOutbox>[0];

/** A database with the effect `x` to be done. */
function setUp() {
  const db = freshDb();
  queueEffect(db, effect('x'), 0);
  const told: OutboxRow[] = [];
  const errors: unknown[] = [];
  const start = (handlers: Given['handlers'], inProcess: Given['inProcess'] = new Set()) => {
    const onTrouble = (row: OutboxRow, error: unknown) => {
      told.push(row);
      errors.push(error);
    };
    const runner = startOutbox({ db, handlers, inProcess, onTrouble });
    onTestFinished(() => runner.stop());
    return runner;
  };
  return { db, told, errors, start };
}

/** Makes the table unreadable once an effect is marked as done. */
function loseOutbox({ $client }: Db): void {
  $client.function('lose_outbox', () => {
    queueMicrotask(() => $client.exec('ALTER TABLE outbox RENAME TO gone'));
    return null;
  });
  $client.exec('CREATE TEMP TRIGGER lost AFTER UPDATE OF done_at ON outbox BEGIN SELECT lose_outbox(); END');
}

const effect = (key: string, lane = 'a') => ({ key, kind: 'post', lane, payload: { key } });

describe('the outbox on a full disk', () => {
  it('does not do again what happened while the disk was full, and marks it when it is not', async () => {
    const { db, start } = setUp();
    let times = 0;
    const post = async () => {
      times++;
      if (times === 1) db.$client.pragma('query_only = on');
    };
    const { settled } = start({ post });
    await eventually(() => expect(times).toBe(1));
    db.$client.pragma('query_only = off');
    await settled();
    await settled();

    expect(times).toBe(1);
    expect(db.select().from(outbox).get()?.doneAt).not.toBeNull();
  });

  it('notices that the disk did not take what became of an effect, and does not do it again and again', async () => {
    const { db, told, start } = setUp();
    const end: (() => void)[] = [];
    let times = 0;
    const post = async () => {
      times++;
      if (times === 1) end.push(refuseCommits(db, 'update on outbox'));
      // A runner that does not notice would go on for ever.
      if (times === 5) end.pop()?.();
    };
    const { settled } = start({ post });
    await eventually(() => expect(told.length).toBeGreaterThan(0));
    expect(times).toBe(1);
    // It happened: the outbox is in trouble, and not the effect.
    expect(told[0]?.key).toBe('outbox');

    end.pop()?.();
    await settled();

    expect(times).toBe(1);
    expect(db.select().from(outbox).get()).toMatchObject({ attempts: 1, doneAt: expect.any(Number) });
  });

  it('backs off while nothing can be written, in each lane, and goes on within a second when it can', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { db, told, start } = setUp();
    const done: string[] = [];
    let tries = 0;
    queueEffect(db, { ...effect('block', 'b'), kind: 'contain' }, 0);
    db.$client.pragma('query_only = on');
    const post = async ({ key }: OutboxRow) => void done.push(key);
    const contain = async () => {
      tries++;
      if (db.$client.pragma('query_only', { simple: true })) throw new Error('the relays do not answer');
    };
    start({ post, contain }, new Set(['contain']));

    await vi.advanceTimersByTimeAsync(60_000);
    expect(tries).toBe(6);
    expect(told.filter(({ key }) => key === 'x')).toHaveLength(6);
    expect(told.at(-1)?.nextAt).toBeGreaterThan(Date.now());
    expect(done).toEqual([]);

    db.$client.pragma('query_only = off');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(done).toEqual(['x']);
    expect(tries).toBe(7);
  });

  it('backs off further while the database takes other writes but not its own', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { db, start } = setUp();
    const end = refuseCommits(db, 'update on outbox');
    let tries = 0;
    let isAnswered = false;
    const post = async () => {
      tries++;
      if (!isAnswered) throw new Error('the relays do not answer');
    };
    start({ post }, new Set(['post']));

    await vi.advanceTimersByTimeAsync(8_000);
    expect(tries).toBe(4);
    await vi.advanceTimersByTimeAsync(52_000);
    expect(tries).toBe(6);

    end();
    isAnswered = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(tries).toBe(7);
    expect(db.select().from(outbox).get()?.doneAt).not.toBeNull();
  });

  it('tells why an effect failed also where that cannot be written, and that the disk is why it cannot', async () => {
    const { db, start, errors } = setUp();
    db.$client.pragma('query_only = on');
    start({ post: () => Promise.reject(new Error('the relays do not answer')) }, new Set(['post']));

    await eventually(() => expect(errors.length).toBeGreaterThan(0));
    expect(errors[0]).toMatchObject({ message: 'the relays do not answer' });
    expect(isDiskError(errors[0])).toBe(true);
  });

  it('blames no effect that happened when the database cannot be read after it', async () => {
    const { db, told, start } = setUp();
    loseOutbox(db);
    start({ post: async () => {} });

    await eventually(() => expect(told.length).toBeGreaterThan(0));
    expect(told[0]?.key).toBe('outbox');
  });
});
