// Which logs hold the lines of another, by their lines alone: copies, packed rotations, rotations that overlap, one relay out of many.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSameLines } from '../../src/intake/same-lines.js';
import { tempDir } from '../helpers/temp.js';

const line = (relay: string, at: number) =>
  `2026-01-14T10:00:${String(at % 60).padStart(2, '0')}+01:00 ${relay} postfix/smtpd[${at}]: connect from x[192.0.2.1]`;
const lines = (relay: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => line(relay, from + i));
const text = (all: readonly string[]) => all.map((each) => `${each}\n`).join('');

/** What is found in files of these contents, with the names they have here. */
async function find(contents: Record<string, string | Buffer>) {
  const dir = tempDir();
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(dir, name), content);
  const found = await findSameLines(Object.keys(contents).map((name) => join(dir, name)));
  return found.map((each) => ({
    ...each,
    path: each.path.slice(dir.length + 1),
    other: each.other.slice(dir.length + 1),
  }));
}

describe('findSameLines', () => {
  it('passes over the packed copy of a log, and of two copies the one that is named later', async () => {
    const log = text(lines('relay1', 0, 500));
    expect(await find({ 'mail.log.1': log, 'mail.log.1.gz': gzipSync(log), 'copy.log': log.slice(0, -1) })).toEqual([
      { path: 'mail.log.1.gz', other: 'mail.log.1', lines: 500, part: 'whole', bytes: 0, isOtherForm: false },
      { path: 'copy.log', other: 'mail.log.1', lines: 500, part: 'whole', bytes: 0, isOtherForm: false },
    ]);
  });

  it('passes over an older copy that the log has outgrown, cut within a line, wherever it stands', async () => {
    const log = text(lines('relay1', 0, 500));
    const [found, ...others] = await find({ 'old.log': log.slice(0, 20_000), 'mail.log': log });
    expect(found).toMatchObject({ path: 'old.log', other: 'mail.log', part: 'whole' });
    expect(others).toEqual([]);
    expect(await find({ all: log, part: text(lines('relay1', 100, 200)) })).toMatchObject([
      { path: 'part', other: 'all', lines: 100, part: 'whole' },
    ]);
  });

  it('knows a day that was written in two forms of time, and passes over the one that says less', async () => {
    const log = lines('relay1', 0, 300);
    const zoned = (each: string) => each.replace(/T10:(\d\d:\d\d)\+01:00/, 'T09:$1.388283Z');
    const traditional = (each: string) => each.replace(/^2026-01-(\d\d)T(\S{8})\S*/, 'Jan $1 $2');
    const found = { path: 'old', other: 'new', part: 'whole', isOtherForm: true };

    expect(await find({ old: text(log.map(traditional)), new: text(log) })).toMatchObject([{ ...found, lines: 300 }]);
    expect(await find({ old: text(log.slice(50, 90).map(traditional)), new: text(log.map(zoned)) })).toMatchObject([
      { ...found, lines: 40 },
    ]);
    expect(await find({ new: text(log.slice(100)), old: text(log.slice(0, 200).map(traditional)) })).toMatchObject([
      { path: 'new', other: 'old', part: 'beginning', lines: 100, isOtherForm: true },
    ]);
    const later = (each: string) =>
      each.replace(/:(\d\d) relay/, (_, second) => `:${String((Number(second) + 7) % 60).padStart(2, '0')} relay`);
    expect(await find({ old: text(log.map(traditional).map(later)), new: text(log) })).toEqual([]);
  });

  it('passes over the beginning of a log that another ends with, also within a line', async () => {
    const first = text(lines('relay1', 0, 300));
    const second = text(lines('relay1', 200, 500));
    const bytes = text(lines('relay1', 200, 300)).length;
    const expected = [
      { path: 'mail.log', other: 'mail.log.1', lines: 100, part: 'beginning', bytes, isOtherForm: false },
    ];
    expect(await find({ 'mail.log': second, 'mail.log.1': first })).toEqual(expected);
    const cut = first + line('relay1', 300).slice(0, 40);
    expect(await find({ 'mail.log': second, 'mail.log.1': cut })).toEqual(expected);
  });

  it('takes the largest beginning, and leaves none out that only stands in what is passed over', async () => {
    const found = await find({
      a: text(lines('relay1', 0, 100)),
      b: text(lines('relay1', 50, 150)),
      c: text(lines('relay1', 70, 200)),
    });
    expect(found).toMatchObject([
      { path: 'b', other: 'a', lines: 50, part: 'beginning' },
      { path: 'c', other: 'b', lines: 80, part: 'beginning' },
    ]);
  });

  it('knows the log of one relay within the log of all', async () => {
    const one = lines('relay1', 0, 100);
    const two = lines('relay2', 0, 100);
    const all = one.flatMap((each, i) => [each, two[i] ?? '']);
    expect(await find({ all: text(all), 'relay2.log': text(two) })).toMatchObject([
      { path: 'relay2.log', other: 'all', lines: 100, part: 'whole' },
    ]);
  });

  it('leaves alone what relays wrote in the same hours, and rotations that only follow each other', async () => {
    expect(await find({ a: text(lines('relay1', 0, 500)), b: text(lines('relay2', 0, 500)) })).toEqual([]);
    expect(await find({ a: text(lines('relay1', 500, 900)), b: gzipSync(text(lines('relay1', 0, 500))) })).toEqual([]);
  });

  it('says of logs that have lines in common and others between them that both are read', async () => {
    const log = lines('relay1', 0, 100);
    const other = [...log.slice(10, 20), line('relay9', 1), ...log.slice(20, 40)];
    expect(await find({ log: text(log), other: text(other) })).toEqual([
      { path: 'other', other: 'log', lines: 10, part: 'some', bytes: 0, isOtherForm: false },
    ]);
  });

  it('leaves out what is empty, broken, packed otherwise, or not there', async () => {
    const log = text(lines('relay1', 0, 500));
    const packed = gzipSync(log);
    expect(
      await find({ log, empty: '', broken: packed.subarray(0, 500), zst: Buffer.of(0x28, 0xb5, 0x2f, 0xfd) }),
    ).toEqual([]);
    expect(await findSameLines(['/nowhere/a', '-', '/nowhere'])).toEqual([]);
    expect(await find({ a: Buffer.alloc(3_000_000, 120), b: Buffer.alloc(3_000_000, 120) })).toEqual([]);
  });

  it('never passes over a line that is not read elsewhere, and reads every line of cut pieces once', async () => {
    const all = lines('relay1', 0, 60);
    const piece = fc.tuple(fc.nat(59), fc.integer({ min: 1, max: 60 }));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 4 }), async (pieces) => {
        const parts = pieces.map(([from, count]) => all.slice(from, from + count));
        const found = await find(Object.fromEntries(parts.map((part, i) => [`log${i}`, text(part)])));
        const read = parts.flatMap((part, i) => {
          const same = found.find(({ path }) => path === `log${i}`);
          return same?.part === 'whole' ? [] : part.slice(same?.part === 'beginning' ? same.lines : 0);
        });
        expect(new Set(read)).toEqual(new Set(parts.flat()));
        expect(found.some(({ part }) => part === 'some')).toBe(false);
        if (parts.length === 2) expect(read).toHaveLength(new Set(read).size);
      }),
      { numRuns: 60 },
    );
  });
});
