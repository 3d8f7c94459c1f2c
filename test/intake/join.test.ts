import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Page } from '../../src/intake/formats/page.js';
import { Joiner } from '../../src/intake/join.js';
import { QueueId } from '../../src/intake/open-messages.js';
import type { MailEvent } from '../../src/mail/event.js';
import { readLines } from './read.js';

const join = (lines: string[]): MailEvent[] => readLines(lines).events;

const at = (second: number, text: string) =>
  `2026-01-14T10:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}+01:00 relay1 postfix/${text}`;
const delivery = (id: string, to: string, status: string, delay = 1) =>
  `smtp[1]: ${id}: to=<${to}>, relay=mx[192.0.2.1]:25, delay=${delay}, delays=0/0/1/0, dsn=2.0.0, status=${status} (x)`;
const message = (id: string, from: string, second = 0) => [
  at(second, `smtpd[1]: ${id}: client=pc[192.0.2.7], sasl_method=PLAIN, sasl_username=ann`),
  at(second, `cleanup[1]: ${id}: message-id=<1@x>`),
  at(second, `qmgr[1]: ${id}: from=<${from}>, size=10, nrcpt=1 (queue active)`),
];

const PC = { name: 'pc', ip: '192.0.2.7', login: 'ann', isFromWithin: false, isSameSession: false };
const LOCALHOST = {
  name: 'localhost',
  ip: '127.0.0.1',
  login: undefined,
  isFromWithin: true,
  isSameSession: undefined,
};

describe('Joiner', () => {
  it('joins the lines of the sample to messages, recipients and notifications', () => {
    const { events, intake } = readLines(readFileSync('test/fixtures/mail.log', 'utf8').split('\n'));
    const accepted = events.filter((event) => event.kind === 'accepted');

    expect(accepted).toHaveLength(306);
    expect(accepted.filter((event) => event.message.origin === 'notification')).toHaveLength(60);
    expect(accepted.filter((event) => event.message.origin === 'client')).toHaveLength(246);
    expect(intake.stats()).toEqual({ open: 0, headless: 0, forgotten: 0 });
  });

  it('calls a retry a retry', () => {
    const events = join([
      ...message('AAAAAA1', 'ann@x.example'),
      at(1, delivery('AAAAAA1', 'b@y.example', 'deferred')),
      at(400, 'qmgr[1]: AAAAAA1: from=<ann@x.example>, size=10, nrcpt=1 (queue active)'),
      at(401, delivery('AAAAAA1', 'b@y.example', 'sent', 401)),
    ]);

    expect(events.map((event) => [event.kind, event.kind === 'delivery' && event.isFirstAttempt])).toEqual([
      ['accepted', false],
      ['delivery', true],
      ['delivery', false],
    ]);
  });

  it('tells two messages apart that share a queue id one after the other', () => {
    const events = join([
      ...message('AAAAAA1', 'ann@x.example'),
      at(1, 'qmgr[1]: AAAAAA1: removed'),
      ...message('AAAAAA1', 'bob@x.example', 2),
      // Its `removed` was lost.
      ...message('AAAAAA1', 'eve@x.example', 3),
    ]);

    expect(events.map((event) => event.kind === 'accepted' && event.message.sender)).toEqual([
      'ann@x.example',
      'bob@x.example',
      'eve@x.example',
    ]);
  });

  it('gives deliveries of a message it never saw arrive, and counts them', () => {
    const { events, intake } = readLines([
      at(0, 'qmgr[1]: AAAAAA1: from=<ann@x.example>, size=10, nrcpt=1 (queue active)'),
      at(1, delivery('AAAAAA1', 'b@y.example', 'sent', 4000)),
    ]);

    expect(events).toMatchObject([
      { kind: 'delivery', isFirstAttempt: false, message: { origin: 'unknown', sender: 'ann@x.example' } },
    ]);
    expect(intake.stats().headless).toBe(1);
  });

  it('takes a message a content filter handed back for the same message', () => {
    const events = join([
      ...message('AAAAAA1', 'ann@x.example'),
      at(1, 'smtpd[2]: BBBBBB2: client=localhost[127.0.0.1], orig_queue_id=AAAAAA1, orig_client=pc[192.0.2.7]'),
      at(1, 'cleanup[1]: BBBBBB2: message-id=<1@x>'),
      at(1, 'qmgr[1]: BBBBBB2: from=<ann@x.example>, size=12, nrcpt=1 (queue active)'),
      at(1, delivery('AAAAAA1', 'b@y.example', 'sent')),
      at(2, delivery('BBBBBB2', 'b@y.example', 'sent')),
    ]);

    expect(events.map((event) => event.kind)).toEqual(['accepted', 'delivery']);
    expect(events[1]).toMatchObject({ message: { login: 'ann', clientIp: '192.0.2.7' } });
  });

  it('tells what an expired message leaves undelivered', () => {
    const events = join([
      ...message('AAAAAA1', 'ann@x.example'),
      at(1, delivery('AAAAAA1', 'b@y.example', 'deferred')),
      at(1, delivery('AAAAAA1', 'c@y.example', 'deferred')),
      at(400, delivery('AAAAAA1', 'c@y.example', 'sent', 400)),
      at(500, 'qmgr[1]: AAAAAA1: from=<ann@x.example>, status=expired, returned to sender'),
      at(500, 'qmgr[1]: AAAAAA1: removed'),
    ]);

    expect(events.slice(4)).toMatchObject([
      { kind: 'delivery', recipient: 'b@y.example', status: 'expired', isFirstAttempt: false },
    ]);
  });

  it('takes a message queued anew for the same message', () => {
    const events = join([
      ...message('AAAAAA1', 'ann@x.example'),
      at(1, delivery('AAAAAA1', 'b@y.example', 'deferred')),
      at(2, 'postsuper[1]: AAAAAA1: requeued'),
      at(3, 'pickup[1]: BBBBBB2: uid=106 from=<ann@x.example> orig_id=AAAAAA1'),
      at(3, 'cleanup[1]: BBBBBB2: message-id=<1@x>'),
      at(3, 'qmgr[1]: BBBBBB2: from=<ann@x.example>, size=10, nrcpt=1 (queue active)'),
      at(4, delivery('BBBBBB2', 'b@y.example', 'sent')),
    ]);

    expect(events.map((event) => event.kind)).toEqual(['accepted', 'delivery', 'delivery']);
    expect(events[2]).toMatchObject({ message: { login: 'ann' }, isFirstAttempt: false });
  });

  it('forgets what cleanup refused or threw away: no line will tell of it again', () => {
    const { intake } = readLines([
      ...message('AAAAAA1', 'ann@x.example').slice(0, 2),
      at(1, 'cleanup[1]: AAAAAA1: milter-reject: END-OF-MESSAGE from pc[192.0.2.7]: 5.7.1 no; from=<ann@x.example>'),
      ...message('AAAAAA2', 'ann@x.example').slice(0, 2),
      at(1, 'cleanup[1]: AAAAAA2: milter-discard: END-OF-MESSAGE from pc[192.0.2.7]: milter triggers DISCARD action;'),
      ...message('AAAAAA3', 'ann@x.example').slice(0, 2),
      at(1, 'smtpd[1]: AAAAAA3: reject: RCPT from pc[192.0.2.7]: 554 5.7.1 no; from=<ann@x.example> to=<b@y.example>'),
    ]);

    expect(intake.stats().open).toBe(1);
  });

  it('keeps its memory bounded', () => {
    const joiner = new Joiner({ maxOpen: 10 });
    const [page, id] = [new Page(), new QueueId()];
    const scope = joiner.scopeOf('relay1', 'postfix');
    for (let i = 0; i < 50; i++) {
      const bytes = Buffer.from((0x100000 + i).toString(16).toUpperCase());
      page.open(bytes, bytes.length);
      joiner.arrived(id.load(scope, page, 0, bytes.length), PC);
    }

    expect(joiner.stats()).toMatchObject({ open: 10, forgotten: 40 });
  });

  const idIn = (joiner: Joiner) => (n: number) => {
    const bytes = Buffer.from((0x100000 + n).toString(16).toUpperCase());
    const page = new Page();
    page.open(bytes, bytes.length);
    return new QueueId().load(joiner.scopeOf('relay1', 'postfix'), page, 0, bytes.length);
  };

  it('knows after a restart under which id a filter handed a message back', () => {
    const [before, after] = [new Joiner(), new Joiner()];
    before.arrived(idIn(before)(1), PC);
    before.arrived(idIn(before)(2), LOCALHOST, idIn(before)(1));
    after.restore([...before.takeChanges()].flatMap(([key, row]) => (row ? [[key, row]] : [])));

    expect([1, 2].map((n) => after.loginOf(idIn(after)(n)))).toEqual(['ann', 'ann']);
  });

  it.each(['queued anew', 'handed back by a filter'])('goes on at its cap when the oldest is %s', (how) => {
    const joiner = new Joiner({ maxOpen: 10 });
    const idOf = idIn(joiner);
    for (let i = 0; i < 10; i++) joiner.arrived(idOf(i), PC);
    if (how === 'queued anew') joiner.pickedUp(idOf(10), '', idOf(0));
    else joiner.arrived(idOf(10), PC, idOf(0));
    expect(joiner.isOpen(idOf(0))).toBe(false);
    expect([...joiner.takeChanges().keys()]).not.toContain(`relay1/postfix/${idOf(0).text()}`);

    for (let i = 11; i < 40; i++) {
      joiner.arrived(idOf(i), PC);
      expect(joiner.queued(idOf(i), 'ann@x.example', 10, 1)?.kind).toBe('accepted');
    }
    expect(joiner.stats().open).toBe(10);
  });

  it('forgets what no line has touched for a day', () => {
    const first = readLines(message('AAAAAA1', 'ann@x.example'));
    const later = Array.from({ length: 20_001 }, (_, i) => {
      const text = delivery('BBBBBB1', `b${i}@y.example`, 'sent');
      return `2026-01-15T11:00:00+01:00 relay1 postfix/${text}`;
    });
    readLines(later, first);

    expect(first.intake.stats()).toMatchObject({ open: 1, forgotten: 1 });
  });

  it('tells apart ids that are alike in their first sixteen letters', () => {
    const ids = ['4drSDD4sVZz2vpHbcdfX', '4drSDD4sVZz2vpHbcdgX', '4drSDD4sVZz2vpHbcdfXX'];
    const lines = ids.flatMap((id, i) => message(id, `s${i}@x.example`));
    const events = join([...lines, ...ids.map((id) => at(1, delivery(id, 'b@y.example', 'sent')))]);

    expect(events.slice(3).map((event) => event.kind === 'delivery' && event.message.sender)).toEqual([
      's0@x.example',
      's1@x.example',
      's2@x.example',
    ]);
  });

  it('finds each of many messages', () => {
    const ids = Array.from({ length: 5_000 }, (_, i) => (0xa00000 + i * 7).toString(16).toUpperCase());
    const first = readLines(ids.flatMap((id) => message(id, `s${id}@x.example`)));
    const removed = ids.filter((_, i) => i % 3 === 0);
    readLines(
      removed.map((id) => at(1, `qmgr[1]: ${id}: removed`)),
      first,
    );
    const left = ids.filter((_, i) => i % 3 !== 0);
    const { events } = readLines(
      left.map((id) => at(1, delivery(id, 'b@y.example', 'sent'))),
      first,
    );

    expect(first.intake.stats()).toEqual({ open: left.length, headless: 0, forgotten: 0 });
    expect(
      events.map(({ kind, ...event }) => kind === 'delivery' && 'message' in event && event.message.sender),
    ).toEqual(left.map((id) => `s${id.toLowerCase()}@x.example`));
  });

  it('goes on where it was after a restart', () => {
    const before = readLines(message('AAAAAA1', 'ann@x.example'));
    const saved = JSON.parse(JSON.stringify([...before.intake.takeChanges()]));
    const after = readLines([]);
    after.intake.restore(saved);

    const { events } = readLines(
      [at(1, delivery('AAAAAA1', 'b@y.example', 'sent')), at(2, 'qmgr[1]: AAAAAA1: removed')],
      after,
    );

    expect(events).toMatchObject([{ kind: 'delivery', message: { login: 'ann', origin: 'client' } }]);
    expect([...after.intake.takeChanges()]).toEqual([['relay1/postfix/AAAAAA1', undefined]]);
  });

  it('goes on with a deferred recipient after a restart', () => {
    const before = readLines([
      ...message('AAAAAA1', 'ann@x.example'),
      at(1, delivery('AAAAAA1', 'b@y.example', 'deferred')),
    ]);
    const saved = JSON.parse(JSON.stringify([...before.intake.takeChanges()]));
    const after = readLines([]);
    after.intake.restore(saved);

    const { events } = readLines([at(400, delivery('AAAAAA1', 'b@y.example', 'sent', 400))], after);

    expect(events).toMatchObject([{ isFirstAttempt: false }]);
  });

  it('has nothing to save of messages that came and went, and nothing grows where nobody saves', () => {
    const read = readLines([]);
    for (let round = 0; round < 30; round++) {
      const ids = Array.from({ length: 200 }, (_, i) => (0xa00000 + round * 200 + i).toString(16).toUpperCase());
      readLines(
        ids.flatMap((id) => [...message(id, 'ann@x.example'), at(1, `qmgr[1]: ${id}: removed`)]),
        read,
      );
    }
    readLines(message('AAAAAA1', 'ann@x.example'), read);

    expect([...read.intake.takeChanges().keys()]).toEqual(['relay1/postfix/AAAAAA1']);
    expect(read.intake.takeChanges().size).toBe(0);
  });
});
