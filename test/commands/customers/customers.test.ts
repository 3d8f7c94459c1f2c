// `relaywarden customers` as a command: what it finds, whom it names, how it ends.

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CounterRow, type Kind, SUMS, type Sums } from '../../../src/detection/counters/counter-cells.js';
import { runFromSource } from '../../helpers/command.js';
import { tempDir } from '../../helpers/temp.js';
import { writeCounters } from '../../tools/counted-world.js';

const KVIST = `{ id: c-1, name: Kvist AS, partner: p-1, domains: [kvist.example], sasl_users: [info], ips: [192.0.2.0/28] }`;
const SOUND = `relays: [{ host: relay1, outbound_ip: 203.0.113.17 }]
partners: [{ id: p-1, name: Example IT }]
customers: [${KVIST}]
`;
const NONE = Object.fromEntries(SUMS.map((name) => [name, 0])) as Sums;
const HOUR = Math.floor(Date.now() / 3_600_000);

function world(directory = SOUND) {
  const cwd = tempDir();
  const traffic = join(cwd, 'traffic.db');
  writeFileSync(join(cwd, 'customers.yml'), directory);
  writeFileSync(
    join(cwd, 'config.yml'),
    `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
customersFile: customers.yml
policy: { localDomains: [relay.example] }
database: { traffic: ${traffic} }
`,
  );
  const run = (...args: string[]) => runFromSource(['customers', ...args], { cwd });
  const count = (kind: Kind, name: string, messages: number, owner = 'unattributed'): CounterRow => ({
    ...{ ...NONE, hour: HOUR - 2, kind, owner, name, messages },
  });
  return { cwd, traffic, run, count };
}

describe('relaywarden customers check', () => {
  it('ends with 0 and one line when all is right', async () => {
    expect(await world().run('check')).toMatchObject({
      code: 0,
      stdout: '1 customer: nothing to mend; no mail was counted yet, --log FILE looks for what is nobody’s in a log.\n',
    });
  });

  it('says of each fault what is so and what to do, of a file that could not be started with too', async () => {
    const { run } = world(
      `${SOUND.replace(`[${KVIST}]`, `[${KVIST}, { id: c-2, name: Beta, domains: [KVIST.example] }]`)}`,
    );
    const { code, stdout } = await run('check');

    expect(code).toBe(1);
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'The domain kvist.example belongs to c-1 and c-2, so it says of no message whose it is.',
      '  → Leave it with the one customer whose domain it is.',
    ]);
    expect(stdout).toContain('\n2 customers: 1 fault to mend; ');
  });

  it('tells of a file with broken entries what is wrong with the others too, and nothing that follows from those', async () => {
    const broken = `${SOUND.replace('name: Example IT', 'nam: Example IT').replace(
      `[${KVIST}]`,
      `[${KVIST}, { id: c-2, name: Beta, domains: [KVIST.example] }, { id: c-3, name: Gamma, domains: [7] }]`,
    )}`;
    const { run, cwd } = world(broken);
    const { code, stdout, stderr } = await run('check');
    const json = await run('check', '--json');

    expect(code).toBe(2);
    expect(stdout.split('\n')).toEqual([
      'The domain kvist.example belongs to c-1 and c-2, so it says of no message whose it is.',
      '  → Leave it with the one customer whose domain it is.',
      '',
    ]);
    expect(stderr.trimEnd().split('\n')).toEqual([
      `relaywarden: ${join(cwd, 'customers.yml')} has 3 mistakes:`,
      '  line 2, partners.0.name (p-1): is missing; write the name as cards show it',
      '  line 2, partners.0.nam (p-1): is no key here; write name perhaps',
      '  line 3, customers.2.domains.0 (number 1): is 7; write text, with quotes: "7"',
      'Mail that belongs to nobody is looked for once these are mended.',
    ]);
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'shared-domain', name: 'kvist.example' });
    expect(json).toMatchObject({ code: 2, stderr });
  });

  it('lists what was counted and is nobody’s, with whose it perhaps is, as JSON too', async () => {
    const { run, traffic, count } = world();
    writeCounters(traffic, [
      count('login', 'scan@kvist.example', 12),
      count('network', '198.51.100.7', 40),
      count('sender', 'x@else.test', 3),
      count('login', 'evil\u001b[31m', 1),
      count('login', 'info', 99, 'c-1'),
    ]);
    const { code, stdout } = await run('check', '--json');
    const inWords = (await run('check')).stdout;
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

    expect(code).toBe(1);
    expect(lines).toMatchObject([
      { kind: 'unowned', what: 'address', name: '198.51.100.7', messages: 40, refused: 0 },
      { what: 'login', name: 'scan@kvist.example', messages: 12, suggests: 'c-1' },
      { what: 'domain', name: 'else.test', lastSeen: new Date((HOUR - 1) * 3_600_000).toISOString() },
      { what: 'login', messages: 1 },
    ]);
    expect(inWords).not.toContain('\u001b');
    expect(inWords.trimEnd().split('\n').at(-1)).toBe(
      '1 customer: nothing to mend; to find an owner for: 2 logins, 1 address, 1 sender domain.',
    );
  });

  it('ends with 0 when what was seen is somebody’s', async () => {
    const { run, traffic, count } = world();
    writeCounters(traffic, [count('login', 'info', 99, 'c-1')]);

    expect(await run('check')).toMatchObject({
      code: 0,
      stdout: '1 customer: nothing to mend; nothing seen is nobody’s.\n',
    });
  });

  it('reads logs instead', async () => {
    const { run, cwd } = world();
    const log = join(cwd, 'mail.log');
    const line = (rest: string) => `2026-01-14T00:49:00.1+01:00 relay1 postfix/${rest}\n`;
    writeFileSync(
      log,
      line(
        'smtpd[1]: 4drSDD4sVZz2vp1: client=unknown[198.51.100.10], sasl_method=LOGIN, sasl_username=who@nobody.test',
      ) +
        line('qmgr[2]: 4drSDD4sVZz2vp1: from=<x@else.example>, size=1000, nrcpt=1 (queue active)') +
        line('smtpd[1]: 4drSDD4sVZz2vp2: client=unknown[192.0.2.3]') +
        line('qmgr[2]: 4drSDD4sVZz2vp2: from=<y@elsewhere.example>, size=1000, nrcpt=1 (queue active)'),
    );
    const { code, stdout, stderr } = await run('check', '--log', log, '--json');
    const names = stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text).name);

    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(names.sort()).toEqual(['198.51.100.10', 'else.example', 'who@nobody.test']);
  });

  it.each([
    [['check', '--days', 'x'], '--days x is no number of days'],
    [['check', '--customers', 'none.yml'], 'none.yml cannot be read'],
    [['check', '--log', 'none.log'], 'none.log'],
    [['check', '--log', 'config.yml'], 'None of the 5 lines is a line of a mail log. Is config.yml the right file?'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await world().run(...args);

    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('takes the customer file of a test without a configuration', async () => {
    const customers = resolve('test/fixtures/customers.json');
    const { code, stdout } = await runFromSource(['customers', 'check', '--customers', customers], { cwd: tempDir() });

    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(' nothing to mend') });
  });
});

describe('relaywarden customers show', () => {
  it.each([
    [
      'info@relay.example',
      0,
      'info@relay.example as login: c-1 (Kvist AS). The login info stands under sasl_users of c-1.',
    ],
    ['192.0.2.3', 0, '192.0.2.3 as client address: c-1 (Kvist AS). It lies in 192.0.2.0/28 under ips of c-1.'],
    ['kvist.example', 0, 'kvist.example as domain: c-1 (Kvist AS).'],
    ['203.0.113.17', 0, '203.0.113.17 as outbound address: ours.'],
    ['kvist as', 0, 'c-1 (Kvist AS), looked after by Example IT\n  domains: kvist.example\n'],
    ['198.51.100.7', 1, '198.51.100.7 as client address: nobody’s.'],
    [
      'kvist',
      0,
      'kvist is taken for Kvist AS. The only customer with that in its names: Kvist AS.\nc-1 (Kvist AS), looked',
    ],
    ['anna@kvits.example', 1, 'Did you mean Kvist AS?\n'],
  ])('says whose %s is, and why', async (what, code, said) => {
    const ran = await world().run('show', what);

    expect(ran.code).toBe(code);
    expect(ran.stdout).toContain(said);
  });

  it('gives what was meant perhaps as JSON, too', async () => {
    const { stdout } = await world().run('show', 'anna@kvits.example', '--json');

    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({ near: [{ name: 'Kvist AS', customer: 'c-1' }] });
  });

  it('has a line of JSON for each thing the name can be', async () => {
    const { code, stdout } = await world().run('show', 'anna@kvist.example', '--json');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

    expect(code).toBe(0);
    expect(lines).toMatchObject([
      { asked: 'anna@kvist.example', as: 'login', customer: null },
      { as: 'sender', customer: 'c-1' },
    ]);
  });
});
