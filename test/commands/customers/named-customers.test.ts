// Customers that a relay names and nobody is: a tenant that somebody misspelt.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runFromSource } from '../../helpers/command.js';
import { tempDir } from '../../helpers/temp.js';

const FILE = `relays: [{ host: relay1, outbound_ip: 203.0.113.17 }]
customers:
  - { id: acme, name: Acme, domains: [acme.example] }
`;

/** Three messages of the customer's domain, each named otherwise, and a refused one. */
function eventsIn(cwd: string): string {
  const log = join(cwd, 'events.ndjson');
  const mail = { relay: 'relay1', sender: 'ann@acme.example', recipient: 'x@else.test' };
  const accepted = (id: string, customer: string) => {
    return { ...mail, type: 'accepted', time: '2026-01-14T00:49:00Z', id, size: 1000, customer };
  };
  const events = [
    accepted('a1', 'acme'),
    accepted('a2', 'ACME'),
    accepted('a3', 'acmee'),
    { ...mail, type: 'refused', time: '2026-01-14T00:50:00Z', customer: 'acmee', reply: '550 no' },
  ];
  writeFileSync(log, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return log;
}

it('are listed out of a log, with who is meant where only the case differs', async () => {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'customers.yml'), FILE);
  const args = ['customers', 'check', '--customers', 'customers.yml', '--log', eventsIn(cwd)];
  const { code, stdout } = await runFromSource(args, { cwd });

  expect(code).toBe(1);
  expect(stdout.trimEnd().replace(/ {2,}/g, ' | ').split('\n')).toEqual([
    'Customers that a relay names and the customer file does not have; whose their mail is goes by the rest:',
    'customer | messages | refused | first seen | last seen (UTC) | perhaps',
    expect.stringMatching(/^acmee \| 1 \| 1 \| /),
    expect.stringMatching(/^ACME \| 1 \| 0 \| .* \| acme: but for upper and lower case$/),
    '1 customer: nothing to mend; to find an owner for: 2 customer ids.',
  ]);

  const { stdout: json } = await runFromSource([...args, '--json'], { cwd });
  expect(
    json
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { kind: 'unowned', what: 'customer', name: 'acmee', messages: 1, refused: 1 },
    { kind: 'unowned', what: 'customer', name: 'ACME', suggests: 'acme' },
  ]);
});
