import { chmodSync, linkSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli.js';
import { isRoot, withoutRootFor } from '../helpers/rights.js';
import { tempDir } from '../helpers/temp.js';

/** `config check` in this process. */
async function check(path: string) {
  const written = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  try {
    const code = await main(['config', 'check', '--config', path]);
    return { code, stderr: written.mock.calls.map(([text]) => String(text)).join('') };
  } finally {
    written.mockRestore();
  }
}

const mistakesOf = (stderr: string) => stderr.split('\n').filter((line) => line.startsWith('  '));

describe('config check', () => {
  it('names every mistake of every part at once, in the order of the lines', async () => {
    const path = join(tempDir(), 'config.yml');
    writeFileSync(
      path,
      `channels: { compromise: '#a', listing: '#b' }
people:
  - { slack: U0ANN, name: Ann, role: boss }
customersFile: none.yml
customers:
  - { id: a, name: A, domains: [x.test] }
  - { id: b, name: B, domains: [x.test] }
detection:
  alarmOdd: 3
  leastRecipients: -4
blocklists: { only: [spamhaus-zne] }
hygiene: { cron: "99 5 * * *" }
digests:
  - { channel: '#a', cron: nope, timezone: Mars/Base }
snds:
  keys: x
`,
    );
    const { code, stderr } = await check(path);
    const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('warning: '));

    expect(code).toBe(2);
    expect(lines[0]).toMatch(/config\.yml has 10 mistakes:$/);
    expect(lines.slice(1)).toEqual([
      '  line 3, people.0.role (Ann): is "boss"; write technician or lead',
      expect.stringMatching(/^ {2}line 4, customersFile: .*none\.yml cannot be read: there is no such file or folder$/),
      '  line 7, customers.1 (B): domain x.test belongs to both a and b',
      expect.stringMatching(/^ {2}line 9, detection\.alarmOdd: is not known; alarmOdds perhaps; there are /),
      '  line 10, detection.leastRecipients: is -4, expected a number from 1 to 1000000',
      expect.stringMatching(/^ {2}line 11, blocklists\.only: "spamhaus-zne" is no list \(spamhaus-zen\?\)/),
      expect.stringMatching(/^ {2}line 12, hygiene\.cron: "99 5 \* \* \*" is no cron expression/),
      expect.stringMatching(/^ {2}line 14, digests\.0\.cron \(#a\): is "nope"; expected five fields: minute, hour, /),
      expect.stringMatching(/^ {2}line 14, digests\.0\.timezone \(#a\): "Mars\/Base" is no time zone/),
      '  line 16, snds.keys: is no key here; write key perhaps',
    ]);
  });

  it('names what is wrong with the sound entries beside broken ones, each once, and nothing that follows from those', async () => {
    const path = join(tempDir(), 'config.yml');
    writeFileSync(
      path,
      `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
policy: { listen: "127.0.0.1" }
blocklists:
  disable: [spamhaus-zne, own]
  extra: [{ id: own }]
partners: [{ id: p-1, nam: Broken }]
customers:
  - { id: c-000, name: A, domains: [mills.example], partner: none }
  - { id: c-001, name: B, domains: [mills.example], partner: p-1, ips: [10.0.0.300] }
  - { id: c-002, nam: C }
`,
    );
    const { code, stderr } = await check(path);

    expect(code).toBe(2);
    expect(mistakesOf(stderr)).toEqual([
      '  line 3, policy.listen: is "127.0.0.1"; expected host:port or unix:/path',
      expect.stringMatching(/^ {2}line 5, blocklists\.disable: "spamhaus-zne" is no list \(spamhaus-zen\?\)/),
      expect.stringMatching(
        /^ {2}line 6, blocklists\.extra\.0\.zone \(own\): is missing; write for example \{ id: own, /,
      ),
      expect.stringMatching(
        /^ {2}line 6, blocklists\.extra\.0\.kinds \(own\): is missing; write for example \{ id: own, /,
      ),
      '  line 7, partners.0.name (p-1): is missing; write the name as cards show it',
      '  line 7, partners.0.nam (p-1): is no key here; write name perhaps',
      '  line 9, customers.0 (A): customer c-000 names partner none, which is not defined',
      '  line 10, customers.1 (B): domain mills.example belongs to both c-000 and c-001',
      expect.stringMatching(/^ {2}line 10, customers\.1 \(B\): customer c-001: 10\.0\.0\.300 is no address or network/),
      '  line 11, customers.2.name (c-002): is missing; write the name as cards show it',
      '  line 11, customers.2.nam (c-002): is no key here; write name perhaps',
    ]);
  });

  it('names the line of a customer file in which a customer or partner is wrong', async () => {
    const dir = tempDir();
    const path = join(dir, 'config.yml');
    const file = join(dir, 'customers.yml');
    writeFileSync(
      path,
      `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
customersFile: customers.yml
`,
    );
    writeFileSync(
      file,
      `partners: [{ id: p-1, name: One }, { id: p-1, name: Two }]
customers:
  - { id: c-000, name: A, domains: [mills.example], partner: none }
  - { id: c-001, name: B, domains: [mills.example], ips: [10.0.0.0/8] }
  - { id: c-002, name: C, ips: [10.1.0.0/16] }
`,
    );

    expect(mistakesOf((await check(path)).stderr)).toEqual([
      `  ${file}: line 1, partners.1 (Two): partner id p-1 is used more than once`,
      `  ${file}: line 3, customers.0 (A): customer c-000 names partner none, which is not defined`,
      `  ${file}: line 4, customers.1 (B): domain mills.example belongs to both c-000 and c-001`,
      expect.stringContaining(
        `  ${file}: line 5, customers.2 (C): address 10.1.0.0/16 of c-002 lies in 10.0.0.0/8 of c-001`,
      ),
    ]);
  });

  it('names what is wrong with the sound entries of a customer file, and what is odd, beside the broken ones', async () => {
    const dir = tempDir();
    const [path, file] = [join(dir, 'config.yml'), join(dir, 'customers.yml')];
    writeFileSync(
      path,
      `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
customers: [{ id: own, name: Own, domains: [mills.example] }]
logs: [{ path: . }]
customersFile: customers.yml
`,
    );
    writeFileSync(
      file,
      `partners: [{ id: p-1, nam: Broken }]
relays: [{ host: relay1, outbound_ip: 10.0.0.1 }]
customers:
  - { id: a, nam: A }
  - { id: b, name: B, domains: [mills.example, "@b.example"], partner: p-1, ips: [10.1.2.3/8] }
`,
    );
    const { code, stderr } = await check(path);

    expect(code).toBe(2);
    expect(mistakesOf(stderr)).toEqual([
      `  ${file}: line 1, partners.0.name (p-1): is missing; write the name as cards show it`,
      `  ${file}: line 1, partners.0.nam (p-1): is no key here; write name perhaps`,
      `  ${file}: line 4, customers.0.name (a): is missing; write the name as cards show it`,
      `  ${file}: line 4, customers.0.nam (a): is no key here; write name perhaps`,
      `  ${file}: line 5, customers.1 (B): domain mills.example belongs to both own and b`,
    ]);
    expect(stderr.trimEnd().split('\n').slice(-3)).toEqual([
      'warning: 10.0.0.1 is a private address; name the public one that receivers see, for lists know no other.',
      `warning: ${file}: customer b: "@b.example" is no domain and never fits; write it as acme.example.`,
      `warning: ${file}: customer b: 10.1.2.3/8 is read as 10.0.0.0/8; write it so, or the prefix that is meant.`,
    ]);
  });

  it('counts a customer file that is no YAML as one mistake', async () => {
    const path = join(tempDir(), 'config.yml');
    writeFileSync(
      path,
      `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
customersFile: customers.yml
`,
    );
    writeFileSync(join(path, '..', 'customers.yml'), 'customers:\n  - { id: a\n  - { id: b }\n');

    expect((await check(path)).stderr).toMatch(
      /has 1 mistake:\n {2}line 3, customersFile: .*customers\.yml is neither JSON nor YAML: .* at line 3/,
    );
  });

  it('warns of a configuration with which there is nothing to do', async () => {
    const path = join(tempDir(), 'config.yml');
    writeFileSync(
      path,
      `channels: { compromise: '#a', listing: '#b' }\npeople: [{ slack: U0ANN, name: Ann, role: lead }]\n`,
    );
    const { code, stderr } = await check(path);

    expect(code).toBe(0);
    expect(stderr.trimEnd().split('\n')).toEqual([
      'warning: relays: there is none, so no address of yours is watched on blocklists.',
      'warning: logs: there is none, and no intake.http.token: no mail is read, and nothing can be found in it.',
    ]);
  });

  it('refuses a time with seconds, beside another mistake, too', async () => {
    const path = join(tempDir(), 'config.yml');
    writeFileSync(
      path,
      `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
hygiene: { cron: "0 30 5 * * *" }
digests:
  - { channel: '#a', cron: "0 0 7 * * *" }
  - { channel: '#b', cron: "99 7 * * *", whenQuiet: never }
`,
    );
    const { code, stderr } = await check(path);

    expect(code).toBe(2);
    expect(mistakesOf(stderr).sort()).toEqual([
      '  line 3, hygiene.cron: is "0 30 5 * * *"; expected five fields, without seconds: "30 5 * * *"',
      '  line 5, digests.0.cron (#a): is "0 0 7 * * *"; expected five fields, without seconds: "0 7 * * *"',
      expect.stringMatching(/line 6, digests\.1\.cron \(#b\): "99 7 \* \* \*" is no cron expression/),
      '  line 6, digests.1.whenQuiet (#b): is "never"; write skip or one-line',
    ]);
  });

  it('tells of a log, and of what it was rotated to, that this user may not read', async () => {
    const dir = tempDir();
    const path = join(dir, 'config.yml');
    writeFileSync(
      path,
      `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
relays: [{ host: relay1 }]
logs: [{ path: mail.log, format: postfix }]
`,
    );
    for (const name of ['mail.log', 'mail.log.1', 'mail.log.2.gz', 'mail.log.3.xz', 'mail.log-own']) {
      writeFileSync(join(dir, name), '', { mode: name === 'mail.log' ? 0o644 : 0 });
    }
    chmodSync(dir, 0o755);
    if (isRoot()) await check(path);
    const { code, stderr } = await withoutRootFor(() => check(path));

    expect(code).toBe(0);
    expect(stderr).toBe(
      ['mail.log.1', 'mail.log.2.gz']
        .map((name) => `warning: ${join(dir, name)} may not be read by this user; its lines will be missing.\n`)
        .join(''),
    );
  });

  it('tells what is odd below the mistakes, and where there is none', async () => {
    const dir = tempDir();
    const path = join(dir, 'config.yml');
    const odd = `channels: { compromise: '#a', listing: '#b' }
logs: [{ path: none.log, format: postfix }]
relays: [{ host: relay1 }]
blocklists: { only: [spamhaus-zen, dnsbl.sorbs.net] }
`;
    const warnings = [
      `warning: ${join(dir, 'none.log')} is not there (yet); it is followed once it is.`,
      expect.stringMatching(/^warning: blocklists\.only: dnsbl\.sorbs\.net is dead since /),
    ];
    writeFileSync(path, `${odd}people: [{ slack: U0ANN, name: Ann, role: boss }]\n`);
    const wrong = await check(path);
    writeFileSync(path, `${odd}people: [{ slack: U0ANN, name: Ann, role: lead }]\n`);
    const usable = await check(path);

    expect(wrong.code).toBe(2);
    expect(wrong.stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/config\.yml has 1 mistake:$/),
      expect.stringMatching(/people\.0\.role/),
      ...warnings,
    ]);
    expect(usable.code).toBe(0);
    expect(usable.stderr.trimEnd().split('\n')).toEqual(warnings);
  });

  it('tells of a log that stands there under two names', async () => {
    const dir = tempDir();
    const path = join(dir, 'config.yml');
    writeFileSync(join(dir, 'mail.log'), '');
    symlinkSync('mail.log', join(dir, 'current.log'));
    writeFileSync(
      path,
      `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0123ABCX, name: Ann, role: lead }]
relays: [{ host: r1, outbound_ip: 9.9.9.9 }]
logs: [{ path: mail.log }, { path: current.log }, { path: other.log }]
`,
    );
    const { stderr } = await check(path);

    expect(stderr).toContain(`${realpathSync(join(dir, 'mail.log'))} stands under logs twice; name it once.`);
    expect(stderr.match(/twice/g)).toHaveLength(1);
  });

  it('tells what is hardly meant', async () => {
    const dir = tempDir();
    const path = join(dir, 'config.yml');
    writeFileSync(
      path,
      `channels: { compromise: abuse desk, listing: '#b' }
people: [{ slack: U0123ABCD, name: Ann, role: technician }]
relays: [{ host: r1, outbound_ip: 10.0.0.1 }, { host: R1 }]
customers: [{ id: a, name: A, domains: ['@a.test', b.test], sasl_domains: ['https://c.test'], ips: [10.1.2.3/8, 10.0.0.0/24] }]
logs: [{ path: . }, { path: . }]
routes: [{ name: x, transport: 'smtp:[192.0.2.30]:25' }, { name: x, transport: 'smtp:[192.0.2.31]:25' }]
digests: [{ channel: '#x', cron: '0 7 * * *' }, { channel: '#x', cron: '0 7 * * *' }]
notices: { automatic: true }
`,
    );
    const { code, stderr } = await check(path);

    expect(code).toBe(0);
    expect(stderr.trimEnd().split('\n')).toEqual(
      [
        `${dir} is a folder; name the log in it that is written now.`,
        `${dir} stands under logs twice; name it once.`,
        'people: the Slack id of Ann is the example’s; put in the person’s own.',
        'people: nobody is a lead, whom some actions need (rights).',
        'channels.compromise: Slack has no channel named "abuse desk"; write its name as "#abuse-desk", or its id.',
        '10.0.0.1 is a private address; name the public one that receivers see, for lists know no other.',
        'customer a: "@a.test" is no domain and never fits; write it as acme.example.',
        'customer a: "https://c.test" is no domain and never fits; write it as acme.example.',
        'customer a: 10.1.2.3/8 is read as 10.0.0.0/8; write it so, or the prefix that is meant.',
        'relays: r1 stands there twice.',
        'routes: x stands there twice; name each its own.',
        'digests: "#x 0 7 * * *" stands there twice, and only one is posted; give each a name.',
        'notices.automatic sends nothing without mail, where the server to send by stands.',
      ].map((warning) => `warning: ${warning}`),
    );
  });

  it('refuses one port or one file for two', async () => {
    const path = join(tempDir(), 'config.yml');
    writeFileSync(
      path,
      `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
database: { path: a.db, traffic: a.db }
policy: { listen: 127.0.0.1:9925 }
mail: { smtp: 'smtp://mx.test:25', from: Desk }
intake: { lmtp: { listen: 127.0.0.1:99999 } }
`,
    );
    const { code, stderr } = await check(path);

    expect(code).toBe(2);
    expect(mistakesOf(stderr)).toEqual([
      '  line 3, database.traffic: is the same file as database.path; name another',
      '  line 4, policy.listen: is the same as web.listen; name another port',
      '  line 5, mail.from: is "Desk"; expected a mail address, for example abuse-desk@relay.example',
      '  line 6, intake.lmtp.listen: is "127.0.0.1:99999"; expected a port up to 65535',
    ]);
  });

  it('keeps the exported table out of the databases, and asks for its folder', async () => {
    const path = join(tempDir(), 'config.yml');
    const withTable = (table: string) =>
      `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
policy: { exportTable: ${table} }
`;
    writeFileSync(path, withTable('./data/relaywarden.db'));
    expect(mistakesOf((await check(path)).stderr)).toEqual([
      '  line 3, policy.exportTable: is the same file as database.path; name one in a folder of its own',
    ]);

    writeFileSync(path, withTable('export/containments.sqlite'));
    const { code, stderr } = await check(path);
    expect(code).toBe(0);
    expect(stderr).toContain(
      `warning: policy.exportTable: there is no folder ${join(dirname(path), 'export')}; make it`,
    );
  });

  it.each([
    [
      'a link to it',
      (dir: string) => symlinkSync(join(dir, 'data/traffic.db'), join(dir, 'table')),
      'table',
      'traffic',
    ],
    [
      'a link to its folder',
      (dir: string) => symlinkSync(join(dir, 'data'), join(dir, 'x')),
      'x/relaywarden.db',
      'path',
    ],
    [
      'a hard link to it',
      (dir: string) => linkSync(join(dir, 'data/traffic.db'), join(dir, 'table')),
      'table',
      'traffic',
    ],
  ])('knows a database for the exported table behind %s', async (_, make, table, key) => {
    const path = join(tempDir(), 'config.yml');
    mkdirSync(join(dirname(path), 'data'));
    for (const name of ['relaywarden', 'traffic']) writeFileSync(join(dirname(path), `data/${name}.db`), '');
    make(dirname(path));
    writeFileSync(
      path,
      `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
policy: { exportTable: ${table} }
`,
    );

    expect(mistakesOf((await check(path)).stderr)).toEqual([
      `  line 3, policy.exportTable: is the same file as database.${key}; name one in a folder of its own`,
    ]);
  });

  it.each(['-wal', '-lock', '-lock-journal', '-reserve'])('leaves the %s of a database to it', async (ending) => {
    const path = join(tempDir(), 'config.yml');
    writeFileSync(
      path,
      `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
database: { path: a.db, traffic: a.db${ending} }
policy: { exportTable: a.db${ending} }
`,
    );

    expect(mistakesOf((await check(path)).stderr)).toEqual([
      '  line 3, database.traffic: is one of the files that lie beside database.path; name another',
      '  line 4, policy.exportTable: is one of the files that lie beside database.path; name one in a folder of its own',
    ]);
  });

  it('warns of a customer that has everybody’s addresses', async () => {
    const path = join(tempDir(), 'config.yml');
    writeFileSync(
      path,
      `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
customers: [{ id: a, name: A, ips: [0.0.0.0/0] }, { id: b, name: B, shared_ips: [10.0.0.0/8] }]
`,
    );
    const { stderr } = await check(path);
    expect(stderr).toContain('warning: customer a: all mail from 0.0.0.0/0 counts as this customer’s');
    expect(stderr).not.toContain('customer b');
  });

  it('says in words why a file is no configuration', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'binary.yml'), Buffer.from([1, 0, 2, 255]));

    expect((await check(dir)).stderr).toMatch(/cannot be read: it is a folder\.\n$/);
    expect((await check(join(dir, 'binary.yml'))).stderr).toMatch(/is no text: a configuration is YAML/);
  });
});
