// Nights that the bot missed: the rotated logs between the one it read last and today's, packed or not.
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  renameSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { RotatedLog, timeIn } from './rotated-log.js';

let log: RotatedLog;
beforeEach(() => {
  log = new RotatedLog();
});

describe('nights that were missed', () => {
  it('are read from the packed logs, oldest first, with the rest of the log that was read last', async () => {
    const positions = await log.readBefore('one\n');
    unlinkSync(log.path);
    log.add('.4.gz', 'one\ntwo\n');
    log.add('.3.gz', 'three\n');
    log.add('.2.gz', 'four\n');
    log.add('.1', 'five\n');
    log.add('', 'six\n');
    const tail = log.follow(positions);

    expect(await log.drain(tail)).toEqual(['two', 'three', 'four', 'five', 'six']);
    expect(tail.stats()).toMatchObject({ troubles: [], lostFiles: 0, behindBytes: 0 });
  });

  it('are read by their dates, too', async () => {
    const positions = await log.readBefore('one\n');
    unlinkSync(log.path);
    for (const [day, content] of ['one\ntwo\n', 'three\n', 'four\n'].entries()) log.add(`-2026112${day}.gz`, content);
    log.add('-20261123', 'five\n');
    log.add('', 'six\n');

    expect(await log.drain(log.follow(positions))).toEqual(['two', 'three', 'four', 'five', 'six']);
  });

  it('are read by their names where the times are of the packing', async () => {
    const positions = await log.readBefore('one\n');
    unlinkSync(log.path);
    log.add('.1', 'four\n');
    log.add('.2.gz', 'three\n');
    log.add('.3.gz', 'one\ntwo\n');
    log.add('', 'five\n');
    expect(await log.drain(log.follow(positions))).toEqual(['two', 'three', 'four', 'five']);
    for (const suffix of ['.1', '.2.gz', '.3.gz']) unlinkSync(`${log.path}${suffix}`);
    log.add('-20261122', 'four\n');
    log.add('-20261121.gz', 'three\n');
    log.add('-20261120.gz', 'one\ntwo\n');

    expect(await log.drain(log.follow(positions))).toEqual(['two', 'three', 'four', 'five']);
  });

  it('are told from what lies there since another rotation, long ago', async () => {
    log.written = 40 * 24 * 3_600;
    const positions = await log.readBefore('one\n');
    unlinkSync(log.path);
    log.add('.1.gz', 'one\ntwo\n');
    log.add('', 'three\n');
    log.written = 20 * 24 * 3_600;
    log.add('.0', 'of last year\n');

    expect(await log.drain(log.follow(positions))).toEqual(['two', 'three']);
  });

  it('are read once though a file is still there beside its packed one', async () => {
    const positions = await log.readBefore('one\n');
    renameSync(log.path, `${log.path}.2`);
    log.add('.2.gz', 'one\n');
    log.add('.1', 'two\n');
    writeFileSync(`${log.path}.1.gz`, gzipSync('two\n').subarray(0, 12));
    log.add('', 'three\n');
    const tail = log.follow(positions);

    expect(await log.drain(tail)).toEqual(['two', 'three']);
    expect(tail.stats().lostFiles).toBe(0);
  });

  it('are not read for ever where somebody made a copy of one', async () => {
    const positions = await log.readBefore('one\n');
    unlinkSync(log.path);
    log.add('.2.gz', 'one\ntwo\n');
    log.add('.1.gz', 'three\n');
    copyFileSync(`${log.path}.2.gz`, `${log.path}-20261120.gz`);
    log.add('', 'four\n');

    // The copy is taken for a later file, for it was written later; but once.
    expect(await log.drain(log.follow(positions))).toEqual(['two', 'three', 'one', 'two', 'four']);
  });

  it('are read also from logs that are empty, or of several packed parts', async () => {
    const positions = await log.readBefore('one\n');
    unlinkSync(log.path);
    log.add('.4.gz', 'one\n');
    log.add('.3.gz', '');
    log.add('.2.gz', 'two\n');
    appendFileSync(`${log.path}.2.gz`, gzipSync('three'));
    utimesSync(`${log.path}.2.gz`, log.written, log.written);
    log.add('', 'four\n');
    const tail = log.follow(positions);

    expect(await log.drain(tail)).toEqual(['two', 'three', 'four']);
    expect(tail.stats().lostFiles).toBe(0);
  });

  it('are read from what is left when the log that was read last is gone, which is told', async () => {
    log.add('.9.gz', 'read long ago\n');
    log.written += 100;
    const positions = await log.readBefore('one\n');
    unlinkSync(log.path);
    log.add('.3.gz', 'three\n');
    log.add('.2', 'four\n');
    log.add('', 'five\n');
    const tail = log.follow(positions);

    expect(await log.drain(tail)).toEqual(['three', 'four', 'five']);
    const text = `${log.path}: was rotated, and the old file is gone: what it got since it was read last is lost`;
    expect(tail.stats()).toMatchObject({ lostFiles: 1, losses: [text] });
  });

  it('are read from their beginning when nothing of the log was read yet', async () => {
    const other = join(log.dir, 'other.log');
    writeFileSync(other, 'other\n');
    writeFileSync(log.path, '');
    const before = log.follow([], [log.path, other]);
    await log.drain(before);
    const positions = before.positions();
    unlinkSync(log.path);
    log.written = Date.now() / 1_000 + 60;
    log.add('.2.gz', 'one\n');
    log.add('.1.gz', 'two\n');
    log.add('', 'three\n');

    expect(await log.drain(log.follow(positions, [log.path, other]))).toEqual(['one', 'two', 'three']);
  });

  it('are read from their beginning though one has the inode of what was empty', async () => {
    writeFileSync(log.path, '');
    utimesSync(log.path, log.written, log.written);
    const before = log.follow();
    await log.drain(before);
    const positions = before.positions();
    log.written += 100;
    log.add('', gzipSync('two\n'));
    renameSync(log.path, `${log.path}.1.gz`);
    log.written -= 150;
    log.add('.2.gz', 'one\n');
    log.written += 100;
    log.add('', 'three\n');

    expect(await log.drain(log.follow(positions))).toEqual(['one', 'two', 'three']);
  });

  it('are in their order of time among those of another log', async () => {
    const other = join(log.dir, 'other.log');
    const paths = [log.path, other];
    const made = (name: string, from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => `t${String(from + i).padStart(5, '0')} ${name}`.padEnd(800, '.'));
    const text = (lines: string[]) => `${lines.join('\n')}\n`;
    writeFileSync(log.path, text(made('a', 0, 2)));
    writeFileSync(other, text(made('b', 0, 2)));
    const before = log.follow([], paths);
    await log.drain(before);
    const positions = before.positions();
    unlinkSync(log.path);
    log.add('.2.gz', text(made('a', 0, 4_000)));
    log.add('.1.gz', text(made('a', 4_000, 8_000)));
    log.add('', text(made('a', 8_000, 9_000)));
    appendFileSync(other, text(made('b', 2, 9_000)));
    const times = (await log.drain(log.follow(positions, paths))).map((line) => timeIn(line) as number);

    expect(times).toHaveLength(2 * 8_998);
    const behind = times.map((at, i) => Math.max(0, (times[i - 1] ?? 0) - at));
    expect(Math.max(...behind)).toBeLessThanOrEqual(1_000);
  });

  it('are read from where they were taken to by a bot that is killed again and again', async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `line ${i} ${Math.sin(i)}`.padEnd(120, '.'));
    const text = (from: number, to: number) => `${lines.slice(from, to).join('\n')}\n`;
    let positions = await log.readBefore(text(0, 10));
    unlinkSync(log.path);
    log.add('.2.gz', text(0, 14_000));
    log.add('.1.gz', text(14_000, 25_000));
    log.add('', text(25_000, 30_000));
    const taken: string[] = [];
    for (const upTo of [1, 9_000, 4_000, 12_000, 20_000]) {
      const tail = log.follow(positions);
      taken.push(...(await log.drain(tail, upTo)));
      positions = tail.positions();
      // Nothing of what it goes on to read is saved.
      await log.drain(tail, 5_000);
      tail.close();
      if (existsSync(`${log.path}.2.gz`)) {
        for (const i of [2, 1]) renameSync(`${log.path}.${i}.gz`, `${log.path}.${i + 3}.gz`);
      }
    }

    expect(taken).toEqual(lines.slice(10));
  });

  it('are read from the same place wherever between two reads it is killed', async () => {
    let positions = await log.readBefore('one\n');
    unlinkSync(log.path);
    log.add('.4.gz', 'one\ntwo\n');
    log.add('.3.gz', '');
    log.add('.2.gz', 'three\nfour\n');
    log.add('.1', 'five\n');
    log.add('', 'six\n');
    const taken: string[] = [];
    for (let run = 0; run < 60; run++) {
      const tail = log.follow(positions);
      for (let reads = 0; reads <= run % 6; reads++) taken.push(...(await log.readOnce(tail, 1)));
      positions = tail.positions();
      tail.close();
    }

    expect(taken).toEqual(['two', 'three', 'four', 'five', 'six']);
  });
});

describe('two rotations in short order', () => {
  it('lose nothing of the log between them that is packed at once', async () => {
    const tail = log.follow();
    writeFileSync(log.path, 'one\n');
    expect(await log.drain(tail)).toEqual(['one']);
    appendFileSync(log.path, 'two\n');
    renameSync(log.path, `${log.path}.2`);
    log.pack('.2');
    writeFileSync(log.path, 'three\n');
    renameSync(log.path, `${log.path}.1`);
    log.pack('.1');
    writeFileSync(log.path, 'four\n');

    expect(await log.drain(tail)).toEqual(['two', 'three', 'four']);
    expect(tail.stats()).toMatchObject({ troubles: [], lostFiles: 0 });
  });

  it('lose nothing by copytruncate either', async () => {
    const positions = await log.readBefore('one\n');
    for (const [suffix, content] of [
      ['.2', 'two\n'],
      ['.1', 'three, longer than what was read\n'],
    ]) {
      appendFileSync(log.path, content as string);
      copyFileSync(log.path, `${log.path}${suffix}`);
      log.pack(suffix as string);
      truncateSync(log.path);
    }
    appendFileSync(log.path, 'four\n');
    const tail = log.follow(positions);

    expect(await log.drain(tail)).toEqual(['two', 'three, longer than what was read', 'four']);
    expect(tail.stats().lostFiles).toBe(0);
  });
});
