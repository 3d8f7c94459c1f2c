// A thread ends when it is asked to, by force when it does not, and never makes anybody wait for ever.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { deathOf, endThread, startThread } from '../src/thread.js';

const OBEDIENT = `const { parentPort } = require('node:worker_threads');
  parentPort.once('message', () => process.exit(7));
  parentPort.postMessage('up');`;
const HANGING = `const { parentPort } = require('node:worker_threads');
  parentPort.postMessage('up');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;

async function started(source: string) {
  const worker = new Worker(source, { eval: true });
  const exit = once(worker, 'exit');
  await once(worker, 'message');
  return { worker, exit };
}

describe('ending a thread', () => {
  it('lets it end by itself', async () => {
    const { worker, exit } = await started(OBEDIENT);
    expect(await endThread(worker, () => worker.postMessage('stop'), 120_000)).toBe(true);
    expect(await exit).toEqual([7]);
  });

  it('ends by force what hangs', async () => {
    const { worker, exit } = await started(HANGING);
    expect(await endThread(worker, () => worker.postMessage('stop'), 500)).toBe(true);
    expect(await exit).toEqual([1]);
  });

  it('asks nothing of one that is gone', async () => {
    const { worker, exit } = await started(OBEDIENT);
    worker.postMessage('stop');
    await exit;
    const ask = () => expect.unreachable('it was asked');
    expect(await endThread(worker, ask, 500)).toBe(true);
  });
});

describe.runIf(process.platform === 'linux')('a thread behind the others', () => {
  it('has a lower priority, and leaves the main thread its own', async () => {
    const before = getPriority(process.pid);
    const worker = startThread(import.meta.url, 'fixtures/behind.worker', {});
    expect(await once(worker, 'message')).toEqual([{ own: Math.max(before, 10), main: before }]);
    await worker.terminate();
  });
});

describe('what a thread died of', () => {
  async function deathBy(source: string): Promise<Error> {
    const [thrown] = await once(new Worker(source, { eval: true }), 'error', { signal: AbortSignal.timeout(120_000) });
    return deathOf(thrown);
  }

  it('is its error', async () => {
    expect(await deathBy('throw new TypeError("no such thing")')).toMatchObject({ message: 'no such thing' });
  });

  it('is the code of an error of SQLite, of which no more arrives', async () => {
    const sqlite = createRequire(import.meta.url).resolve('better-sqlite3');
    const death = await deathBy(`new (require(${JSON.stringify(sqlite)}))(':memory:').exec('SELECT * FROM nothing')`);

    expect(death).toBeInstanceOf(Error);
    expect(death.message).toBe('the database failed: SQLITE_ERROR');
  });

  it('is whatever else was thrown, in words', async () => {
    expect(await deathBy('throw "over"')).toMatchObject({ message: 'over' });
  });
});
