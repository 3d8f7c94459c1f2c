// What commands say of a database that is not there yet, is another program's, or of an older version.
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli.js';
import { runFromSource } from '../helpers/command.js';
import { tempDir } from '../helpers/temp.js';

const CONFIG = `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
database: { path: own.db, traffic: traffic.db }
`;

function world() {
  const dir = tempDir();
  const config = join(dir, 'config.yml');
  writeFileSync(config, CONFIG);
  const run = async (...args: string[]) => {
    const out = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const err = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    try {
      const code = await main([...args, '--config', config]);
      return { code, text: [...out.mock.calls, ...err.mock.calls].map(([text]) => String(text)).join('') };
    } finally {
      out.mockRestore();
      err.mockRestore();
    }
  };
  return { dir, path: join(dir, 'own.db'), run };
}

it('db migrate tells a database that it made from one that is up to date', async () => {
  const { path, run } = world();

  expect((await run('db', 'migrate')).text).toBe(`There was no ${path}: a new, empty database was made there\n`);
  expect((await run('db', 'migrate')).text).toBe(`${path} is up to date\n`);
});

it.each(['verify', 'export'])('audit %s says that there is no trail, and what to do', async (command) => {
  const { path, run } = world();
  const { code, text } = await run('audit', command);

  expect(code).toBe(2);
  expect(text).toBe(
    `relaywarden: There is no audit trail to read: there is no database at ${path}. The first start makes it. ` +
      'If the bot has run, name its configuration with --config, or look for where database.path was.\n',
  );
});

/** What another program keeps: in one case under a name that is ours, too. */
const FOREIGN: [string, string][] = [
  ['of other tables', 'CREATE TABLE guests (name TEXT)'],
  ['with a table of that name', 'CREATE TABLE incidents (x); CREATE TABLE positions (x)'],
];

describe.each(FOREIGN)('a database of another program, %s,', (_, sql) => {
  it.each(['db migrate', 'db backup copy.db', 'audit verify', 'audit export --format csv'])(
    'is refused by %s, and nothing is written into it',
    async (command) => {
      const { dir, path, run } = world();
      new Database(path).exec(sql).close();
      const before = readFileSync(path);
      const { code, text } = await run(...command.replace('copy.db', join(dir, 'copy.db')).split(' '));

      expect({ code, text }).toEqual({
        code: 2,
        text: `relaywarden: The database ${path} cannot be used: it holds something else. Name another file as database.path.\n`,
      });
      expect(readFileSync(path).equals(before)).toBe(true);
      expect(existsSync(join(dir, 'copy.db'))).toBe(false);
    },
  );

  it.each(['check', 'show acme'])('that stands as database.traffic is refused by customers %s', async (command) => {
    const { dir, run } = world();
    new Database(join(dir, 'traffic.db')).exec(sql).close();
    const { code, text } = await run('customers', ...command.split(' '));

    expect(code).toBe(2);
    expect(text).toMatch(
      /^relaywarden: The database .*traffic\.db cannot be used: it holds something else\. Name another file as database\.traffic\.\n$/,
    );
  });
});

it('customers show says what to do about a traffic database that is none', async () => {
  const { dir, run } = world();
  writeFileSync(join(dir, 'traffic.db'), 'dear diary, '.repeat(200));
  const { code, text } = await run('customers', 'show', 'acme');

  expect(code).toBe(2);
  expect(text).toMatch(
    /traffic\.db cannot be used: file is not a database\. Name the right file as database\.traffic, or move /,
  );
});

it('replay says of the decisions of an older version how they can be read', async () => {
  const { path, run } = world();
  await run('db', 'migrate');
  const db = new Database(path);
  db.exec('DELETE FROM __drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM __drizzle_migrations)');
  db.close();
  const fixture = (name: string) => resolve('test/fixtures', name);
  const { code, text } = await run('replay', fixture('mail.log'), '--customers', fixture('customers.json'));

  expect(code).toBe(2);
  expect(text).toBe(
    `relaywarden: The database ${path} was written by an older relaywarden. Bring it up to date first, or a copy of it: ` +
      'relaywarden db migrate with a configuration that names it as database.path.\n',
  );
});

/** In a process of its own: a hang would hold up the test, too. */
async function migrateAt(path: string) {
  const cwd = tempDir();
  symlinkSync(join(cwd, 'unmounted'), join(cwd, 'link'));
  writeFileSync(join(cwd, 'config.yml'), CONFIG.replace('own.db', path));
  return runFromSource(['db', 'migrate'], { cwd, timeoutMs: 120_000 });
}

it.each([
  [
    'link/own.db',
    /The folder .*link of the database cannot be made: .*link is a link to what is not there\. Make it, or/,
  ],
  [
    'link/data/own.db',
    /The folder .*data of the database cannot be made: .*link is a link to what is not there\. Make it, or/,
  ],
  [
    '/proc/self/none/own.db',
    /The folder \/proc\/self\/none of the database cannot be made: no folder can be made at \/proc\/self\/none\. /,
  ],
  ['/proc/own.db', /The database \/proc\/own\.db cannot be used: unable to open database file\. /],
])('db migrate ends with one error where no database can be: %s', async (path, says) => {
  const { code, stderr } = await migrateAt(path);

  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(says) });
  expect(stderr.split('\n')).toHaveLength(2);
});

it.each(['db migrate', 'audit verify'])(
  '%s says that another program holds the database',
  async (command) => {
    const { path, run } = world();
    await run('db', 'migrate');
    const shell = new Database(path);
    shell.pragma('journal_mode = DELETE');
    shell.exec('BEGIN EXCLUSIVE');
    const { code, text } = await run(...command.split(' '));
    shell.close();

    expect(code).toBe(2);
    expect(text).toBe(
      `relaywarden: The database ${path} cannot be used: database is locked. Another program holds it: end that one, or try again when it is done.\n`,
    );
  },
  20_000,
);
