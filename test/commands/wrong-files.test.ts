// What is said of files that cannot be used: one error in words, exit 2, and nothing half written.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, expect, it, vi } from 'vitest';
import { main } from '../../src/cli.js';
import { writeWhole } from '../../src/commands/write-whole.js';
import { tempDir } from '../helpers/temp.js';

const CUSTOMERS = resolve('test/fixtures/customers.json');
const LOG = resolve('test/fixtures/mail.log');
let dir: string;

beforeEach(() => {
  dir = tempDir();
  const packed = gzipSync(readFileSync(LOG));
  writeFileSync(join(dir, 'cut.gz'), packed.subarray(0, 3000));
  writeFileSync(join(dir, 'broken.gz'), Buffer.concat([packed.subarray(0, 20), Buffer.alloc(3000, 0xff)]));
  writeFileSync(join(dir, 'binary'), Buffer.from([1, 0, 2, 0, 10, 255, 0, 7]));
  writeFileSync(join(dir, 'empty'), '');
  writeFileSync(join(dir, 'mail.gz'), gzipSync(readFileSync(resolve('test/fixtures/reports/dsn-1.eml'))));
});

async function run(...args: string[]) {
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const textOf = (spy: typeof stderr) => spy.mock.calls.map(([text]) => String(text)).join('');
  try {
    const code = await main(args);
    return { code, stderr: textOf(stderr), stdout: textOf(stdout) };
  } finally {
    stderr.mockRestore();
    stdout.mockRestore();
  }
}

const replay = (file: string) => ['replay', file, '--customers', CUSTOMERS];
const WRONG: [string, (name: (file: string) => string) => string[], RegExp][] = [
  ['replay of a file that is not there', (at) => replay(at('none')), /There is no log .*none\./],
  ['replay of an empty folder', (at) => replay(at('.')), /There is no mail log in |cannot be read/],
  ['replay of an empty file', (at) => replay(at('empty')), /There is no line at all in .*empty\./],
  ['replay of bytes', (at) => replay(at('binary')), /Is .*binary the right file\?/],
  ['replay of a cut gzip', (at) => replay(at('cut.gz')), /cut\.gz cannot be read: it is packed and ends too early/],
  ['replay of a broken gzip', (at) => replay(at('broken.gz')), /it is packed, and the packing is broken\./],
  [
    'a customer file of bytes',
    (at) => ['replay', LOG, '--customers', at('binary')],
    /is no text, expected JSON or YAML/,
  ],
  ['an empty customer file', (at) => ['replay', LOG, '--customers', at('empty')], /The customer file .* is empty\./],
  [
    'a page in no folder',
    (at) => [...replay(LOG), '--html', at('no/x.html')],
    /cannot be written: there is no such file/,
  ],
  ['--set without its group', () => [...replay(LOG), '--set', 'alarmOdd=3'], /\(detection\.alarmOdds=3 perhaps\)/],
  ['classify of a folder', (at) => ['classify', at('.')], /cannot be read: it is a folder\./],
  ['classify of bytes', (at) => ['classify', at('binary')], /it is no text, expected replies, one a line\./],
  ['classify of a broken gzip', (at) => ['classify', at('broken.gz')], /the packing is broken\./],
  ['report of an empty file', (at) => ['report', at('empty')], /empty is empty\./],
  ['report of bytes', (at) => ['report', at('binary')], /binary is no mail: it is no text\./],
  ['report of a cut gzip', (at) => ['report', at('cut.gz')], /it is packed and ends too early/],
];

it.each(WRONG)('%s is one clear error', async (_, args, message) => {
  const { code, stderr } = await run(...args((file) => join(dir, file)));

  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/this is a bug|EISDIR|ENOENT| at .*\.ts/);
});

it('unpacks a mail', async () => {
  expect(JSON.parse((await run('report', join(dir, 'mail.gz'))).stdout)).toMatchObject({ kind: 'dsn' });
});

it('writes a file whole or not at all, with nothing left beside it', () => {
  writeWhole(join(dir, 'page'), 'one');
  writeWhole(join(dir, 'page'), 'two');
  expect(() => writeWhole(join(dir, 'none/page'), 'x')).toThrow('ENOENT');

  expect(readFileSync(join(dir, 'page'), 'utf8')).toBe('two');
  expect(readdirSync(dir).filter((name) => name.includes('unfinished'))).toEqual([]);
});
