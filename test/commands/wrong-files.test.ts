// What is said of files that cannot be used: one error in words, exit 2, and nothing half written.
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, expect, it, vi } from 'vitest';
import { main } from '../../src/cli.js';
import { writeWhole } from '../../src/commands/terminal/write-whole.js';
import { isRoot, withoutRootFor } from '../helpers/rights.js';
import { tempDir } from '../helpers/temp.js';

const CUSTOMERS = resolve('test/fixtures/customers.json');
const LOG = resolve('test/fixtures/mail.log');
const CONFIG = `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
database: { path: folder, traffic: traffic.db }
`;
let dir: string;

beforeEach(() => {
  dir = tempDir();
  // Of their own: the checkout may be closed to others.
  writeFileSync(join(dir, 'customers.json'), readFileSync(CUSTOMERS));
  writeFileSync(join(dir, 'mail.log'), readFileSync(LOG));
  const packed = gzipSync(readFileSync(LOG));
  writeFileSync(join(dir, 'cut.gz'), packed.subarray(0, 3000));
  writeFileSync(join(dir, 'broken.gz'), Buffer.concat([packed.subarray(0, 20), Buffer.alloc(3000, 0xff)]));
  writeFileSync(join(dir, 'binary'), Buffer.from([1, 0, 2, 0, 10, 255, 0, 7]));
  writeFileSync(join(dir, 'empty'), '');
  writeFileSync(join(dir, 'blank'), '   \n\n');
  writeFileSync(join(dir, 'long'), 'a'.repeat(2 * 1024 * 1024));
  writeFileSync(join(dir, 'utf-16'), `\uFEFF${readFileSync(LOG, 'utf8')}`, 'utf16le');
  writeFileSync(join(dir, 'null.json'), ' null\n');
  writeFileSync(join(dir, 'comments.yml'), '# customers:\n---\n#  - id: acme\n');
  mkdirSync(join(dir, 'folder'));
  writeFileSync(join(dir, 'folder.yml'), CONFIG);
  writeFileSync(join(dir, 'in-file.yml'), CONFIG.replace('path: folder', 'path: empty/own.db'));
  mkdirSync(join(dir, 'held-lock'));
  writeFileSync(join(dir, 'locked.yml'), CONFIG.replace('path: folder', 'path: held'));
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

const replay = (file: string) => ['replay', file, '--customers', join(dir, 'customers.json')];
const strays = (log: string) => ['customers', 'check', '--customers', CUSTOMERS, '--log', log];
const labels = (file: string) => [...replay(LOG), '--labels', file];
const decisions = (file: string) => [...replay(LOG), '--incidents', file];
const WRONG: [string, (name: (file: string) => string) => string[], RegExp][] = [
  ['replay of a file that is not there', (at) => replay(at('none')), /There is no log .*none\./],
  ['replay of an empty folder', (at) => replay(at('.')), /There is no mail log in |cannot be read/],
  ['replay of an empty file', (at) => replay(at('empty')), /There is no line at all in .*empty\./],
  ['replay of bytes', (at) => replay(at('binary')), /Is .*binary the right file\? It is no text\.\n$/],
  ['replay of blanks', (at) => replay(at('blank')), /There is no line at all in .*blank\.\n$/],
  [
    'replay of one endless line',
    (at) => replay(at('long')),
    /Is .*long the right file\? .* lines in it that are too long\.\n$/,
  ],
  ['replay of a log in UTF-16', (at) => replay(at('utf-16')), /Is .*utf-16 the right file\? It is no text\.\n$/],
  ['replay of a cut gzip', (at) => replay(at('cut.gz')), /cut\.gz cannot be read: it is packed and ends too early/],
  ['replay of a broken gzip', (at) => replay(at('broken.gz')), /it is packed, and the packing is broken\./],
  [
    'a customer file of bytes',
    (at) => ['replay', LOG, '--customers', at('binary')],
    /is no text, expected JSON or YAML/,
  ],
  ['an empty customer file', (at) => ['replay', LOG, '--customers', at('empty')], /The customer file .* is empty\./],
  [
    'a customer file of null',
    (at) => ['customers', 'check', '--customers', at('null.json')],
    /null\.json holds nothing but null or comments\. Write your customers into it; while there are none, \{"customers": \[\]\}\n$/,
  ],
  [
    'a customer file of comments',
    (at) => ['replay', LOG, '--customers', at('comments.yml')],
    /comments\.yml holds nothing but null or comments\. .* while there are none, customers: \[\]\n$/,
  ],
  [
    'no log, and no customer file either',
    (at) => ['replay', at('nofile.log')],
    /^relaywarden: There is no log .*nofile\.log\.\n$/,
  ],
  [
    'a page in no folder',
    (at) => [...replay(LOG), '--html', at('no/x.html')],
    /cannot be written: there is no such file/,
  ],
  ['--set without its group', () => [...replay(LOG), '--set', 'alarmOdd=3'], /\(detection\.alarmOdds=3 perhaps\)/],
  ['classify of a folder', (at) => ['classify', at('.')], /cannot be read: it is a folder\./],
  ['classify of an empty file', (at) => ['classify', at('empty')], /There is no reply in .*empty\.\n$/],
  [
    'classify of one endless line',
    (at) => ['classify', at('long')],
    /The only line is no SMTP reply: it is too long\. Is .*long the right file\?/,
  ],
  ['report of one endless line', (at) => ['report', at('long')], /long is no mail: there is no header in it\.\n$/],
  [
    'customers of one endless line',
    (at) => ['customers', 'check', '--customers', at('long')],
    /long has 1 mistake:\n {2}it holds "a{58}…"; write keys with values/,
  ],
  [
    'customers of a log',
    () => ['customers', 'check', '--customers', LOG],
    /mail\.log is neither JSON nor YAML: is it the right file\? The first of [\d,]+ mistakes:\n(?:.*\n){1,6}$/,
  ],
  [
    'a log as configuration',
    () => ['config', 'check', '--config', LOG],
    /mail\.log is not valid YAML: is it the right file\? The first of [\d,]+ mistakes:\n(?:.*\n){1,6}$/,
  ],
  ['classify of bytes', (at) => ['classify', at('binary')], /it is no text, expected replies, one a line\./],
  ['classify of a broken gzip', (at) => ['classify', at('broken.gz')], /the packing is broken\./],
  ['classify of a file that is not there', (at) => ['classify', at('none')], /There is no file .*none\./],
  [
    'report of a file that is not there',
    (at) => ['report', at('none')],
    /none cannot be read: there is no such file or folder\./,
  ],
  ['report of an empty folder', (at) => ['report', at('folder')], /There is no mail in .*folder\./],
  ['report of an empty file', (at) => ['report', at('empty')], /empty is empty\./],
  ['report of bytes', (at) => ['report', at('binary')], /binary is no mail: it is no text\./],
  ...['none', 'folder'].map((file): (typeof WRONG)[number] => [
    `customers of ${file}`,
    (at) => ['customers', 'check', '--customers', at(file)],
    /The customer file .* cannot be read: (there is no such file|it is a folder)/,
  ]),
  ['strays in a log that is not there', (at) => strays(at('none')), /There is no log .*none\./],
  ['strays in an empty folder', (at) => strays(at('folder')), /There is no mail log in .*folder/],
  ...[
    ['replay of', replay],
    ['strays in', strays],
    ['a page in', (file: string) => [...replay(LOG), '--html', file]],
    ['db backup to', (file: string) => ['db', 'backup', file]],
    ['classify of', (file: string) => ['classify', file]],
    ['a configuration in', (file: string) => ['config', 'check', '--config', file]],
    ['no decisions in', decisions],
  ].map(([what, args]): (typeof WRONG)[number] => [
    `${what} a file that is taken for a folder`,
    (at) => (args as typeof replay)(at('empty/x')),
    /empty\/x cannot be reached: a part of its path is a file, not a folder\.\n$/,
  ]),
  [
    'a database in a file that is taken for a folder',
    (at) => ['db', 'migrate', '--config', at('in-file.yml')],
    /The folder .*empty of the database cannot be made: a file of that name is there\. Make it, or name another/,
  ],
  ['strays in bytes', (at) => strays(at('binary')), /Is .*binary the right file\?/],
  ['labels that are not there', (at) => labels(at('none')), /The labels .*none cannot be read: there is no such file/],
  ['a folder of labels', (at) => labels(at('folder')), /The labels .*folder cannot be read: it is a folder\./],
  ['labels of bytes', (at) => labels(at('binary')), /The labels .*binary are no JSON: [^\n]*\n$/],
  ['empty labels', (at) => labels(at('empty')), /The labels .*empty are no JSON: /],
  [
    'no decisions',
    (at) => decisions(at('none')),
    /There is no database at .*none\. Name the right one .*; the first start makes it\.\n$/,
  ],
  ['a folder of decisions', (at) => decisions(at('folder')), /The database .*folder cannot be used: it is a folder\./],
  [
    'decisions of bytes',
    (at) => decisions(at('binary')),
    /The database .*binary cannot be used: file is not a database/,
  ],
  ['empty decisions', (at) => decisions(at('empty')), /The database .*empty cannot be used: it holds no incidents\./],
  [
    'an empty configuration',
    (at) => ['config', 'check', '--config', at('empty')],
    /empty has \d mistakes:\n {2}channels: /,
  ],
  ...['audit verify', 'audit export', 'db migrate', 'db backup x.db'].map((command): (typeof WRONG)[number] => [
    `${command} of a folder`,
    (at) => [...command.split(' '), '--config', at('folder.yml')],
    /The database .*folder cannot be used: it is a folder\./,
  ]),
  [
    'db migrate where its lock cannot be opened',
    (at) => ['db', 'migrate', '--config', at('locked.yml')],
    /The database .*held cannot be used: .* This user must be able to write the file and its folder\./,
  ],
  [
    'db backup to a folder',
    (at) => ['db', 'backup', at('folder')],
    /folder is a folder\. Name a new file in it: .*\.db/,
  ],
  ['db backup to no folder', (at) => ['db', 'backup', at('none/x.db')], /There is no folder .*none\. Make it, or name/],
  ['db backup to a file', (at) => ['db', 'backup', at('empty')], /empty is there already\. Name a new file\./],
  ['customers show of nothing', () => ['customers', 'show', ' '], /Say whose it is to be: .* Example: relaywarden/],
  ['report of a cut gzip', (at) => ['report', at('cut.gz')], /it is packed and ends too early/],
];

it.each(WRONG)('%s is one clear error', async (_, args, message) => {
  const { code, stderr } = await run(...args((file) => join(dir, file)));

  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/this is a bug|EISDIR|ENOENT|ENOTDIR|EEXIST| at .*\.ts/);
});

it.each([
  ['replay', (file: string) => replay(file)],
  ['classify', (file: string) => ['classify', file]],
  ['report', (file: string) => ['report', file]],
  ['customers check', (file: string) => ['customers', 'check', '--customers', file]],
  ['config check', (file: string) => ['config', 'check', '--config', file]],
])('%s says of a file that may not be read that this user may not', async (_, args) => {
  const file = join(dir, 'forbidden');
  writeFileSync(file, 'x', { mode: 0o000 });
  chmodSync(dir, 0o755);
  // Loads what the command needs, which only root may be allowed to.
  if (isRoot()) await run(...args(file));
  const { code, stderr } = await withoutRootFor(() => run(...args(file)));

  expect(code).toBe(2);
  expect(stderr).toMatch(/forbidden cannot be read: this user may not \(permission denied\)/);
});

const inClosed = (text: string) => CONFIG.replace('folder', `closed/${text}`);
it.each([
  ['replay', (at: string) => replay(`${at}/closed/x`)],
  ['a page of replay', (at: string) => [...replay(`${at}/mail.log`), '--html', `${at}/closed/x`]],
  ['classify', (at: string) => ['classify', `${at}/closed/x`]],
  ['db backup', (at: string) => ['db', 'backup', `${at}/closed/x`]],
  ['db migrate', (at: string) => ['db', 'migrate', '--config', `${at}/closed.yml`]],
  ['audit verify', (at: string) => ['audit', 'verify', '--config', `${at}/closed.yml`]],
  ['config check', (at: string) => ['config', 'check', '--config', `${at}/closed/x`]],
])('%s says of a file in a folder that is closed to this user that it cannot be reached', async (_, args) => {
  mkdirSync(join(dir, 'closed'), { mode: 0o700 });
  writeFileSync(join(dir, 'closed.yml'), inClosed('x'));
  chmodSync(dir, 0o755);
  if (isRoot()) await run(...args(dir));
  if (!isRoot()) chmodSync(join(dir, 'closed'), 0);
  const { code, stderr } = await withoutRootFor(() => run(...args(dir)));
  chmodSync(join(dir, 'closed'), 0o700);

  expect(code).toBe(2);
  expect(stderr).toMatch(/closed\/x cannot be reached: this user may not \(permission denied\)\.\n$/);
});

it('replay of a folder says which files in it this user may not read', async () => {
  mkdirSync(join(dir, 'logs'));
  writeFileSync(join(dir, 'logs/mail.log'), readFileSync(LOG));
  writeFileSync(join(dir, 'logs/mail.log.1'), readFileSync(LOG), { mode: 0o000 });
  chmodSync(dir, 0o755);
  if (isRoot()) await run(...replay(join(dir, 'logs')));
  const one = await withoutRootFor(() => run(...replay(join(dir, 'logs'))));
  chmodSync(join(dir, 'logs/mail.log'), 0);
  const none = await withoutRootFor(() => run(...replay(join(dir, 'logs'))));

  expect(one).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^Passed over: this user may not read .*log\.1 /),
  });
  expect(none.code).toBe(2);
  expect(none.stderr).toMatch(
    /There is no mail log in .*logs but perhaps what this user may not read .*log, .*log\.1 \(/,
  );
});

it.each(['customers: []', '{"customers": []}'])('takes a customer file that says there are none: %s', async (text) => {
  writeFileSync(join(dir, 'none.yml'), text);

  expect(await run('customers', 'check', '--customers', join(dir, 'none.yml'))).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^0 customers: /),
  });
});

const asText = (of: string, change: (text: string) => string) => {
  const file = join(dir, 'changed');
  writeFileSync(file, change(readFileSync(of, 'utf8')));
  return file;
};
const DSN = resolve('test/fixtures/reports/dsn-1.eml');
/** As other systems write a text. */
it.each([
  ['line ends of Windows', (text: string) => text.replace(/\r?\n/g, '\r\n')],
  ['a mark of its byte order', (text: string) => `\uFEFF${text}`],
])('reads a file with %s as without', async (_, change) => {
  const ran = [];
  for (const as of [(text: string) => text, change]) {
    const { stdout, stderr } = await run(...replay(asText(LOG, as)));
    ran.push([
      stdout,
      /\d+ lines read, \d+ not understood/.exec(stderr)?.[0],
      await run('customers', 'check', '--customers', asText(CUSTOMERS, as)),
      (await run('report', asText(DSN, as))).stdout,
      await run(
        'classify',
        asText(LOG, () => as('550 5.1.1 user unknown\n451 4.7.1 Greylisted\n')),
      ),
    ]);
  }

  expect(ran[1]).toEqual(ran[0]);
  expect(ran[1]?.[1]).toBe('2248 lines read, 0 not understood');
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
