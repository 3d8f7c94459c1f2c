import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { postfix } from '../../../src/intake/formats/postfix.js';
import { readLines } from '../read.js';

let second = 0;
const line = (text: string, relay = 'relay1') => {
  second = (second + 1) % 60;
  return `2026-01-14T10:00:${String(second).padStart(2, '0')}.000000+01:00 ${relay} ${text}`;
};
const smtpd = (process: number | string, text: string) => line(`postfix/smtpd[${process}]: ${text}`);
const connect = (process: number | string, ip = '192.0.2.7') => smtpd(process, `connect from pc[${ip}]`);
const disconnect = (process: number, ip = '192.0.2.7') =>
  smtpd(process, `disconnect from pc[${ip}] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5`);

let count = 0;
/** A message that a smtpd process takes, as its lines. */
function message(process: number | string, ip = '192.0.2.7', program = 'postfix', relay = 'relay1'): string[] {
  const id = `A${(0xb0000 + count++).toString(16).toUpperCase()}`;
  return [
    line(`${program}/smtpd[${process}]: ${id}: client=pc[${ip}], sasl_method=PLAIN, sasl_username=ann`, relay),
    line(`${program}/qmgr[2]: ${id}: from=<ann@x.example>, size=10, nrcpt=1 (queue active)`, relay),
  ];
}

/** Of each message, whether it came in the session of one before. */
const told = (lines: string[]) =>
  readLines(lines).events.map((event) => event.kind === 'accepted' && event.message.isSameSession);

describe('a session', () => {
  it('has every message that a process takes until its client is gone', () => {
    const lines = [connect(7), ...message(7), ...message(7), ...message(7), disconnect(7), connect(7), ...message(7)];

    expect(told(lines)).toEqual([false, true, true, false]);
  });

  it('is one of several at once', () => {
    const opened = [connect(7), ...message(7), connect(8), ...message(8), ...message(7)];

    expect(told([...opened, disconnect(8), ...message(7)])).toEqual([false, false, true, true]);
  });

  it('is over when the next begins, of the same client too, though its end is missing', () => {
    expect(told([connect(7), ...message(7), connect(7), ...message(7), ...message(7)])).toEqual([false, false, true]);
  });

  it('is not told by a log that leaves out how sessions begin', () => {
    expect(told([...message(7), ...message(7), disconnect(7), ...message(7)])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is of one relay and one instance', () => {
    const other = (text: string, relay = 'relay1') => line(`postfix-out/smtpd[7]: ${text}`, relay);
    const lines = [
      ...[connect(7), other('connect from pc[192.0.2.7]'), line('postfix/smtpd[7]: connect from pc[::1]', 'relay2')],
      ...message(7),
      ...message(7, '192.0.2.7', 'postfix-out'),
      ...message(7, '192.0.2.7', 'postfix', 'relay2'),
      ...message(7, '192.0.2.7', 'postfix-out'),
    ];

    expect(told(lines)).toEqual([false, false, false, true]);
  });

  it.each(['x7', '12345678901', '7 '])('is not told where a process is called %s', (process) => {
    expect(told([connect(process), ...message(process), ...message(process)])).toEqual([undefined, undefined]);
  });

  it('is not told where a log has no process ids', () => {
    const bare = [
      line('postfix/smtpd: connect from pc[192.0.2.7]'),
      line('postfix/smtpd: ABCDEF1: client=pc[192.0.2.7]'),
      line('postfix/qmgr: ABCDEF1: from=<ann@x.example>, size=10, nrcpt=1 (queue active)'),
    ];

    expect(told(bare)).toEqual([undefined]);
  });

  it.each([
    ['a filter on the relay itself', 'localhost[127.0.0.1]'],
    ['a proxy that says whom it passes on', 'filter[192.0.2.9], orig_client=pc[192.0.2.7]'],
    ['one that says it of a login', 'filter[192.0.2.9], sasl_username=ann, orig_client=pc[192.0.2.7]'],
  ])('is not that of %s', (_who, client) => {
    const passedOn = (id: string) => [
      smtpd(7, `${id}: client=${client}`),
      line(`postfix/qmgr[2]: ${id}: from=<ann@x.example>, size=10, nrcpt=1 (queue active)`),
    ];

    expect(told([connect(7), ...passedOn('ABCDEF1'), ...passedOn('ABCDEF2')])).toEqual([undefined, undefined]);
  });

  it('is told by the journal, too', () => {
    const entry = (text: string, more: object) =>
      JSON.stringify({ __REALTIME_TIMESTAMP: '1768381200000000', _HOSTNAME: 'relay1', MESSAGE: text, ...more });
    const [program, queue] = [{ SYSLOG_IDENTIFIER: 'postfix/smtpd' }, { SYSLOG_IDENTIFIER: 'postfix/qmgr', _PID: '9' }];
    const lines = ['ABCDEF1', 'ABCDEF2'].flatMap((id) => [
      entry(`${id}: client=pc[192.0.2.7]`, { ...program, SYSLOG_PID: '7', _PID: '1' }),
      entry(`${id}: from=<ann@x.example>, size=10, nrcpt=1 (queue active)`, queue),
    ]);

    expect(told([entry('connect from pc[192.0.2.7]', { ...program, _PID: '7' }), ...lines])).toEqual([false, true]);
  });

  it('is forgotten with all others when there are too many, as where no end is told', () => {
    const opened = Array.from({ length: 2_000 }, (_, i) => connect(i + 10));

    expect(told([connect(7), ...opened.slice(1), ...message(7)])).toEqual([false]);
    expect(told([connect(7), ...opened, ...message(7)])).toEqual([undefined]);
  });

  it('goes on, whatever number of processes comes and goes beside it', () => {
    const others = Array.from({ length: 9_000 }, (_, i) => [connect(100 + i), disconnect(100 + i)]).flat();
    const lines = [
      connect(7),
      ...message(7),
      ...others,
      ...message(7),
      ...message(8_000),
      disconnect(7),
      ...message(7),
    ];

    expect(told(lines)).toEqual([false, true, undefined, undefined]);
  });

  it('goes on after a restart, is saved only when there is news, and in a row that earlier versions pass over', () => {
    const lines = [connect(7), connect(8), ...message(7), ...message(8), smtpd(9, 'connect from pc[192.0.2.7]')];
    const { intake } = readLines(lines);
    const saved = [...intake.takeChanges()].flatMap(([key, row]) => (row ? [[key, row] as [string, object]] : []));
    expect(saved.map(([key]) => key)).toContain('sessions/');
    expect(intake.takeChanges().size).toBe(0);

    const later = postfix.open({});
    later.restore(JSON.parse(JSON.stringify(saved)));
    const found: unknown[] = [];
    const bytes = Buffer.from(`${[...message(7), ...message(9), ...message(10)].join('\n')}\n`);
    later.reader('mail.log').read(bytes, 0, bytes.length, (event) => {
      if (event.kind === 'accepted') found.push(event.message.isSameSession);
    });

    expect(found).toEqual([true, false, undefined]);
  });

  it('is what beginnings and ends say, in any order', () => {
    const what = fc.constantFrom('begin', 'message', 'message', 'end');
    const step = fc.record({ process: fc.integer({ min: 1, max: 3 }), what });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const open = new Map<number, boolean>();
        const expected: (boolean | undefined)[] = [];
        const lines = steps.flatMap(({ process, what }) => {
          if (what === 'begin') {
            open.set(process, false);
            return [connect(process)];
          }
          if (what === 'end') {
            open.delete(process);
            return [disconnect(process)];
          }
          expected.push(open.get(process));
          if (open.has(process)) open.set(process, true);
          return message(process);
        });

        expect(told(lines)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });
});
