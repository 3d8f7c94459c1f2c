// Any bytes, in any stretches: the reader never stops, and says the same however the log is cut.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { postfix } from '../../../src/intake/formats/postfix.js';
import { LineBuffer, MAX_LINE_BYTES } from '../../../src/intake/lines.js';
import type { MailEvent } from '../../../src/mail/event.js';

/** The log in pieces of the given sizes, again and again, as a followed file would hand it on. */
function readInPieces(bytes: Buffer, sizes: readonly number[]) {
  const reader = postfix.open({ year: 2026, timeZone: '+01:00' }).reader('mail.log');
  const events: MailEvent[] = [];
  const buffer = new LineBuffer(64);
  const takeAll = () => {
    for (let lines = buffer.lines; lines; lines = buffer.lines) {
      buffer.taken(reader.read(buffer.bytes, lines.from, lines.to, (event) => events.push(structuredClone(event))));
      // What was read must not be needed any more.
      buffer.bytes.fill(0x3f, lines.from, lines.to);
    }
  };
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? bytes.length;
    buffer.feed(bytes.subarray(at, at + size));
    takeAll();
    at += size;
  }
  buffer.finish();
  takeAll();
  return { events, stats: reader.stats };
}
const readWhole = (bytes: Buffer) => readInPieces(bytes, [bytes.length]);

const HEAD = '2026-01-14T10:18:10.123456+01:00 relay2 ';
const ID = '4drhrx3P0Yz5kLl';
const REFUSED = 'RCPT from x[192.0.2.1]: 554 5.7.1 no; from=<a@b.test> to=<c@d.test> proto=ESMTP helo=<x>';
const piece = fc.constantFrom(
  ...[
    HEAD,
    'Jan 14 10:18:10 relay2 ',
    'postfix/smtp[1]: ',
    'postfix/smtpd[7]: ',
    'postfix/qmgr: ',
    'postfix/cleanup[2]: ',
  ],
  ...[
    'postfix/pickup[1]: ',
    'postfix/bounce[1]: ',
    `${ID}: `,
    '820891A34D3: ',
    'to=<',
    '>, relay=',
    ', delay=1',
    ', dsn=5.1.1',
  ],
  ...[
    ', status=sent (',
    'status=deferred (',
    'client=',
    'x[192.0.2.1]',
    ', sasl_username=',
    'from=<',
    '>, size=',
    ', nrcpt=',
  ],
  ...[
    'NOQUEUE: reject: RCPT from ',
    '; from=<',
    '> to=<',
    'warning: ',
    ': SASL LOGIN authentication failed',
    'removed',
    'uid=',
  ],
  ...[
    'message-id=',
    '[',
    ']',
    '"',
    '\\',
    '>',
    ':',
    '(',
    ')',
    '\n',
    '\r\n',
    '\0',
    ' notification: ',
    ', orig_queue_id=',
    'orig_id=',
  ],
  ...[
    '__CURSOR=x\n',
    '__REALTIME_TIMESTAMP=1768382290123456\n',
    'SYSLOG_IDENTIFIER=postfix/smtp\n',
    'MESSAGE=',
    'MESSAGE\n',
    '{"',
  ],
  ...['\x05\0\0\0\0\0\0\0', '_HOSTNAME=relay2\n', '{"__REALTIME_TIMESTAMP":"1768382290123456","MESSAGE":[255,10,0]}\n'],
);
const logs = fc
  .array(fc.oneof({ weight: 6, arbitrary: piece.map((text) => Buffer.from(text)) }, fc.uint8Array({ maxLength: 12 })), {
    maxLength: 60,
  })
  .map((pieces) => Buffer.concat(pieces));

describe('the Postfix reader', () => {
  it('reads any bytes, and the same in any pieces', () => {
    fc.assert(
      fc.property(logs, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }), (bytes, sizes) => {
        expect(readInPieces(bytes, sizes)).toEqual(readWhole(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('takes no relay for another, whatever bytes their names are of', () => {
    const line = (relay: string) => `Jan 14 10:18:10 ${relay} postfix/smtpd[7]: NOQUEUE: reject: ${REFUSED}\n`;
    const zeros = ['\0\0\0\0\0\0\0\0', '\0\0\0\0\0\0\0\x80', '\0\0\0\0\0\0\xf0\x7f'];
    const relays = [...zeros, ...zeros.map((zero) => `relay-01${zero}x`), ...zeros.map((zero) => `${zero}-relay-1`)];
    // What is near the end of a stretch is read by itself.
    const log = [...relays, ...relays, ...relays].map(line).join('') + '\n'.repeat(80);
    const seen = readWhole(Buffer.from(log, 'latin1')).events.map((event) => event.kind === 'refused' && event.relay);

    expect(seen).toEqual([...relays, ...relays, ...relays].map((relay) => Buffer.from(relay, 'latin1').toString()));
  });

  it.each(['mail.log', 'mail-traditional.log'])('reads %s the same in any pieces', (name) => {
    const bytes = readFileSync(`test/fixtures/${name}`);
    const whole = readWhole(bytes);

    expect(whole.events.length).toBeGreaterThan(100);
    for (const sizes of [[1, 7, 4096], [333], [65_536]]) expect(readInPieces(bytes, sizes)).toEqual(whole);
  });

  it('stops before the first line that is later than asked, and goes on from there', () => {
    const bytes = readFileSync('test/fixtures/mail.log');
    const reader = postfix.open({}).reader('mail.log');
    const events: MailEvent[] = [];
    const take = (event: MailEvent) => events.push(structuredClone(event));
    const until = Date.parse('2026-01-14T10:00:00+01:00');
    const at = reader.read(bytes, 0, bytes.length, take, until);

    expect(events.length).toBeGreaterThan(10);
    expect(Math.max(...events.map((event) => event.at))).toBeLessThanOrEqual(until);
    expect(bytes[at - 1]).toBe(0x0a);
    expect(reader.timeOf(bytes, at, bytes.length)).toBeGreaterThan(until);
    expect(reader.read(bytes, at, bytes.length, take)).toBe(bytes.length);
    expect(events).toEqual(readWhole(bytes).events);
  });

  it('reads very long lines, NUL bytes and a last line without an end', () => {
    const long = `${HEAD}postfix/smtp[1]: ${ID}: to=<${'a'.repeat(20_000)}@b.example>, relay=none, delay=1, delays=0/0/1/0, dsn=5.0.0, status=bounced (${'x\0'.repeat(20_000)})`;
    const { events } = readWhole(Buffer.from(`${long}\n${long.replace('bounced', 'deferred')}`));

    expect(events).toMatchObject([{ status: 'bounced' }, { status: 'deferred' }]);
    expect(events.map((event) => event.kind === 'delivery' && [event.recipient.length, event.reply.length])).toEqual([
      [20_010, 40_000],
      [20_010, 40_000],
    ]);
  });
});

describe('LineBuffer', () => {
  it('gives out every line once and whole, and counts those that are too long', () => {
    const line = fc.oneof(
      { weight: 5, arbitrary: fc.string({ maxLength: 30 }).map((text) => text.replaceAll('\n', '')) },
      {
        weight: 1,
        arbitrary: fc.integer({ min: MAX_LINE_BYTES - 2, max: MAX_LINE_BYTES * 3 }).map((n) => 'x'.repeat(n)),
      },
    );
    const sizes = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), sizes, fc.boolean(), (lines, sizes, isEnded) => {
        const bytes = Buffer.from(lines.join('\n') + (isEnded ? '\n' : ''));
        const buffer = new LineBuffer(16);
        const given: string[] = [];
        let offset = 0;
        const takeAll = () => {
          for (let range = buffer.lines; range; range = buffer.lines) {
            given.push(...buffer.bytes.toString('utf8', range.from, range.to - 1).split('\n'));
            buffer.taken(range.to);
          }
        };
        for (let i = 0; offset < bytes.length; i++) {
          const chunk = bytes.subarray(offset, offset + (sizes[i % sizes.length] ?? 1));
          buffer.feed(chunk);
          offset += chunk.length;
          takeAll();
          // What is held is what stands behind the last line end.
          expect(offset - buffer.heldBytes).toBe(bytes.lastIndexOf(0x0a, offset - 1) + 1);
        }
        buffer.finish();
        takeAll();
        const isShort = (text: string) => Buffer.byteLength(text) <= MAX_LINE_BYTES;
        const all = isEnded || lines.at(-1) !== '' ? lines : lines.slice(0, -1);
        expect(given.filter((text) => text !== '')).toEqual(all.filter((text) => text !== '' && isShort(text)));
        expect(buffer.overlong).toBe(lines.filter((text) => !isShort(text)).length);
      }),
      { numRuns: 100 },
    );
  });
});
