// `relaywarden check` as a script uses it: exit codes, a line of JSON for each answer, one clear line for a wrong call. Real rbldnsd.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from './free-port.js';
import { type Rbldnsd, startRbldnsd } from './rbldnsd/harness.js';
import { whyNot } from './requirements.js';
import { runCommand } from './whole-way/bot.js';

const missing = whyNot({ programs: ['rbldnsd'] });
const COMMAND = fileURLToPath(new URL('../../bin/relaywarden.js', import.meta.url));

const LISTED = ['127.0.0.2', '198.51.100.7 :127.0.0.2:Spam seen, see https://bl.test/?ip=$'];
const EXTRA = [
  { id: 'plain', zone: 'plain.test', kinds: ['ipv4'] },
  { id: 'six', zone: 'six.test', kinds: ['ipv6'] },
  { id: 'names', zone: 'names.test', kinds: ['domain'] },
  { id: 'refusing', zone: 'refusing.test', kinds: ['ipv4'] },
  { id: 'silent', zone: 'silent.test', kinds: ['ipv4'] },
];

describe.skipIf(missing)(`relaywarden check against a real rbldnsd${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let server: Rbldnsd;
  let dir: string;
  let deadPort: number;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'relaywarden-check-'));
    deadPort = await freePort();
    server = await startRbldnsd([
      { name: 'plain.test', type: 'ip4set', lines: LISTED },
      { name: 'six.test', type: 'ip6trie', lines: [':127.0.0.2:six', '2001:db8:1::/48'] },
      { name: 'names.test', type: 'dnset', lines: [':127.0.0.2:name', 'spam.example'] },
      { name: 'refusing.test', type: 'acl', lines: ['0.0.0.0/0 :refuse'] },
      { name: 'refusing.test', type: 'ip4set', lines: LISTED },
      { name: 'silent.test', type: 'acl', lines: ['0.0.0.0/0 :ignore'] },
      { name: 'silent.test', type: 'ip4set', lines: LISTED },
    ]);
  });

  afterAll(async () => {
    await server.stop();
    rmSync(dir, { recursive: true });
  });

  /** A configuration that asks only these lists, at the real server unless another port is given. */
  function configWith(lists: string[], port = server.port): string {
    const path = join(dir, `${lists.join('-')}-${port}.yml`);
    const config = {
      channels: { compromise: '#a', listing: '#b' },
      people: [{ slack: 'U1', name: 'Ann', role: 'lead' }],
      dns: { servers: [`127.0.0.1:${port}`], timeoutMs: 2_000, tries: 2 },
      blocklists: { only: lists, extra: EXTRA },
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  }

  const check = (config: string, ...args: string[]) => runCommand(['check', '--config', config, ...args]);
  async function checkJson(config: string, ...args: string[]) {
    const { code, stdout, stderr } = await check(config, '--json', ...args);
    const results = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    return { code, stderr, results };
  }

  it('ends with 0 when nothing is listed', async () => {
    expect(await check(configWith(['plain']), '198.51.100.20')).toEqual({
      code: 0,
      stdout: '0 listed, 1 clear, 0 refused to answer, 0 unknown.\n',
      stderr:
        '198.51.100.20 is an address for examples in documentation, not on the public internet: what lists say of it means nothing.\n',
    });
  });

  it('calls the lists’ own test entry what it is', async () => {
    expect(await check(configWith(['plain']), '127.0.0.2')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^LISTED +127\.0\.0\.2 on plain: /),
      stderr: '127.0.0.2 is what most lists have on them for tests: a list that lists it works.\n',
    });
  });

  it('says what else may mislead: a private address, a mailbox, lists that mostly do not answer', async () => {
    const { stderr } = await check(configWith(['plain', 'names']), '10.0.0.0/31', 'kim@quiet.example');
    expect(stderr).toBe(
      '10.0.0.0/31 is private; blocklists know public addresses only, so they are not asked. Name the address that the mail leaves from.\n' +
        'quiet.example is asked about: blocklists know domains and addresses, no mailboxes.\n',
    );

    const { code, stdout } = await check(configWith(['plain', 'refusing', 'silent']), '198.51.100.20');
    expect(code).toBe(3);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^Most answers do not count, so this is no all-clear: /);
  });

  it('ends with 1 when something is, and says what first', async () => {
    const { code, stdout } = await check(configWith(['refusing', 'silent', 'plain']), '198.51.100.7');

    expect(code).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(
      /^LISTED +198\.51\.100\.7 on plain: 127\.0\.0\.2 .*Spam seen, see https:\/\/bl\.test\/\?ip=198\.51\.100\.7$/,
    );
    expect(lines.slice(1, 3).sort()).toEqual([
      expect.stringMatching(/^REFUSED .*on refusing/),
      expect.stringMatching(/^UNKNOWN .*on silent/),
    ]);
    expect(lines.at(-1)).toBe('1 listed, 0 clear, 1 refused to answer, 1 unknown.');
  });

  it('prints a line of JSON per target and list, for addresses of both kinds, networks and domains', async () => {
    const config = configWith(['plain', 'six', 'names', 'refusing', 'silent']);
    const { code, results, stderr } = await checkJson(
      config,
      '198.51.100.6/31',
      '2001:db8:1::25',
      '2001:db8:2::25',
      'spam.example',
      'quiet.example',
    );

    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(results.map(({ target, list, verdict }) => `${target} ${list} ${verdict}`).sort()).toEqual([
      '198.51.100.6 plain clear',
      '198.51.100.6 refusing refused',
      '198.51.100.6 silent unknown',
      '198.51.100.7 plain listed',
      '198.51.100.7 refusing refused',
      '198.51.100.7 silent unknown',
      '2001:db8:1::25 six listed',
      '2001:db8:2::25 six clear',
      'quiet.example names clear',
      'spam.example names listed',
    ]);
    expect(results.find(({ verdict, list }) => verdict === 'listed' && list === 'plain')).toEqual({
      target: '198.51.100.7',
      list: 'plain',
      zone: 'plain.test',
      verdict: 'listed',
      codes: ['127.0.0.2'],
      meanings: expect.any(Array),
      text: 'Spam seen, see https://bl.test/?ip=198.51.100.7',
      ms: expect.any(Number),
    });
  });

  it('ends with 3 when no list gave an answer: dead, refusing and silent are never clear', async () => {
    for (const config of [configWith(['plain'], deadPort), configWith(['refusing', 'silent'])]) {
      const { code, results } = await checkJson(config, '198.51.100.20');
      expect(code).toBe(3);
      expect(results.filter(({ verdict }) => verdict === 'clear')).toEqual([]);
    }
  });

  it.each([['198.51.100.300'], ['198.51.0.0/8'], ['not a target'], ['<!channel>']])(
    'ends with 2 and one line with an example for %s',
    async (target) => {
      const { code, stdout, stderr } = await check(configWith(['plain']), target);

      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^relaywarden: [^\n]+\n$/);
    },
  );

  it('takes a whole /16, and prints a line for each address', async () => {
    const { code, results } = await checkJson(configWith(['plain']), '198.51.0.0/16');

    expect({ code, count: results.length }).toEqual({ code: 1, count: 65_536 });
    expect(results.filter(({ verdict }) => verdict !== 'clear').map(({ target }) => target)).toEqual(['198.51.100.7']);
  });

  it('tells in one line what is alike of half a /16', async () => {
    const { code, stdout } = await check(configWith(['refusing']), '198.51.0.0/17');

    expect(code).toBe(3);
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^REFUSED {2}198\.51\.0\.0 to 198\.51\.127\.255 on refusing: /),
      '0 listed, 0 clear, 32768 refused to answer, 0 unknown.',
      expect.stringMatching(/^Most answers do not count/),
    ]);
  });

  it('ends with 2 when it is called with nothing', async () => {
    expect(await runCommand(['check'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^relaywarden: check needs TARGET… .*Example: relaywarden check /),
    });
  });

  it('ends quietly when the reader has gone', async () => {
    const config = configWith(['plain']);
    const shell = spawn(
      'sh',
      ['-c', `"$0" "$1" check --json --config "$2" 198.51.100.0/22 | head -n 1`, process.execPath, COMMAND, config],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let errors = '';
    shell.stderr.on('data', (piece) => {
      errors += piece;
    });
    await once(shell, 'close');
    expect({ errors, code: shell.exitCode }).toEqual({ errors: '', code: 0 });
  });
});
