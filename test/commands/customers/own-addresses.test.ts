// Mail that one relay of ours hands to another: the client address is our own, and nobody is to look for its owner.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runFromSource } from '../../helpers/command.js';
import { tempDir } from '../../helpers/temp.js';

const FILE = `relays: [{ host: relay1, outbound_ip: 203.0.113.21 }, { host: relay2, outbound_ip: 203.0.113.22 }]
customers: [{ id: a, name: Alpha, domains: [alpha.example] }]
`;

function world(...clients: string[]) {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'customers.yml'), FILE);
  const line = (program: string, text: string) => `2026-01-14T00:49:00.1+01:00 relay2 postfix/${program}: ${text}\n`;
  const lines = clients.map(
    (client, i) =>
      line('smtpd[1]', `4drSDD4sVZz2vp${i}: client=host[${client}]`) +
      line('qmgr[2]', `4drSDD4sVZz2vp${i}: from=<x@else.test>, size=1000, nrcpt=1 (queue active)`),
  );
  writeFileSync(join(cwd, 'mail.log'), lines.join(''));
  return async (...args: string[]) => {
    const given = ['--customers', 'customers.yml', '--log', 'mail.log', ...args];
    const { code, stdout } = await runFromSource(['customers', 'check', ...given], { cwd });
    return { code, lines: stdout.trimEnd().split('\n') };
  };
}

it('is told as our own, apart from what belongs to nobody', async () => {
  const { lines } = await world('203.0.113.21', '203.0.113.21', '198.51.100.9')();

  expect(lines.filter((line) => line.includes('203.0.113.21'))).toEqual([
    '203.0.113.21 is our own: mail of the relay relay1 leaves from it. What came from there, as from one relay of ours to another, counted for nobody: 2 messages.',
  ]);
  expect(lines.at(-1)).toBe('1 customer: nothing to mend; to find an owner for: 1 address, 1 sender domain.');
});

it('has a kind of its own in JSON', async () => {
  const { lines } = await world('203.0.113.21', '198.51.100.9')('--json');

  const told = lines.map((line) => JSON.parse(line)).filter(({ what }) => what === 'address');
  expect(told).toEqual([
    expect.objectContaining({ kind: 'unowned', name: '198.51.100.9' }),
    expect.objectContaining({ kind: 'own-address', name: '203.0.113.21', relay: 'relay1', messages: 1 }),
  ]);
});
