import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { straysInDb, straysInLogs } from '../../../src/commands/customers/strays.js';
import { type CounterRow, type Kind, SUMS, type Sums } from '../../../src/detection/counters/counter-cells.js';
import { isOnlyRefused } from '../../../src/detection/traffic/unowned.js';
import { readDirectory } from '../../../src/partners/load.js';
import { whose } from '../../../src/partners/whose.js';
import { tempDir } from '../../helpers/temp.js';
import { writeCounters } from '../../tools/counted-world.js';

const directory = readDirectory(resolve('test/fixtures/customers.json'));
const HOUR = 3_600_000;
const NONE = Object.fromEntries(SUMS.map((name) => [name, 0])) as Sums;

function row(hour: number, kind: Kind, name: string, sums: Partial<Sums>): CounterRow {
  return { ...NONE, hour, kind, owner: 'unattributed', name, ...sums };
}

describe('mail that is nobody’s', () => {
  it('is what customers show calls nobody’s too, whatever it is called', async () => {
    const strays = await straysInLogs([resolve('test/fixtures/mail.log')], directory, []);

    expect(strays.length).toBeGreaterThan(0);
    for (const { name } of strays)
      expect(
        whose(directory, name).every(({ customer }) => customer === undefined),
        name,
      ).toBe(true);
    expect(strays.filter((stray) => !isOnlyRefused(stray)).every(({ messages }) => messages > 0)).toBe(true);
    expect(strays.some(isOnlyRefused)).toBe(true);
  });

  it('has left the list once the customer file names it', () => {
    const traffic = join(tempDir(), 'traffic.db');
    const [customer] = directory.customers;
    const domain = customer?.domains[0] ?? '';
    const hour = Math.floor(Date.now() / HOUR);
    writeCounters(traffic, [
      row(hour, 'sender', `info@${domain}`, { messages: 4 }),
      row(hour, 'sender', 'info@else.test', { messages: 3 }),
      row(hour, 'network', '2001:db8:1:2::/64', { messages: 2 }),
    ]);

    const strays = straysInDb(traffic, directory, [], Date.now() - HOUR);
    expect(strays.map(({ name }) => name)).toEqual(['else.test', '2001:db8:1:2::/64']);
  });
});
