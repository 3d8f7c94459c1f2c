// Rotated logs in a folder of their own, as logrotate leaves them, and a reader of the log they belong to.
import { chmodSync, readFileSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished } from 'vitest';
import type { Position } from '../../src/intake/position.js';
import { Tail, type TakeLines } from '../../src/intake/tail.js';
import { withoutRoot } from '../helpers/rights.js';
import { tempDir } from '../helpers/temp.js';

/** Make it at the beginning of a test: its folder goes when the test ends. */
export class RotatedLog {
  readonly dir = tempDir();
  readonly path = join(this.dir, 'mail.log');
  /** The reader's clock, in ms. */
  clock = 0;
  /** When the newest file was written, in seconds. */
  written = 1_000;

  constructor() {
    // For the user that a test becomes.
    chmodSync(this.dir, 0o755);
  }

  follow(positions: Position[] = [], paths = [this.path]): Tail {
    const timeOf = (bytes: Buffer, from: number) => timeIn(bytes.toString('utf8', from, from + 6));
    const tail = new Tail({ paths, positions, timeOf, now: () => this.clock });
    onTestFinished(() => tail.close());
    return tail;
  }

  /** Reads until nothing is new, letting enough time pass for a rotation to settle. `upTo` ends it at so many lines. */
  async drain(tail: Tail, upTo = Number.POSITIVE_INFINITY): Promise<string[]> {
    const lines: string[] = [];
    const take = taking(lines, upTo);
    for (let idle = 0; idle < 3 && lines.length < upTo; this.clock += 3_000) {
      const isUnpacking = await tail.ready();
      idle = withoutRoot(() => tail.read(take)) > 0 || isUnpacking ? 0 : idle + 1;
    }
    return lines;
  }

  /** Reads once, as the log worker does. */
  async readOnce(tail: Tail, upTo: number): Promise<string[]> {
    const lines: string[] = [];
    await tail.ready();
    tail.read(taking(lines, upTo));
    this.clock += 3_000;
    return lines;
  }

  /** Writes the log, reads it and stops; answers how far. */
  async readBefore(content: string): Promise<Position[]> {
    writeFileSync(this.path, content);
    utimesSync(this.path, this.written, this.written);
    const tail = this.follow();
    expect(`${(await this.drain(tail)).join('\n')}\n`).toBe(content);
    const positions = tail.positions();
    tail.close();
    return positions;
  }

  /** Writes a rotated log: packed by the ending of its name, later than the one before. */
  add(suffix: string, content: string | Buffer): void {
    const isPacked = typeof content === 'string' && suffix.endsWith('.gz');
    writeFileSync(`${this.path}${suffix}`, isPacked ? gzipSync(content) : content);
    this.written += 100;
    utimesSync(`${this.path}${suffix}`, this.written, this.written);
  }

  /** Packs a file as logrotate does: another file, the same time. With `.xz` for its ending it only looks packed. */
  pack(suffix: string, ending = '.gz'): void {
    const name = `${this.path}${suffix}`;
    const { atime, mtime } = statSync(name);
    const bytes = readFileSync(name);
    writeFileSync(`${name}${ending}`, ending === '.gz' ? gzipSync(bytes) : bytes);
    utimesSync(`${name}${ending}`, atime, mtime);
    unlinkSync(name);
  }
}

/** `t00012 …` is of the second 12. */
export const timeIn = (line: string) => (/^t\d{5}/.test(line) ? Number(line.slice(1, 6)) * 1_000 : undefined);

function taking(lines: string[], upTo: number): TakeLines {
  return (bytes, from, to, _path, until) => {
    for (let start = from; start < to; ) {
      const end = bytes.indexOf(0x0a, start);
      const line = bytes.toString('utf8', start, end);
      if (lines.length >= upTo || (timeIn(line) ?? 0) > until) return start;
      lines.push(line);
      start = end + 1;
    }
    return to;
  };
}
