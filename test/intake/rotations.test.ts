// What logrotate and its like leave behind, and what becomes of a rotated file that may not be read.
import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Position } from '../../src/intake/position.js';
import { Tail } from '../../src/intake/tail.js';
import { withoutRoot } from '../helpers/rights.js';
import { tempDir } from '../helpers/temp.js';

const MINUTE = 60_000;
let dir: string;
let path: string;
let clock: number;

beforeEach(() => {
  dir = tempDir();
  chmodSync(dir, 0o755);
  path = join(dir, 'mail.log');
  clock = 0;
});

function follow(positions: Position[] = []): Tail {
  const tail = new Tail({ paths: [path], positions, now: () => clock });
  onTestFinished(() => tail.close());
  return tail;
}

/** Reads as root does not: until nothing is new, letting enough time pass for a rotation to settle. */
function drain(tail: Tail): string[] {
  const lines: string[] = [];
  for (let idle = 0; idle < 3; clock += 3_000) {
    const bytes = withoutRoot(() =>
      tail.read((bytes, from, to) => {
        lines.push(...bytes.toString('utf8', from, to - 1).split('\n'));
        return to;
      }),
    );
    idle = bytes > 0 ? 0 : idle + 1;
  }
  return lines;
}

/** Reads `content` and answers how far. */
function readBefore(content: string): Position[] {
  writeFileSync(path, content);
  const tail = follow();
  expect(drain(tail).join('\n')).toBe(content.trimEnd());
  const positions = tail.positions();
  tail.close();
  return positions;
}

describe('a rotated file that may not be read', () => {
  const locked = () => `${path}.1: may not be read by this user; ${path} waits for it`;

  it('is told of, waited for, and read once it may be, before what came later', () => {
    const positions = readBefore('one\n');
    appendFileSync(path, 'two\n');
    renameSync(path, `${path}.1`);
    chmodSync(`${path}.1`, 0);
    writeFileSync(path, 'three\n');
    const tail = follow(positions);

    expect(drain(tail)).toEqual([]);
    expect(tail.stats()).toMatchObject({ troubles: [locked()], lostFiles: 0, losses: [] });
    expect(tail.positions()).toMatchObject(positions);
    chmodSync(`${path}.1`, 0o644);
    expect(drain(tail)).toEqual(['two', 'three']);
    expect(tail.stats()).toMatchObject({ troubles: [], lostFiles: 0, losses: [] });
  });

  it('is given up after ten minutes, which is told for a day and counted', () => {
    const positions = readBefore('one\n');
    appendFileSync(path, 'two\n');
    renameSync(path, `${path}.1`);
    chmodSync(`${path}.1`, 0);
    writeFileSync(path, 'three\n');
    const tail = follow(positions);
    drain(tail);
    clock = 9 * MINUTE;
    expect(drain(tail)).toEqual([]);
    clock = 11 * MINUTE;

    expect(drain(tail)).toEqual(['three']);
    const text = `${path}.1: could not be read by this user for 10 minutes, and its last lines are lost`;
    expect(tail.stats()).toMatchObject({ troubles: [], lostFiles: 1, losses: [text] });
    clock += 24 * 60 * MINUTE;
    expect(tail.stats()).toMatchObject({ lostFiles: 1, losses: [] });
  });

  it('is given up after ten minutes also by a bot that is restarted again and again', () => {
    let positions = readBefore('one\n');
    appendFileSync(path, 'two\n');
    renameSync(path, `${path}.1`);
    chmodSync(`${path}.1`, 0);
    writeFileSync(path, 'three\n');
    const runs = [0, 9 * MINUTE, 18 * MINUTE, 27 * MINUTE].map((at) => {
      clock = at;
      const tail = follow(positions);
      const lines = drain(tail);
      const { lostFiles } = tail.stats();
      positions = tail.positions();
      tail.close();
      return { lines, lostFiles };
    });

    expect(runs).toEqual([
      { lines: [], lostFiles: 0 },
      { lines: [], lostFiles: 0 },
      { lines: ['three'], lostFiles: 1 },
      { lines: [], lostFiles: 0 },
    ]);
    expect(positions).toMatchObject([{ offset: 6 }]);
    expect(positions[0]?.lockedSince).toBeUndefined();
  });

  it('is waited for ten minutes from the start when the bot was stopped for longer than that', () => {
    const positions = readBefore('one\n');
    appendFileSync(path, 'two\n');
    renameSync(path, `${path}.1`);
    chmodSync(`${path}.1`, 0);
    writeFileSync(path, 'three\n');
    const before = follow(positions);
    drain(before);
    clock = 8 * MINUTE;
    drain(before);
    const saved = before.positions();
    before.close();
    clock = 3 * 60 * MINUTE;
    const tail = follow(saved);

    expect(drain(tail)).toEqual([]);
    expect(tail.stats()).toMatchObject({ troubles: [locked()], lostFiles: 0 });
    clock += 9 * MINUTE;
    expect(drain(tail)).toEqual([]);
    clock += 2 * MINUTE;
    expect(drain(tail)).toEqual(['three']);
    expect(tail.stats().lostFiles).toBe(1);
  });

  it('keeps nobody waiting when it was read to its end', () => {
    const positions = readBefore('one\n');
    renameSync(path, `${path}.1`);
    chmodSync(`${path}.1`, 0);
    writeFileSync(path, 'two\n');
    const tail = follow(positions);

    expect(drain(tail)).toEqual(['two']);
    expect(tail.stats()).toMatchObject({ lostFiles: 0, troubles: [] });
  });

  it('is waited for also when it is the copy of copytruncate', () => {
    const positions = readBefore('one\n');
    appendFileSync(path, 'two\n');
    copyFileSync(path, `${path}.1`);
    chmodSync(`${path}.1`, 0);
    truncateSync(path);
    appendFileSync(path, 'three\n');
    const tail = follow(positions);

    expect(drain(tail)).toEqual([]);
    expect(tail.stats().troubles).toEqual([locked()]);
    chmodSync(`${path}.1`, 0o644);
    expect(drain(tail)).toEqual(['two', 'three']);
  });

  it('brings nothing back that was read before it: a copy is the newest of all', () => {
    for (const [i, name] of ['.3', '.2', '.1'].entries()) {
      writeFileSync(`${path}${name}`, `of week ${i}, read then\n`, { mode: i === 0 ? 0 : 0o644 });
      utimesSync(`${path}${name}`, 100 + i, 100 + i);
    }
    const positions = readBefore('one\n');
    writeFileSync(path, 'emptied by hand\n');
    const tail = follow(positions);
    const lines = drain(tail);
    clock += 11 * MINUTE;

    expect([...lines, ...drain(tail)]).toEqual(['emptied by hand']);
  });

  it('is waited for also between two others, under the names they get meanwhile', () => {
    const positions = readBefore('one\n');
    renameSync(path, `${path}.2`);
    appendFileSync(`${path}.2`, 'two\n');
    writeFileSync(`${path}.1`, 'three\n', { mode: 0 });
    writeFileSync(path, 'four\n');
    for (const [i, name] of ['.2', '.1', ''].entries()) utimesSync(`${path}${name}`, 100 + i, 100 + i);
    const tail = follow(positions);

    expect(drain(tail)).toEqual(['two']);
    expect(tail.stats().troubles).toEqual([locked()]);
    const saved = tail.positions();
    renameSync(`${path}.2`, `${path}.3`);
    renameSync(`${path}.1`, `${path}.2`);
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'five\n');
    chmodSync(`${path}.2`, 0o644);
    expect(drain(follow(saved))).toEqual(['three', 'four', 'five']);
    expect(drain(tail)).toEqual(['three', 'four', 'five']);
  });
});

describe('a new log that may not be read yet', () => {
  it('does not keep from the rest of the old one', () => {
    const positions = readBefore('one\n');
    appendFileSync(path, 'two\n');
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'three\n', { mode: 0 });

    expect(drain(follow(positions))).toEqual(['two']);
  });

  it('leaves the place in the old one, so that a restart repeats nothing', () => {
    writeFileSync(path, 'one\n');
    const tail = follow();
    expect(drain(tail)).toEqual(['one']);
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'two\n', { mode: 0 });
    expect(drain(tail)).toEqual([]);
    expect(tail.stats().troubles).toEqual([`${path}: may not be read by this user`]);
    const positions = tail.positions();
    expect(positions).toHaveLength(1);
    chmodSync(path, 0o644);

    expect(drain(follow(positions))).toEqual(['two']);
    expect(drain(tail)).toEqual(['two']);
  });

  it('is read though it was rotated itself before it might be', () => {
    writeFileSync(path, 'one\n');
    const tail = follow();
    drain(tail);
    renameSync(path, `${path}.2`);
    writeFileSync(path, 'two\n', { mode: 0 });
    drain(tail);
    renameSync(path, `${path}.1`);
    chmodSync(`${path}.1`, 0o644);
    writeFileSync(path, 'three\n');
    for (const [i, name] of ['.2', '.1', ''].entries()) utimesSync(`${path}${name}`, 100 + i, 100 + i);

    expect(drain(tail)).toEqual(['two', 'three']);
  });
});

describe('a log that is a link', () => {
  it('is rotated beside what it points to', () => {
    mkdirSync(join(dir, 'disk'));
    const target = join(dir, 'disk/relay.log');
    writeFileSync(target, '');
    symlinkSync('disk/relay.log', path);
    const positions = readBefore('one\n');
    appendFileSync(path, 'two\n');
    renameSync(target, `${target}.1`);
    writeFileSync(target, 'three\n');

    expect(drain(follow(positions))).toEqual(['two', 'three']);
  });

  it('is read once, though what it points to is called as a rotated file is', () => {
    const days = [`${path}-20260113`, `${path}-20260114`, `${path}-20260115`];
    for (const [i, day] of days.entries()) writeFileSync(day, i === 0 ? '' : `of day ${i}\n`);
    symlinkSync(days[0] as string, path);
    const positions = readBefore('one\n');
    for (const [i, day] of days.entries()) utimesSync(day, 100 + i, 100 + i);
    unlinkSync(path);
    symlinkSync(days[2] as string, path);

    expect(drain(follow(positions))).toEqual(['of day 1', 'of day 2']);
  });
});

describe.runIf(process.platform === 'linux')('an open log', () => {
  it('is opened again where it was when the file system takes it away', () => {
    writeFileSync(path, 'one\n');
    const tail = follow();
    expect(drain(tail)).toEqual(['one']);
    const open = readdirSync('/proc/self/fd').find((fd) => targetOf(fd) === path);
    closeSync(Number(open));
    appendFileSync(path, 'two\n');

    expect(tail.positions()).toMatchObject([{ offset: 4 }]);
    expect(tail.stats().behindBytes).toBe(0);
    expect(drain(tail)).toEqual(['two']);
  });
});

function targetOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}
