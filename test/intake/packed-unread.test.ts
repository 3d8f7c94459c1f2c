// Packed logs that cannot be read, or not to their end: what is told of them, and that those around them are read.
import { appendFileSync, chmodSync, renameSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { RotatedLog } from './rotated-log.js';

const MINUTE = 60_000;
let log: RotatedLog;
beforeEach(() => {
  log = new RotatedLog();
});

describe('a packed log that cannot be read', () => {
  const notRead = (suffix: string, packing: string, program: string) =>
    `${log.path}${suffix}: is packed with ${packing}, which is not read, and is passed over. ` +
    `To see what was in it: ${program} ${log.path}${suffix} | relaywarden replay -`;

  it.each([
    ['.xz', 'xz', 'xzcat'],
    ['.zst', 'zstd', 'zstdcat'],
    ['.bz2', 'bzip2', 'bzcat'],
    ['.lz4', 'lz4', 'lz4cat'],
  ])(
    'is told of once, with the way to read it by hand, and those around it are read: %s',
    async (ending, packing, program) => {
      const positions = await log.readBefore('one\n');
      unlinkSync(log.path);
      log.add('.3.gz', 'one\ntwo\n');
      log.add(`.2${ending}`, 'as if packed\n');
      log.add('.1', 'four\n');
      log.add('', 'five\n');
      chmodSync(log.path, 0);
      chmodSync(`${log.path}.1`, 0);
      const tail = log.follow(positions);

      expect(await log.drain(tail)).toEqual(['two']);
      expect(tail.stats()).toMatchObject({ lostFiles: 1, losses: [notRead(`.2${ending}`, packing, program)] });
      for (const suffix of ['', '.1']) chmodSync(`${log.path}${suffix}`, 0o644);
      expect(await log.drain(tail)).toEqual(['four', 'five']);
      expect(tail.stats().lostFiles).toBe(1);
    },
  );

  it('keeps nobody from the files after it when it is the one that was read last', async () => {
    const positions = await log.readBefore('one\n');
    appendFileSync(log.path, 'two\n');
    renameSync(log.path, `${log.path}.3`);
    log.written += 100;
    utimesSync(`${log.path}.3`, log.written, log.written);
    log.pack('.3', '.xz');
    log.add('.2.gz', 'three\n');
    log.add('.1', 'four\n');
    log.add('', 'five\n');
    const tail = log.follow(positions);

    expect(await log.drain(tail)).toEqual(['three', 'four', 'five']);
    const text = `${log.path}.3.xz: was packed with xz before it was read to its end, and its last lines are lost. \
To see what was in it: xzcat ${log.path}.3.xz | relaywarden replay -`;
    expect(tail.stats()).toMatchObject({ lostFiles: 1, losses: [text] });
  });

  it('is no loss when it was read to its end', async () => {
    const positions = await log.readBefore('one\n');
    renameSync(log.path, `${log.path}.2`);
    log.pack('.2', '.xz');
    log.add('.1', 'two\n');
    log.add('', 'three\n');
    const tail = log.follow(positions);

    expect(await log.drain(tail)).toEqual(['two', 'three']);
    expect(tail.stats().losses).toEqual([]);
  });

  it('is waited for while this user may not read it, and goes on where it was read to', async () => {
    const positions = await log.readBefore('one\n');
    unlinkSync(log.path);
    log.add('.3.gz', 'one\ntwo\n');
    log.add('.2.gz', 'three\n');
    log.add('.1', 'four\n');
    log.add('', 'five\n');
    for (const suffix of ['.3.gz', '.2.gz']) chmodSync(`${log.path}${suffix}`, 0);
    const locked = (suffix: string) => `${log.path}${suffix}: may not be read by this user; ${log.path} waits for it`;
    const tail = log.follow(positions);

    expect(await log.drain(tail)).toEqual([]);
    expect(tail.stats()).toMatchObject({ troubles: [locked('.3.gz')], lostFiles: 0 });
    chmodSync(`${log.path}.3.gz`, 0o644);
    expect(await log.drain(tail)).toEqual(['two']);
    expect(tail.stats()).toMatchObject({ troubles: [locked('.2.gz')], lostFiles: 0 });
    log.clock += 11 * MINUTE;
    expect(await log.drain(tail)).toEqual(['four', 'five']);
    const text = `${log.path}.2.gz: could not be read by this user for 10 minutes, and is passed over`;
    expect(tail.stats()).toMatchObject({ troubles: [], lostFiles: 1, losses: [text] });
  });

  it('is told of when it was packed with a rest that was not read, and did not grow', async () => {
    writeFileSync(log.path, 'one\ntwo\n');
    const before = log.follow();
    expect(await log.drain(before, 1)).toEqual(['one']);
    const positions = before.positions();
    renameSync(log.path, `${log.path}.1`);
    log.pack('.1', '.xz');
    log.add('', 'three\n');
    const tail = log.follow(positions);

    expect(await log.drain(tail)).toEqual(['three']);
    expect(tail.stats().losses).toEqual([expect.stringMatching(/^.+\.1\.xz: was packed with xz before it was read/)]);
  });

  it.each([
    ['is cut', 0, (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['is damaged', 30_000, (bytes: Buffer) => Buffer.from(bytes).fill(0xff, bytes.length / 2, bytes.length / 2 + 64)],
  ])('is told of when it %s, and what stands before that is read', async (_, most, damage) => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `line ${i} ${Math.sin(i)}`);
    const positions = await log.readBefore('one\n');
    unlinkSync(log.path);
    log.add('.3.gz', 'one\n');
    log.add('.2.gz', damage(gzipSync(`${lines.join('\n')}\n`)));
    log.add('.1', 'three\n');
    log.add('', 'four\n');
    const tail = log.follow(positions);
    const read = await log.drain(tail);

    expect(read.slice(-2)).toEqual(['three', 'four']);
    // What is damaged may also be unpacked to something else.
    expect(read.length).toBeGreaterThan(20_000);
    const whole = read.slice(0, -2 - most);
    expect(whole).toEqual(lines.slice(0, whole.length));
    expect(tail.stats().losses).toEqual([
      expect.stringMatching(/mail\.log\.2\.gz: is broken \(.+\), and lines of it are lost$/),
    ]);
  });

  it('is passed over when it is no gzip at all, which is told', async () => {
    const positions = await log.readBefore('one\n');
    unlinkSync(log.path);
    log.add('.3.gz', 'one\n');
    log.add('.2.gz', Buffer.from('\x1f\x8b nothing of the kind', 'latin1'));
    log.add('', 'three\n');
    const tail = log.follow(positions);

    expect(await log.drain(tail)).toEqual(['three']);
    expect(tail.stats().losses).toEqual([
      expect.stringMatching(/mail\.log\.2\.gz: is broken \(.+\), and lines of it are lost$/),
    ]);
  });
});
