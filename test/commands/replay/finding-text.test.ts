// What a person at a terminal reads of a replay, and that a script goes on reading JSON.
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { main } from '../../../src/cli.js';
import { findingText, tellerOf } from '../../../src/commands/replay/finding-text.js';
import type { CompromiseFinding } from '../../../src/detection/finding.js';

const SAMPLE = [resolve('test/fixtures/mail.log'), '--customers', resolve('test/fixtures/customers.json')];

/** What `replay` writes to stdout of this process, which is said to be a terminal or none. */
async function replayOn(isTTY: boolean, ...args: string[]): Promise<string> {
  const before = Object.getOwnPropertyDescriptor(process.stdout, 'isTTY');
  Object.defineProperty(process.stdout, 'isTTY', { value: isTTY, configurable: true });
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  try {
    await main(['replay', ...SAMPLE, ...args]);
    return stdout.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
    Object.defineProperty(process.stdout, 'isTTY', before ?? { value: undefined, configurable: true });
  }
}

describe('replay for people', () => {
  it('says on a terminal who, since when, one address or many, how sure and why', async () => {
    const [first = '', second = '', third = ''] = (await replayOn(true)).split('\n\n');

    const [head, ...lines] = first.split('\n');
    expect(head).toMatch(
      /^14 Jan 2026 10:\d\d UTC\+01:00 {2}Scarlet Transport \(cust-01\): one address, \d\d % sure, less sure: no history yet$/,
    );
    expect(lines.slice(0, 4)).toEqual([
      expect.stringMatching(/^ {2}since {4}14 Jan 2026 10:18, \d+ messages to \d+ recipients by then$/),
      '  senders  rstrand@scarlet-transport.example',
      '  logins   rstrand@scarlet-transport.example',
      '  from IP  192.0.2.102, 192.0.2.101',
    ]);
    expect(lines.length).toBeGreaterThan(6);
    for (const reason of lines.slice(4)) expect(reason).toMatch(/^ {2}• \S/);
    expect(second).toMatch(
      /^14 Jan 2026 10:39 UTC\+01:00 {2}203\.0\.113\.22 is refused by Microsoft \(Outlook\.com, Hotmail\) \(S3140\)\n/,
    );
    expect(third).toMatch(/: many addresses \(30\), .*\n.*\n {2}senders {2}maja\.ruud@.* and 25 more\n {2}from/s);
  });

  it('is a table of what another threshold changes', async () => {
    const lines = (await replayOn(true, '--set', 'detection.honestPerSpam=64000', '--compare')).split('\n');

    expect(lines[0]).toMatch(/^ +since \(UTC\+01:00\) +now +with the change +known to be +whose +what$/);
    expect(lines[1]).toMatch(
      /^6 min later +14 Jan 2026 10:18 +10:21 +10:26 +Scarlet Transport \(cust-01\) +one address: /,
    );
  });

  it.each([
    ['into a pipe', false, []],
    ['with --json on a terminal', true, ['--json']],
  ] as const)('is JSON %s', async (_, isTTY, args) => {
    const kinds = (await replayOn(isTTY, ...args)).trimEnd().split('\n');

    expect(kinds.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual([
      'single',
      'blocklist',
      'multiple',
    ]);
  });

  it('is words in a pipe for who wants them', async () => {
    expect(await replayOn(false, '--text')).toMatch(/^14 Jan 2026 10:21 UTC/);
  });
});

it('steers no terminal, whatever outsiders write, and keeps to its lines', () => {
  const teller = tellerOf({ customers: [], log_timezone: 'Z' });
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(fc.array(text), fc.array(text, { minLength: 1 }), text, (senders, evidence, customer) => {
      const finding: CompromiseFinding = {
        ...{ kind: 'single', key: 'k', at: 0, since: 0, customer, senders, senderCount: senders.length },
        ...{ logins: senders, sharedLogins: [], clientIps: [], messages: 1, recipients: 1, confidence: 0.9, evidence },
      };
      const lines = findingText(finding, teller).split('\n');

      expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(lines).toHaveLength(3 + evidence.length + (senders.length > 0 ? 2 : 0));
    }),
  );
});
