import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeWhole } from '../../../src/commands/terminal/write-whole.js';

const dir = mkdtempSync(join(tmpdir(), 'write-whole-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe('a file that is written whole', () => {
  const page = join(dir, 'page.html');

  it('can be read by whom it could be read', () => {
    writeFileSync(page, 'old');
    chmodSync(page, 0o600);
    writeWhole(page, 'new');

    expect(readFileSync(page, 'utf8')).toBe('new');
    expect(statSync(page).mode & 0o777).toBe(0o600);
  });

  it('is written where a link leads', () => {
    const link = join(dir, 'latest.html');
    symlinkSync(page, link);
    writeWhole(link, 'newer');

    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(page, 'utf8')).toBe('newer');
  });

  it('is written over nothing else, whatever lies beside it', () => {
    const other = join(dir, 'other');
    writeFileSync(other, 'of somebody else');
    symlinkSync(other, `${page}.unfinished-${process.pid}`);
    writeWhole(page, 'newest');

    expect(readFileSync(other, 'utf8')).toBe('of somebody else');
    expect(readFileSync(page, 'utf8')).toBe('newest');
    expect(readdirSync(dir).sort()).toEqual(['latest.html', 'other', 'page.html']);
  });
});
