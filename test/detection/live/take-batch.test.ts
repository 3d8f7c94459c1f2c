import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { expect, it, onTestFinished } from 'vitest';
import { openTrafficDb, type TrafficDb } from '../../../src/db/open-traffic.js';
import { batches } from '../../../src/db/traffic-schema.js';
import {
  createCountedBatches,
  pruneCountedBatches,
  readCountedBatches,
} from '../../../src/detection/live/counted-batches.js';
import { BatchTaker, type BatchTakerOptions } from '../../../src/detection/live/take-batch.js';
import { batchId, writeBatch } from '../../../src/intake/spool.js';
import type { MailEvent } from '../../../src/mail/event.js';
import { tempDir } from '../../helpers/temp.js';

const DAY_MS = 24 * 3_600_000;

/** A worker over a real spool and a real database; a batch's content is the number of its events, or `throw` after them. */
class Worker {
  taken = 0;
  saved = 0;
  readonly troubles: string[] = [];
  readonly taker: BatchTaker;

  constructor(
    readonly db: TrafficDb,
    readonly dir: string,
    options: Partial<BatchTakerOptions> = {},
  ) {
    this.taker = new BatchTaker({
      db,
      dir,
      takers: { events: give, report: give },
      take: () => this.taken++,
      commit: () => this.commit(),
      trouble: (message) => this.troubles.push(message),
      ...options,
    });
  }

  commit(): void {
    this.taker.save(() => {
      this.saved = this.taken;
    });
  }

  async takeAll(): Promise<void> {
    while ((await this.taker.takeNext()) > 0);
    this.commit();
  }
}

async function give(bytes: Buffer, take: (event: MailEvent) => void): Promise<void> {
  const [count, end] = bytes.toString().split(' ');
  const event: MailEvent = { kind: 'login-failed', at: 0, relay: 'relay1' };
  for (let i = 0; i < Number(count); i++) take(event);
  if (end) throw new Error(end);
}

function openDb(): TrafficDb {
  const db = openTrafficDb(join(tempDir(), 'traffic.db'));
  onTestFinished(() => void db.$client.close());
  return db;
}

async function put(dir: string, key: string, content: string): Promise<string> {
  return (await writeBatch(dir, { key, kind: 'events', bytes: Buffer.from(content) })).name;
}

const filesIn = (dir: string) =>
  readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

it('removes a batch only when what it changed is saved', async () => {
  const [db, dir] = [openDb(), tempDir()];
  const name = await put(dir, 'k', '3');
  const worker = new Worker(db, dir);
  expect(await worker.taker.takeNext()).toBe(3);
  expect(filesIn(dir)).toContain(name);
  worker.commit();

  expect(worker.saved).toBe(3);
  expect(filesIn(dir)).toEqual([]);
  expect(createCountedBatches(db).has(batchId('events', 'k'))).toBe(true);
});

it('takes it again when it was not saved, and saves no key then', async () => {
  const [db, dir] = [openDb(), tempDir()];
  await put(dir, 'k', '3');
  const first = new Worker(db, dir);
  await first.taker.takeNext();
  expect(() =>
    first.taker.save(() => {
      throw new Error('database is locked');
    }),
  ).toThrow(/locked/);
  const second = new Worker(db, dir);
  await second.takeAll();

  expect(second.saved).toBe(3);
  expect(db.select().from(batches).all()).toHaveLength(1);
});

it('takes one key once, however many files have it', async () => {
  const [db, dir] = [openDb(), tempDir()];
  await put(dir, 'k', '3');
  await put(dir, 'k', '3');
  const worker = new Worker(db, dir);
  await worker.takeAll();
  await put(dir, 'k', '3');
  await worker.takeAll();

  expect(worker.saved).toBe(3);
  expect(filesIn(dir)).toEqual([]);
});

it('moves a batch aside that cannot be read, with no key, so that it can be tried again', async () => {
  const [db, dir] = [openDb(), tempDir()];
  const name = await put(dir, 'k', '0 broken');
  await put(dir, 'next', '2');
  const worker = new Worker(db, dir);
  await worker.takeAll();

  expect(worker.saved).toBe(2);
  expect(existsSync(join(dir, 'failed', name))).toBe(true);
  expect(worker.troubles).toEqual([expect.stringMatching(/failed.*broken/)]);
  expect(db.select().from(batches).all()).toHaveLength(1);
});

it('counts what it can of a batch, with its key, and keeps it for a person to look at', async () => {
  const [db, dir] = [openDb(), tempDir()];
  const half = await put(dir, 'half', '2 broken');
  const bad = await put(dir, 'one bad event', '5');
  let events = 0;
  const worker = new Worker(db, dir, {
    take: () => {
      events++;
      if (events === 4) throw new Error('our own bug');
    },
  });
  await worker.takeAll();

  expect(events).toBe(7);
  expect(readdirSync(join(dir, 'failed')).sort()).toEqual([half, bad].sort());
  expect(worker.troubles.join()).toMatch(/broken[\s\S]*our own bug/);
  expect(db.select().from(batches).all()).toHaveLength(2);
});

it('gives up a batch that kills its worker again and again, and loses nothing else', async () => {
  const [db, dir] = [openDb(), tempDir()];
  await put(dir, 'before', '1');
  const killer = await put(dir, 'killer', '7');
  await put(dir, 'after', '2');
  let saved = 0;
  for (let life = 0; life < 5; life++) {
    const worker = new Worker(db, dir);
    /** Dies in the commit of the killer's events. */
    const save = () => {
      if (worker.taken - saved >= 7) throw new Error('dead');
      saved = worker.taken;
    };
    worker.commit = () => worker.taker.save(save);
    worker.taken = saved;
    try {
      await worker.takeAll();
      break;
    } catch {}
  }

  expect(saved).toBe(3);
  expect(readdirSync(join(dir, 'failed'))).toEqual([killer]);
});

it('forgets keys after two weeks', () => {
  const db = openDb();
  const now = Date.now();
  for (const days of [13, 15, 16]) db.run(sql`insert into batches values (${`${days}`}, 'f', ${now - days * DAY_MS})`);

  expect(pruneCountedBatches(db, now, 1)).toBe(1);
  expect(pruneCountedBatches(db, now, 100)).toBe(1);
  expect(db.select().from(batches).all()).toMatchObject([{ id: '13' }]);
});

it('reads keys beside the worker, also before it has made the database', () => {
  const path = join(tempDir(), 'traffic.db');
  const reader = readCountedBatches(path);
  onTestFinished(() => reader.close());
  expect(reader.fingerprint('a')).toBeUndefined();
  const db = openTrafficDb(path);
  onTestFinished(() => void db.$client.close());
  db.run(sql`insert into batches values ('a', 'f', 1)`);

  expect(reader.fingerprint('a')).toBe('f');
  expect(reader.fingerprint('b')).toBeUndefined();
});
