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
/** Lines by which the logs of both are known to be read. */
const seen = [removed('relay1', '4DDD00001D'), removed('relay2', '4DDD00002D')];

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

  it('is one message whatever the order of the lines of both, unless it is delivered before the reply is read', () => {
    const [one, two] = [
      [...arrives({ id: '4AAA00002A', messageId: '<m2@x.example>' }), handsOn('4AAA00002A', '4BBB00002B')],
      [...arrivesAgain({ id: '4BBB00002B', messageId: '<m2@x.example>' }), bounces('4BBB00002B')],
    ] as [string[], string[]];
    one.push(removed('relay1', '4AAA00002A'));
    const order = fc.shuffledSubarray([...one.map(() => 1), ...two.map(() => 2)], {
      minLength: one.length + two.length,
    });
    const once = ['accepted relay1 4AAA00002A ann', 'delivery relay2 4BBB00002B ann'];
    const twice = [once[0], 'delivery relay1 4AAA00002A ann', 'accepted relay2 4BBB00002B undefined'];
    twice.push('delivery relay2 4BBB00002B undefined');
    fc.assert(
      fc.property(order, (turns) => {
        const log = open();
        read(seen, log);
        const [left, right] = [[...one], [...two]];
        const mixed = turns.flatMap((turn) => (turn === 1 ? left : right).shift() ?? []);
        const isJoined = mixed.indexOf(one[3] as string) < mixed.indexOf(two[3] as string);

        expect(told(read(mixed, log)).toSorted()).toEqual((isJoined ? once : twice).toSorted());
      }),
      { numRuns: 200 },
    );
  });

  it('counts once where the log of the second is read a little later', () => {
    const numbers = Array.from({ length: 50 }, (_, i) => `0${String(i).padStart(2, '0')}`);
    const first = numbers.map((n) => [
      ...arrives({ id: `4AAA00${n}A`, messageId: `<m${n}@x.example>` }),
      handsOn(`4AAA00${n}A`, `4BBB00${n}B`),
      removed('relay1', `4AAA00${n}A`),
    ]);
    const second = numbers.map((n) => [
      ...arrivesAgain({ id: `4BBB00${n}B`, messageId: `<m${n}@x.example>` }),
      bounces(`4BBB00${n}B`),
      removed('relay2', `4BBB00${n}B`),
    ]);
    const lines = [
      ...seen,
      ...first.flatMap((each, i) => [...each, ...(second[i - 1] ?? [])]),
      ...(second.at(-1) ?? []),
    ];
    const events = read(lines);

    expect(events.map(({ kind }) => kind).toSorted()).toEqual([
      ...numbers.map(() => 'accepted'),
      ...numbers.map(() => 'delivery'),
    ]);
  });

  it('was attempted before where the first had put it off', () => {
    const putOff = handsOn().replace(/dsn=.*/, 'dsn=4.4.1, status=deferred (connection timed out)');
    for (const lines of [
      [...arrives(), putOff, ...arrivesAgain(), handsOn(), bounces()],
      [...arrives(), putOff, handsOn(), ...arrivesAgain(), bounces()],
    ]) {
      const events = read([...seen, ...lines]);
      expect(told(events)).toEqual([ONCE[0], `delivery relay1 ${FIRST} ann`, ONCE[1]]);
      expect(events.map((event) => event.kind === 'delivery' && event.isFirstAttempt)).toEqual([false, true, false]);
    }
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

  it('is counted however it ends', () => {
    const own = [ONCE[0], `accepted relay2 ${SECOND} undefined`];
    for (const last of [
      line('relay2', `postsuper[9]: ${SECOND}: removed`),
      removed('relay2', SECOND),
      line('relay2', `smtpd[1]: ${SECOND}: client=pc[192.0.2.8]`),
    ])
      expect(told(read([...arrives(), ...arrivesAgain(), last]))).toEqual(own);
  });

  it('waits for nothing where no line of the first was read, or where it is the relay itself', () => {
    expect(told(read(arrivesAgain()))).toEqual([`accepted relay2 ${SECOND} undefined`]);
    const itself = arrivesAgain({ client: 'relay2.north.example[203.0.113.2]' });
    expect(told(read([...seen, ...itself]))).toEqual([`accepted relay2 ${SECOND} undefined`]);
  });

  it('is handed back by a filter at an address of the relay itself, from the second on', () => {
    const itself = 'relay2.north.example[203.0.113.2]';
    const through = (n: number) => {
      const [id, next, messageId] = [`4AAA00000${n}A`, `4BBB00000${n}B`, `<m${n}@x.example>`];
      const into = arrivesAgain({ id, messageId, client: 'pc[192.0.2.7]' });
      const reply = handsOn(id, next, 'a@one.example', itself).replace(' relay1 ', ' relay2 ');
      return [...into, ...arrivesAgain({ id: next, messageId, client: itself }), reply, bounces(next)];
    };
    const log = open();
    expect(read(through(1), log)).toHaveLength(4);
    expect(told(read(through(2), log))).toEqual([
      'accepted relay2 4AAA000002A undefined',
      'delivery relay2 4AAA000002A undefined',
    ]);
  });

  it('is a message of its own when it is delivered before the reply is read, however many others came', () => {
    for (const count of [0, 250]) {
      const others = Array.from({ length: count }, (_, i) => `4CCC00${1000 + i}C`).flatMap((id) =>
        arrives({ id, messageId: `<${id}@x.example>` }),
      );
      const events = told(read([...seen, ...arrives(), ...others, ...arrivesAgain(), bounces(), handsOn()]));
      expect(events.filter((event) => !event.includes('4CCC'))).toEqual([
        ONCE[0],
        `accepted relay2 ${SECOND} undefined`,
        `delivery relay2 ${SECOND} undefined`,
        `delivery relay1 ${FIRST} ann`,
      ]);
    }
  });

  it('is handed back by a filter there before the reply is read: then it counts once on each relay', () => {
    const back = arrivesAgain({ id: '4BBB00002B', client: 'localhost[127.0.0.1]' });
    expect(told(read([...arrives(), ...arrivesAgain(), ...back, handsOn(), bounces('4BBB00002B')]))).toEqual([
      ONCE[0],
      `accepted relay2 ${SECOND} undefined`,
      `delivery relay1 ${FIRST} ann`,
      `delivery relay2 ${SECOND} undefined`,
    ]);
  });

  it('goes on after a restart, also what waits for its first delivery', () => {
    for (const from of [4, 5, 6, 7]) {
      const lines = [...arrives(), ...arrivesAgain(), handsOn(), bounces()];
      const before = open();
      const events = read(lines.slice(0, from), before);
      const after = open();
      after.intake.restore(JSON.parse(JSON.stringify([...before.intake.takeChanges()])));

      // Until the first has written something, nothing is waited for.
      read(seen, after);
      expect(told([...events, ...read(lines.slice(from), after)]), String(from)).toEqual(ONCE);
    }
  });

  it('is sent where the log of the second is not read', () => {
    expect(told(read([...arrives(), handsOn(), removed('relay1', FIRST)]))).toEqual([
      ONCE[0],
      `delivery relay1 ${FIRST} ann`,
    ]);
  });

  it('is not the one of that id on a third relay', () => {
    const other = arrivesAgain().map((each) => each.replace(' relay2 ', ' relay3 ').replace('<ann@', '<bob@'));
    const first = arrives({ messageId: '<>' });
    expect(told(read([...seen, ...other, ...first, handsOn(), bounces(SECOND, 'z@one.example', 'relay3')]))).toEqual([
      ONCE[0],
      `delivery relay1 ${FIRST} ann`,
      `accepted relay3 ${SECOND} undefined`,
      `delivery relay3 ${SECOND} undefined`,
    ]);
  });

  it('is not what has another sender', () => {
    const other = arrivesAgain().map((each) => each.replace('<ann@', '<bob@'));
    const apart = [ONCE[0], `accepted relay2 ${SECOND} undefined`, `delivery relay2 ${SECOND} undefined`];
    expect(told(read([...arrives(), ...other, handsOn(), bounces()])).toSorted()).toEqual(
      [...apart, `delivery relay1 ${FIRST} ann`].toSorted(),
    );
    expect(told(read([...seen, ...arrives(), handsOn(), ...other, bounces()]))).toEqual(apart);
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
