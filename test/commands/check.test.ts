// `relaywarden check` in words: where no list answers, of the entry for tests, and of whole networks.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DnsReply } from '../../src/practice/internet/dns-server.js';
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
    expect.stringMatching(/^UNKNOWN {2}192\.0\.2\.25 to \.26 on 3 lists: the DNS .* \(one, three, two\)$/),
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

it('does not ask about addresses that no mail comes from, and says so in one sentence', async () => {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'config.yml'), CONFIG);
  const alone = await runFromSource(['check', '10.0.0.0/24'], { cwd });
  const loopback = await runFromSource(['check', '127.0.0.0/30', 'fe80::1'], { cwd });
  const beside = await runFromSource(['check', 'fd00::1', '192.0.2.25'], { cwd });

  expect(alone).toMatchObject({ code: 2, stdout: '' });
  expect(alone.stderr).toMatch(
    /^10\.0\.0\.0\/24 is private; blocklists know public addresses only, so they are not asked\. .*\n$/,
  );
  expect(loopback).toMatchObject({ code: 2, stdout: '' });
  expect(loopback.stderr).toMatch(
    /^127\.0\.0\.0\/30 is a machine’s own \(loopback\); .*\nfe80::1 is link-local; .*\n$/,
  );
  expect(beside.stderr).toMatch(/^fd00::1 is private; .*\n192\.0\.2\.25 is an address for examples/);
  expect(beside.stdout).toContain('0 listed, 0 clear, 0 refused to answer, 3 unknown.');
});

describe('of a network', () => {
  const own = (id: string) => ({
    ...{ id, zone: `${id}.test`, kinds: ['ipv4'], match: 'exact', return_codes: { '127.0.0.2': 'spam' } },
    test_listed: { ipv4: '127.0.0.2' },
  });

  /** `trap` lists what is in `trapped`, each with the same words; `range` the whole network, each with its address in the words. */
  async function checked(trapped: readonly number[], ...args: string[]) {
    const table: Record<string, DnsReply> = {
      ...{ '*.closed.test': { rcode: 'REFUSED' }, '*.shut.test': { rcode: 'REFUSED' } },
      ...Object.fromEntries(['trap', 'range'].map((id) => [`2.0.0.127.${id}.test`, { a: ['127.0.0.2'] }])),
      ...Object.fromEntries(trapped.map((n) => [`${n}.8.20.185.trap.test`, { a: ['127.0.0.2'], txt: ['Spam seen'] }])),
    };
    for (let n = 0; n < 256; n++)
      table[`${n}.9.20.185.range.test`] = { a: ['127.0.0.2'], txt: [`see https://range.test/?ip=185.20.9.${n}`] };
    const { server } = await startDns(table);
    const cwd = tempDir();
    const extra = ['trap', 'range', 'closed', 'shut'].map(own);
    const config = {
      channels: { compromise: '#a', listing: '#b' },
      people: [{ slack: 'U0ANN', name: 'Ann', role: 'lead' }],
      dns: { servers: [server], timeoutMs: 2_000, tries: 1 },
      blocklists: { only: extra.map(({ id }) => id), extra },
    };
    writeFileSync(join(cwd, 'config.yml'), JSON.stringify(config));
    const { code, stdout } = await runFromSource(['check', ...args], { cwd });
    return { code, lines: stdout.trimEnd().split('\n') };
  }

  it('tells what is alike in one line, by the numbers of the addresses', async () => {
    expect(await checked([100, 9, 8, 7], '185.20.8.0/24')).toEqual({
      code: 1,
      lines: [
        'LISTED   185.20.8.7 to .9, 185.20.8.100 on trap: 127.0.0.2 · spam · Spam seen',
        'REFUSED  185.20.8.0 to .255 on 2 lists: the DNS server refused the question (closed, shut)',
        '4 of 256 addresses are listed: 185.20.8.7 to .9, 185.20.8.100.',
        '4 listed, 508 clear, 512 refused to answer, 0 unknown.',
      ],
    });
  });

  it('takes for alike what differs by the address in it alone', async () => {
    const { lines } = await checked([], '185.20.8.254/31', '185.20.9.0/24', '185.20.9.7', 'clean.example');

    expect(lines[0]).toBe(
      'LISTED   185.20.9.0 to .255 on range: 127.0.0.2 · spam · see https://range.test/?ip={address}',
    );
    expect(lines[1]).toMatch(/^REFUSED {2}185\.20\.8\.254 to 185\.20\.9\.255 on 2 lists/);
    expect(lines[2]).toBe('256 of 259 are listed: 185.20.9.0 to .255.');

    const alone = await checked([], '185.20.9.7');
    expect(alone.lines[0]).toBe(
      'LISTED   185.20.9.7 on range: 127.0.0.2 · spam · see https://range.test/?ip=185.20.9.7',
    );
    expect(alone.lines.join()).not.toContain('are listed:');
  });

  it('has a line of JSON for each address and list all the same', async () => {
    const { lines } = await checked([8], '--json', '185.20.8.8/30');

    const results = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(results).toHaveLength(16);
    expect(results.filter(({ verdict }) => verdict === 'listed')).toMatchObject([
      { target: '185.20.8.8', list: 'trap' },
    ]);
  });
});
