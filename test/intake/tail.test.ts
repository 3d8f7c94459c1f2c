import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Position } from '../../src/intake/position.js';
import { Tail, type TakeLines } from '../../src/intake/tail.js';
import { withoutRoot } from '../helpers/rights.js';

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
  const take = takingLines((line) => lines.push(line));
  for (let idle = 0; idle < 3; clock += 3_000) idle = tail.read(take) > 0 ? 0 : idle + 1;
  return lines;
}
/** A reader of the lines that these tests write: `t00001 …` is of the second 1. */
function takingLines(onLine: (line: string) => void): TakeLines {
  return (bytes, from, to, _path, until) => {
    expect(bytes[to - 1]).toBe(0x0a);
    for (let start = from; start < to; ) {
      const end = bytes.indexOf(0x0a, start);
      const line = bytes.toString('utf8', start, end);
      if ((timeOf(line) ?? 0) > until) return start;
      onLine(line);
      start = end + 1;
    }
    return to;
  };
}
const timeOf = (line: string) => (/^t\d{5} /.test(line) ? Number(line.slice(1, 6)) * 1000 : undefined);

describe('Tail', () => {
  it('reads what is written to the old file until the writer takes to the new one', () => {
    const tail = follow();
    writeFileSync(path, 't00001 one\n');
    expect(drain(tail)).toEqual(['t00001 one']);
    renameSync(path, `${path}.1`);
    writeFileSync(path, '');
    expect(drain(tail)).toEqual([]);
    appendFileSync(`${path}.1`, 't00002 late\n');
    expect(drain(tail)).toEqual(['t00002 late']);
    appendFileSync(path, 't00003 new\n');
    expect(drain(tail)).toEqual(['t00003 new']);
  });

  it('finds the old file where its date stands before the ending, and takes no other log for it', () => {
    const tail = follow();
    writeFileSync(path, 't00001 one\n');
    expect(drain(tail)).toEqual(['t00001 one']);
    const positions = tail.positions();
    appendFileSync(path, 't00002 two\n');
    renameSync(path, join(dir, 'mail-20260114.log'));
    utimesSync(join(dir, 'mail-20260114.log'), 1_000, 1_000);
    writeFileSync(join(dir, 'mail-2.log'), 't00003 of another relay\n');
    writeFileSync(join(dir, 'mail-20260115.log'), 't00004 next day\n');
    writeFileSync(path, 't00005 now\n');
    expect(drain(follow(positions))).toEqual(['t00002 two', 't00004 next day', 't00005 now']);
  });

  it('takes a new file for the log at last, though nothing is written to it', () => {
    const tail = follow();
    writeFileSync(path, 't00001 one\n');
    drain(tail);
    renameSync(path, `${path}.1`);
    writeFileSync(path, '');
    drain(tail);
    clock += 11 * 60_000;
    drain(tail);
    unlinkSync(`${path}.1`);
    const again = follow(tail.positions());
    appendFileSync(path, 't00002 two\n');
    expect(drain(again)).toEqual(['t00002 two']);
    expect(again.stats().losses).toEqual([]);
  });

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

  it('names the logs of which more was written than is read', () => {
    const other = join(dir, 'other.log');
    for (const each of [path, other]) writeFileSync(each, 'one\n');
    const tail = new Tail({ paths: [path, other], positions: [], now: () => clock });
    tails.push(tail);
    drain(tail);
    expect(tail.stats()).toMatchObject({ behindBytes: 0, behind: [] });
    appendFileSync(other, 'two\n');
    expect(tail.stats()).toMatchObject({ behindBytes: 4, behind: [other] });
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

  it('sees that a long log was written anew, longer than before, since it was read', () => {
    const megabytes = (line: string, count: number) => `${line.padEnd(999, '.')}\n`.repeat(count * 1_000);
    writeFileSync(path, megabytes('old', 3));
    const tail = follow();
    expect(drain(tail)).toHaveLength(3_000);
    appendFileSync(path, 'two\n');
    expect(drain(tail)).toEqual(['two']);
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, megabytes('new', 4));
    clock += 50;

    const lines = drain(tail);
    expect(lines).toHaveLength(4_000);
    expect(lines[0]).toMatch(/^new/);
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

  it('loses no file of several rotations in short order, while it reads', () => {
    const rotate = (seconds: number) => {
      utimesSync(path, seconds, seconds);
      for (const [from, to] of [
        ['.2', '.3'],
        ['.1', '.2'],
        ['', '.1'],
      ]) {
        if (existsSync(`${path}${from}`)) renameSync(`${path}${from}`, `${path}${to}`);
      }
    };
    const lines: string[] = [];
    const tail = follow();
    const read = () => tail.read(takingLines((line) => lines.push(line)));
    for (const [i, name] of ['one', 'two', 'three', 'four'].entries()) {
      if (i > 0) rotate(100 * i);
      writeFileSync(path, `${name}\n`);
      read();
      clock += 500;
    }

    expect([...lines, ...drain(tail)]).toEqual(['one', 'two', 'three', 'four']);
    expect(tail.stats().lostFiles).toBe(0);
  });

  it('finds the files that wait under the names they get meanwhile', () => {
    writeFileSync(path, 'one\n');
    const before = follow();
    expect(drain(before)).toEqual(['one']);
    const positions = before.positions();
    const rest = ['two', 'three', 'four'];
    renameSync(path, `${path}.3`);
    appendFileSync(`${path}.3`, 'more\n');
    for (const [i, name] of rest.entries()) writeFileSync(i === 2 ? path : `${path}.${2 - i}`, `${name}\n`);
    for (const [i, name] of ['.3', '.2', '.1', ''].entries()) utimesSync(`${path}${name}`, 100 + i, 100 + i);
    const tail = follow(positions);
    const lines: string[] = [];
    tail.read(takingLines((line) => lines.push(line)));
    for (const i of [3, 2, 1]) renameSync(`${path}.${i}`, `${path}.${i + 1}`);
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'five\n');

    expect([...lines, ...drain(tail)]).toEqual(['more', ...rest, 'five']);
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

  it('goes on with the log though a file beside it may not be read', () => {
    writeFileSync(path, 'one\n');
    const tail = follow();
    expect(drain(tail)).toEqual(['one']);
    const positions = tail.positions();
    tail.close();
    // Written while the log is still there: a file with the log's old inode might be the log itself, and would be waited for.
    const beside = join(dir, 'mail.log-private');
    writeFileSync(beside, 'something else\n');
    chmodSync(beside, 0);
    unlinkSync(path);
    writeFileSync(path, 'two, in a log of its own\n');
    symlinkSync('mail.log.9', join(dir, 'mail.log.9'));
    chmodSync(dir, 0o755);

    const again = follow(positions);
    withoutRoot(() => expect(drain(again)).toEqual(['two, in a log of its own']));
    expect(again.stats()).toMatchObject({ lostFiles: 1, troubles: [] });
  });

  it('reads on when its folder comes back, without a second reading', () => {
    const away = `${dir}-away`;
    writeFileSync(path, 'one\n');
    const first = follow();
    drain(first);
    const positions = first.positions();
    appendFileSync(path, 'two\n');
    renameSync(dir, away);
    const tail = follow(positions);
    expect(drain(tail)).toEqual([]);
    renameSync(away, dir);

    expect(drain(tail)).toEqual(['two']);
    expect(tail.stats().lostFiles).toBe(0);
  });

  it('hands out again what was not taken, also after a restart', () => {
    writeFileSync(path, 't00001 a\nt00002 b\nt00003 c\npart');
    const tail = follow();
    const lines: string[] = [];
    const take = takingLines((line) => lines.push(line));
    tail.read((bytes, from, to, name) => take(bytes, from, to, name, 2_000));
    const positions = tail.positions();

    expect(lines.slice(0, 2)).toEqual(['t00001 a', 't00002 b']);
    expect(positions).toMatchObject([{ offset: 18 }]);
    appendFileSync(path, 'ly\n');
    expect(drain(follow(positions))).toEqual(['t00003 c', 'partly']);
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

describe('Tail of several logs', () => {
  const timeOfFirst = (bytes: Buffer, from: number, to: number) => {
    for (let start = from; start < to; start = bytes.indexOf(0x0a, start) + 1) {
      const at = timeOf(bytes.toString('utf8', start, bytes.indexOf(0x0a, start)));
      if (at !== undefined) return at;
    }
    return undefined;
  };
  function followAll(names: string[]): Tail {
    const paths = names.map((name) => join(dir, name));
    const tail = new Tail({ paths, timeOf: timeOfFirst, now: () => clock });
    tails.push(tail);
    return tail;
  }

  it('tells of a log that is not there, and reads it from its beginning when it appears', () => {
    writeFileSync(join(dir, 'a.log'), 't00001 a\n');
    const tail = followAll(['late.log', 'a.log']);
    expect(drain(tail)).toEqual(['t00001 a']);
    expect(tail.stats().troubles).toEqual([`${join(dir, 'late.log')}: not there`]);
    writeFileSync(join(dir, 'late.log'), 't00002 first\n');

    expect(drain(tail)).toEqual(['t00002 first']);
    expect(tail.stats().troubles).toEqual([]);
  });

  it('reads the others while one is a folder, tells of it, and reads it once it is a log', () => {
    mkdirSync(join(dir, 'a.log'));
    writeFileSync(join(dir, 'b.log'), 't00002 b\n');
    const tail = followAll(['a.log', 'b.log']);

    expect(drain(tail)).toEqual(['t00002 b']);
    expect(tail.stats().troubles).toEqual([`${join(dir, 'a.log')}: is a folder, not a log`]);
    rmdirSync(join(dir, 'a.log'));
    writeFileSync(join(dir, 'a.log'), 't00001 a\n');
    expect(drain(tail)).toEqual(['t00001 a']);
    expect(tail.stats().troubles).toEqual([]);
  });

  it('goes on where it was when a log was a folder for a while', () => {
    writeFileSync(join(dir, 'a.log'), 't00001 a\n');
    const tail = followAll(['a.log', 'b.log']);
    drain(tail);
    const positions = tail.positions();
    tail.close();
    renameSync(join(dir, 'a.log'), join(dir, 'kept'));
    mkdirSync(join(dir, 'a.log'));
    const again = new Tail({ paths: [join(dir, 'a.log')], positions, now: () => clock });
    tails.push(again);
    expect(drain(again)).toEqual([]);
    rmdirSync(join(dir, 'a.log'));
    renameSync(join(dir, 'kept'), join(dir, 'a.log'));
    appendFileSync(join(dir, 'a.log'), 't00002 a\n');

    expect(drain(again)).toEqual(['t00002 a']);
  });

  it('reads the others while one may not be read, tells of it, and reads it once it may be', () => {
    chmodSync(dir, 0o755);
    writeFileSync(join(dir, 'a.log'), 't00001 a\n', { mode: 0o000 });
    writeFileSync(join(dir, 'b.log'), 't00002 b\n');
    const tail = followAll(['a.log', 'b.log']);

    expect(withoutRoot(() => drain(tail))).toEqual(['t00002 b']);
    expect(tail.stats().troubles).toEqual([`${join(dir, 'a.log')}: may not be read by this user`]);
    chmodSync(join(dir, 'a.log'), 0o644);
    expect(withoutRoot(() => drain(tail))).toEqual(['t00001 a']);
  });

  it('merges logs by time while it catches up, losing and repeating nothing', () => {
    const made = (name: string, every: number) =>
      Array.from(
        { length: 60_000 / every },
        (_, i) => `t${String(i * every).padStart(5, '0')} ${name} ${'x'.repeat(120)}`,
      );
    const logs = { 'a.log': made('a', 1), 'b.log': made('b', 2), 'c.log': made('c', 50) };
    for (const [name, lines] of Object.entries(logs)) writeFileSync(join(dir, name), `${lines.join('\n')}\n`);
    const lines = drain(followAll(Object.keys(logs)));
    const times = lines.map((line) => timeOf(line) as number);
    const last = { behind: 0, until: 0 };
    for (const at of times) {
      last.until = Math.max(last.until, at);
      last.behind = Math.max(last.behind, last.until - at);
    }

    for (const [name, made] of Object.entries(logs)) {
      expect(lines.filter((line) => line.slice(7).startsWith(name.slice(0, 1)))).toEqual(made);
    }
    expect(last.behind).toBeLessThanOrEqual(1_000);
  });

  it('does not wait for a log without times', () => {
    writeFileSync(join(dir, 'a.log'), 'no time\nnone either\n');
    writeFileSync(join(dir, 'b.log'), 't00001 b\n');

    expect(drain(followAll(['a.log', 'b.log']))).toEqual(['no time', 'none either', 't00001 b']);
  });

  it('hands an error of its reader on', () => {
    writeFileSync(path, 't00001 a\n');
    expect(() =>
      follow().read(() => {
        throw new Error('a bug');
      }),
    ).toThrow('a bug');
  });
});
