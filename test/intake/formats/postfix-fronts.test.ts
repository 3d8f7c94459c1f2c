// Filters before the queue (smtpd_proxy_filter): who a message comes from, which its own lines do not say, and what the filter refuses.
import { describe, expect, it } from 'vitest';
import { readLines } from '../read.js';

const line = (text: string) => `2026-01-14T10:01:00.000000+01:00 relay1 postfix/${text}`;
const ID = '032F62C229B';
const PC = 'pc.acme.example[192.0.2.9]';
const ADDRESSES = 'from=<bob@acme.example> to=<c@three.example> proto=ESMTP helo=<pc>';

/** The client at the smtpd of this process. */
const begins = (process = 101, login = 'bob@acme.example', client = PC) => [
  line(`smtpd[${process}]: connect from ${client}`),
  line(`smtpd[${process}]: NOQUEUE: client=${client}${login ? `, sasl_method=PLAIN, sasl_username=${login}` : ''}`),
];
/** What the filter hands back, up to the queue. */
const comesBack = (id: string, original?: string, client = 'localhost[127.0.0.1]') => [
  line('smtpd[120]: connect from localhost[127.0.0.1]'),
  line(`smtpd[120]: ${id}: client=${client}${original ? `, orig_client=${original}` : ''}`),
  line(`cleanup[121]: ${id}: message-id=<m2@acme.example>`),
  line(`qmgr[122]: ${id}: from=<bob@acme.example>, size=1392371, nrcpt=1 (queue active)`),
];
const ends = (reply: string, process = 101, rest = `${ADDRESSES} sasl_username=<bob@acme.example>`) => [
  line(`smtpd[${process}]: proxy-accept: END-OF-MESSAGE: ${reply}; ${rest}`),
];
const queuedAs = (id: string) => `250 2.0.0 from MTA(smtp:[127.0.0.1]:10013): 250 2.0.0 Ok: queued as ${id}`;
const goesOut = (id: string) => [
  line(
    `smtp[123]: ${id}: to=<c@three.example>, relay=mx.three.example[198.51.100.2]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)`,
  ),
  line(`qmgr[122]: ${id}: removed`),
];

/** Of each event its kind, and the address and login it is known by at once: what later lines put in comes too late. */
const told = (lines: string[]) => {
  const log = readLines([]);
  return lines.flatMap((text) =>
    readLines([text], log).events.map((event) => {
      const { clientIp, login } = 'message' in event ? event.message : event;
      return [event.kind, clientIp, login];
    }),
  );
};
const known = (ip: string | undefined, login: string | undefined) => [
  ['accepted', ip, login],
  ['delivery', ip, login],
];
const BOB = known('192.0.2.9', 'bob@acme.example');

describe('a message that a filter before the queue passed on', () => {
  it('is from the client that the filter names', () => {
    expect(told([...comesBack(ID, PC), ...goesOut(ID)])).toEqual(known('192.0.2.9', undefined));
    expect(readLines(comesBack(ID, PC)).events).toMatchObject([{ message: { clientName: 'pc.acme.example' } }]);
  });

  it.each(['unknown[unknown]', 'localhost', 'x[192.0.2.999]'])('is from the filter where that names %s', (client) => {
    expect(told([...comesBack(ID, client), ...goesOut(ID)])).toEqual(known('127.0.0.1', undefined));
  });

  it('has the login of the client, which the filter does not name', () => {
    expect(
      told([...begins(), ...comesBack(ID, PC), ...ends('250 2.5.0 OK (2C225C6817C7EEE1481)'), ...goesOut(ID)]),
    ).toEqual(BOB);
  });

  it('has the login that the reply to the client stands for, in whatever order the lines come', () => {
    const [client, message, queued] = [begins(), comesBack(ID).slice(0, 3), comesBack(ID).slice(3)];
    const end = ends(queuedAs(ID));

    expect(told([...client, ...message, ...queued, ...end, ...goesOut(ID)])).toEqual(BOB);
    expect(told([...client, ...message, ...end, ...queued, ...goesOut(ID)])).toEqual(BOB);
    expect(told([...client, ...message, ...queued, ...goesOut(ID), ...end])).toEqual(known('127.0.0.1', undefined));
    expect(told([...message, ...queued, ...end, ...goesOut(ID)])).toEqual(known('127.0.0.1', undefined));
  });

  it('has none where clients of one address have several', () => {
    const lines = [...begins(101), ...begins(102, 'eve@acme.example'), ...comesBack(ID, PC), ...goesOut(ID)];

    expect(told(lines)).toEqual(known('192.0.2.9', undefined));
    expect(told([...begins(103, ''), ...begins(104), ...comesBack(ID, PC), ...goesOut(ID)])).toEqual(
      known('192.0.2.9', undefined),
    );
    expect(told([...begins(101), ...begins(102), ...comesBack(ID, PC), ...goesOut(ID)])).toEqual(BOB);
  });

  it('has the login that the reply stands for where clients of one address have several', () => {
    const clients = [...begins(101), ...begins(102, 'eve@acme.example')];
    const [message, queued] = [comesBack(ID, PC).slice(0, 3), comesBack(ID, PC).slice(3)];
    const end = ends(queuedAs(ID));

    expect(told([...clients, ...message, ...queued, ...end, ...goesOut(ID)])).toEqual(BOB);
    expect(told([...clients, ...message, ...end, ...queued, ...goesOut(ID)])).toEqual(BOB);
  });

  it('keeps what it was known by at its first delivery, whatever the reply says later', () => {
    const clients = [...begins(101), ...begins(102, 'eve@acme.example')];
    const [sent = ''] = goesOut(ID);
    const lines = [...clients, ...comesBack(ID, PC), sent, ...ends(queuedAs(ID)), sent];

    expect(told(lines)).toEqual([...known('192.0.2.9', undefined), ['delivery', '192.0.2.9', undefined]]);
  });

  it('is told as soon as the reply and the queue have it, with or without a login', () => {
    const [message, queued] = [comesBack(ID, PC).slice(0, 3), comesBack(ID, PC).slice(3)];
    const end = ends(queuedAs(ID), 101, ADDRESSES);
    const accepted = known('192.0.2.9', undefined).slice(0, 1);

    expect(told([...begins(101, ''), ...message, ...queued])).toEqual([]);
    expect(told([...begins(101, ''), ...message, ...queued, ...end])).toEqual(accepted);
    expect(told([...begins(101, ''), ...message, ...end, ...queued])).toEqual(accepted);
  });

  it('is told when it is delivered where the log has no replies', () => {
    const { events, intake } = readLines([...begins(101, ''), ...comesBack(ID, PC), ...goesOut(ID)]);

    expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'delivery']);
    expect(intake.stats().open).toBe(0);
  });

  it('has none of a client that is done', () => {
    const over = [
      ends('250 2.5.0 OK (1)'),
      [line(`smtpd[101]: disconnect from ${PC} ehlo=1 mail=1 rcpt=1 data=0/1 commands=3/4`)],
      [line(`smtpd[101]: proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject; ${ADDRESSES}`)],
    ];
    for (const end of over) {
      const lines = [...begins(101, 'eve@acme.example'), ...end, ...begins(102), ...comesBack(ID, PC), ...goesOut(ID)];
      expect(told(lines).filter(([kind]) => kind !== 'refused')).toEqual(BOB);
    }
  });

  describe('over a restart', () => {
    /** The log as another process reads it on, with what the first saved as JSON. */
    const restart = (lines: string[]) => {
      const { intake } = readLines(lines);
      const saved = [...intake.takeChanges()].flatMap(([key, row]) => (row ? [[key, row] as [string, object]] : []));
      expect(intake.takeChanges().size).toBe(0);
      const later = readLines([]);
      later.intake.restore(JSON.parse(JSON.stringify(saved)));
      return (rest: string[]) =>
        readLines(rest, later).events.map((event) => 'message' in event && event.message.login);
    };
    const bob = ['bob@acme.example', 'bob@acme.example'];

    it('keeps the login that the address tells, or the reply', () => {
      const byAddress = restart(begins());
      expect(byAddress([...comesBack(ID, PC), ...ends('250 2.5.0 OK (1)'), ...goesOut(ID)])).toEqual(bob);

      const byReply = restart([...begins(101), ...begins(102, 'eve@acme.example')]);
      expect(byReply([...comesBack(ID, PC), ...ends(queuedAs(ID)), ...goesOut(ID)])).toEqual(bob);
    });

    it('takes a client whose end the log lacks for gone after an hour', () => {
      const later = (lines: string[]) => lines.map((text) => text.replace('T10:01', 'T11:01'));
      const rest = [...begins(102), ...comesBack(ID, PC), ...goesOut(ID)];
      const never = begins(101, 'eve@acme.example');

      expect(told([...never, ...later(rest)])).toEqual(BOB);
      expect(restart(never)(later(rest))).toEqual(bob);
    });

    it('still waits for the reply that tells whose it is', () => {
      const goOn = restart([...begins(), ...comesBack(ID).slice(0, 3)]);

      expect(goOn([...comesBack(ID).slice(3), ...ends(queuedAs(ID)), ...goesOut(ID)])).toEqual(bob);
    });

    it('does not take a client that is done for one that is with the filter', () => {
      const goOn = restart([...begins(101, 'eve@acme.example'), ...ends('250 2.5.0 OK (1)'), ...begins(102)]);

      expect(goOn([...comesBack(ID, PC), ...goesOut(ID)])).toEqual(bob);
    });
  });

  it('tells its session', () => {
    const again = [line(`smtpd[101]: NOQUEUE: client=${PC}, sasl_method=PLAIN, sasl_username=bob@acme.example`)];
    const lines = [...begins(), ...comesBack(ID, PC), ...ends('250 OK'), ...again, ...comesBack('042F62C229B', PC)];
    const sessions = readLines(lines).events.map((event) => 'message' in event && event.message.isSameSession);

    expect(sessions).toEqual([false, true]);
  });

  it('is not another of the same message id', () => {
    const other = '042F62C229B';
    const one = (id: string) => [...begins(), ...comesBack(id, PC), ...ends(queuedAs(id))];

    expect(told([...one(ID), ...one(other)])).toHaveLength(2);
    expect(told([...one(ID), ...one(other), ...goesOut(ID), ...goesOut(other)])).toHaveLength(4);
  });

  it('is not believed to be what a client puts into its sender', () => {
    const other = '042F62C229B';
    const hostile = `from=<"queued as ${other}"@acme.example> to=<c@three.example> proto=ESMTP helo=<queued as ${other}>`;
    const lines = [...begins(), ...comesBack(other), ...ends('250 2.5.0 OK (1)', 101, hostile), ...goesOut(other)];

    expect(told(lines)).toEqual(known('127.0.0.1', undefined));
  });

  it('is the same as one that a filter behind the queue took, where that passes on the client but no id', () => {
    const first = [
      line(`smtpd[1]: 4AAA00001A: client=${PC}, sasl_method=PLAIN, sasl_username=bob@acme.example`),
      line('cleanup[121]: 4AAA00001A: message-id=<m2@acme.example>'),
      line('qmgr[122]: 4AAA00001A: from=<bob@acme.example>, size=1000, nrcpt=1 (queue active)'),
    ];

    expect(told([...first, ...comesBack(ID, PC), ...goesOut(ID)])).toEqual(BOB);
  });
});

describe('what a filter before the queue refuses', () => {
  const rejected = (reply: string, rest = ADDRESSES) =>
    line(`smtpd[101]: proxy-reject: END-OF-MESSAGE: ${reply}; ${rest}`);
  const expected = {
    kind: 'refused',
    at: Date.parse('2026-01-14T09:01:00Z'),
    relay: 'relay1',
    clientIp: '192.0.2.9',
    login: 'bob@acme.example',
    sender: 'bob@acme.example',
    recipient: 'c@three.example',
  };

  it.each([
    ['554 5.7.0 Reject, contact postmaster@x.example, id=31619-02 - spam'],
    ['550 5.7.1 Message rejected from pc[192.0.2.77]: virus'],
    ['451 4.3.0 Error: queue file write error'],
    [''],
  ])('is refused: %s', (reply) => {
    expect(readLines([...begins(), rejected(reply)]).events).toEqual([{ ...expected, reply }]);
    expect(readLines([...begins(), rejected(reply).replace('proxy-', 'NOQUEUE: proxy-')]).events).toEqual([
      { ...expected, reply },
    ]);
  });

  it('is of the login that the line says where its beginning was not seen', () => {
    const { clientIp, ...rest } = expected;

    expect(readLines([rejected('554 no', `${ADDRESSES} sasl_username=<Bob@acme.example>`)]).events).toEqual([
      { ...rest, reply: '554 no' },
    ]);
  });

  it('is no mail when there was no sender', () => {
    expect(readLines([line('smtpd[101]: proxy-reject: END-OF-MESSAGE: 554 no; proto=SMTP')]).events).toEqual([]);
  });
});
