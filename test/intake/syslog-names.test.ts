// Services of one Postfix that write under names of their own (`-o syslog_name=`), and instances that have a queue each.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from './read.js';

const at = (second: number, text: string) =>
  `2026-01-14T10:00:${String(second).padStart(2, '0')}.000000+01:00 relay1 ${text}`;
const LONG = '4drSDD4sVZz2vpH';
const SHORT = '820891A34D3';

/** A message through services of these names, first to last. */
function message(id: string, login: string, names: Names = {}): string[] {
  const { door = 'postfix', queue = 'postfix', out = 'postfix' } = names;
  return [
    at(0, `${door}/smtpd[1]: ${id}: client=pc[192.0.2.7], sasl_method=PLAIN, sasl_username=${login}`),
    at(0, `${queue}/cleanup[2]: ${id}: message-id=<${login}@x.example>`),
    at(1, `${queue}/qmgr[3]: ${id}: from=<${login}@x.example>, size=10, nrcpt=1 (queue active)`),
    at(2, delivery(id, out)),
    at(3, `${queue}/qmgr[3]: ${id}: removed`),
  ];
}

interface Names {
  door?: string;
  queue?: string;
  out?: string;
}

const delivery = (id: string, name: string) =>
  `${name}/smtp[4]: ${id}: to=<a@b.example>, relay=mx.b.example[198.51.100.1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)`;

/** What became of a log: of each event its kind and the login it belongs to. */
function read(lines: string[]) {
  const { events, intake } = readLines(lines);
  const told = events.map((event) => [event.kind, 'message' in event && event.message.login]);
  return { told, stats: intake.stats() };
}

const WHOLE = { open: 0, headless: 0, forgotten: 0 };

describe('a service with a name of its own', () => {
  it.each([
    ['a transport for an address to send from', { out: 'postfix-10' }],
    ['a transport for slow receivers', { out: 'slow' }],
    ['the submission service', { door: 'postfix-submission' }],
    ['both', { door: 'postfix-submission', out: 'postfix-10' }],
    ['both, of an instance', { door: 'postfix-submission', queue: 'postfix-in', out: 'postfix-10' }],
  ] satisfies [string, Names][])('tells of the same message: %s', (_what, names) => {
    for (const id of [LONG, SHORT]) {
      const { told, stats } = read(message(id, 'ann', names));

      expect(told).toEqual([
        ['accepted', 'ann'],
        ['delivery', 'ann'],
      ]);
      expect(stats).toEqual(WHOLE);
    }
  });

  it('loses nothing of the sample', () => {
    const text = readFileSync('test/fixtures/mail.log', 'utf8');
    const renamed = text.replaceAll('postfix/smtp[', 'postfix-10/smtp[').replaceAll('postfix/smtpd[', 'door/smtpd[');
    const [before, after] = [text, renamed].map((log) => readLines(log.split('\n')));

    expect(renamed).not.toBe(text);
    expect(after?.events).toEqual(before?.events);
    expect(after?.intake.stats()).toEqual(WHOLE);
  });

  it('may hand a message back that another handed to a filter', () => {
    const lines = message(LONG, 'ann').slice(0, 3);
    lines.push(
      at(
        2,
        `postfix-out/smtpd[5]: BBBBBB1: client=localhost[127.0.0.1], orig_queue_id=${LONG}, orig_client=pc[192.0.2.7]`,
      ),
      at(2, 'postfix/cleanup[2]: BBBBBB1: message-id=<ann@x.example>'),
      at(2, 'postfix/qmgr[3]: BBBBBB1: from=<ann@x.example>, size=12, nrcpt=1 (queue active)'),
      at(3, delivery('BBBBBB1', 'postfix')),
    );

    expect(read(lines).told).toEqual([
      ['accepted', 'ann'],
      ['delivery', 'ann'],
    ]);
  });
});

describe('two instances', () => {
  const one = (login: string) => message(SHORT, login, { door: 'postfix-in', queue: 'postfix-in', out: 'postfix-in' });
  const other = (login: string) =>
    message(SHORT, login, { door: 'postfix-out', queue: 'postfix-out', out: 'postfix-out' });
  /** So that both are known to have a queue. */
  const before = [...one('before'), ...other('before')];

  it('have a message each where an id is the same', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }), (turns) => {
        const queues = [one('ann'), other('bob')];
        const lines = turns.flatMap((turn) => queues[turn ? 0 : 1]?.splice(0, 1) ?? []);
        const { told, stats } = read([...before, ...lines, ...queues.flat()]);

        expect(told.slice(4).sort()).toEqual([
          ['accepted', 'ann'],
          ['accepted', 'bob'],
          ['delivery', 'ann'],
          ['delivery', 'bob'],
        ]);
        expect(stats).toEqual(WHOLE);
      }),
    );
  });

  it('do not take over what the other has open under an id', () => {
    const { told } = read([...before, ...one('ann').slice(0, 3), at(4, delivery(SHORT, 'postfix-out'))]);

    expect(told.slice(4)).toEqual([
      ['accepted', 'ann'],
      ['delivery', undefined],
    ]);
  });

  it('leave it open whose a message is that both have, under a third name', () => {
    const { told } = read([...one('ann').slice(0, 3), ...other('bob').slice(0, 3), at(4, delivery(SHORT, 'slow'))]);

    expect(told.slice(2)).toEqual([['delivery', undefined]]);
  });

  it('may have services of names of their own', () => {
    const { told } = read([
      ...before,
      ...message(LONG, 'ann', { door: 'mx-submission', queue: 'postfix-in', out: 'slow' }),
    ]);

    expect(told.slice(4)).toEqual([
      ['accepted', 'ann'],
      ['delivery', 'ann'],
    ]);
  });

  it('tell of one message where a filter between them passes its id on', () => {
    const first = message(LONG, 'ann', { door: 'postfix-in', queue: 'postfix-in' }).slice(0, 3);
    const { told } = read([
      ...before,
      ...first,
      at(
        2,
        `postfix-out/smtpd[5]: BBBBBB1: client=localhost[127.0.0.1], orig_queue_id=${LONG}, orig_client=pc[192.0.2.7]`,
      ),
      at(2, 'postfix-out/cleanup[2]: BBBBBB1: message-id=<ann@x.example>'),
      at(2, 'postfix-out/qmgr[3]: BBBBBB1: from=<ann@x.example>, size=12, nrcpt=1 (queue active)'),
      at(3, delivery('BBBBBB1', 'postfix-out')),
    ]);

    expect(told.slice(4)).toEqual([
      ['accepted', 'ann'],
      ['delivery', 'ann'],
    ]);
  });
});

it('what is open under an id on another host is another message', () => {
  const far = message(LONG, 'ann')
    .map((line) => line.replace('relay1', 'relay2'))
    .slice(0, 3);

  expect(read([...far, at(2, delivery(LONG, 'postfix-10'))]).told).toEqual([
    ['accepted', 'ann'],
    ['delivery', undefined],
  ]);
});

it('goes on after a restart under another name', () => {
  const lines = message(LONG, 'ann', { door: 'postfix-submission', out: 'postfix-10' });
  const before = readLines(lines.slice(0, 3));
  const saved = JSON.parse(JSON.stringify([...before.intake.takeChanges()]));
  const after = readLines([]);
  after.intake.restore(saved);

  expect(readLines(lines.slice(3), after).events).toMatchObject([{ kind: 'delivery', message: { login: 'ann' } }]);
  expect([...after.intake.takeChanges()]).toEqual([[`relay1/postfix-submission/${LONG}`, undefined]]);
});
