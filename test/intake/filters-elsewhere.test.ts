// Content filters on hosts of their own, which hand mail back over SMTP from there.
import { describe, expect, it } from 'vitest';
import { arrives, bounced, line, queued, removed, sent, told } from './filter-lines.js';

const FILTER = 'scan.north.example[10.0.0.5]';
/** Back from the filter. */
const comesBack = (id: string, messageId: string, client = FILTER) => [
  line(`smtpd[5]: ${id}: client=${client}`),
  line(`cleanup[2]: ${id}: message-id=${messageId}`),
  queued(id),
];
const handedOver = (id: string, next: string, host = FILTER) =>
  line(
    `smtp[4]: ${id}: to=<a@one.example>, relay=${host}:10024, delay=3.5, delays=0.02/0/0.49/3, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[10.0.0.1]:10025): 250 2.0.0 Ok: queued as ${next})`,
  );
/** A message that goes there and back. */
const through = (n: number, host = FILTER) => {
  const [id, next, messageId] = [`4AAA00000${n}A`, `4BBB00000${n}B`, `<m${n}@x.example>`];
  return {
    into: arrives({ id, messageId }),
    back: comesBack(next, messageId, host),
    reply: [handedOver(id, next, host), removed(id)],
    out: [bounced(next), removed(next)],
  };
};
const all = ({ into, back, reply, out }: ReturnType<typeof through>) => [...into, ...back, ...reply, ...out];
/** Nobody knows of the filter before its first reply. */
const FIRST = ['accepted of ann', 'accepted of undefined', 'sent of ann', 'bounced of undefined'];
const ONCE = ['accepted of ann', 'bounced of ann'];

describe('a filter on another host', () => {
  it('hands back the same message, from the second on, whatever comes first of its reply and what is sent on', () => {
    const first = all(through(1));
    const { into, back, reply, out } = through(2);

    expect(told([...first, ...into, ...back, ...reply, ...out])).toEqual([...FIRST, ...ONCE]);
    expect(told([...first, ...into, ...back, ...out, ...reply])).toEqual([...FIRST, ...ONCE]);
    expect(told([...first, ...into, ...back, ...reply, sent('4BBB000002B', 'a@one.example')])).toEqual([
      ...FIRST,
      'accepted of ann',
      'sent of ann',
    ]);
  });

  it('is none where its reply names no message that came from there', () => {
    const foreign = (n: number) => {
      const { into, back, out } = through(n);
      return [...into, handedOver(`4AAA00000${n}A`, '4FFF000009F'), removed(`4AAA00000${n}A`), ...back, ...out];
    };
    const apart = ['accepted of ann', 'sent of ann', 'accepted of undefined', 'bounced of undefined'];
    expect(told([...foreign(1), ...foreign(2)])).toEqual([...apart, ...apart]);

    const elsewhere = (n: number) => {
      const { into, reply, out } = through(n);
      return [...into, ...comesBack(`4BBB00000${n}B`, `<m${n}@x.example>`, 'pc[10.0.0.9]'), ...reply, ...out];
    };
    expect(told([...elsewhere(1), ...elsewhere(2)])).toEqual([...FIRST, ...FIRST]);
  });

  it('is not looked for behind a public address', () => {
    const away = 'scan.north.example[198.51.100.5]';
    expect(told([...all(through(1, away)), ...all(through(2, away))])).toEqual([...FIRST, ...FIRST]);
  });
});
