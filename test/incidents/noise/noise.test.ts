// Is an alarm more of what was marked as noise? Whatever the traffic is like, only what looks like it may be held back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signals } from '../../../src/detection/signals/index.js';
import { judge, type Teaching } from '../../../src/incidents/noise/noise.js';
import { compromiseSign, type Sign } from '../../../src/incidents/sign.js';
import { stolenMailbox, T0 } from '../../helpers/incidents.js';

const DAY_MS = 86_400_000;
const KEY = 'acme|login:news@acme.example';
const NEWS = 'news@acme.example';

const isOwn = (domain: string) => domain === 'acme.example';

function teaching(change: Partial<Teaching> = {}): Teaching {
  return {
    id: 3,
    incidentId: 1,
    customer: 'acme',
    key: KEY,
    sender: NEWS,
    kind: 'single',
    reason: 'invoices',
    note: null,
    marked: {
      shape: 'single',
      recipients: 60,
      senderCount: 1,
      clientIps: ['192.0.2.9'],
      hasForeignSenders: false,
      lastedMs: 1_800_000,
      signs: ['volume'],
    },
    at: T0 - DAY_MS,
    by: 'U0ANN',
    byName: 'Ann',
    until: T0 + 29 * DAY_MS,
    undoneAt: null,
    undoneBy: null,
    undoneByName: null,
    matched: 0,
    lastMatchedAt: null,
    notedAt: null,
    ...change,
  };
}

const entryWide = (change: Partial<Teaching> = {}) => teaching({ sender: null, ...change });
const customerWide = (change: Partial<Teaching> = {}) => teaching({ sender: null, key: null, ...change });

function sign(change: Parameters<typeof stolenMailbox>[0] = {}): Sign {
  return compromiseSign(
    stolenMailbox({
      key: KEY,
      senders: [NEWS],
      logins: [NEWS],
      recipients: 80,
      signs: [{ id: 'volume', weight: 4 }],
      evidence: ['80 recipients in 10 min, usual 4 an hour'],
      ...change,
    }),
  );
}

function why(taught: Teaching, found: Sign): string[] | 'held' | 'nothing taught' {
  const judged = judge(found, [taught], isOwn);
  if (judged.kind === 'held') return 'held';
  return judged.wasNoise?.now ?? 'nothing taught';
}

describe('an alarm that is more of the same', () => {
  it('is held back: of this sender, this login, this customer', () => {
    expect(why(teaching(), sign())).toBe('held');
    expect(why(entryWide(), sign({ senders: ['other@acme.example'] }))).toBe('held');
    expect(why(customerWide(), sign({ key: 'acme|login:z@acme.example', senders: ['z@acme.example'] }))).toBe('held');
  });

  it('may be as large again as such mail is: a mailbox five times, a newsletter fifty times', () => {
    expect(why(teaching(), sign({ recipients: 300 }))).toBe('held');
    expect(why(teaching(), sign({ recipients: 301 }))).toEqual(['301 recipients, 60 when it was marked']);
    expect(why(teaching({ reason: 'newsletter' }), sign({ recipients: 3_000 }))).toBe('held');
    expect(why(teaching({ reason: 'newsletter' }), sign({ recipients: 3_001 }))).toHaveLength(1);
  });

  it('may go on at its pace: ten hours have room for ten times as much', () => {
    expect(why(teaching(), sign({ since: T0 - 10 * 3_600_000, recipients: 3_000 }))).toBe('held');
    expect(why(teaching(), sign({ since: T0 - 10 * 3_600_000, recipients: 3_001 }))).toHaveLength(1);
  });

  it('may hold volume in all its shadows, and what hardly weighs', () => {
    const signs = ['volume', 'recipients-per-message', 'domain-spread'].map((id) => ({ id, weight: 3 }));
    expect(why(teaching(), sign({ signs: [...signs, { id: 'unknown-users', weight: 1.4 }] }))).toBe('held');
  });

  it('is not, when any other kind of evidence has come to it', () => {
    const kinds = signals.map(({ id }) => id);
    const clientIps = ['198.51.100.7'];
    const heldKinds = kinds.filter((id) => why(teaching(), sign({ clientIps, signs: [{ id, weight: 5 }] })) === 'held');

    expect(heldKinds.toSorted()).toEqual([
      'domain-spread',
      'off-hours',
      'recipients-per-message',
      'same-session',
      'slowed-down',
      'volume',
    ]);
    expect(kinds).toContain('new-networks');
  });

  it('is held back by the newest judgement that fits', () => {
    const judged = judge(sign(), [teaching({ id: 3 }), entryWide({ id: 4 }), teaching({ id: 5, until: T0 })], isOwn);
    expect(judged).toMatchObject({ kind: 'held', teaching: { id: 4 } });
  });
});

describe('an alarm that is something else opens, and says what is different', () => {
  it.each<[string, Teaching, Parameters<typeof stolenMailbox>[0], string]>([
    [
      'unknown users',
      teaching(),
      { signs: [{ id: 'unknown-users', weight: 5 }], evidence: ['38 % unknown'] },
      '38 % unknown',
    ],
    [
      'content refusals',
      teaching(),
      { signs: [{ id: 'content-refusals', weight: 2 }], evidence: ['9 as spam'] },
      '9 as spam',
    ],
    [
      'complaints',
      customerWide(),
      { signs: [{ id: 'complaints', weight: 2 }], evidence: ['4 complaints'] },
      '4 complaints',
    ],
    ['a sign that nobody here knows', teaching(), { signs: [{ id: 'x', weight: 9 }], evidence: [] }, 'x'],
    [
      'another sender',
      teaching(),
      { kind: 'multiple', senders: [NEWS, 'a@acme.example'], senderCount: 2 },
      'another sender: a@acme.example',
    ],
    ['many senders, most unnamed', teaching(), { kind: 'multiple', senderCount: 900 }, '899 other senders'],
    ['another login', teaching(), { key: 'acme|login:thief@acme.example' }, 'another login'],
    ['many addresses, not one', entryWide(), { kind: 'multiple', senderCount: 9 }, '9 senders, not one'],
    ['one address, not many', entryWide({ kind: 'multiple' }), {}, 'one sender, not many'],
    ['foreign senders', customerWide({ kind: 'both' }), { senders: ['ceo@bank.example'] }, 'ceo@bank.example'],
    ['the time over', teaching({ until: T0 }), {}, 'is over'],
  ])('%s', (_, taught, change, words) => {
    expect(JSON.stringify(why(taught, sign(change)))).toContain(words);
    expect(why(taught, sign(change))).not.toBe('held');
  });

  describe('new networks', () => {
    const travels = teaching({ marked: { ...teaching().marked, signs: ['volume', 'new-networks'] } });
    const from = (clientIps: string[], newClientIps?: string[]) =>
      sign({
        ...{ clientIps, signs: [{ id: 'new-networks', weight: 4 }], evidence: ['three new networks'] },
        ...(newClientIps ? { newClientIps } : {}),
      });

    it('are those that were not there when it was marked, and are named', () => {
      expect(why(travels, from(['192.0.2.9']))).toBe('held');
      expect(why(travels, from(['192.0.2.9', '192.0.2.77']))).toBe('held');
      expect(why(travels, from(['192.0.2.9', '198.51.100.7']))).toEqual([
        'a network that is new to the customer: 198.51.100.7',
      ]);
      expect(why(teaching(), from(['198.51.100.7', '203.0.113.8', '203.0.113.9']))).toEqual([
        '2 networks that are new to the customer: 198.51.100.7, 203.0.113.8, 203.0.113.9',
      ]);
    });

    it('are none that the customer usually writes from: the owner is at her desk again', () => {
      expect(why(travels, from(['192.0.2.9', '198.51.100.7'], ['192.0.2.9']))).toBe('held');
      expect(why(travels, from(['192.0.2.9', '198.51.100.7'], ['192.0.2.9', '198.51.100.7']))).toHaveLength(1);
    });
  });

  it('takes many new senders for new, but not what was foreign when it was marked', () => {
    const tickets = entryWide({
      kind: 'multiple',
      reason: 'tickets',
      marked: { ...teaching().marked, senderCount: 30 },
    });
    expect(why(tickets, sign({ kind: 'multiple', senderCount: 150 }))).toBe('held');
    expect(why(tickets, sign({ kind: 'multiple', senderCount: 151 }))).toEqual(['151 senders, 30 when it was marked']);
    const forwards = customerWide({ reason: 'forwarding', marked: { ...teaching().marked, hasForeignSenders: true } });
    expect(why(forwards, sign({ senders: ['a@elsewhere.example'] }))).toBe('held');
  });

  it('says nothing of what was taken back, of another customer, or of what ended long ago', () => {
    expect(why(teaching({ undoneAt: T0 }), sign())).toBe('nothing taught');
    expect(why(teaching({ customer: 'bolt' }), sign())).toBe('nothing taught');
    expect(why(teaching({ until: T0 - 91 * DAY_MS }), sign())).toBe('nothing taught');
    expect(why(teaching(), sign({ senders: ['other@acme.example'] }))).toBe('nothing taught');
  });
});

describe('whatever the traffic', () => {
  const signs = fc.array(
    fc.record({
      id: fc.constantFrom('volume', 'unknown-users', 'new-networks', 'complaints', 'x'),
      weight: fc.float({ min: 0, max: 9, noNaN: true }),
    }),
    { maxLength: 5 },
  );
  const anySign = fc
    .record({
      kind: fc.constantFrom('single' as const, 'multiple' as const),
      key: fc.constantFrom(KEY, 'acme|login:b@acme.example'),
      customer: fc.constantFrom('acme', 'bolt'),
      at: fc.integer({ min: T0 - DAY_MS, max: T0 + 40 * DAY_MS }),
      senders: fc.subarray([NEWS, 'b@acme.example', 'c@bank.example', ''], { minLength: 1 }),
      recipients: fc.nat({ max: 5_000 }),
      clientIps: fc.subarray(['192.0.2.9', '198.51.100.7']),
      signs,
    })
    .map((change) => sign({ ...change, since: change.at - 600_000, senderCount: change.senders.length }));

  it('a judgement about one sender holds back nothing but that sender, in time, without new evidence', () => {
    fc.assert(
      fc.property(anySign, (found) => {
        if (why(teaching(), found) !== 'held') return;
        expect(found.subject.senders).toEqual([NEWS]);
        expect(found).toMatchObject({ customer: 'acme', key: KEY });
        expect(found.at).toBeLessThan(teaching().until);
        expect(found.subject.recipients).toBeLessThanOrEqual(300);
        const isNew = ({ id }: { id: string }) =>
          id === 'new-networks' ? found.subject.clientIps.includes('198.51.100.7') : id !== 'volume';
        expect(found.subject.signs?.filter((each) => each.weight >= 1.5 && isNew(each))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('a wider judgement never holds back less, and none holds back after its end', () => {
    fc.assert(
      fc.property(anySign, (found) => {
        if (why(teaching(), found) === 'held') expect(why(entryWide({ kind: 'both' }), found)).toBe('held');
        if (why(entryWide(), found) === 'held') expect(why(customerWide(), found)).toBe('held');
        if (found.at >= teaching().until) expect(why(customerWide({ kind: 'both' }), found)).not.toBe('held');
      }),
      { numRuns: 300 },
    );
  });

  it('more evidence never makes an alarm be held back', () => {
    fc.assert(
      fc.property(anySign, fc.constantFrom('unknown-users', 'complaints', 'x'), (found, id) => {
        const worse: Sign = {
          ...found,
          subject: { ...found.subject, signs: [...(found.subject.signs ?? []), { id, weight: 6 }] },
        };
        expect(judge(worse, [teaching(), entryWide(), customerWide({ kind: 'both' })], isOwn).kind).toBe('open');
      }),
      { numRuns: 200 },
    );
  });
});
