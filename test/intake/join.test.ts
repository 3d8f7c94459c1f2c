import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { logTimeReader } from '../../src/intake/formats/log-time.js';
import { parsePostfixLine } from '../../src/intake/formats/postfix.js';
import { Joiner, type JoinOptions } from '../../src/intake/join.js';
import type { MailEvent } from '../../src/mail/event.js';

function join(lines: string[], joiner = new Joiner()): MailEvent[] {
  const readTime = logTimeReader();
  return lines.flatMap((line) => {
    const parsed = parsePostfixLine(line, readTime);
    return typeof parsed === 'string' ? [] : (joiner.see(parsed) ?? []);
  });
}

const at = (second: number, text: string) =>
  `2026-01-14T10:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}+01:00 relay1 postfix/${text}`;
const delivery = (id: string, to: string, status: string, delay = 1) =>
  `smtp[1]: ${id}: to=<${to}>, relay=mx[192.0.2.1]:25, delay=${delay}, delays=0/0/1/0, dsn=2.0.0, status=${status} (x)`;
const message = (id: string, from: string, second = 0) => [
  at(second, `smtpd[1]: ${id}: client=pc[192.0.2.7], sasl_method=PLAIN, sasl_username=ann`),
  at(second, `cleanup[1]: ${id}: message-id=<1@x>`),
  at(second, `qmgr[1]: ${id}: from=<${from}>, size=10, nrcpt=1 (queue active)`),
];

describe('Joiner', () => {
  it('joins the lines of the sample to messages, recipients and notifications', () => {
    const joiner = new Joiner();
    const events = join(readFileSync('test/fixtures/mail.log', 'utf8').split('\n'), joiner);
    const accepted = events.filter((event) => event.kind === 'accepted');

    expect(accepted).toHaveLength(306);
    expect(accepted.filter((event) => event.message.origin === 'notification')).toHaveLength(60);
    expect(accepted.filter((event) => event.message.origin === 'client')).toHaveLength(246);
    expect(joiner.stats()).toEqual({ open: 0, headless: 0, forgotten: 0 });
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
    const joiner = new Joiner();
    const events = join(
      [
        at(0, 'qmgr[1]: AAAAAA1: from=<ann@x.example>, size=10, nrcpt=1 (queue active)'),
        at(1, delivery('AAAAAA1', 'b@y.example', 'sent', 4000)),
      ],
      joiner,
    );

    expect(events).toMatchObject([
      { kind: 'delivery', isFirstAttempt: false, message: { origin: 'unknown', sender: 'ann@x.example' } },
    ]);
    expect(joiner.stats().headless).toBe(1);
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

  it('keeps its memory bounded', () => {
    const options: JoinOptions = { maxOpen: 10 };
    const joiner = new Joiner(options);
    join(
      Array.from({ length: 50 }, (_, i) => message((0x100000 + i).toString(16).toUpperCase(), 'ann@x.example')).flat(),
      joiner,
    );

    expect(joiner.stats()).toMatchObject({ open: 10, forgotten: 40 });
  });

  it('goes on where it was after a restart', () => {
    const before = new Joiner();
    join(message('AAAAAA1', 'ann@x.example'), before);
    const saved = JSON.parse(JSON.stringify([...before.takeChanges()]));
    const after = new Joiner();
    after.restore(saved);

    const events = join([at(1, delivery('AAAAAA1', 'b@y.example', 'sent')), at(2, 'qmgr[1]: AAAAAA1: removed')], after);

    expect(events).toMatchObject([{ kind: 'delivery', message: { login: 'ann', origin: 'client' } }]);
    expect([...after.takeChanges()]).toEqual([['relay1/postfix/AAAAAA1', undefined]]);
  });
});
