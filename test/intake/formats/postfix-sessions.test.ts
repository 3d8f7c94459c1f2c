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
const connect = (process: number, ip = '192.0.2.7') => smtpd(process, `connect from pc[${ip}]`);
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
    const lines = [connect(7), ...message(7), connect(8), ...message(8), ...message(7), disconnect(8), ...message(7)];

    expect(told(lines)).toEqual([false, false, true, true]);
  });

  it('is over when another client is served, though its end is missing', () => {
    expect(told([...message(7), ...message(7, '192.0.2.8'), ...message(7, '192.0.2.8')])).toEqual([false, false, true]);
  });

  it('is of one relay and one instance', () => {
    const lines = [
      ...message(7),
      ...message(7, '192.0.2.7', 'postfix-out'),
      ...message(7, '192.0.2.7', 'postfix', 'relay2'),
      ...message(7, '192.0.2.7', 'postfix-out'),
    ];

    expect(told(lines)).toEqual([false, false, false, true]);
  });

  it('is not told by a log without process ids, nor by one with other things in their place', () => {
    const id = 'ABCDEF1';
    const bare = [
      line(`postfix/smtpd: ${id}: client=pc[192.0.2.7]`),
      line(`postfix/qmgr: ${id}: from=<ann@x.example>, size=10, nrcpt=1 (queue active)`),
    ];

    expect(told(bare)).toEqual([undefined]);
    expect(told([...message('x7'), ...message('x7')])).toEqual([undefined, undefined]);
    expect(told([...message('12345678901'), ...message('12345678901')])).toEqual([undefined, undefined]);
  });

  it('goes on after a restart, and is saved only when there is news', () => {
    const lines = [...message(7), ...message(8, '192.0.2.8', 'postfix-out')];
    const { intake } = readLines(lines);
    const saved = [...intake.takeChanges()].flatMap(([key, row]) => (row ? [[key, row] as [string, object]] : []));
    expect(intake.takeChanges().size).toBe(0);

    const later = postfix.open({});
    later.restore(JSON.parse(JSON.stringify(saved)));
    const found: unknown[] = [];
    const bytes = Buffer.from(
      `${[...message(7), ...message(8, '192.0.2.8', 'postfix-out'), ...message(8)].join('\n')}\n`,
    );
    later.reader('mail.log').read(bytes, 0, bytes.length, (event) => {
      if (event.kind === 'accepted') found.push(event.message.isSameSession);
    });

    expect(found).toEqual([true, true, false]);
  });

  it('is what processes, clients and ends say, in any order', () => {
    const step = fc.record({ process: fc.integer({ min: 1, max: 3 }), what: fc.constantFrom('message', 'end') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const open = new Set<number>();
        const expected: boolean[] = [];
        const lines = steps.flatMap(({ process, what }) => {
          if (what === 'end') {
            open.delete(process);
            return [disconnect(process)];
          }
          expected.push(open.has(process));
          open.add(process);
          return message(process);
        });

        expect(told(lines)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });
});
