// A thread ends when it is asked to, by force when it does not, and never makes anybody wait for ever.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { endThread } from '../src/thread.js';

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
    expect(await endThread(worker, () => worker.postMessage('stop'), 20_000)).toBe(true);
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
