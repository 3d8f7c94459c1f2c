import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Position } from '../../src/intake/position.js';
import { Tail } from '../../src/intake/tail.js';

let dir: string;
let path: string;
let clock: number;
let tails: Tail[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tail-'));
  path = join(dir, 'mail.log');
  clock = 0;
  tails = [];
});
afterEach(() => {
  for (const tail of tails) tail.close();
  rmSync(dir, { recursive: true });
});

function follow(positions: Position[] = []): Tail {
  const tail = new Tail({ paths: [path], positions, now: () => clock });
  tails.push(tail);
  return tail;
}
/** Reads until nothing is new, letting enough time pass for a rotation to settle. */
function drain(tail: Tail): string[] {
  const lines: string[] = [];
  for (let idle = 0; idle < 3; clock += 3_000) idle = tail.read((line) => lines.push(line)) > 0 ? 0 : idle + 1;
  return lines;
}

describe('Tail', () => {
  it('keeps a partial last line until its end arrives', () => {
    writeFileSync(path, 'one\ntw');
    const tail = follow();

    expect(drain(tail)).toEqual(['one']);
    appendFileSync(path, 'o\n');
    expect(drain(tail)).toEqual(['two']);
  });

  it('finishes a renamed file before it begins the new one', () => {
    writeFileSync(path, 'one\n');
    const tail = follow();
    expect(drain(tail)).toEqual(['one']);
    renameSync(path, `${path}.1`);
    appendFileSync(`${path}.1`, 'two\nlast without end');
    writeFileSync(path, 'three\n');

    expect(drain(tail)).toEqual(['two', 'last without end', 'three']);
  });

  it('waits for a file that does not exist yet', () => {
    const tail = follow();
    expect(drain(tail)).toEqual([]);
    writeFileSync(path, 'one\n');
    expect(drain(tail)).toEqual(['one']);
  });

  it('follows copytruncate and reads what was written before the copy', () => {
    writeFileSync(path, 'one\n');
    const tail = follow();
    drain(tail);
    appendFileSync(path, 'two\n');
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, 'a longer line than all before it\n');

    expect(drain(tail)).toEqual(['two', 'a longer line than all before it']);
  });

  it('neither loses nor repeats a line over a restart', () => {
    writeFileSync(path, 'one\ntwo\nthr');
    const first = follow();
    drain(first);
    const positions = first.positions();
    appendFileSync(path, 'ee\nfour\n');

    expect(drain(follow(positions))).toEqual(['three', 'four']);
  });

  it('finds the file it read after rotations while it was down', () => {
    writeFileSync(path, 'one\n');
    const first = follow();
    drain(first);
    const positions = first.positions();
    appendFileSync(path, 'two\n');
    renameSync(path, `${path}.2`);
    utimesSync(`${path}.2`, 1_000, 1_000);
    writeFileSync(`${path}.1`, 'three\n');
    writeFileSync(path, 'four\n');

    expect(drain(follow(positions))).toEqual(['two', 'three', 'four']);
  });

  it('finds what copytruncate moved while it was down', () => {
    writeFileSync(path, 'one\n');
    const first = follow();
    drain(first);
    const positions = first.positions();
    appendFileSync(path, 'two\n');
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, 'three\n');

    expect(drain(follow(positions))).toEqual(['two', 'three']);
  });

  it('counts a rotated file that is gone, and goes on with the new one', () => {
    writeFileSync(path, 'one\n');
    const first = follow();
    drain(first);
    const positions = first.positions();
    first.close();
    renameSync(path, `${path}.gone`);
    writeFileSync(path, 'two\n');
    unlinkSync(`${path}.gone`);
    const tail = follow(positions);

    expect(drain(tail)).toEqual(['two']);
    expect(tail.stats().lostFiles).toBe(1);
  });

  it('skips lines of a megabyte and reads on through invalid UTF-8', () => {
    const invalid = Buffer.concat([Buffer.from('a'), Buffer.from([0xff, 0xc3]), Buffer.from('\nlast\n')]);
    writeFileSync(
      path,
      Buffer.concat([Buffer.from('one\n'), Buffer.alloc(1_048_576, 0x78), Buffer.from('\n'), invalid]),
    );
    const tail = follow();

    expect(drain(tail)).toEqual(['one', 'a\ufffd\ufffd', 'last']);
    expect(tail.stats().overlongLines).toBe(1);
  });
});
