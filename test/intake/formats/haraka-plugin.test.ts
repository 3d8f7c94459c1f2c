// The plugin for Haraka that docs/mail-events.md gives, run with objects as Haraka 3.1 hands them to its hooks (outbound/index.js, hmail.js).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { json } from '../../../src/intake/formats/json-log.js';
import type { MailEvent } from '../../../src/mail/event.js';

type Hook = (next: () => void, ...args: unknown[]) => void;

const docs = readFileSync(new URL('../../../docs/mail-events.md', import.meta.url), 'utf8');
const code = /## Haraka\n[\s\S]*?```js\n([\s\S]*?)```/.exec(docs)?.[1] ?? '';

interface Plugin {
  hooks: Record<string, Hook>;
  lines: object[];
}

function load(): Plugin {
  const hooks: Record<string, Hook> = {};
  const lines: object[] = [];
  new Function('require', 'exports', 'emit', code)(createRequire(import.meta.url), hooks, (line: object) =>
    lines.push(line),
  );
  return { hooks, lines };
}

/** Haraka's Address prints itself in brackets. */
const address = (text: string, more: object = {}) => ({ toString: () => `<${text}>`, ...more });
const UUID = '1D4E3B8A-1C5B-4C6A-9E0F-5B8C7D2E1F00.1';
const ANN = 'ann@mills.example';

const connection = (rcpt_to: object[]) => ({
  transaction: { uuid: UUID, mail_from: address(ANN), rcpt_to, data_bytes: 900 },
  notes: { auth_user: ANN },
  remote: { ip: '192.0.2.7' },
});
/** What is sent of the message to the `n`th domain. */
const hmail = (n: number, rcpt_to: object[], num_failures = 0) => ({
  todo: { uuid: `${UUID}.${n}`, mail_from: address(ANN), rcpt_to, notes: {} },
  num_failures,
});

function read(lines: readonly object[]): MailEvent[] {
  const events: MailEvent[] = [];
  const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const reader = json.open({}).reader('haraka');
  reader.read(bytes, 0, bytes.length, (event) => events.push(event));
  expect(reader.stats.samples).toEqual([]);
  return events;
}

describe('the plugin for Haraka', () => {
  const one = [address('a@one.example')];
  const two = [address('b@two.example'), address('c@two.example')];
  const done = () => {};

  it('tells of a message to two domains as one, with its login', () => {
    const { hooks, lines } = load();
    hooks.hook_queue_ok?.(done, connection([...one, ...two]));
    hooks.hook_delivered?.(done, hmail(1, one), ['mx.one.example', '198.51.100.2', 'ok', 1, 25, 'SMTP', one]);
    hooks.hook_delivered?.(done, hmail(2, two, 1), ['mx.two.example', 'mx.two.example', 'ok', 1, 25, 'SMTP', two]);

    const events = read(lines);
    expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'delivery', 'delivery', 'delivery']);
    for (const event of events)
      expect(event).toMatchObject({ message: { queueId: UUID, login: ANN, recipientCount: 3 } });
    expect(events[1]).toMatchObject({ recipient: 'a@one.example', remoteIp: '198.51.100.2', isFirstAttempt: true });
    expect(events[3]).toMatchObject({ recipient: 'c@two.example', isFirstAttempt: false });
  });

  it('tells why, from the code on, of one recipient and of all; and what is given up is refused by nobody', () => {
    const { hooks, lines } = load();
    const [b, c] = [
      address('b@two.example', { reason: '450 4.2.0 full', dsn_status: '4.2.0' }),
      address('c@two.example', { reason: '550 5.1.1 no such user', dsn_status: '5.1.1' }),
    ];
    hooks.hook_queue_ok?.(done, connection([...one, b, c]));
    hooks.hook_deferred?.(done, hmail(2, [b], 1), {
      delay: 64,
      err: 'Some recipients temp failed: b',
      fail_recips: [b],
    });
    hooks.hook_bounce?.(
      done,
      hmail(2, [c]),
      Object.assign(new Error('Some recipients failed: c'), { bounced_rcpt: [c] }),
    );
    hooks.hook_deferred?.(done, hmail(1, one, 1), { delay: 64, err: 'Upstream error: 421 4.7.0 not now' });
    hooks.hook_bounce?.(done, hmail(1, one, 13), new Error('Too many failures (Upstream error: 421 4.7.0 not now)'));
    hooks.hook_bounce?.(done, hmail(2, [b], 1), new Error('550 5.7.1 blocked'));

    const told = read(lines).flatMap((event) =>
      event.kind === 'delivery' ? [[event.recipient, event.status, event.reply, event.isFirstAttempt]] : [],
    );
    expect(told).toEqual([
      ['b@two.example', 'deferred', '450 4.2.0 full', true],
      ['c@two.example', 'bounced', '550 5.1.1 no such user', true],
      ['a@one.example', 'deferred', '421 4.7.0 not now', true],
      ['a@one.example', 'expired', '421 4.7.0 not now)', false],
      ['b@two.example', 'bounced', '550 5.7.1 blocked', false],
    ]);
  });
});
