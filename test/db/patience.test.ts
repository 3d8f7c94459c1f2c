// Another connection holds the database, as a sqlite3 shell does. It lets go by a timer of this thread: whoever blocks the thread while
// waiting never sees that.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { isBusy, unsynced, whenFree } from '../../src/db/patience.js';
import { incidents, outbox } from '../../src/db/schema.js';
import { immediately } from '../../src/db/transaction.js';
import { queueEffect, queueLine } from '../../src/outbox/queue.js';
import { startOutbox } from '../../src/outbox/run.js';
import { freshDb, tempDir } from '../helpers/temp.js';

function held() {
  const path = join(tempDir(), 'held.db');
  const db = freshDb(path);
  const other = new Database(path);
  const hold = (ms: number) => {
    other.exec('BEGIN IMMEDIATE');
    setTimeout(() => other.close(), ms);
  };
  return { db, other, hold };
}

const effect = { key: 'x', kind: 'post', lane: 'a', payload: {} };

describe('whenFree', () => {
  it('writes as soon as the other lets go, and lets this thread do other things until then', async () => {
    const { db, hold } = held();
    hold(100);

    await whenFree(() => immediately(db, (tx) => queueEffect(tx, effect, 0)));

    expect(db.select().from(outbox).all()).toHaveLength(1);
  });

  it('does not give up because the process stood still for longer than its patience', async () => {
    const { db, hold } = held();
    hold(600);

    const writing = whenFree(() => immediately(db, (tx) => queueEffect(tx, effect, 0)), 1_000);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);

    await writing;
    expect(db.select().from(outbox).all()).toHaveLength(1);
  });

  it('counts what a try itself takes, so that what asks others first is not done again and again', async () => {
    const { db, hold } = held();
    hold(5_000);
    let tries = 0;

    const writing = whenFree(async () => {
      tries++;
      await sleep(400);
      queueEffect(db, effect, 0);
    }, 600);

    await expect(writing).rejects.toSatisfy(isBusy);
    expect(tries).toBeLessThanOrEqual(2);
  });

  it('gives up in time with what SQLite says', async () => {
    const { db, hold } = held();
    hold(5_000);

    const writing = whenFree(() => queueEffect(db, effect, 0), 60);

    await expect(writing).rejects.toSatisfy(isBusy);
  });

  it('passes other errors on at once', async () => {
    let tries = 0;

    const failing = whenFree(() => {
      tries++;
      throw new Error('no');
    });

    await expect(failing).rejects.toThrow('no');
    expect(tries).toBe(1);
  });
});

describe('the outbox', () => {
  it('marks an effect that happened while another program held the database, and does it once', async () => {
    const { db, hold } = held();
    queueEffect(db, effect, 0);
    let times = 0;
    const runner = startOutbox({
      db,
      handlers: {
        post: async () => {
          times++;
          hold(200);
        },
      },
    });

    await runner.settled();
    await runner.stop();

    expect(db.select().from(outbox).get()).toMatchObject({ error: null, doneAt: expect.any(Number) });
    expect(times).toBe(1);
  });

  it('says a line of news, too, that joined while another program held the database', async () => {
    const { db, other, hold } = held();
    const line = (text: string) => queueLine(db, { key: text, kind: 'post', lane: 'a', text }, 0, 0);
    const said: unknown[] = [];
    line('SpamCop is broken');
    hold(0);
    // Read now, and tried as soon as the other lets go.
    const runner = startOutbox({ db, handlers: { post: async ({ payload }) => void said.push(payload) } });
    other.exec('COMMIT');
    line('SpamCop is well again');

    await runner.settled();
    await runner.stop();

    expect(said).toEqual([{ text: 'SpamCop is broken\nSpamCop is well again' }]);
  });
});

describe('unsynced', () => {
  it('waits for the disk again afterwards, also when the write failed', () => {
    const db = freshDb();

    expect(unsynced(db, () => db.$client.pragma('synchronous', { simple: true }))).toBe(1);
    expect(() =>
      unsynced(db, () =>
        db
          .insert(incidents)
          .values({} as never)
          .run(),
      ),
    ).toThrow();

    expect(db.$client.pragma('synchronous', { simple: true })).toBe(2);
  });
});
