// `relaywarden check` in words: where no list answers, and of the entry for tests.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runFromSource } from '../helpers/command.js';
import { tempDir } from '../helpers/temp.js';
import { startDns } from '../hygiene/dns.js';

const CONFIG = `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
dns: { servers: ['127.0.0.1:1'], timeoutMs: 200, tries: 1 }
blocklists:
  only: [one, two, three]
  extra:
    - { id: one, zone: one.test, kinds: [ipv4] }
    - { id: two, zone: two.test, kinds: [ipv4] }
    - { id: three, zone: three.test, kinds: [ipv4] }
`;

it('tells one reason once for all lists of which it is true', async () => {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'config.yml'), CONFIG);
  const { code, stdout } = await runFromSource(['check', '192.0.2.25', '192.0.2.26'], { cwd });

  expect(code).toBe(3);
  expect(stdout.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^UNKNOWN {2}192\.0\.2\.25 on 3 lists: the DNS server cannot be .* \(one, three, two\)$/),
    expect.stringMatching(/^UNKNOWN {2}192\.0\.2\.26 on 3 lists: the DNS server cannot be .* \(one, three, two\)$/),
    '0 listed, 0 clear, 0 refused to answer, 6 unknown.',
    expect.stringMatching(/^Most answers do not count, so this is no all-clear: /),
  ]);
});

it('tells apart the lists that are not known to have the entry for tests on them', async () => {
  const { server } = await startDns({ '2.0.0.127.good.test': { a: ['127.0.0.2'] } });
  const cwd = tempDir();
  const own = (id: string, entry?: string) => ({
    ...{ id, zone: `${id}.test`, kinds: ['ipv4'], match: 'exact', return_codes: { '127.0.0.2': 'spam' } },
    ...(entry === undefined ? {} : { test_listed: { ipv4: entry } }),
  });
  const extra = [own('good', '127.0.0.2'), own('bare'), own('gone', '127.0.0.2')];
  const blocklists = { only: extra.map(({ id }) => id), extra };
  const config = {
    channels: { compromise: '#a', listing: '#b' },
    people: [{ slack: 'U0ANN', name: 'Ann', role: 'lead' }],
    dns: { servers: [server], timeoutMs: 2_000, tries: 1 },
    blocklists,
  };
  writeFileSync(join(cwd, 'config.yml'), JSON.stringify(config));
  const lastLines = async (target: string) => {
    const { stdout } = await runFromSource(['check', target], { cwd });
    const lines = stdout.trimEnd().split('\n');
    return lines.slice(lines.findIndex((line) => /^\d+ listed/.test(line)));
  };

  expect(await lastLines('127.0.0.2')).toEqual([
    '1 listed, 1 clear, 0 refused to answer, 1 unknown.',
    '1 of the clear is not known to have 127.0.0.2 for tests: there "clear" is no fault.',
  ]);
  expect((await lastLines('192.0.2.1')).join('\n')).not.toContain('not known');
});

it('does not ask about private addresses, and says so in one sentence', async () => {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'config.yml'), CONFIG);
  const alone = await runFromSource(['check', '10.0.0.0/24'], { cwd });
  const beside = await runFromSource(['check', 'fd00::1', '192.0.2.25'], { cwd });

  expect(alone).toMatchObject({ code: 2, stdout: '' });
  expect(alone.stderr).toMatch(
    /^10\.0\.0\.0\/24 is private; blocklists know public addresses only, so they are not asked\. .*\n$/,
  );
  expect(beside.stderr).toMatch(/^fd00::1 is private; .*\n192\.0\.2\.25 is an address for examples/);
  expect(beside.stdout).toContain('0 listed, 0 clear, 0 refused to answer, 3 unknown.');
});

it('tells a network’s addresses in order', async () => {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'config.yml'), CONFIG);
  const { stdout } = await runFromSource(['check', '192.0.2.8/30'], { cwd });

  expect(stdout.match(/192\.0\.2\.\d+/g)).toEqual(['192.0.2.8', '192.0.2.9', '192.0.2.10', '192.0.2.11']);
});
