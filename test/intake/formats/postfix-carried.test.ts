// Lines of Postfix as containers, their tools and other syslogs hand them on.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../../src/intake/formats/index.js';
import { postfix } from '../../../src/intake/formats/postfix.js';
import { readBytes, readLines } from '../read.js';

const TIME = { year: 2026, timeZone: '+01:00' };
const AT = Date.parse('2026-11-04T06:00:00Z');
const ID = '4drhrx3P0Yz5kLl';
const TEXT = `${ID}: to=<a@b.example>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (x)`;
const TAIL = `relay2 postfix/smtp[812]: ${TEXT}`;
/** As Postfix wrote it, in the log's zone. */
const OWN = `Nov  4 07:00:00 ${TAIL}`;
const DELIVERED = {
  ...{ kind: 'delivery', at: AT, recipient: 'a@b.example', remoteIp: '192.0.2.1' },
  message: { relay: 'relay2', queueId: ID },
};

const FORMS: [string, string][] = [
  ['Kubernetes', `2026-11-04T06:00:00.000456789Z stdout F ${OWN}`],
  ['Kubernetes, whose clock is elsewhere', `2026-11-04T16:00:00.000456789+10:00 stderr F ${OWN}`],
  ['docker logs -t', `2026-11-04T06:00:00.000456789Z ${OWN}`],
  ['docker logs -t, with a time that has a zone', `2026-11-04T06:00:00.0Z 2026-11-04T07:00:01+01:00 ${TAIL}`],
  ['a json-file of Docker', JSON.stringify({ log: `${OWN}\n`, stream: 'stdout', time: '2026-11-04T06:00:00.0004Z' })],
  ['docker compose logs', `mail-1  | ${OWN}`],
  ['docker compose logs in colours', `\u001b[36mmail-1  | \u001b[0m2026-11-04T06:00:00+00:00 ${TAIL}`],
  ['kubectl logs --prefix', `[pod/mail-0/postfix] ${OWN}`],
  ['stern', `mail-5c9f7-wq postfix 2026-11-04T06:00:00.000010+00:00 ${TAIL}`],
  ['BusyBox', `Nov  4 07:00:00 relay2 mail.info postfix/smtp[812]: ${TEXT}`],
  ["FreeBSD's syslogd -v", `Nov  4 07:00:00 <2.6> ${TAIL}`],
  ["FreeBSD's syslogd -vv", `Nov  4 07:00:00 <mail.info> ${TAIL}`],
  ['a date and a blank', `2026-11-04 07:00:00 ${TAIL}`],
  ['a date, a blank and a fraction', `2026-11-04 07:00:00,000 ${TAIL}`],
  ['a date, a blank and a zone', `2026-11-04 08:00:00.000+0200 ${TAIL}`],
  ['a date and no zone', `2026-11-04T07:00:00.000 ${TAIL}`],
  ['a year before it', `2026 Nov  4 07:00:00.000 ${TAIL}`],
  ['a year within it', `Nov  4 2026 07:00:00 ${TAIL}`],
  ['a year behind it', `Nov  4 07:00:00 2026 ${TAIL}`],
  ['one blank before its day', `Nov 4 07:00:00 ${TAIL}`],
  ['seconds', `1793772000.000456 ${TAIL}`],
];

describe('a line of Postfix that something else handed on', () => {
  it.each(FORMS)('is read, and known by its look: %s', (_, line) => {
    const { events, reader } = readLines([line], undefined, TIME);

    expect(reader.stats).toEqual({ lines: 1, unknown: 0, samples: [], places: [], lastLineAt: AT });
    expect(events).toMatchObject([DELIVERED]);
    expect(detectFormat(Buffer.from(`${line}\n`))).toBe('postfix');
    expect(reader.timeOf(Buffer.from(`${line}\r\n`), 0, line.length + 2)).toBe(AT);
  });

  it('is left where it is later than asked for', () => {
    for (const [, line] of FORMS) {
      const bytes = Buffer.from(`${line}\n`);
      const reader = postfix.open(TIME).reader('mail.log');
      expect(reader.read(bytes, 0, bytes.length, () => {}, AT - 1)).toBe(0);
      expect(reader.read(bytes, 0, bytes.length, () => {}, AT)).toBe(bytes.length);
    }
  });

  it('may stand among others, which are passed over as in any log', () => {
    const lines = [
      'Nov  4 07:00:00 relay2 auth.info sshd[5]: session opened',
      '2026-11-04 07:00:01 relay2 dovecot: imap-login: x',
      '2026-11-04T06:00:02.1Z stdout F postfix/postlog: starting the Postfix mail system',
      '2026-11-04T06:00:03.1Z stderr F Nov  4 07:00:03 relay2 opendkim[9]: x',
      OWN,
    ];
    const { events, reader } = readLines(lines, undefined, TIME);

    expect(reader.stats).toMatchObject({ lines: 5, unknown: 0 });
    expect(events).toMatchObject([DELIVERED]);
  });

  it('is unknown where it is none, with the line as it stands in the log', () => {
    const lines = [
      '2026-11-04T06:00:00.1Z stdout P',
      '{"log":"Nov  4 07:00:00 relay2","stream":"stdout","time":"2026-11-04T06:00:00.0004Z"}',
      '{"log":"Nov  4 07:00:00',
      'mail-1  | ',
      '2026-13-45 07:00:00 relay2',
      '2026-11-04 07:00:00 1vgABC-000000001Jx-1a2b <= ann@acme.example H=(pc) [192.0.2.7] P=esmtp S=9',
    ];
    for (const line of lines) {
      expect(readLines([line], undefined, TIME).reader.stats).toMatchObject({ lines: 1, unknown: 1, samples: [line] });
    }
  });

  it.each([
    ['Docker', OWN],
    ['Podman', `2026-11-04T07:00:00.000000+01:00 ${TAIL}`],
  ])('is read from the journal, where a container wrote it: %s', (_, message) => {
    const entry = {
      ...{ __REALTIME_TIMESTAMP: `${AT * 1000}`, _HOSTNAME: 'node7', SYSLOG_IDENTIFIER: '3f1c0a', _PID: '77' },
      ...{ CONTAINER_NAME: 'mail', MESSAGE: message },
    };
    const exported = Object.entries(entry).map(([name, value]) => `${name}=${value}`);
    const { CONTAINER_NAME: _container, ...programs } = entry;

    expect(readLines([JSON.stringify(entry)], undefined, TIME).events).toMatchObject([DELIVERED]);
    expect(readLines([...exported, '', ...exported, ''], undefined, TIME).events).toMatchObject([DELIVERED, DELIVERED]);
    expect(readLines([JSON.stringify(programs)], undefined, TIME).events).toEqual([]);
  });

  it.each(['2026-11-04 07:00:00 INFO the shop is open', 'Nov  4 07:00:00 relay2 opendkim[9]: x', 'ready'])(
    'is not all that containers write to the journal: %s',
    (message) => {
      const entry = { __REALTIME_TIMESTAMP: `${AT * 1000}`, CONTAINER_NAME: 'shop', MESSAGE: message };

      expect(readLines([JSON.stringify(entry)], undefined, TIME).reader.stats).toMatchObject({ lines: 1, unknown: 0 });
    },
  );

  it('is none within the text of another program, for outsiders write there', () => {
    const lines = [`Nov  4 07:00:00 relay2 shop[9]: ${OWN}`, `Nov  4 07:00:00 relay2 mail.info shop[9]: ${OWN}`];
    const { events, reader } = readLines(lines, undefined, TIME);

    expect(reader.stats).toMatchObject({ lines: 2, unknown: 0 });
    expect(events).toEqual([]);
  });

  it('may be anything, and every line is counted', () => {
    const piece = fc.constantFrom(
      ...['2026-11-04T06:00:00Z ', 'stdout F ', 'Nov  4 07:00:00 ', 'mail-1 | ', '{"log":"', 'relay2 ', 'mail.info '],
      ...['postfix/smtp[8]: ', '<2.6> ', '2026 ', '\\n","time":"2026-11-04T06:00:00Z"}', '\u001b[3m', '2026-11-04 '],
    );
    const line = fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const texts = lines.map((pieces) => `x${pieces.join('').replace(/[\r\n]/g, '')}`.slice(1) || 'x');
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        const { reader } = readBytes(bytes, undefined, TIME);
        expect(reader.stats.lines).toBeLessThanOrEqual(texts.length);
        expect(reader.stats.unknown).toBeLessThanOrEqual(reader.stats.lines);
      }),
      { numRuns: 200 },
    );
  });
});
