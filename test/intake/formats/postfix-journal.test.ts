// The systemd journal, as `journalctl -o export` and `-o json` write it.
import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../../src/intake/formats/index.js';
import { readBytes } from '../read.js';

const MICROSECONDS = '1768382290123456';
const AT = 1_768_382_290_123;
const ID = '4drhrx3P0Yz5kLl';
const text = (to: string, status = 'sent') =>
  `${ID}: to=<${to}>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/1/0, dsn=2.0.0, status=${status} (x)`;

interface Fields {
  message: string | Buffer;
  identifier?: string;
  time?: string;
}

function exported({ message, identifier = 'postfix/smtp', time = MICROSECONDS }: Fields): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(message.length));
  const field =
    typeof message === 'string'
      ? [Buffer.from(`MESSAGE=${message}\n`)]
      : [Buffer.from('MESSAGE\n'), length, message, Buffer.from('\n')];
  return Buffer.concat([
    Buffer.from(`__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=${time}\n_BOOT_ID=x\n_HOSTNAME=relay2\nPRIORITY=6\n`),
    Buffer.from(`SYSLOG_IDENTIFIER=${identifier}\nSYSLOG_PID=812\n`),
    ...field,
    Buffer.from('_PID=812\n\n'),
  ]);
}
const json = (message: unknown, more: object = {}) =>
  `${JSON.stringify({ __REALTIME_TIMESTAMP: MICROSECONDS, _HOSTNAME: 'relay2', SYSLOG_IDENTIFIER: 'postfix/smtp', MESSAGE: message, ...more })}\n`;

describe('the export format', () => {
  it('is read like the lines it stands for', () => {
    const { events, reader } = readBytes(
      Buffer.concat([exported({ message: text('a@b.example') }), exported({ message: 'connect to x' })]),
    );

    expect(reader.stats).toEqual({ lines: 2, unknown: 0, samples: [], places: [], lastLineAt: AT });
    expect(events).toMatchObject([
      {
        kind: 'delivery',
        at: AT,
        recipient: 'a@b.example',
        remoteIp: '192.0.2.1',
        message: { relay: 'relay2', queueId: ID },
      },
    ]);
  });

  it('may have binary values, with line ends and anything else in them', () => {
    const message = Buffer.from(text('"a\n\n__CURSOR=x"@b.example').replace('(x)', '(\xff)'), 'latin1');
    const { events, reader } = readBytes(
      Buffer.concat([exported({ message }), exported({ message: text('c@b.example') })]),
    );

    expect(reader.stats.unknown).toBe(0);
    expect(events.map((event) => event.kind === 'delivery' && event.recipient)).toEqual([
      '"a  __cursor=x"@b.example',
      'c@b.example',
    ]);
  });

  it('may be cut anywhere between lines, also within a value', () => {
    const bytes = Buffer.concat([
      exported({ message: Buffer.from(text('"a\nb\nc"@b.example')) }),
      exported({ message: text('d@b.example') }),
    ]);
    const whole = readBytes(bytes).events;
    let read = readBytes(Buffer.alloc(0));
    const events = [];
    for (let from = 0; from < bytes.length; ) {
      const to = bytes.indexOf(0x0a, from) + 1;
      read = readBytes(bytes.subarray(from, to), read);
      events.push(...read.events);
      from = to;
    }

    expect(whole).toHaveLength(2);
    expect(events).toEqual(whole);
  });

  it.each([
    ['a line that is no field', '-- Boot 1 --\n'],
    ['the name of a binary value without one', 'MESSAGE\n'],
    ['the beginning of a value without its length', 'MESSAGE\n\x01\x00\x00'],
  ])('loses an entry or two to %s, not the log', (_, garbage) => {
    const entries = Array.from({ length: 8 }, (_each, i) => exported({ message: text(`${i}@b.example`) }));
    const { events } = readBytes(Buffer.concat([...entries.slice(0, 3), Buffer.from(garbage), ...entries.slice(3)]));

    expect(events.map((event) => event.kind === 'delivery' && event.recipient).slice(-3)).toEqual([
      '5@b.example',
      '6@b.example',
      '7@b.example',
    ]);
  });

  it('is taken up to a time, and gone on with', () => {
    const later = String(Number(MICROSECONDS) + 5_000_000);
    const bytes = Buffer.concat([
      exported({ message: text('a@b.example') }),
      exported({ message: text('c@b.example'), time: later }),
    ]);
    const { reader } = readBytes(Buffer.alloc(0));
    const events: string[] = [];
    const take = (event: { at: number }) => events.push(String(event.at - AT));
    const at = reader.read(bytes, 0, bytes.length, take, AT + 1_000);

    expect(events).toEqual(['0']);
    expect(reader.timeOf(bytes, at, bytes.length)).toBe(AT + 5_000);
    reader.read(bytes, at, bytes.length, take);
    expect(events).toEqual(['0', '5000']);
  });

  it('passes over entries of other programs and those without a message', () => {
    const { events, reader } = readBytes(
      Buffer.concat([exported({ message: text('a@b.example'), identifier: 'sshd' }), exported({ message: '' })]),
    );

    expect(events).toEqual([]);
    expect(reader.stats.unknown).toBe(0);
  });
});

it('knows at which line of an export an entry ends that is not understood, whatever has line ends in it', () => {
  const strange = { identifier: 'postfix/bounce', message: `${ID}: sender non-delivery notification: ?` };
  const before = Buffer.concat([
    exported({ message: Buffer.from('two\nlines') }),
    exported({ message: 'x', time: 'never' }),
    exported({ message: Buffer.from('ten bytes!') }),
  ]);
  const bytes = Buffer.concat([before, exported(strange)]);

  expect(readBytes(bytes).reader.stats.places).toEqual([
    { line: bytes.toString('latin1').split('\n').length - 1, isFault: false },
  ]);
});

describe('JSON', () => {
  it.each([
    ['text', text('a@b.example')],
    ['bytes', [...Buffer.from(text('a@b.example'))]],
    ['several values', [text('a@b.example'), 'another']],
  ])('has messages as %s', (_, message) => {
    expect(readBytes(Buffer.from(json(message))).events).toMatchObject([{ at: AT, recipient: 'a@b.example' }]);
    expect(readBytes(Buffer.from(`\x1e${json(message)}`)).events).toHaveLength(1);
  });

  it('counts what is no JSON, and passes over what has no message', () => {
    const { reader } = readBytes(Buffer.from(`${json(null)}{"broken\n${json('x', { SYSLOG_IDENTIFIER: 'sshd' })}`));

    expect(reader.stats).toMatchObject({ lines: 3, unknown: 1, samples: ['{"broken'], places: [{ line: 2 }] });
  });

  it('is taken up to a time', () => {
    const bytes = Buffer.from(json(text('a@b.example')));
    const { reader } = readBytes(Buffer.alloc(0));

    expect(reader.timeOf(bytes, 0, bytes.length)).toBe(AT);
    expect(reader.read(bytes, 0, bytes.length, () => {}, AT - 1)).toBe(0);
  });
});

describe('detectFormat', () => {
  it.each([
    ['syslog', `Jan 14 10:18:10 relay2 postfix/smtp[1]: ${text('a@b.example')}\n`],
    [
      'syslog of other programs first',
      `Jan 14 10:18:10 relay2 kernel: x\nJan 14 10:18:10 relay2 postfix/smtp[1]: connect`,
    ],
    ['RFC 3339', `2026-01-14T10:18:10+01:00 relay2 postfix-out/qmgr[1]: ${ID}: removed\n`],
    ['another instance name', `2026-01-14T10:18:10+01:00 relay2 mx-out/qmgr[1]: ${ID}: removed\n`],
    ['the export format', exported({ message: 'x' }).toString()],
    ['JSON', json('x')],
  ])('knows Postfix by %s', (_, log) => {
    expect(detectFormat(Buffer.from(log))).toBe('postfix');
  });

  it('knows no format in anything else', () => {
    expect(detectFormat(Buffer.from('Jan 14 10:18:10 postfix1 kernel: postfix/smtp\n'))).toBeUndefined();
    expect(detectFormat(Buffer.alloc(0))).toBeUndefined();
  });
});
