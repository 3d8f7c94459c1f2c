// `relaywarden db` and `relaywarden audit` where there is no database yet.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { main } from '../../src/cli.js';
import { tempDir } from '../helpers/temp.js';

function world() {
  const dir = tempDir();
  const config = join(dir, 'config.yml');
  writeFileSync(
    config,
    `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
database: { path: own.db, traffic: traffic.db }
`,
  );
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
  return { path: join(dir, 'own.db'), run };
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
