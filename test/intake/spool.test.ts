import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { batchId, fingerprintOf, parseBatchName, writeBatch } from '../../src/intake/spool.js';
import { SpoolReader } from '../../src/intake/spool-reader.js';
import { SpoolWriter } from '../../src/intake/spool-writer.js';
import { tempDir } from '../helpers/temp.js';

const bytes = Buffer.from('a line\n');
const fingerprint = fingerprintOf([bytes]);

function writerOf(dir: string, maxBytes = 1e9): SpoolWriter {
  const writer = new SpoolWriter({ dir, maxBytes, countedFingerprint: () => undefined });
  onTestFinished(() => writer.stop());
  return writer;
}

it('names a batch so that its name tells all about it, whatever the key is', async () => {
  const dir = tempDir();
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.uint8Array({ maxLength: 50 }),
      async (key, content) => {
        const piece = Buffer.from(content);
        const file = await writeBatch(dir, { key, kind: 'report', bytes: [piece, piece] });
        expect(parseBatchName(file.name)).toEqual(file);
        expect(file).toMatchObject({ id: batchId('report', key), sizeBytes: 2 * piece.length });
        expect(readFileSync(join(dir, file.name))).toEqual(Buffer.concat([piece, piece]));
      },
    ),
    { numRuns: 40 },
  );
  expect(batchId('events', 'k')).not.toBe(batchId('report', 'k'));
});

it('writes more pieces than a system call takes', async () => {
  const pieces = Array.from({ length: 5_000 }, (_, i) => Buffer.from(`${i}\n`));
  const dir = tempDir();
  const { name } = await writeBatch(dir, { key: 'k', kind: 'events', bytes: pieces });

  expect(readFileSync(join(dir, name))).toEqual(Buffer.concat(pieces));
});

it('leaves nothing behind where it cannot write', async () => {
  const dir = join(tempDir(), 'spool');
  writeFileSync(dir, '');

  await expect(writeBatch(dir, { key: 'k', kind: 'events', bytes })).rejects.toThrow(/EEXIST|ENOTDIR/);
  expect(readFileSync(dir, 'utf8')).toBe('');
});

it('gives the oldest batch first, also those that came while it was read', async () => {
  const dir = tempDir();
  const reader = new SpoolReader(dir);
  expect(reader.peek()).toBeUndefined();
  for (const at of [3_000, 1_000, 2_000]) await writeBatch(dir, { key: `${at}`, kind: 'events', bytes, at });
  const order: number[] = [];
  for (let batch = reader.peek(); batch; batch = reader.peek()) {
    if (order.length === 0) await writeBatch(dir, { key: 'late', kind: 'events', bytes, at: 500 });
    order.push(batch.at);
    reader.take(batch);
    reader.remove(batch);
  }

  expect(order).toEqual([1_000, 2_000, 3_000, 500]);
  expect(readdirSync(dir)).toEqual([]);
});

it('does not offer a batch twice that is in hand', async () => {
  const dir = tempDir();
  const file = await writeBatch(dir, { key: 'k', kind: 'events', bytes });
  const reader = new SpoolReader(dir);
  reader.take(file);

  expect(reader.peek()).toBeUndefined();
});

it('suspects what was in hand when a reader died, and gives up the third time', async () => {
  const dir = tempDir();
  const file = await writeBatch(dir, { key: 'k', kind: 'events', bytes });
  const seen = [1, 2, 3, 4].map(() => {
    const reader = new SpoolReader(dir);
    const batch = reader.peek() ?? file;
    const state = [reader.isSuspect(batch), reader.isHopeless(batch)];
    reader.take(batch);
    return state;
  });
  const last = new SpoolReader(dir);
  last.forgive();

  expect(seen).toEqual([
    [false, false],
    [true, false],
    [true, false],
    [true, true],
  ]);
  expect(new SpoolReader(dir).isSuspect(file)).toBe(false);
});

it('keeps no more than some hundreds of those that failed', async () => {
  const dir = tempDir();
  mkdirSync(join(dir, 'failed'));
  const old = Array.from({ length: 505 }, (_, i) => `${String(i).padStart(15, '0')}-old`);
  for (const name of old) writeFileSync(join(dir, 'failed', name), '');
  const file = await writeBatch(dir, { key: 'k', kind: 'events', bytes });
  const path = new SpoolReader(dir).setAside(file);

  expect(existsSync(path)).toBe(true);
  expect(readdirSync(join(dir, 'failed'))).toHaveLength(500);
});

it('tells what waits and what failed, and removes what a crash left half written', async () => {
  const dir = tempDir();
  const at = Date.now() - 5_000;
  writeFileSync(join(dir, '.unfinished-1'), 'half');
  const file = await writeBatch(dir, { key: 'k1', kind: 'events', bytes, at });
  await writeBatch(dir, { key: 'k2', kind: 'report', bytes });
  new SpoolReader(dir).setAside(await writeBatch(dir, { key: 'bad', kind: 'report', bytes }));
  const writer = writerOf(dir);
  await writer.put({ key: 'k3', kind: 'events', bytes, fingerprint });
  const before = writer.level();
  rmSync(join(dir, file.name));

  expect(before).toMatchObject({ batches: 3, bytes: 3 * 4_096, failed: 1, isFull: false });
  expect(before.oldestAgeMs).toBeGreaterThanOrEqual(5_000);
  expect(readdirSync(dir).filter((name) => name.startsWith('.'))).toEqual([]);
  await expect.poll(() => writer.level().batches).toBe(2);
});

it('knows a batch again while it lists, and takes it anew only when it is gone', async () => {
  const dir = tempDir();
  const writer = writerOf(dir);
  const batch = { key: 'k', kind: 'events' as const, bytes, fingerprint };
  const first = await Promise.all([
    writer.put(batch),
    writer.put(batch),
    writer.put({ ...batch, fingerprint: 'other' }),
  ]);
  await sleep(1_200);

  expect(first).toEqual(['taken', 'repeated', 'other-content']);
  expect(await writer.put(batch)).toBe('repeated');
  expect(readdirSync(dir)).toHaveLength(1);
});

it('forgets nothing that is written while it lists', async () => {
  const dir = tempDir();
  // Listed after the spool itself: what is written meanwhile is in neither.
  mkdirSync(join(dir, 'failed'));
  for (let i = 0; i < 5_000; i++) writeFileSync(join(dir, 'failed', `no batch ${i}`), '');
  const writer = writerOf(dir);
  const put = (i: number) => writer.put({ key: `${i}`, kind: 'events', bytes, fingerprint });
  const end = Date.now() + 1_500;
  let count = 0;
  while (Date.now() < end) await put(count++);
  const again = await Promise.all(Array.from({ length: count }, (_, i) => put(i)));

  expect(new Set(again)).toEqual(new Set(['repeated']));
});

it('says what ails the disk until it is well', async () => {
  const dir = join(tempDir(), 'spool');
  writeFileSync(dir, '');
  const writer = writerOf(dir);
  const batch = { key: 'k', kind: 'events' as const, bytes, fingerprint };
  await expect(writer.put(batch)).rejects.toThrow();
  const ill = writer.level();
  rmSync(dir);

  expect(ill.trouble).toMatch(/EEXIST|ENOTDIR/);
  expect(await writer.put(batch)).toBe('taken');
  await expect.poll(() => writer.level().trouble).toBeUndefined();
});
