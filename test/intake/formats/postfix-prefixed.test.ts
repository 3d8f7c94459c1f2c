// Syslog lines with a priority in front, in the traditional form and in that of RFC 5424.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../../src/intake/formats/index.js';
import { postfix } from '../../../src/intake/formats/postfix.js';
import { readBytes, readLines } from '../read.js';

const TIME = { year: 2026, timeZone: 'UTC' };
const AT = Date.parse('2026-11-22T06:00:00Z');
const ID = '4drhrx3P0Yz5kLl';
const TEXT = `${ID}: to=<a@b.example>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (x)`;
const DELIVERED = {
  ...{ kind: 'delivery', at: AT, recipient: 'a@b.example', remoteIp: '192.0.2.1' },
  message: { relay: 'relay2', queueId: ID },
};

const FORMS: [string, string][] = [
  ['the traditional form', `<22>Nov 22 06:00:00 relay2 postfix/smtp[812]: ${TEXT}`],
  ['it with a dated time', `<22>2026-11-22T07:00:00.000000+01:00 relay2 postfix/smtp[812]: ${TEXT}`],
  ['RFC 5424', `<22>1 2026-11-22T06:00:00.000Z relay2 postfix/smtp 812 - - ${TEXT}`],
  ['RFC 5424 as rsyslog writes it', `<22>1 2026-11-22T06:00:00.000Z relay2 postfix/smtp 812 - -  ${TEXT}`],
  ['it with a mark of UTF-8', `<22>1 2026-11-22T06:00:00Z relay2 postfix/smtp 812 - - \ufeff${TEXT}`],
  ['it without a process', `<2>1 2026-11-22T07:00:00+01:00 relay2 postfix/smtp - - - ${TEXT}`],
  ['RFC 5424 with a count of its octets', `118 <22>1 2026-11-22T06:00:00.000Z relay2 postfix/smtp 812 - - ${TEXT}`],
  ['the traditional form with a count of its octets', `99 <22>Nov 22 06:00:00 relay2 postfix/smtp[812]: ${TEXT}`],
  [
    'it with structured data',
    `<191>1 2026-11-22T06:00:00Z relay2 postfix/smtp 812 ID47 [a@1 x="] \\" ["][b y="1"] ${TEXT}`,
  ],
];

describe('a line with a priority', () => {
  it.each(FORMS)('in %s is read, and known by its look', (_, line) => {
    const { events, reader } = readLines([line], undefined, TIME);

    expect(reader.stats).toEqual({ lines: 1, unknown: 0, samples: [], places: [], lastLineAt: AT });
    expect(events).toMatchObject([DELIVERED]);
    expect(detectFormat(Buffer.from(`${line}\n`))).toBe('postfix');
    expect(reader.timeOf(Buffer.from(`${line}\r\n`), 0, line.length + 2)).toBe(AT);
  });

  it('of another program is passed over, and without a host it is this machine', () => {
    const lines = [
      '<86>1 2026-11-22T06:00:00Z relay2 sshd 5 - - session opened',
      '<86>Nov 22 06:00:01 relay2 sshd[5]: session opened',
      '<22>1 2026-11-22T06:00:02Z relay2 postfix/smtp 1 - -',
      `<22>1 2026-11-22T06:00:03Z - postfix/smtp 1 - - ${TEXT}`,
    ];
    const { events, reader } = readLines(lines, undefined, TIME);

    expect(reader.stats).toMatchObject({ lines: 4, unknown: 0, lastLineAt: AT + 3_000 });
    expect(events).toMatchObject([{ message: { relay: 'localhost' } }]);
  });

  it.each([
    '<22>',
    '<22>1',
    '118 Nov 22 06:00:00 relay2 postfix/smtp[1]: x',
    '118<22>Nov 22 06:00:00 relay2 postfix/smtp[1]: x',
    '123456 <22>Nov 22 06:00:00 relay2 postfix/smtp[1]: x',
    '<>Nov 22 06:00:00 relay2 postfix/smtp[1]: x',
    '<1234>Nov 22 06:00:00 relay2 postfix/smtp[1]: x',
    '<22>1 - relay2 postfix/smtp 1 - - x',
    '<22>1 2026-11-22T06:00:00Z relay2 postfix/smtp 1 -',
    '<22>1 2026-11-22T06:00:00Z relay2 postfix/smtp 1 - [a x="y] x',
    '<22>1 2026-11-22T06:00:00Z relay2 postfix/smtp 1 - ? x',
  ])('that is none is unknown: %s', (line) => {
    const { events, reader } = readLines(
      [line, `<22>Nov 22 06:00:00 relay2 postfix/smtp[8]: ${TEXT}`],
      undefined,
      TIME,
    );

    expect(reader.stats).toMatchObject({ lines: 2, unknown: 1, samples: [line] });
    expect(events).toMatchObject([DELIVERED]);
  });

  it('that is later than asked for is left', () => {
    for (const [, line] of FORMS) {
      const bytes = Buffer.from(`${line}\n`);
      const reader = postfix.open(TIME).reader('mail.log');
      expect(reader.read(bytes, 0, bytes.length, () => {}, AT - 1)).toBe(0);
      expect(reader.read(bytes, 0, bytes.length, () => {}, AT)).toBe(bytes.length);
    }
  });

  it('may be anything, and every line is counted', () => {
    const piece = fc.constantFrom(
      '<22>',
      '1 ',
      '2026-11-22T06:00:00Z ',
      'relay2 ',
      'postfix/smtp ',
      '- ',
      '[a x="',
      '"]',
      ' ',
      TEXT,
    );
    const line = fc
      .array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 12 })
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const bytes = Buffer.from(lines.map((each) => `<22>${each.replace(/[\r\n]/g, '')}\n`).join(''));
        const { reader } = readBytes(bytes, undefined, TIME);
        expect(reader.stats.lines).toBe(lines.length);
      }),
      { numRuns: 200 },
    );
  });
});
