// Content filters on the relay that hand mail back without orig_queue_id. The lines have the order they have in public logs of such relays.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arrives,
  bounced,
  comesBack,
  handedOver,
  identified,
  pickedUp,
  piped,
  queued,
  removed,
  told,
} from './filter-lines.js';
import { readLines } from './read.js';

const ONCE = ['accepted of ann', 'bounced of ann'];
const [OLD, NEW] = ['4AAA00001A', '4BBB00001B'];
/** Where these lines were read a filter is known, and one message of ann's. */
const FILTERED = [...arrives({ id: OLD }), ...comesBack({ id: NEW }), handedOver(OLD, NEW), removed(OLD), removed(NEW)];

describe('a filter that hands back over SMTP', () => {
  it('hands back the same message', () => {
    const lines = [...arrives({ id: OLD }), ...comesBack({ id: NEW }), handedOver(OLD, NEW), removed(OLD)];
    const read = readLines([...lines, bounced(NEW), removed(NEW)]);

    expect(told([...lines, bounced(NEW), removed(NEW)])).toEqual(ONCE);
    expect(read.events[1]).toMatchObject({ message: { queueId: OLD, clientIp: '192.0.2.7' } });
    expect(read.intake.stats()).toEqual({ open: 0, headless: 0, forgotten: 0 });
  });

  it('is known by the reply alone where nothing else tells: the message had no id, or came back twice', () => {
    const withoutId = [
      ...arrives({ id: '4CCC00001A', login: 'bob', messageId: '<>' }),
      ...comesBack({ id: '4DDD00001B', messageId: '<20260114.4DDD00001B@relay1.example>' }),
      handedOver('4CCC00001A', '4DDD00001B'),
      bounced('4DDD00001B'),
    ];
    expect(told([...FILTERED, ...withoutId]).slice(1)).toEqual(['accepted of bob', 'bounced of bob']);

    const two = [
      ...arrives({ id: '4CCC00001A', login: 'bob' }),
      ...arrives({ id: '4CCC00002A', login: 'eve' }),
      ...comesBack({ id: '4DDD00002B' }),
      ...comesBack({ id: '4DDD00001B' }),
      handedOver('4CCC00001A', '4DDD00001B'),
      handedOver('4CCC00002A', '4DDD00002B'),
      bounced('4DDD00001B'),
      bounced('4DDD00002B'),
    ];
    expect(told(two)).toEqual(['accepted of bob', 'accepted of eve', 'bounced of bob', 'bounced of eve']);
  });

  it('may come back in several parts, and as more recipients than were taken', () => {
    const recipients = ['a@one.example', 'b@two.example'];
    const parts = [
      ...arrives({ id: OLD, recipients }),
      ...comesBack({ id: NEW }),
      ...comesBack({ id: '4BBB00002B' }),
      handedOver(OLD, NEW),
      handedOver(OLD, '4BBB00002B', 'b@two.example'),
      bounced(NEW),
      bounced('4BBB00002B', 'b@two.example'),
    ];
    expect(told(parts)).toEqual([...ONCE, 'bounced of ann']);

    const more = [...arrives({ id: OLD }), ...comesBack({ id: NEW, recipients }), handedOver(OLD, NEW), bounced(NEW)];
    expect(told(more)).toEqual(ONCE);
  });

  it('may have a reply of its own, and be one of two', () => {
    const own = [...arrives({ id: OLD }), ...comesBack({ id: NEW }), handedOver(OLD, undefined), bounced(NEW)];
    expect(told(own)).toEqual(ONCE);

    const third = '4CCC00001C';
    const chain = [
      ...arrives({ id: OLD }),
      ...comesBack({ id: NEW }),
      handedOver(OLD, NEW),
      removed(OLD),
      ...comesBack({ id: third }),
      handedOver(NEW, third),
      removed(NEW),
      bounced(third),
    ];
    expect(told(chain)).toEqual(ONCE);
  });

  it('may deliver before its reply is written', () => {
    expect(told([...arrives({ id: OLD }), ...comesBack({ id: NEW }), bounced(NEW), handedOver(OLD, NEW)])).toEqual(
      ONCE,
    );
  });

  it('takes mail of local programs, too', () => {
    const lines = [
      pickedUp(OLD),
      identified(OLD),
      queued(OLD),
      ...comesBack({ id: NEW }),
      handedOver(OLD, NEW),
      bounced(NEW),
    ];

    expect(told(lines)).toEqual(['accepted of undefined', 'bounced of undefined']);
  });

  it('goes on after a restart', () => {
    const before = readLines([...arrives({ id: OLD }), ...comesBack({ id: NEW })]);
    const after = readLines([]);
    after.intake.restore(JSON.parse(JSON.stringify([...before.intake.takeChanges()])));

    expect(readLines([handedOver(OLD, NEW), bounced(NEW)], after).events).toMatchObject([
      { status: 'bounced', message: { login: 'ann' } },
    ]);
  });
});

describe('a message that waits for the reply', () => {
  const waiting = comesBack({ id: '4CCC00001C', messageId: '<cron@relay1.example>' });

  it.each([
    ['in the queue', waiting, []],
    ['on its way there', waiting.slice(0, 2), waiting.slice(2)],
    [
      'on its way there from a local program',
      [pickedUp('4CCC00001C')],
      [identified('4CCC00001C'), queued('4CCC00001C')],
    ],
  ])('is told once where the bot was restarted while it was %s', (_where, first, rest) => {
    const before = readLines([...FILTERED, ...first]);
    expect(before.events).toHaveLength(1);
    const after = readLines([]);
    after.intake.restore(JSON.parse(JSON.stringify([...before.intake.takeChanges()].filter(([, row]) => row))));
    const { events } = readLines([...rest, bounced('4CCC00001C'), bounced('4CCC00001C', 'b@two.example')], after);

    expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'delivery', 'delivery']);
  });
});

describe('what is no message come back', () => {
  it.each([
    ['its sender is another', { id: NEW, sender: 'list-bounces@x.example' }],
    ['its id is another', { id: NEW, messageId: '<m2@x.example>' }],
  ])('over loopback: %s', (_why, message) => {
    expect(told([...arrives({ id: OLD }), ...comesBack(message), bounced(NEW)])).toEqual([
      'accepted of ann',
      'accepted of undefined',
      'bounced of undefined',
    ]);
  });

  it('the parts in which a program on the relay hands in one text', () => {
    const ids = ['4BBB00001B', '4BBB00002B', '4BBB00003B'];

    expect(told(ids.flatMap((id) => comesBack({ id })))).toHaveLength(3);
    expect(told(ids.flatMap((id) => [pickedUp(id), identified(id), queued(id)]))).toHaveLength(3);
  });

  it('a message of the same id that a client sends twice', () => {
    expect(told([...arrives({ id: OLD }), ...arrives({ id: NEW })])).toHaveLength(2);
  });

  it('a queue id that a far server says', () => {
    const far = bounced(OLD).replace(/dsn=.*/, `dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${NEW})`);
    const lines = [
      ...arrives({ id: NEW, login: 'bob', messageId: '<m2@x.example>' }),
      ...arrives({ id: OLD }),
      far,
      bounced(NEW),
    ];

    expect(told(lines)).toEqual(['accepted of bob', 'accepted of ann', 'sent of ann', 'bounced of bob']);
  });

  it('a queue id that a tunnel to a far server says', () => {
    const lines = [...arrives({ id: NEW, login: 'bob', messageId: '<m2@x.example>' }), ...arrives({ id: OLD })];

    expect(told([...lines, handedOver(OLD, NEW), handedOver(OLD, '4FFF00001F'), bounced(NEW)])).toEqual([
      'accepted of bob',
      'accepted of ann',
      'sent of ann',
      'sent of ann',
      'bounced of bob',
    ]);
  });

  it('a message of a program on the relay beside a filter, which is told when it is delivered', () => {
    const own = [...comesBack({ id: '4CCC00001C', messageId: '<cron@relay1.example>' }), bounced('4CCC00001C')];

    expect(told([...FILTERED, ...own]).slice(1)).toEqual(['accepted of undefined', 'bounced of undefined']);
  });
});

describe('a filter that hands back by sendmail', () => {
  const comesLate = [pickedUp(NEW), identified(NEW), queued(NEW)];
  const orders: [string, string[]][] = [
    ['picked up first', [pickedUp(NEW), identified(NEW), piped(OLD), removed(OLD), queued(NEW)]],
    ['picked up between', [pickedUp(NEW), piped(OLD), removed(OLD), identified(NEW), queued(NEW)]],
    ['picked up last', [piped(OLD), removed(OLD), ...comesLate]],
  ];

  it.each(orders)('hands back the same message, %s', (_order, lines) => {
    const first = [...arrives({ id: OLD }), ...lines, bounced(NEW), removed(NEW)];

    expect(told(first).filter((event) => !event.startsWith('sent'))).toEqual(ONCE);
    // Once it is known that the service is a filter, nothing is sent by it.
    expect(told([...first, ...first]).slice(-2)).toEqual(ONCE);
  });

  it('is not every service that takes mail', () => {
    const forwarded = [
      ...arrives({ id: OLD }),
      piped(OLD, 'dovecot'),
      ...comesLate,
      bounced(NEW),
      removed(NEW),
      removed(OLD),
    ];
    const kept = Array.from({ length: 5 }, (_, i) => [
      ...arrives({ id: `4CCC0000${i}C`, messageId: `<k${i}@x.example>` }),
      piped(`4CCC0000${i}C`, 'dovecot'),
      removed(`4CCC0000${i}C`),
    ]).flat();

    expect(told([...kept, ...forwarded, ...kept]).filter((event) => event.startsWith('sent'))).toHaveLength(11);
  });

  it('has an end to what it may hand back', () => {
    const later = comesLate.map((text) => text.replace('T10:00', 'T10:05'));

    expect(told([...arrives({ id: OLD }), piped(OLD), removed(OLD), ...later])).toEqual([
      'accepted of ann',
      'sent of ann',
      'accepted of undefined',
    ]);
  });
});

it('a log through a filter tells of as many messages as came in, whose they were and how they ended', () => {
  const logins = fc.constantFrom('ann', 'bob');
  const messages = fc.array(fc.record({ login: logins, isAlike: fc.boolean(), hasId: fc.boolean() }), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(messages, fc.infiniteStream(fc.nat()), (sent, dice) => {
      const queues = sent.map(({ login, isAlike, hasId }, i) => {
        const [id, next] = [`4AAA0000${i}A`, `4BBB0000${i}B`];
        const messageId = isAlike ? '<same@x.example>' : `<m${i}@x.example>`;
        const recipients = [`r${i}@one.example`];
        return [
          ...arrives({ id, login, messageId: hasId ? messageId : '<>', recipients }),
          ...comesBack({ id: next, messageId: hasId ? messageId : `<1.${next}@relay1>`, recipients }),
          handedOver(id, next, `r${i}@one.example`),
          removed(id),
          bounced(next, `r${i}@one.example`),
          removed(next),
        ];
      });
      const lines: string[] = [];
      while (queues.some((queue) => queue.length > 0)) {
        const left = queues.filter((queue) => queue.length > 0);
        lines.push(left[(dice.next().value as number) % left.length]?.shift() as string);
      }
      const { events, intake } = readLines([...FILTERED, ...lines]);
      const mine = events.slice(1);
      const accepted = mine.filter((event) => event.kind === 'accepted');
      const deliveries = mine.flatMap((event) => (event.kind === 'delivery' ? [event] : []));

      expect(accepted.map((event) => event.message.login).sort()).toEqual(sent.map(({ login }) => login).sort());
      expect(deliveries.map(({ recipient, status, message }) => [recipient, status, message.login]).sort()).toEqual(
        sent.map(({ login }, i) => [`r${i}@one.example`, 'bounced', login]),
      );
      expect(intake.stats()).toEqual({ open: 0, headless: 0, forgotten: 0 });
    }),
    { numRuns: 200 },
  );
});
