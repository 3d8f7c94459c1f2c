// Half of a configuration: `start` says in one line what is missing, ends with 2, and never becomes the practice workspace.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runFromSource } from '../helpers/command.js';
import { tempDir } from '../helpers/temp.js';

const SMALLEST = {
  channels: { compromise: '#abuse-desk', listing: '#deliverability' },
  people: [{ slack: 'U1', name: 'Ann', role: 'lead' }],
};
const SOCKET = JSON.stringify({ ...SMALLEST, slack: { mode: 'socket' } });
const HTTP = JSON.stringify({ ...SMALLEST, slack: { mode: 'http' } });

const BOT = { SLACK_BOT_TOKEN: 'xoxb-secret' };
const APP = { SLACK_APP_TOKEN: 'xapp-secret' };
const SIGNING = { SLACK_SIGNING_SECRET: 'signing-secret' };

/** Starts in an empty folder that holds at most a config.yml. */
async function start(configYml: string | undefined, env: Record<string, string>, args: string[] = []) {
  const cwd = tempDir();
  if (configYml !== undefined) writeFileSync(join(cwd, 'config.yml'), configYml);
  return runFromSource(['start', ...args], { cwd, env });
}

/** One line on stderr, nothing on stdout: no address of a practice workspace, no bot. */
const refused = (line: RegExp) => ({
  code: 2,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^relaywarden: ${line.source}[^\\n]*\\n$`)),
});

describe('start with half of a configuration', () => {
  const tokensOnly = /Slack's tokens are set, but there is no config\.yml\. Copy config\.example\.yml/;
  const cases: [string, string | undefined, Record<string, string>, RegExp][] = [
    ['a bot token and no config', undefined, BOT, tokensOnly],
    ['an app token and no config', undefined, APP, tokensOnly],
    ['a signing secret and no config', undefined, SIGNING, tokensOnly],
    ['every token and no config', undefined, { ...BOT, ...APP, ...SIGNING }, tokensOnly],
    ['a config and no token', SOCKET, {}, /SLACK_BOT_TOKEN and SLACK_APP_TOKEN are not set; slack\.mode socket needs/],
    [
      'a config and empty tokens',
      SOCKET,
      { SLACK_BOT_TOKEN: '', SLACK_APP_TOKEN: '' },
      /SLACK_BOT_TOKEN and SLACK_APP_TOKEN are not set/,
    ],
    ['Socket Mode without its app token', SOCKET, BOT, /SLACK_APP_TOKEN is not set/],
    ['Socket Mode without its bot token', SOCKET, APP, /SLACK_BOT_TOKEN is not set/],
    ['Socket Mode with the secret of HTTP', SOCKET, { ...BOT, ...SIGNING }, /SLACK_APP_TOKEN is not set/],
    ['HTTP and no token', HTTP, {}, /SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET are not set; slack\.mode http needs/],
    ['HTTP without its signing secret', HTTP, BOT, /SLACK_SIGNING_SECRET is not set/],
    ['HTTP with the token of Socket Mode', HTTP, { ...BOT, ...APP }, /SLACK_SIGNING_SECRET is not set/],
  ];
  it.each(cases)('%s', async (_, config, env, line) => {
    const ran = await start(config, env);

    expect(ran).toEqual(refused(line));
    expect(ran.stderr, 'secrets stay secret').not.toMatch(/xoxb-s|xapp-s|signing-s/);
  });

  it('--config that names no file is no wish for the practice workspace, tokens or not', async () => {
    for (const env of [{}, { ...BOT, ...APP }])
      expect(await start(undefined, env, ['--config', 'missing.yml'])).toEqual(refused(/There is no missing\.yml\./));
  });

  it('a config that is no config is one too, with no token set', async () => {
    for (const [text, message] of [
      ['', /config\.yml has \d+ mistakes:\n {2}channels: /],
      ['people: [unclosed', /config\.yml is not valid YAML: .*line 1/],
      ['- a list', /config\.yml has 1 mistake:\n {2}it holds a list; write keys with values/],
      [
        'channels: {compromise: "#a", listing: "#b"}\npeople: []',
        /config\.yml has 1 mistake:\n {2}line 2, people: is empty; expected at least one person/,
      ],
    ] as const) {
      const ran = await start(text, {});
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(ran.stderr).toMatch(message);
    }
  });

  it('customers with overlapping domains are refused, naming both', async () => {
    const customers = [
      { id: 'eikemo', name: 'Eikemo AS', domains: ['shared.example'] },
      { id: 'kvist', name: 'Kvist AS', sasl_domains: ['Shared.example'] },
    ];
    const config = JSON.stringify({ ...SMALLEST, slack: { mode: 'http' }, customers });

    const ran = await start(config, { ...BOT, ...SIGNING });

    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toBe(
      'relaywarden: config.yml has 1 mistake:\n  line 1, customers.1 (Kvist AS): domain shared.example belongs to both eikemo and kvist\n',
    );
  });

  it('an exported table that would be written into a database is refused before either is opened', async () => {
    const config = JSON.stringify({
      ...SMALLEST,
      slack: { mode: 'http' },
      policy: { exportTable: 'data/traffic.db-wal' },
    });

    const ran = await start(config, { ...BOT, ...SIGNING });

    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(
      /policy\.exportTable: is one of the files that lie beside database\.traffic; name one in/,
    );
  });
});
