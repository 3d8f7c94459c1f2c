// The whole way of a batch: over HTTP into the spool, out of it into the counters, whatever dies on the way.
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCountedBatches } from '../../../src/detection/live/counted-batches.js';
import { type Live, startLive } from '../../../src/detection/live/live.js';
import { volumes } from '../../../src/detection/traffic/traffic-report.js';
import { writeBatch } from '../../../src/intake/spool.js';
import { SpoolWriter } from '../../../src/intake/spool-writer.js';
import { readDirectory } from '../../../src/partners/load.js';
import { startWeb } from '../../../src/web/server.js';
import { eventLines, post, TOKEN } from '../../web/event-batches.js';

const CUSTOMERS = 'test/fixtures/customers.json';
/** Only what never comes is waited for so long. */
const WAIT_MS = 120_000;

let dir: string;
let spool: string;
let trafficDb: string;
let errors: string[];
let running: Array<() => unknown>;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'spool-'));
  spool = join(dir, 'spool');
  trafficDb = join(dir, 'traffic.db');
  errors = [];
  running = [];
});
afterEach(async () => {
  await stopAll();
  rmSync(dir, { recursive: true });
});

async function stopAll(): Promise<void> {
  for (const stop of running.splice(0).reverse()) await stop();
}

async function until(isTrue: () => boolean): Promise<void> {
  const end = Date.now() + WAIT_MS;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error('waited in vain');
    await sleep(20);
  }
}

function startWorker(): Live {
  const live = startLive({
    files: [],
    directory: readDirectory(CUSTOMERS),
    trafficDb,
    spool,
    onFinding() {},
    onError: (error) => errors.push(error.message),
  });
  running.push(() => live.stop());
  return live;
}

async function startDoor(maxBytes = 1e9): Promise<number> {
  const counted = readCountedBatches(trafficDb);
  const writer = new SpoolWriter({ dir: spool, maxBytes, countedFingerprint: (id) => counted.fingerprint(id) });
  const web = await startWeb('127.0.0.1:0', () => [], {
    token: TOKEN,
    spool: writer,
    onError: (e) => errors.push(e.message),
  });
  running.push(
    counted.close,
    () => writer.stop(),
    () => web.stop(),
  );
  return web.port;
}

/** Events counted, each a message delivered to one recipient; none while the worker still makes the database. */
function counted(): number {
  if (!existsSync(trafficDb)) return 0;
  try {
    return volumes(trafficDb, { from: 0, to: 4e12 }).reduce((sum, { sent }) => sum + sent, 0);
  } catch (error) {
    if (/no such table/.test((error as Error).message)) return 0;
    throw error;
  }
}

function waiting(folder = spool): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => /\.(ndjson|eml)$/.test(name)) : [];
}

async function settled(events: number): Promise<void> {
  await until(() => counted() >= events && waiting().length === 0);
  expect(counted()).toBe(events);
}

describe('a batch in the spool', () => {
  it('is counted and gone, and its key is known over restarts', async () => {
    startWorker();
    const port = await startDoor();
    expect(await post(port, eventLines(100), { key: 'k', gzip: true })).toMatchObject({ status: 202 });
    await settled(100);
    expect(await post(port, eventLines(100), { key: 'k' })).toMatchObject({ status: 200, body: { repeated: true } });
    await stopAll();
    startWorker();
    const again = await startDoor();

    expect(await post(again, eventLines(100), { key: 'k' })).toMatchObject({ status: 200, body: { repeated: true } });
    expect(await post(again, eventLines(1, 100))).toMatchObject({ status: 202 });
    await settled(101);
  });

  it('counts nothing when its file is still there after it was counted', async () => {
    const { name } = await writeBatch(spool, { key: 'k', kind: 'events', bytes: Buffer.from(eventLines(50)) });
    copyFileSync(join(spool, name), join(dir, name));
    startWorker();
    await settled(50);
    await stopAll();
    copyFileSync(join(dir, name), join(spool, name));
    startWorker();
    await writeBatch(spool, { key: 'next', kind: 'events', bytes: Buffer.from(eventLines(50, 50)) });

    await settled(100);
  });

  it('is moved aside and told when it cannot be read, and the others go on', async () => {
    const { name } = await writeBatch(spool, { key: 'k', kind: 'events', bytes: Buffer.from(eventLines(1)) });
    rmSync(join(spool, name));
    mkdirSync(join(spool, name));
    await writeBatch(spool, { key: 'noise', kind: 'events', bytes: Buffer.from([0, 255, 10, 10, 123, 10]) });
    await writeBatch(spool, { key: 'good', kind: 'events', bytes: Buffer.from(eventLines(3)) });
    startWorker();
    await settled(3);

    expect(waiting(join(spool, 'failed'))).toEqual([name]);
    expect(errors).toEqual([expect.stringMatching(/^a batch could not be taken and is now .*failed.*EISDIR/)]);
  });

  it('is a report: what became of each is told with the statistics', async () => {
    for (const name of ['arf-1.eml', 'other-prose.eml', 'other-list.eml'])
      await writeBatch(spool, { key: name, kind: 'report', bytes: readFileSync(`test/fixtures/reports/${name}`) });
    const live = startWorker();

    await expect
      .poll(() => live.stats().reports)
      .toEqual({ complaints: 1, lateBounces: 0, withoutEffect: 0, others: 2 });
  });

  it('is turned away while too many wait, and taken once the worker has read them', async () => {
    const port = await startDoor(100_000);
    let accepted = 0;
    while ((await post(port, eventLines(100, accepted))).status === 202) accepted += 100;
    expect(accepted).toBeGreaterThan(0);
    startWorker();
    await expect.poll(async () => (await post(port, eventLines(100, accepted))).status, { timeout: WAIT_MS }).toBe(202);

    await settled(accepted + 100);
  });
});

interface Child {
  process: ChildProcess;
  port: Promise<number>;
}

function spawnChild(): Child {
  const args = ['--import', 'tsx', 'test/tools/intake-child.ts', spool, trafficDb, CUSTOMERS, TOKEN];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(() => child.kill('SIGKILL'));
  const port = new Promise<number>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      const found = /"port":(\d+)/.exec(chunk.toString())?.[1];
      if (found) resolve(Number(found));
    });
  });
  return { process: child, port };
}

describe('a process that is killed in the middle of a stream', () => {
  it('has counted every event once in the end', async () => {
    const batches = 60;
    const perBatch = 50;
    let current = spawnChild();
    let sent = 0;
    const statuses: number[] = [];
    let answered = 0;

    async function send(client: number): Promise<void> {
      for (let i = client; i < batches; i += 2) {
        for (let isTaken = false; !isTaken; ) isTaken = await tryToSend(i);
        sent++;
      }
    }
    async function tryToSend(batch: number): Promise<boolean> {
      try {
        const body = eventLines(perBatch, batch * perBatch);
        const { status } = await post(await current.port, body, { key: `batch ${batch}`, gzip: batch % 3 === 0 });
        statuses.push(status);
        // As if the answer had been lost, now and then.
        return status < 300 && ++answered % 5 !== 0;
      } catch {
        await sleep(10);
        return false;
      }
    }

    const clients = Promise.all([send(0), send(1)]);
    for (const killAt of [5, 20, 40]) {
      await until(() => sent >= killAt);
      current.process.kill('SIGKILL');
      await new Promise((resolve) => current.process.once('exit', resolve));
      current = spawnChild();
    }
    await clients;
    await settled(batches * perBatch);

    expect(statuses).toContain(200);
  });
});
