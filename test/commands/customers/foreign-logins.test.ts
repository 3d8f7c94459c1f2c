// Logins that belong to nobody in mail that belongs to somebody: a forgotten account, or a stolen one.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CounterRow, SUMS, type Sums } from '../../../src/detection/counters/counter-cells.js';
import { runFromSource } from '../../helpers/command.js';
import { tempDir } from '../../helpers/temp.js';
import { writeCounters } from '../../tools/counted-world.js';

const FILE = `relays: [{ host: relay1, outbound_ip: 203.0.113.17 }]
customers:
  - { id: a, name: Alpha, domains: [alpha.example], sasl_domains: [alpha.example] }
  - { id: b, name: Beta, domains: [beta.example], ips: [192.0.2.0/28] }
`;
const WITHOUT_LOGINS = FILE.replace(', sasl_domains: [alpha.example]', '');
const NONE = Object.fromEntries(SUMS.map((name) => [name, 0])) as Sums;
const HOUR = Math.floor(Date.now() / 3_600_000) - 2;

function world(directory: string) {
  const cwd = tempDir();
  const traffic = join(cwd, 'traffic.db');
  writeFileSync(join(cwd, 'customers.yml'), directory);
  writeFileSync(
    join(cwd, 'config.yml'),
    `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
customersFile: customers.yml
database: { traffic: ${traffic} }
`,
  );
  const check = async (...args: string[]) => {
    const { code, stdout } = await runFromSource(['customers', 'check', ...args], { cwd });
    return { code, lines: stdout.trimEnd().split('\n') };
  };
  return { cwd, traffic, check };
}

const login = (name: string, owner: string, messages: number): CounterRow => ({
  ...{ ...NONE, hour: HOUR, kind: 'login', owner, name, messages },
});

const COUNTED = [login('ann@alpha.example', 'a', 90), login('strange', 'a', 3), login('scan@beta.example', 'b', 40)];

/** A message of a login, from one of b's addresses, and one from a strange address. */
function logOf(cwd: string): string {
  const line = (program: string, text: string) => `2026-01-14T00:49:00.1+01:00 relay1 postfix/${program}: ${text}\n`;
  const message = (id: string, name: string, ip: string, sender: string) =>
    line('smtpd[1]', `${id}: client=unknown[${ip}], sasl_method=LOGIN, sasl_username=${name}`) +
    line('qmgr[2]', `${id}: from=<${sender}>, size=1000, nrcpt=1 (queue active)`);
  const log = join(cwd, 'mail.log');
  writeFileSync(
    log,
    message('4drSDD4sVZz2vp1', 'ann@alpha.example', '198.51.100.10', 'ann@alpha.example') +
      message('4drSDD4sVZz2vp2', 'strange', '198.51.100.10', 'y@alpha.example') +
      message('4drSDD4sVZz2vp3', 'scan@beta.example', '192.0.2.3', 'y@else.test'),
  );
  return log;
}

describe('a login of nobody in mail of a customer', () => {
  it('is listed with the customer and how its mail may be known, out of what was counted', async () => {
    const { check, traffic } = world(FILE);
    writeCounters(traffic, COUNTED);
    const { code, lines } = await check();

    expect(code).toBe(1);
    expect(lines.map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
      'Logins that no customer has, in mail that counts for a customer all the same:',
      'login | counts for | by | messages | refused | first seen | last seen (UTC) | perhaps',
      expect.stringMatching(/^strange \| a \| sender’s domain \| 3 \| 0 \| /),
      expect.stringMatching(
        /^scan@beta\.example \| b \| client address or sender’s domain \| 40 \| 0 \| .* \| b: it is in its domain$/,
      ),
      '2 customers: nothing to mend; to find an owner for: 2 logins.',
    ]);
  });

  it('is listed out of a log, as JSON too', async () => {
    const { check, cwd } = world(FILE);
    const { code, lines } = await check('--log', logOf(cwd), '--json');

    expect(code).toBe(1);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ what: 'login', name: 'scan@beta.example', countsFor: 'b', by: ['address'] }),
      expect.objectContaining({ what: 'login', name: 'strange', countsFor: 'a', by: ['sender'], messages: 1 }),
    ]);
  });

  it('is a sentence where no customer declares any login', async () => {
    const { check, traffic } = world(WITHOUT_LOGINS);
    writeCounters(traffic, COUNTED);

    expect(await check()).toEqual({
      code: 0,
      lines: [
        '3 logins were seen in mail of customers, and no customer has sasl_users or sasl_domains that could tell whose.',
        '2 customers: nothing to mend; nothing seen is nobody’s.',
      ],
    });
  });
});
