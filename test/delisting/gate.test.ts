// The gate: open only when every point is met, and never shut again by anything that speaks for us.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GateFacts, type GatePointId, gate, inWords, joinGates, openPoints } from '../../src/delisting/gate.js';
import { goodLook, HOUR_MS, IP } from '../helpers/delisting.js';
import { T0 } from '../helpers/incidents.js';

const READY: GateFacts = {
  now: T0,
  target: IP,
  isDomain: false,
  listName: 'Spamhaus ZEN',
  linked: [{ id: 12, customerName: 'Kvist AS', state: 'contained' }],
  sources: [{ customerName: 'Kvist AS', lastSpamAt: T0 - 5 * HOUR_MS }],
  quietMs: 4 * HOUR_MS,
  look: goodLook(T0 - HOUR_MS),
  retryMs: 48 * HOUR_MS,
};

const shut = (facts: Partial<GateFacts>) => openPoints(gate({ ...READY, ...facts }));
const ids = (facts: Partial<GateFacts>) => shut(facts).map(({ id }) => id);

describe('the gate', () => {
  it('opens when the cause is contained and quiet, the DNS is right, and nobody has asked lately', () => {
    expect(gate(READY)).toMatchObject({ isOpen: true });
    expect(gate(READY).points.map(({ id }) => id)).toEqual(['suspect', 'compromise', 'quiet', 'ptr', 'spf', 'retry']);
  });

  it.each<[string, Partial<GateFacts>, GatePointId[]]>([
    ['no cause is named', { linked: [], sources: [] }, ['suspect', 'quiet']],
    [
      'another customer spams over the same addresses',
      { othersOpen: [{ id: 13, customerName: 'Vestmar AS', state: 'open' as const }] },
      ['compromise'],
    ],
    [
      'a compromise is blocked in part',
      { linked: [{ id: 12, customerName: 'Kvist AS', state: 'open', part: { blocked: 200, of: 283 } }] },
      ['compromise'],
    ],
    ['a compromise is open', { linked: [{ id: 12, customerName: 'Kvist AS', state: 'open' }] }, ['compromise']],
    ['spam went on', { sources: [{ customerName: 'Kvist AS', lastSpamAt: T0 - HOUR_MS }] }, ['quiet']],
    ['nobody has looked at the DNS', { look: undefined }, ['ptr', 'spf']],
    ['the look is days old', { look: goodLook(T0 - 48 * HOUR_MS) }, ['ptr', 'spf']],
    [
      'somebody asked an hour ago',
      { lastRequest: { requestedAt: T0 - HOUR_MS, byName: 'Ben', attempt: 1 } },
      ['retry'],
    ],
  ])('stays shut while %s', (_, facts, expected) => {
    expect(ids(facts)).toEqual(expected);
    expect(gate({ ...READY, ...facts }).isOpen).toBe(false);
  });

  it('does not take an unanswered question for a record that is right, nor for one that is missing', () => {
    const look = { lookedAt: T0, points: [{ id: 'ptr', name: 'PTR', state: 'unknown', text: 'no answer' }] } as const;

    expect(shut({ look })).toMatchObject([
      {
        id: 'ptr',
        text: `PTR of ${IP} could not be looked up: no answer`,
        mend: { action: 'dnscheck-address', arg: IP },
      },
      { id: 'spf' },
    ]);
  });

  it('asks for SPF and DMARC of a domain, and for no PTR', () => {
    const points = gate({ ...READY, isDomain: true, target: 'kvist.example', look: undefined }).points;

    expect(points.map(({ id }) => id).filter((id) => ['ptr', 'spf', 'dmarc'].includes(id))).toEqual(['spf', 'dmarc']);
  });

  it('says how long it was quiet, of how long, and when that is enough', () => {
    const [quiet] = shut({ sources: [{ customerName: 'Kvist AS', lastSpamAt: T0 - 70 * 60_000 }] });

    expect(quiet).toMatchObject({
      text: 'last spam of Kvist AS at 2026-03-03 01:05 UTC, not yet 4 h ago',
      opensAt: T0 + 170 * 60_000,
    });
    expect(quiet && inWords(quiet)).toBe(
      'last spam of Kvist AS at 2026-03-03 01:05 UTC, not yet 4 h ago, met 2026-03-03 05:05 UTC if no more spam comes',
    );
  });

  it('names no time of mail that goes on, which the next message would make wrong', () => {
    const MINUTE_MS = 60_000;
    const quietOf = (state: 'open' | 'contained', minutes: number) =>
      shut({
        linked: [{ id: 12, customerName: 'Kvist AS', state }],
        sources: [{ customerName: 'Kvist AS', lastSpamAt: T0 - minutes * MINUTE_MS }],
      }).find(({ id }) => id === 'quiet');

    expect(quietOf('open', 3)).toEqual({
      ...{ id: 'quiet', isMet: false, goesOn: true },
      text: 'Kvist AS sent spam within the last 15 min',
    });
    expect(quietOf('open', 15)).toMatchObject({
      text: 'last spam of Kvist AS at 2026-03-03 02:00 UTC, not yet 4 h ago',
      opensAt: T0 + 225 * MINUTE_MS,
    });
    // Once it is held back the hour is worth knowing at once.
    expect(quietOf('contained', 3)?.opensAt).toBe(T0 + 237 * MINUTE_MS);
  });

  it('says of nobody that spam goes on who is held back, whatever others do', () => {
    const others = { linked: [{ id: 12, customerName: 'Kvist AS', state: 'open' as const }] };
    const [, quiet] = shut({ ...others, sources: [{ customerName: 'Fjell AS', lastSpamAt: T0 - 300_000 }] });
    expect(quiet?.text).toBe('last spam of Fjell AS at 2026-03-03 02:10 UTC, not yet 4 h ago');

    const refused = { customerName: 'Kvist AS', lastSpamAt: T0 - 300_000, wasRefused: true as const };
    const [, tried] = shut({ ...others, sources: [refused] });
    expect(tried?.text).toBe('last try of Kvist AS at 2026-03-03 02:10 UTC, refused, not yet 4 h ago');
  });

  it('calls a last message that a block refused a try', () => {
    const [quiet] = shut({ sources: [{ customerName: 'Kvist AS', lastSpamAt: T0 - HOUR_MS, wasRefused: true }] });
    expect(quiet?.text).toBe('last try of Kvist AS at 2026-03-03 01:15 UTC, refused, not yet 4 h ago');
  });

  it('promises no hour while no cause is named, whoever else was just stopped', () => {
    const sources = [{ customerName: 'Vestmar AS', lastSpamAt: T0 - HOUR_MS }];
    const noCulprit = { byName: 'Ann', reason: 'the range was listed for a neighbour' };
    const quietOf = (facts: Partial<GateFacts>) =>
      shut({ linked: [], sources, ...facts }).find(({ id }) => id === 'quiet');

    expect(quietOf({})).toEqual({
      ...{ id: 'quiet', isMet: false },
      text: 'last spam of Vestmar AS at 2026-03-03 01:15 UTC, not yet 4 h ago',
    });
    expect(quietOf({ noCulprit })?.opensAt).toBe(T0 + 3 * HOUR_MS);
  });

  it('does not know who is quiet while the logs are not read up to now, and says what to do', () => {
    const behind = { readTo: T0 - 2 * HOUR_MS };

    expect(shut({ behind })).toEqual([
      {
        ...{ id: 'quiet', isMet: false, isUnknown: true },
        text: 'whether Kvist AS is quiet since 2026-03-02 21:15 UTC is not known: the logs are read up to 2026-03-03 00:15 UTC and catch up by themselves',
      },
    ]);
    expect(shut({ behind: {} })[0]?.text).toBe(
      'whether Kvist AS is quiet since 2026-03-02 21:15 UTC is not known: the logs are not read up to now, and the Home tab of the bot says what to mend',
    );
  });

  it('promises no hour at which it opens while the logs are not read up to now', () => {
    const [quiet] = shut({ behind: {}, sources: [{ customerName: 'Kvist AS', lastSpamAt: T0 - HOUR_MS }] });

    expect(quiet).toEqual({
      ...{ id: 'quiet', isMet: false },
      text: 'last spam of Kvist AS at 2026-03-03 01:15 UTC, not yet 4 h ago; the logs are not read up to now, and the Home tab of the bot says what to mend',
    });
  });

  it('calls nobody quiet where no quiet time is asked for, and asks for no logs then', () => {
    const { points, isOpen } = gate({ ...READY, quietMs: 0, behind: {} });

    expect(isOpen).toBe(true);
    expect(points.find(({ id }) => id === 'quiet')?.text).toBe(
      'last spam of Kvist AS at 2026-03-02 21:15 UTC, and no quiet time is asked for',
    );
  });

  it('carries the button that mends each point: the likeliest customer, or that there is none', () => {
    const candidate = { customer: 'kvist', customerName: 'Kvist AS' };

    expect(shut({ linked: [], sources: [], candidate })[0]).toMatchObject({
      mend: { action: 'open-compromise', arg: 'kvist' },
      otherwise: { action: 'no-culprit' },
    });
    expect(shut({ linked: [], sources: [] })[0]).toMatchObject({ mend: { action: 'no-culprit' } });
    expect(shut({ linked: [{ id: 7, customerName: 'x', state: 'open' }] })[0]?.mend).toEqual({
      action: 'show-incident',
      label: 'Incident 7',
      arg: '7',
    });
  });

  it('opens for a listing without a culprit once a person has said so', () => {
    const noCulprit = { byName: 'Ann', reason: 'the range was listed for a neighbour' };

    expect(gate({ ...READY, linked: [], sources: [], noCulprit }).isOpen).toBe(true);
  });
});

const state = fc.constantFrom('open' as const, 'contained' as const, 'resolved' as const);
const at = fc.integer({ min: T0 - 100 * HOUR_MS, max: T0 });
const lookState = fc.constantFrom('ok' as const, 'bad' as const, 'unknown' as const);
const anyFacts: fc.Arbitrary<GateFacts> = fc.record({
  now: fc.constant(T0),
  target: fc.constantFrom(IP, 'kvist.example', '2001:db8::1'),
  isDomain: fc.boolean(),
  listName: fc.string(),
  linked: fc.array(fc.record({ id: fc.nat(), customerName: fc.string(), state }), { maxLength: 4 }),
  noCulprit: fc.option(fc.record({ byName: fc.string(), reason: fc.string() }), { nil: undefined }),
  candidate: fc.option(fc.record({ customer: fc.string(), customerName: fc.string() }), { nil: undefined }),
  sources: fc.array(fc.record({ customerName: fc.string(), lastSpamAt: at }), { maxLength: 4 }),
  quietMs: fc.constantFrom(0, HOUR_MS, 4 * HOUR_MS),
  behind: fc.option(fc.constantFrom({}, { readTo: T0 - HOUR_MS }), { nil: undefined }),
  look: fc.option(
    fc.record({
      lookedAt: at,
      points: fc.tuple(lookState, lookState, lookState).map(([a, b, c]) => [
        { id: 'ptr' as const, name: 'PTR', state: a, text: 'x' },
        { id: 'spf' as const, name: 'SPF', state: b, text: 'x' },
        { id: 'dmarc' as const, name: 'DMARC', state: c, text: 'x' },
      ]),
    }),
    { nil: undefined },
  ),
  lastRequest: fc.option(fc.record({ requestedAt: at, byName: fc.string(), attempt: fc.integer({ min: 1, max: 9 }) }), {
    nil: undefined,
  }),
  retryMs: fc.constantFrom(0, HOUR_MS, 48 * HOUR_MS),
});

describe('whatever the facts', () => {
  it('is open exactly when every single thing it stands for is so', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const isNamed = facts.linked.length > 0 || facts.noCulprit !== undefined;
        const isHeld = facts.linked.every((one) => one.state !== 'open');
        const last = Math.max(...facts.sources.map(({ lastSpamAt }) => lastSpamAt));
        const isQuiet =
          facts.sources.length > 0
            ? T0 - last >= facts.quietMs && (facts.quietMs === 0 || facts.behind === undefined)
            : facts.quietMs === 0 || (facts.linked.length === 0 && facts.noCulprit !== undefined);
        const wanted = facts.isDomain ? ['spf', 'dmarc'] : ['ptr', 'spf'];
        const { look, lastRequest } = facts;
        const isRight =
          look !== undefined &&
          T0 - look.lookedAt <= 36 * HOUR_MS &&
          wanted.every((id) => look.points.some((point) => point.id === id && point.state === 'ok'));
        const mayAsk = lastRequest === undefined || T0 - lastRequest.requestedAt >= facts.retryMs;

        expect(gate(facts).isOpen).toBe(isNamed && isHeld && isQuiet && isRight && mayAsk);
      }),
      { numRuns: 2000 },
    );
  });

  it('is never shut by time alone, by a compromise contained, or by DNS put right', () => {
    fc.assert(
      fc.property(anyFacts, fc.integer({ min: 0, max: 20 * HOUR_MS }), (facts, later) => {
        const better = {
          ...facts,
          now: facts.now + later,
          linked: facts.linked.map((one) => ({ ...one, state: 'contained' as const })),
          look: goodLook(facts.now + later),
          isDomain: false,
        };
        if (gate({ ...facts, isDomain: false }).isOpen) expect(gate(better).isOpen).toBe(true);
        const metBefore = gate({ ...facts, isDomain: false }).points.filter(({ isMet }) => isMet);
        const metAfter = gate(better).points.filter(({ isMet }) => isMet);
        expect(metAfter.length).toBeGreaterThanOrEqual(metBefore.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('joins several into one that is open only when each is, and says nothing twice', () => {
    fc.assert(
      fc.property(fc.array(anyFacts, { minLength: 1, maxLength: 6 }), (all) => {
        const gates = all.map((facts) => gate(facts));
        const joined = joinGates(gates);

        expect(joined.isOpen).toBe(gates.every(({ isOpen }) => isOpen));
        const texts = joined.points.map(({ id, text }) => `${id} ${text}`);
        expect(new Set(texts).size).toBe(texts.length);
        const open = gates.flatMap(openPoints).map(({ id, text }) => `${id} ${text}`);
        expect(openPoints(joined).map(({ id, text }) => `${id} ${text}`)).toEqual(
          expect.arrayContaining([...new Set(open)]),
        );
      }),
      { numRuns: 500 },
    );
  });
});
