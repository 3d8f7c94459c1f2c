// Mail that one of our relays hands to another, with the lines of both in the order that clocks and readers give them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { postfix } from '../../src/intake/formats/postfix.js';
import type { MailEvent } from '../../src/mail/event.js';
import { type Read, readLines } from './read.js';

const options = {
  ownRelays: new Map([
    ['relay1.north.example', 'relay1'],
    ['relay2.north.example', 'relay2'],
    ['203.0.113.2', 'relay2'],
  ]),
};
const line = (relay: string, text: string) => `2026-01-14T10:00:00.000000+01:00 ${relay} postfix/${text}`;
const FIRST = '4AAA00001A';
const SECOND = '4BBB00001B';

interface Way {
  id?: string;
  messageId?: string;
  recipients?: number;
  client?: string;
}

/** From a client into the queue of the first. */
const arrives = ({ id = FIRST, messageId = '<m1@x.example>', recipients = 1 }: Way = {}) => [
  line('relay1', `smtpd[1]: ${id}: client=pc[192.0.2.7], sasl_method=PLAIN, sasl_username=ann`),
  line('relay1', `cleanup[2]: ${id}: message-id=${messageId}`),
  line('relay1', `qmgr[3]: ${id}: from=<ann@x.example>, size=1000, nrcpt=${recipients} (queue active)`),
];
/** From the first into the queue of the second. */
const arrivesAgain = ({
  id = SECOND,
  messageId = '<m1@x.example>',
  recipients = 1,
  client = 'relay1.north.example[10.0.0.1]',
}: Way = {}) => [
  line('relay2', `smtpd[11]: ${id}: client=${client}`),
  line('relay2', `cleanup[12]: ${id}: message-id=${messageId}`),
  line('relay2', `qmgr[13]: ${id}: from=<ann@x.example>, size=1200, nrcpt=${recipients} (queue active)`),
];
const handsOn = (id = FIRST, next = SECOND, to = 'a@one.example', host = 'relay2.north.example[10.0.0.2]') =>
  line(
    'relay1',
    `smtp[4]: ${id}: to=<${to}>, relay=${host}:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${next})`,
  );
const bounces = (id = SECOND, to = 'a@one.example', relay = 'relay2') =>
  line(
    relay,
    `smtp[14]: ${id}: to=<${to}>, relay=mx.one.example[198.51.100.1]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx.one.example[198.51.100.1] said: 550 5.1.1 user unknown)`,
  );
const removed = (relay: string, id: string) => line(relay, `qmgr[3]: ${id}: removed`);

const open = (): Read => {
  const intake = postfix.open(options);
  return { events: [], intake, reader: intake.reader('mail.log') };
};
const read = (lines: string[], log = open()) => readLines(lines, log).events;
/** Of each event its kind, over which relay and under which id it is known, and whose it is. */
const told = (events: MailEvent[]) =>
  events.map((event) => {
    if (!('message' in event)) return event.kind;
    const { relay, queueId, login } = event.message;
    return `${event.kind} ${relay} ${queueId} ${login}`;
  });
const ONCE = [`accepted relay1 ${FIRST} ann`, `delivery relay2 ${SECOND} ann`];

describe('mail that one of our relays hands to another', () => {
  it('is one message, which the second sends', () => {
    const lines = [...arrives(), ...arrivesAgain(), handsOn(), removed('relay1', FIRST), bounces()];
    const log = open();
    const events = read([...lines, removed('relay2', SECOND)], log);

    expect(told(events)).toEqual(ONCE);
    expect(events[1]).toMatchObject({ isFirstAttempt: true, message: { clientIp: '192.0.2.7', recipientCount: 1 } });
    expect(log.intake.stats()).toEqual({ open: 0, headless: 0, forgotten: 0 });
  });

  it('is one message whatever the order of the lines of both, once the way is known', () => {
    const [one, two] = [
      [...arrives({ id: '4AAA00002A', messageId: '<m2@x.example>' }), handsOn('4AAA00002A', '4BBB00002B')],
      [...arrivesAgain({ id: '4BBB00002B', messageId: '<m2@x.example>' }), bounces('4BBB00002B')],
    ] as [string[], string[]];
    one.push(removed('relay1', '4AAA00002A'));
    const order = fc.shuffledSubarray([...one.map(() => 1), ...two.map(() => 2)], {
      minLength: one.length + two.length,
    });
    fc.assert(
      fc.property(order, (turns) => {
        const log = open();
        read([...arrives(), ...arrivesAgain(), handsOn(), removed('relay1', FIRST), bounces()], log);
        const [left, right] = [[...one], [...two]];
        const mixed = turns.flatMap((turn) => (turn === 1 ? left : right).shift() ?? []);
        // What the second sends before the first has taken it, by a clock that is behind, is nobody's but its own.
        fc.pre(mixed.indexOf(one[2] as string) < mixed.indexOf(two[3] as string));

        expect(told(read(mixed, log))).toEqual(['accepted relay1 4AAA00002A ann', 'delivery relay2 4BBB00002B ann']);
      }),
      { numRuns: 200 },
    );
  });

  it('is told by the reply where two have the same id, and may go on in several parts', () => {
    const other = ['4AAA00002A', '4BBB00002B'] as const;
    const two = [...arrives(), ...arrives({ id: other[0] }), ...arrivesAgain({ id: other[1] }), ...arrivesAgain()];
    const replies = [handsOn(), handsOn(...other), bounces(), bounces(other[1])];
    expect(told(read([...two, ...replies])).slice(2)).toEqual([ONCE[1], `delivery relay2 ${other[1]} ann`]);

    const parts = [
      ...arrives({ recipients: 2 }),
      ...arrivesAgain(),
      handsOn(),
      ...arrivesAgain({ id: other[1] }),
      handsOn(FIRST, other[1], 'b@two.example'),
      bounces(),
      bounces(other[1], 'b@two.example'),
    ];
    expect(told(read(parts))).toEqual([...ONCE, `delivery relay2 ${other[1]} ann`]);
  });

  it('is known by an address that has no name from the second message on', () => {
    const log = open();
    const nameless = { client: 'unknown[10.0.0.1]' };
    read(
      [...arrives(), ...arrivesAgain(nameless), handsOn(), removed('relay1', FIRST), removed('relay2', SECOND)],
      log,
    );
    const next = [...arrives(), ...arrivesAgain(nameless), handsOn(), bounces()];

    expect(told(read(next, log))).toEqual(ONCE);
  });

  it('is counted as mail over the relay that it leaves by, and over the first again when that sends by itself', () => {
    const log = open();
    const leavesBy = (lines: string[]) => read(lines, log).map((event) => event.kind === 'accepted' && event.leavesBy);
    const all = [...arrives(), ...arrivesAgain(), handsOn(), bounces(), removed('relay1', FIRST)];

    expect(leavesBy([...all, removed('relay2', SECOND)])[0]).toBeUndefined();
    expect(leavesBy([...all, removed('relay2', SECOND)])[0]).toBe('relay2');
    const straight = bounces(FIRST, 'a@one.example', 'relay1').replace('status=bounced', 'status=sent');
    expect(leavesBy([...arrives(), straight, removed('relay1', FIRST)])[0]).toBe('relay2');
    expect(leavesBy([...arrives(), straight, removed('relay1', FIRST)])[0]).toBeUndefined();
  });

  it('goes on after a restart, also what waits for its first delivery', () => {
    for (const from of [4, 5, 6, 7]) {
      const lines = [...arrives(), ...arrivesAgain(), handsOn(), bounces()];
      const before = open();
      const events = read(lines.slice(0, from), before);
      const after = open();
      after.intake.restore(JSON.parse(JSON.stringify([...before.intake.takeChanges()])));

      expect(told([...events, ...read(lines.slice(from), after)]), String(from)).toEqual(ONCE);
    }
  });

  it('is sent where the log of the second is not read', () => {
    expect(told(read([...arrives(), handsOn(), removed('relay1', FIRST)]))).toEqual([
      ONCE[0],
      `delivery relay1 ${FIRST} ann`,
    ]);
  });

  it('is not what another host says that it queued under that id', () => {
    const outside = handsOn(FIRST, SECOND, 'a@one.example', 'mx.one.example[198.51.100.1]');
    const lines = [...arrives(), ...arrivesAgain({ messageId: '<other@x.example>' }), outside, bounces()];

    expect(told(read(lines))).toEqual([
      ONCE[0],
      `delivery relay1 ${FIRST} ann`,
      `accepted relay2 ${SECOND} undefined`,
      `delivery relay2 ${SECOND} undefined`,
    ]);
  });
});
