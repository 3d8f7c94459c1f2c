import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  defaultBlocklistChoice,
  hasSlackEnvironment,
  intakeToken,
  logLevel,
  parseConfig,
  readConfig,
  readSlackSecrets,
  withAccountKeys,
} from '../src/config.js';
import { tempDir } from './helpers/temp.js';

const SMALLEST = {
  channels: { compromise: '#abuse-desk', listing: '#deliverability' },
  people: [{ slack: 'U0ANN', name: 'Ann', role: 'lead' }],
};

describe('config.yml', () => {
  it('fills in what is not said', () => {
    const config = parseConfig(SMALLEST);

    expect(config.slack.mode).toBe('socket');
    expect(config.policy).toMatchObject({ listen: '127.0.0.1:10040', suspendWith: 'reject' });
  });

  it('names every bad field at once, with its path', () => {
    const bad = {
      ...SMALLEST,
      people: [{ slack: 'U1', name: 'Ann', role: 'boss' }],
      dns: { tries: 'three' },
      polcy: {},
    };

    const error = catchError(() => parseConfig(bad, 'config.yml'));

    expect(error).toMatch(/config\.yml has 3 mistakes/);
    expect(error).toMatch(/people\.0\.role \(Ann\): is "boss"; write technician or lead/);
    expect(error).toMatch(/dns\.tries: is "three"; write a (whole )?number/);
    expect(error).toMatch(/polcy: is no key here; write policy perhaps/);
  });

  it.each([
    ['relays.0.outbound_ip (relay1)', { relays: [{ host: 'relay1', outbound_ip: '203.0.113.321' }] }],
    [
      'routes.0.outboundIp (clean)',
      { routes: [{ name: 'clean', transport: 'smtp:[192.0.2.30]:25', outboundIp: 'nope' }] },
    ],
    ['dns.servers.0 (number 1)', { dns: { servers: ['nonsense'] } }],
    ['logTimezone', { logTimezone: 'Oslo' }],
    ['people.0.slack (ann)', { people: [{ slack: 'ann', name: 'ann', role: 'lead' }] }],
    ['people', { people: [SMALLEST.people[0], SMALLEST.people[0]] }],
    ['web.listen', { web: { listen: 'unix:/run/x' } }],
  ])('says what is wrong with %s', (path, change) => {
    expect(catchError(() => parseConfig({ ...SMALLEST, ...change }))).toContain(`  ${path}: `);
  });

  it.each<[string, object]>([
    ['policy.localDomains: is "example.com"; write a list: [example.com]', { policy: { localDomains: 'example.com' } }],
    ['policy.listen: is 10040; write host:port or unix:/path, for example 127', { policy: { listen: 10040 } }],
    ['dns.timeoutMs: is "2s"; write a number of milliseconds', { dns: { timeoutMs: '2s' } }],
    ['logYear: is "2026"; write a number, without quotes: 2026', { logYear: '2026' }],
    ['support.phone: is 5550100; write text, with quotes: "5550100"', { support: { phone: 5550100 } }],
    ['rights.block: is no key here; write block-sender perhaps', { rights: { block: 'lead' } }],
    ['relays.0.host (number 1): is missing; write the host name as it stands in the log', { relays: [{}] }],
    ['relays.0.helo (r): is a list; write the name it greets with', { relays: [{ host: 'r', helo: ['x'] }] }],
    ['logs: is "/var/log/mail.log"; write a list, for example [{ path: /', { logs: '/var/log/mail.log' }],
    ['logs.0.format (x): is "sendmail"; write postfix or exim or', { logs: [{ path: 'x', format: 'sendmail' }] }],
    ['snds.url: is "http//x"; expected an address that begins with https://', { snds: { url: 'http//x' } }],
    ['mail.smtp: cannot be used as it stands; expected smtp://', { mail: { smtp: 'mx.example', from: 'a@b.example' } }],
  ])('says what to write: %s', (text, change) => {
    expect(catchError(() => parseConfig({ ...SMALLEST, ...change }))).toContain(`  ${text}`);
  });

  it.each([
    ['hello', 'it holds "hello"; write keys with values, of which there are database, slack, channels'],
    ['- a\n', 'it holds a list; write keys with values'],
    ['channels:\n\tlisting: x\n', 'Put blanks in place of the tabs.'],
    ['channels: { compromise: #abuse, listing: #b }\n', 'A # begins a comment: put quotes around "#abuse-desk".'],
    ['relays: []\nrelays: []\n', 'The key stands there twice: put what belongs to it in one place.'],
  ])('says what to do about a file that holds %j', (text, advice) => {
    const path = join(tempDir(), 'config.yml');
    writeFileSync(path, text);

    expect(catchError(() => readConfig(path))).toContain(advice);
  });

  it('never speaks of undefined, and never quotes a secret', () => {
    const bad = {
      people: [null, 3, { slack: 'U1' }],
      intake: { http: { token: 'tooshort' } },
      mail: { smtp: 'smpt://u:hunter2@host' },
      blocklists: { keys: { spamhaus: 'very secret' } },
      digests: 'daily',
      dns: { timeoutMs: -1 },
    };

    const error = catchError(() => parseConfig(bad));
    expect(error).not.toMatch(/undefined|Invalid input|expected (object|string|array)|tooshort|hunter2|very secret/);
    expect(error).toContain('  channels: is missing; write for example { compromise: "#abuse-desk"');
    expect(error).toContain('  people.2.name (U1): is missing; write the name as cards show it');
    expect(error).toContain('  dns.timeoutMs: is -1; write a number: more than 0');
  });

  it('says what to do when the file is missing or no YAML', () => {
    const path = join(tempDir(), 'config.yml');

    expect(() => readConfig(path)).toThrow(/Copy config\.example\.yml/);
    writeFileSync(path, 'people: [unclosed');
    expect(() => readConfig(path)).toThrow(/not valid YAML/);
  });

  it('takes relative paths from the folder of the file', () => {
    const dir = tempDir();
    const path = join(dir, 'config.yml');
    writeFileSync(path, JSON.stringify({ ...SMALLEST, logs: [{ path: 'mail.log' }] }));

    expect(readConfig(path).logs[0]?.path).toBe(join(dir, 'mail.log'));
  });
});

describe('the environment', () => {
  it('logs at the level that is set, and refuses one that there is none of', () => {
    expect([logLevel({}), logLevel({ LOG_LEVEL: '' }), logLevel({ LOG_LEVEL: 'Debug' })]).toEqual([
      ...['info', 'info', 'debug'],
    ]);
    expect(logLevel({ LOG_LEVEL: 'fatal' })).toBe('fatal');
    expect(() => logLevel({ LOG_LEVEL: 'loud' })).toThrow('LOG_LEVEL is "loud"; set it to one of trace, debug, info');
  });

  it('names what is missing when half of it is there', () => {
    expect(() => readSlackSecrets('socket', { SLACK_BOT_TOKEN: 'xoxb-1' })).toThrow(/^SLACK_APP_TOKEN is not set/);
    expect(() => readSlackSecrets('http', {})).toThrow(/^SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET are not set/);
  });

  it('notices two tokens in each other’s place', () => {
    const swapped = { SLACK_BOT_TOKEN: 'xapp-1', SLACK_APP_TOKEN: 'xoxb-1' };

    expect(() => readSlackSecrets('socket', swapped)).toThrow(/SLACK_BOT_TOKEN should begin with xoxb-/);
  });

  it('never shows a secret in an error', () => {
    expect(catchError(() => readSlackSecrets('http', { SLACK_BOT_TOKEN: 'xoxb-secret' }))).not.toContain('xoxb-secret');
  });

  it('takes account keys of lists, before those of the file', () => {
    const choice = { ...defaultBlocklistChoice({}), keys: { spamhaus: 'file', abusix: 'file' } };
    const { keys } = withAccountKeys(choice, { BLOCKLIST_KEY_SPAMHAUS: 'environment', BLOCKLIST_KEY_SPAMRATS: '' });

    expect(keys).toMatchObject({ 'spamhaus-zen': 'environment', 'spamhaus-zrd': 'environment' });
    expect(keys).toMatchObject({ 'abusix-combined': 'file' });
    expect(keys).not.toHaveProperty('spamrats-dyna');
    expect(defaultBlocklistChoice({ BLOCKLIST_KEY_SPAMRATS_DYNA: 'one' }).keys).toEqual({ 'spamrats-dyna': 'one' });
  });

  it('refuses a key that opens nothing or cannot be part of a name, and does not show it', () => {
    const unknown = catchError(() => defaultBlocklistChoice({ BLOCKLIST_KEY_SPAMHAUZ: 'verysecret' }));
    const broken = catchError(() => defaultBlocklistChoice({ BLOCKLIST_KEY_SPAMHAUS: 'very secret' }));

    expect(unknown).toContain('"spamhaus" perhaps');
    expect(broken).toContain('BLOCKLIST_KEY_SPAMHAUS');
    for (const message of [unknown, broken]) expect(message).not.toMatch(/very ?secret/);
  });

  it('opens the intake by a token, from the environment first, and never shows one that is too short', () => {
    const token = 'a-token-of-many-characters';
    const config = parseConfig({ ...SMALLEST, intake: { http: { token } } });
    const short = catchError(() => intakeToken(config, { INTAKE_TOKEN: 'tooshort' }));

    expect(intakeToken(parseConfig(SMALLEST), {})).toBeUndefined();
    expect(intakeToken(config, {})).toBe(token);
    expect(intakeToken(config, { INTAKE_TOKEN: `${token}-2` })).toBe(`${token}-2`);
    expect(short).toContain('INTAKE_TOKEN');
    expect(short).not.toContain('tooshort');
    expect(catchError(() => parseConfig({ ...SMALLEST, intake: { http: { token: 'with a blank in it' } } }))).toContain(
      'intake.http.token',
    );
  });

  it('knows whether anybody wants the real bot', () => {
    expect(hasSlackEnvironment({})).toBe(false);
    expect(hasSlackEnvironment({ SLACK_APP_TOKEN: 'xapp-1' })).toBe(true);
  });
});

function catchError(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
