import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildAttribution, hintableAddresses, type Origin } from '../../src/partners/attribution.js';
import { Directory } from '../../src/partners/directory.js';
import { LearnedHints } from '../../src/partners/learned-hints.js';

const DAY = 86_400_000;
const T0 = Date.UTC(2026, 2, 3, 9);
const IP = '203.0.113.50';
const directory = Directory.parse({
  customers: [
    { id: 'a', name: 'A', domains: ['a.example'], sasl_users: ['login-a'], shared_ips: ['192.0.2.1', '192.0.2.2'] },
    { id: 'b', name: 'B', domains: ['b.example'], shared_ips: ['192.0.2.1'], ips: ['198.51.100.1'] },
  ],
});

/** An address' mail, attributed and learned from as the intake does. */
function desk(most?: number) {
  const hints = new LearnedHints(hintableAddresses(directory), most);
  let at = T0;
  const attribute = buildAttribution(directory, { hintFor: (clientIp) => hints.hintFor(clientIp, at) });
  const see = (change: Partial<Origin> & { sender: string }, when: number) => {
    at = when;
    const origin = { clientIp: IP, ...change };
    const found = attribute(origin);
    hints.note(origin, found, at);
    return `${found.customer} by ${found.by}`;
  };
  const days = (count: number, perDay: number, change: Partial<Origin> & { sender: string }, from = T0) => {
    for (let i = 0; i < count * perDay; i++) see(change, from + Math.floor(i / perDay) * DAY + i);
  };
  return { hints, see, days };
}

const KNOWN = { sender: 'www@a.example' };
const UNKNOWN = { sender: 'root@web7.internal' };

describe('a learned hint', () => {
  it('takes mail of nobody’s domain for the customer whose domain alone was seen over the address for days', () => {
    const { see, days } = desk();
    expect(see(UNKNOWN, T0)).toBe('unattributed by nothing');
    days(3, 10, KNOWN);

    expect(see(UNKNOWN, T0 + 3 * DAY)).toBe('a by hint');
    expect(see({ ...UNKNOWN, login: 'who' }, T0 + 3 * DAY)).toBe('a by hint');
    expect(see({ ...UNKNOWN, clientIp: '203.0.113.51' }, T0 + 3 * DAY)).toBe('unattributed by nothing');
    expect(see({ sender: 'x@b.example' }, T0 + 3 * DAY)).toBe('b by sender');
  });

  it.each([
    ['two days', 2, 50, KNOWN],
    ['a few messages', 5, 3, KNOWN],
    ['logins, which say whose mail it is wherever they come from', 5, 50, { sender: 'x@a.example', login: 'login-a' }],
    ['null senders', 5, 50, { sender: '' }],
  ])('is not learned from %s', (_, count, perDay, change) => {
    const { see, days } = desk();
    days(count, perDay, change);

    expect(see(UNKNOWN, T0 + 5 * DAY)).toBe('unattributed by nothing');
  });

  it('is not learned of an address that mostly carries unknown domains', () => {
    const { see, days } = desk();
    for (let day = 0; day < 5; day++) {
      days(1, 10, KNOWN, T0 + day * DAY);
      days(1, 20, UNKNOWN, T0 + day * DAY + 60_000);
    }
    expect(see(UNKNOWN, T0 + 5 * DAY)).toBe('unattributed by nothing');
  });

  it('is never learned of a platform that two customers share, but of one that only one of them lists', () => {
    const { see, days } = desk();
    for (const clientIp of ['192.0.2.1', '192.0.2.2', '198.51.100.1']) days(4, 20, { ...KNOWN, clientIp });
    const later = T0 + 4 * DAY;

    expect(see({ ...UNKNOWN, clientIp: '192.0.2.1' }, later)).toBe('unattributed by nothing');
    expect(see({ ...UNKNOWN, clientIp: '192.0.2.2' }, later)).toBe('a by hint');
    expect(see({ ...UNKNOWN, clientIp: '198.51.100.1' }, later)).toBe('b by address');
  });

  it('outlives a flood of unknown senders and one forged message, and ends with a second customer', () => {
    const { see, days } = desk();
    days(4, 20, KNOWN);
    days(1, 5_000, UNKNOWN, T0 + 4 * DAY);
    see({ sender: 'x@b.example' }, T0 + 4 * DAY);
    expect(see(UNKNOWN, T0 + 4 * DAY)).toBe('a by hint');
    see({ sender: 'x@b.example' }, T0 + 4 * DAY);
    see({ sender: 'y@b.example' }, T0 + 5 * DAY);
    expect(see(UNKNOWN, T0 + 5 * DAY)).toBe('unattributed by nothing');

    days(10, 20, KNOWN, T0 + 6 * DAY);
    expect(see(UNKNOWN, T0 + 16 * DAY)).toBe('unattributed by nothing');
    days(3, 20, KNOWN, T0 + 40 * DAY);
    expect(see(UNKNOWN, T0 + 43 * DAY)).toBe('a by hint');
  });

  it('is forgotten after a month of silence, and not believed of a line years ahead', () => {
    const { see, days, hints } = desk();
    days(3, 20, KNOWN);

    expect(hints.hintFor(IP, T0 + 31 * DAY)).toBe('a');
    expect(hints.hintFor(IP, T0 + 40 * DAY)).toBeUndefined();
    see(KNOWN, T0 + 20_000 * DAY);
    expect(hints.hintFor(IP, T0 + 4 * DAY)).toBeUndefined();
  });

  it('is the same after a restart, and gone when another directory claims the address', () => {
    const { days, hints } = desk();
    days(3, 20, KNOWN);
    const saved = [...hints.takeChanges()].flatMap(([ip, row]) => (row ? [[ip, row] as const] : []));
    expect(hints.takeChanges().size).toBe(0);

    const restored = new LearnedHints(hintableAddresses(directory));
    restored.restore(JSON.parse(JSON.stringify(saved)));
    expect(restored.hintFor(IP, T0 + 3 * DAY)).toBe('a');
    const claimed = Directory.parse({ customers: [{ id: 'c', name: 'C', ips: [IP] }] });
    const gone = new LearnedHints(hintableAddresses(claimed));
    gone.restore(JSON.parse(JSON.stringify(saved)));
    expect(gone.hintFor(IP, T0 + 3 * DAY)).toBeUndefined();
    expect([...gone.takeChanges()]).toEqual([[IP, undefined]]);
  });

  it('is kept for a bounded number of addresses, the last used of them', () => {
    const { days, hints } = desk(100);
    const ipOf = (i: number) => `203.0.${i >> 8}.${i & 255}`;
    for (let i = 0; i < 1_000; i++) days(1, 1, { ...KNOWN, clientIp: ipOf(i) });
    const rows = [...hints.takeChanges()].filter(([, row]) => row);

    expect(rows.length).toBeLessThanOrEqual(100);
    expect(rows.map(([ip]) => ip)).toContain(ipOf(999));
  });

  it('only ever names a customer whose domain was seen there, and never while two are seen alike', () => {
    const sender = fc.constantFrom('x@a.example', 'x@b.example', 'x@nobody.test');
    fc.assert(
      fc.property(fc.array(fc.tuple(sender, fc.nat(10)), { minLength: 50, maxLength: 300 }), (mails) => {
        const { see, hints } = desk();
        for (const [from, day] of mails.toSorted((a, b) => a[1] - b[1])) see({ sender: from }, T0 + day * DAY);
        const seen = new Set(mails.map(([from]) => from.slice(2, 3)));
        const named = hints.hintFor(IP, T0 + 11 * DAY);
        if (named !== undefined) expect(seen.has(named)).toBe(true);
        const share = (of: string) => mails.filter(([from]) => from.includes(of)).length / mails.length;
        if (share('@a.') > 0.2 && share('@b.') > 0.2) expect(named).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });
});
