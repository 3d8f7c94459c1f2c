// Logs of our own mail events: records joined by relay and id, and those that need no join.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectFormat, formats } from '../../../src/intake/formats/index.js';
import { json } from '../../../src/intake/formats/json-log.js';
import type { Delivery, MailEvent } from '../../../src/mail/event.js';

const AT = Date.UTC(2026, 0, 14, 10, 0, 0);
const base = { relay: 'relay1', id: 'A1' };
const accepted = {
  ...base,
  type: 'accepted',
  time: AT,
  sender: 'ann@mills.example',
  recipients: ['a@one.example', 'b@two.example'],
  login: 'ann@mills.example',
  client_ip: '192.0.2.7',
};

function read(records: object[], intake = json.open({})): MailEvent[] {
  const events: MailEvent[] = [];
  const bytes = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  intake.reader('log').read(bytes, 0, bytes.length, (event) => events.push(event));
  return events;
}
const deliveries = (events: MailEvent[]) => events.filter((event): event is Delivery => event.kind === 'delivery');

describe('a log of mail events', () => {
  it('joins what happens to a message with how it came in', () => {
    const intake = json.open({});
    const events = read(
      [
        accepted,
        { ...base, type: 'delivered', time: AT + 1000, recipient: 'a@one.example' },
        { ...base, type: 'deferred', time: AT + 1000, recipient: 'b@two.example', reply: '451 later' },
        { ...base, type: 'bounced', time: AT + 9000, recipient: 'b@two.example', reply: '550 5.1.1 no' },
      ],
      intake,
    );

    expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'delivery', 'delivery', 'delivery']);
    expect(
      deliveries(events).map(({ status, isFirstAttempt, message }) => [status, isFirstAttempt, message.login]),
    ).toEqual([
      ['sent', true, 'ann@mills.example'],
      ['deferred', true, 'ann@mills.example'],
      ['bounced', false, 'ann@mills.example'],
    ]);
    expect(intake.stats().open).toBe(0);
  });

  it('begins with a byte order mark, where whoever wrote it put one', () => {
    const bytes = Buffer.from(`\ufeff${JSON.stringify(accepted)}\n`);
    const reader = json.open({}).reader('log');
    const events: MailEvent[] = [];

    expect(detectFormat(bytes)).toBe('json');
    expect(reader.timeOf(bytes, 0, bytes.length)).toBe(AT);
    reader.read(bytes, 0, bytes.length, (event) => events.push(event), AT);
    expect(events).toHaveLength(1);
    expect(reader.stats.unknown).toBe(0);
  });

  it('keeps relays apart that use the same ids', () => {
    const [, other] = read([
      accepted,
      { ...base, relay: 'relay2', type: 'bounced', time: AT, recipient: 'a@one.example' },
    ]);
    expect(other).toMatchObject({ message: { origin: 'unknown', relay: 'relay2' } });
  });

  it('counts a record that is sent twice once', () => {
    expect(read([accepted, accepted])).toHaveLength(1);
  });

  it('takes an id that is used again as another message', () => {
    const again = { ...accepted, time: AT + 60_000, sender: 'ben@mills.example' };
    expect(read([accepted, again]).map((event) => event.kind === 'accepted' && event.message.sender)).toEqual([
      'ann@mills.example',
      'ben@mills.example',
    ]);
  });

  it('adds what a later record says and the first did not', () => {
    const { login: _, ...bare } = accepted;
    const events = read([
      bare,
      {
        ...base,
        type: 'delivered',
        time: AT,
        recipient: 'a@one.example',
        login: 'late@mills.example',
        sender: 'other@x.example',
      },
      { ...base, type: 'delivered', time: AT, recipient: 'b@two.example' },
    ]);

    expect(deliveries(events).map(({ message }) => [message.login, message.sender])).toEqual([
      ['late@mills.example', 'ann@mills.example'],
      ['late@mills.example', 'ann@mills.example'],
    ]);
  });

  it('lets a delivery that says who sent it announce its message', () => {
    const record = {
      relay: 'relay1',
      type: 'bounced',
      time: AT,
      sender: 'ann@mills.example',
      recipient: 'a@one.example',
    };
    const events = read([
      record,
      { ...record, id: 'B1', recipient_count: 2, accepted_time: AT - 5000 },
      { ...record, id: 'B1', recipient: 'b@one.example' },
      { ...record, id: 'C1', attempt: 3 },
      { ...record, id: 'D1', late: true },
    ]);

    expect(events.map((event) => [event.kind, event.kind === 'accepted' ? event.message.recipientCount : ''])).toEqual([
      ['accepted', 1],
      ['delivery', ''],
      ['accepted', 2],
      ['delivery', ''],
      ['delivery', ''],
      ['delivery', ''],
      ['delivery', ''],
    ]);
    expect(deliveries(events).map(({ isFirstAttempt, isLate }) => [isFirstAttempt, isLate])).toEqual([
      [true, undefined],
      [true, undefined],
      [true, undefined],
      [false, undefined],
      [false, true],
    ]);
    expect(events[2]).toMatchObject({ message: { acceptedAt: AT - 5000 } });
  });

  describe('where deliveries come before what says that the message was taken', () => {
    const other = { ...accepted, id: 'A0', time: AT - 5000 };
    const sent = (to: string, more: object = {}) => ({
      ...{ ...base, type: 'delivered', time: AT + 300, sender: 'ann@mills.example', recipient: to, attempt: 1 },
      ...more,
    });
    const shown = (events: MailEvent[]) =>
      events.map((event) =>
        event.kind === 'delivery'
          ? [event.recipient, event.message.queueId, event.message.login]
          : [event.kind, 'message' in event && event.message.queueId],
      );
    const inOrder = [
      ['accepted', 'A1'],
      ['a@one.example', 'A1', 'ann@mills.example'],
      ['b@two.example', 'A1', 'ann@mills.example'],
    ];

    it('counts the message once, and knows how it came in', () => {
      const events = read([other, sent('a@one.example'), sent('b@two.example'), accepted]);
      expect(shown(events).slice(1)).toEqual(inOrder);
    });

    it('does so where a delivery names no sender, and says when the message was taken', () => {
      const silent = sent('a@one.example', { sender: undefined, accepted_time: AT });
      expect(shown(read([silent, accepted]))).toEqual([
        ['a@one.example', 'A1', undefined],
        ['accepted', 'A1'],
      ]);
      expect(shown(read([other, silent, accepted])).slice(1)).toEqual(inOrder.slice(0, 2));
    });

    it('waits over a restart', () => {
      const before = json.open({});
      read([other, sent('a@one.example')], before);
      const after = json.open({});
      after.restore(JSON.parse(JSON.stringify([...before.takeChanges()])));
      expect(shown(read([accepted, sent('b@two.example')], after))).toEqual(inOrder);
    });

    it('waits a minute and no longer, whatever the clock of another line', () => {
      const announced = [
        ['accepted', 'A1'],
        ['a@one.example', 'A1', undefined],
      ];
      const next = (seconds: number) => ({ ...other, id: `N${seconds}`, time: AT + 300 + seconds * 1000 });
      const strange = sent('x@far.example', { id: 'X', time: AT + 9e9 });
      expect(shown(read([other, sent('a@one.example'), next(59)])).slice(1)).toEqual([['accepted', 'N59']]);
      expect(shown(read([other, sent('a@one.example'), next(61)])).slice(1)).toEqual([
        ...announced,
        ['accepted', 'N61'],
      ]);
      expect(shown(read([other, strange, sent('a@one.example'), next(61)]))).toEqual(
        expect.arrayContaining([...announced, ['x@far.example', 'X', undefined]]),
      );
    });

    it('waits also while the lines of another relay, or of a batch that comes late, are of other hours', () => {
      const hourAgo = AT - 3_600_000;
      const catchingUp = { ...other, relay: 'relay2', time: hourAgo };
      expect(shown(read([other, sent('a@one.example'), catchingUp, accepted])).slice(1)).toEqual([
        ['accepted', 'A0'],
        ...inOrder.slice(0, 2),
      ]);
      const late = { ...other, id: 'L1', time: AT - 30 * 3_600_000 };
      expect(shown(read([other, late, sent('a@one.example'), accepted])).slice(2)).toEqual(inOrder.slice(0, 2));
    });

    it.each([
      ['1,000 recipients of a message', 1, 1_000],
      ['50,000 in all', 50, 1_000],
    ])('lets no more wait than %s: the message is told by its deliveries', (_, messages, each) => {
      const intake = json.open({});
      const many = (i: number) => ({
        ...sent('x', { id: `M${i}`, recipient: undefined }),
        recipients: Array.from({ length: each }, (_, n) => `u${n}@one.example`),
      });
      const events = read([other, ...Array.from({ length: messages }, (_, i) => many(i))], intake);
      expect(events).toHaveLength(1);
      const more = read([sent('more@one.example', { id: 'M0' })], intake);
      expect(shown(more.slice(0, 2))).toEqual([
        ['accepted', 'M0'],
        ['u0@one.example', 'M0', undefined],
      ]);
      expect(more.map(({ kind }) => kind).filter((kind) => kind === 'accepted')).toHaveLength(1);
      expect(more).toHaveLength(each + 2);
      // There is room again.
      expect(read([many(99)], intake)).toEqual([]);
    });

    it('hands on what waits when there are no more lines', () => {
      const intake = json.open({});
      const events = read([other, sent('a@one.example')], intake);
      intake.finish?.((event) => events.push(event));
      expect(shown(events).slice(1)).toEqual([
        ['accepted', 'A1'],
        ['a@one.example', 'A1', undefined],
      ]);
    });

    it('waits for nothing where nobody says what is taken, and with no retry', () => {
      expect(shown(read([sent('a@one.example')]))).toHaveLength(2);
      expect(shown(read([{ ...other, relay: 'relay2' }, sent('a@one.example')]))).toHaveLength(3);
      expect(shown(read([other, sent('a@one.example', { attempt: 2 })]))).toHaveLength(2);
    });
  });

  it('knows the message of a complaint while it is open', () => {
    const [, complaint] = read([accepted, { ...base, type: 'complaint', time: AT, reporter: 'yahoo.com' }]);
    expect(complaint).toMatchObject({
      kind: 'complaint',
      message: { login: 'ann@mills.example' },
      reporter: 'yahoo.com',
    });
  });

  it('goes on where it was saved', () => {
    const first = json.open({});
    read([accepted, { ...base, type: 'deferred', time: AT, recipient: 'b@two.example' }], first);
    const second = json.open({});
    second.restore(JSON.parse(JSON.stringify([...first.takeChanges()])) as [string, object][]);
    const events = read([{ ...base, type: 'delivered', time: AT, recipient: 'b@two.example' }], second);

    expect(events).toMatchObject([{ isFirstAttempt: false, message: { clientIp: '192.0.2.7' } }]);
    expect(second.stats().headless).toBe(0);
  });

  it('says of each kind of wrong record once what is wrong with it, and shows no value at length', () => {
    const secret = 'x'.repeat(400);
    const reader = json.open({}).reader('log');
    const lines = [
      { ...accepted, client_ip: 'home' },
      { ...accepted, client_ip: secret },
      { ...base, type: 'delivered', time: AT },
      secret,
    ].map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
    const bytes = Buffer.from(lines.join(''));
    reader.read(bytes, 0, bytes.length, () => {});

    expect(reader.stats).toMatchObject({ lines: 4, unknown: 4 });
    expect(reader.stats.samples).toEqual([
      'client_ip must be an IP address (it is "home"): {"relay":"relay1","id":"A1","type":"accepted","time":1768384…',
      'recipient is missing; delivered needs it: {"relay":"relay1","id":"A1","type":"delivered","time":176838…',
      `The line is not JSON: ${'x'.repeat(60)}…`,
    ]);
  });

  it('forgets what no line touched for a day, but not because of one line with a wrong clock', () => {
    const intake = json.open({});
    const many = (from: number, count: number, time: number) =>
      Array.from({ length: count }, (_, i) => ({ ...accepted, id: `m${from + i}`, time }));
    read(many(0, 19_999, AT), intake);
    read([{ ...accepted, id: 'odd', time: Date.UTC(2090, 0) }], intake);
    expect(intake.stats().forgotten).toBe(0);
    read(many(40_000, 20_000, AT + 25 * 3_600_000), intake);

    expect(intake.stats().forgotten).toBe(19_999);
  });

  it('never throws, and gives the same events however the log is cut', () => {
    const record = fc.record(
      {
        type: fc.constantFrom(
          'accepted',
          'delivered',
          'deferred',
          'bounced',
          'expired',
          'complaint',
          'refused',
          'login-failed',
        ),
        time: fc.oneof(fc.nat(2e9), fc.anything()),
        relay: fc.constantFrom('r', '__proto__'),
        id: fc.constantFrom('a', 'b', null, '__proto__'),
        sender: fc.constantFrom('', 'a@b.example', null),
        recipients: fc.array(fc.constantFrom('x@y.example', 'z@y.example', '')),
        attempt: fc.nat(3),
        late: fc.boolean(),
        login: fc.oneof(fc.string(), fc.anything()),
      },
      { requiredKeys: ['type', 'relay'] },
    );
    const line = fc.oneof(
      record.map((each) => JSON.stringify(each, (_, value) => (typeof value === 'bigint' ? 1 : value))),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
        const bytes = Buffer.from(lines.map((each) => `${each.replaceAll('\n', '')}\n`).join(''));
        const [whole, cut]: [MailEvent[], MailEvent[]] = [[], []];
        json
          .open({})
          .reader('log')
          .read(bytes, 0, bytes.length, (event) => whole.push(event));
        const reader = json.open({}).reader('log');
        for (let from = 0; from < bytes.length; ) {
          const end = bytes.indexOf(0x0a, from) + 1;
          from = reader.read(bytes, from, end, (event) => cut.push(event));
        }
        expect(cut).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });
});

describe('finding out the format', () => {
  it.each([
    ['postfix', '2026-01-14T00:49:00.685495+01:00 relay2 postfix/qmgr[1]: 4drSDD4sVZz2vpH: removed\n'],
    ['exim', '2026-01-14 10:05:03 1vgABC-000000001Jx-1a2b Completed\n'],
    [
      'kumomta',
      `${JSON.stringify({ type: 'Reception', id: 'a', sender: '', recipient: 'a@b.example', timestamp: 1_768_000_000 })}\n`,
    ],
    ['json', `${JSON.stringify(accepted)}\n`],
    [undefined, 'Jan 14 10:05:03 host sshd[1]: hello\n{"a":1}\n'],
    [undefined, ''],
  ])('says %s', (format, text) => {
    expect(detectFormat(Buffer.from(text))).toBe(format);
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        detectFormat(Buffer.from(bytes));
        for (const format of Object.values(formats)) {
          const reader = format.open({ timeZone: 'Z' }).reader('log');
          const withEnd = Buffer.concat([bytes, Buffer.from('\n')]);
          reader.timeOf(withEnd, 0, withEnd.length);
          expect(reader.read(withEnd, 0, withEnd.length, () => {})).toBe(withEnd.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});
