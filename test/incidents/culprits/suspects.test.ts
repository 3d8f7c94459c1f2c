import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, type Case, NAMED_FROM, suspectOwners } from '../../../src/incidents/culprits/suspects.js';
import { type Mail, NO_MAIL, receptionOf, signsOf, weightOf } from '../../../src/incidents/culprits/suspicion.js';
import { likelihoods, rankSuspects } from './at-once.js';

const given = (candidates: Candidate[], change: Partial<Case> = {}): Case => ({
  candidates,
  nearHours: 6,
  beforeHours: 48,
  scope: 'address',
  isFirstLook: false,
  what: 'the mail over 203.0.113.17',
  ...change,
});

/** Honest mail: two dead addresses in a hundred, a stranger one time in eight. */
function honest(messages: number, change: Partial<Mail> = {}): Mail {
  const bounced = Math.round(messages * 0.02);
  return {
    ...NO_MAIL,
    messages,
    sent: messages - bounced,
    bounced,
    unknownUsers: bounced,
    newRecipients: Math.round(messages / 8),
    ...change,
  };
}

function spam(messages: number, change: Partial<Mail> = {}): Mail {
  const unknownUsers = Math.round(messages * 0.3);
  const contentRefusals = Math.round(messages * 0.05);
  const bounced = unknownUsers + contentRefusals;
  return {
    ...NO_MAIL,
    messages,
    sent: messages - bounced,
    bounced,
    unknownUsers,
    contentRefusals,
    newRecipients: messages,
    ...change,
  };
}

const innocents = (count: number, messages = 60): Candidate[] =>
  Array.from({ length: count }, (_, i) => ({
    customer: `c${i}`,
    near: honest(messages),
    before: honest(messages * 8),
  }));
const guilty: Candidate = { customer: 'guilty', near: spam(400), before: honest(480) };

describe('rankSuspects', () => {
  it('names the customer whose mail began to look like spam, with what speaks against it, strongest first', () => {
    const [first, ...others] = rankSuspects(given([...innocents(50), guilty]));

    expect(first).toMatchObject({ customer: 'guilty' });
    expect(first?.likelihood).toBeGreaterThan(0.8);
    expect(first?.evidence).toEqual([
      expect.stringMatching(/^30 % unknown users \(120 of 400\), usual 2 %$/),
      expect.stringMatching(/^20 refused as spam \(5 %\), others 0 %$/),
      '100 % of its recipients never written to before, usual 13 %',
      '400 messages, usual 60 in that time',
      '12 % of the mail over 203.0.113.17 in the 6 h before',
    ]);
    expect(others).toEqual([]);
  });

  it('names nobody when all send the same honest mail, however few they are and however little they send', () => {
    for (const count of [1, 2, 3, 7, 50, 400])
      for (const messages of [1, 4, 60, 3000]) expect(rankSuspects(given(innocents(count, messages)))).toEqual([]);
  });

  it('names nobody when nobody sent', () => {
    expect(rankSuspects(given([]))).toEqual([]);
    expect(
      rankSuspects(
        given([{ customer: 'idle', near: NO_MAIL, before: NO_MAIL, detected: { confidence: 1, msBefore: 0 } }]),
      ),
    ).toEqual([]);
  });

  it('leaves out who sent nothing over the address, whatever was found elsewhere', () => {
    const elsewhere = {
      customer: 'elsewhere',
      near: NO_MAIL,
      before: NO_MAIL,
      detected: { confidence: 0.99, msBefore: 60_000 },
    };

    expect(likelihoods(given([...innocents(5), elsewhere])).map(({ customer }) => customer)).not.toContain('elsewhere');
  });

  it('takes what the detection found for the strongest sign', () => {
    const found = {
      customer: 'found',
      near: honest(60),
      before: honest(480),
      detected: { confidence: 0.97, msBefore: 40 * 60_000 },
    };
    const [first] = rankSuspects(given([...innocents(50), found]));

    expect(first?.customer).toBe('found');
    expect(first?.evidence[0]).toBe('spam run found 40 min before the listing (97 % sure)');
  });

  it('shares the odds between two who both look guilty', () => {
    const ranked = rankSuspects(given([...innocents(50), guilty, { ...guilty, customer: 'other' }]));

    expect(ranked.map(({ customer }) => customer).sort()).toEqual(['guilty', 'other']);
    for (const { likelihood } of ranked) expect(likelihood).toBeLessThan(0.5);
  });

  it('does not take a newsletter to a clean list for spam, even when it is most of the mail', () => {
    const newsletter = { customer: 'news', near: honest(4000, { newRecipients: 200 }), before: honest(100) };

    expect(rankSuspects(given([...innocents(50), newsletter]))).toEqual([]);
  });

  it('compares with what is usual for the customer: a list that always was old is no news', () => {
    const old = (messages: number): Mail =>
      honest(messages, { unknownUsers: messages * 0.07, bounced: messages * 0.07, sent: messages * 0.93 });

    expect(rankSuspects(given([...innocents(50), { customer: 'old', near: old(300), before: old(2400) }]))).toEqual([]);
  });

  it('still knows who sent yesterday when the window was quiet', () => {
    const [first] = rankSuspects(
      given([...innocents(50), { customer: 'yesterday', near: honest(2), before: spam(900) }]),
    );

    expect(first?.customer).toBe('yesterday');
    expect(first?.evidence[0]).toMatch(/unknown users .*, in the 54 h before$/);
  });

  it('believes less in a culprit of ours when a whole network is listed', () => {
    const of = (scope: Case['scope']) => likelihoods(given([...innocents(50), guilty], { scope }))[0]?.likelihood ?? 0;

    expect(of('network')).toBeLessThan(of('range'));
    expect(of('range')).toBeLessThan(of('address'));
  });
});

describe('suspectOwners', () => {
  const owned = [{ customer: 'acme', domains: ['acme.example'] }];

  it('names the owner of a listed domain, whatever its mail looks like', () => {
    expect(suspectOwners(owned, given(innocents(5)))).toEqual([
      { customer: 'acme', likelihood: 0.9, evidence: ['owns acme.example'] },
    ]);
  });

  it('adds what its mail shows, and shares the odds among owners', () => {
    const ranked = suspectOwners(
      [...owned, { customer: 'guilty', domains: ['g.example'] }],
      given([...innocents(5), guilty]),
    );

    expect(ranked[0]).toMatchObject({
      customer: 'guilty',
      evidence: ['owns g.example', expect.stringContaining('unknown users'), ...Array(4).fill(expect.any(String))],
    });
    expect(ranked.reduce((sum, { likelihood }) => sum + likelihood, 0)).toBeLessThanOrEqual(0.9 + 1e-9);
  });
});

const count = (max: number) => fc.integer({ min: 0, max });
const mail: fc.Arbitrary<Mail> = fc
  .record({
    messages: count(5000),
    sent: count(5000),
    unknownUsers: count(800),
    contentRefusals: count(300),
    otherBounces: count(300),
    newRecipients: count(5000),
    complaints: count(20),
  })
  .map(({ otherBounces, ...rest }) => ({ ...rest, bounced: rest.unknownUsers + rest.contentRefusals + otherBounces }));
const detected = fc.option(
  fc.record({ confidence: fc.double({ min: 0, max: 1, noNaN: true }), msBefore: fc.integer({ min: -1e7, max: 2e8 }) }),
  { nil: undefined },
);
const candidates = fc
  .array(fc.record({ near: mail, before: mail, detected }), { minLength: 1, maxLength: 12 })
  .map((all): Candidate[] => all.map((one, i) => ({ customer: `c${i}`, ...one })));
const cases = fc
  .record({
    candidates,
    scope: fc.constantFrom('address' as const, 'range' as const, 'network' as const),
    isFirstLook: fc.boolean(),
  })
  .map(({ candidates, ...change }) => given(candidates, change));

const likelihoodOf = (one: Case, customer: string) =>
  likelihoods(one).find((each) => each.customer === customer)?.likelihood ?? 0;

describe('the odds', () => {
  it('are odds: none below 0, all together at most 1, and those named at least the least', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const all = likelihoods(one).map(({ likelihood }) => likelihood);
        expect(all.every((each) => Number.isFinite(each) && each >= 0)).toBe(true);
        expect(all.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(1 + 1e-9);
        for (const { likelihood, evidence } of rankSuspects(one)) {
          expect(likelihood).toBeGreaterThanOrEqual(NAMED_FROM);
          expect(evidence.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('do not hang on the order in which customers are looked at', () => {
    fc.assert(
      fc.property(cases, fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (one, keys) => {
        const shuffled = one.candidates
          .map((each, i) => [keys[i] ?? 0, each] as const)
          .toSorted((a, b) => a[0] - b[0])
          .map(([, each]) => each);
        const [a, b] = [likelihoods(one), likelihoods({ ...one, candidates: shuffled })];
        expect(b.map(({ customer }) => customer).sort()).toEqual(a.map(({ customer }) => customer).sort());
        for (const { customer, likelihood } of a)
          expect(likelihoodOf({ ...one, candidates: shuffled }, customer)).toBeCloseTo(likelihood, 9);
      }),
    );
  });

  /** A further dead address or refusal in the place of a delivery, a complaint, a stranger: none of them speaks for anybody. */
  const worse: Record<string, (near: Mail) => Mail> = {
    'a dead address': (near) =>
      near.sent > 0
        ? { ...near, sent: near.sent - 1, bounced: near.bounced + 1, unknownUsers: near.unknownUsers + 1 }
        : near,
    'a refusal as spam': (near) =>
      near.sent > 0
        ? { ...near, sent: near.sent - 1, bounced: near.bounced + 1, contentRefusals: near.contentRefusals + 1 }
        : near,
    'a recipient never written to': (near) =>
      near.newRecipients < near.sent + near.bounced ? { ...near, newRecipients: near.newRecipients + 1 } : near,
  };
  for (const [what, add] of Object.entries(worse)) {
    it(`grow with ${what}`, () => {
      fc.assert(
        fc.property(cases, count(100), (one, times) => {
          const [first, ...others] = one.candidates;
          if (!first || first.near.sent + first.near.bounced === 0) return;
          let { near } = first;
          for (let i = 0; i <= times; i++) near = add(near);
          // What is fewer delivered is no less mail: complaints are told apart, since their share hangs on it.
          const before = { ...one, candidates: [{ ...first, near: { ...first.near, complaints: 0 } }, ...others] };
          const after = { ...one, candidates: [{ ...first, near: { ...near, complaints: 0 } }, ...others] };
          expect(likelihoodOf(after, first.customer)).toBeGreaterThanOrEqual(
            likelihoodOf(before, first.customer) - 1e-9,
          );
        }),
      );
    });
  }

  it('grow with a complaint, and with what the detection is sure of', () => {
    fc.assert(
      fc.property(cases, fc.double({ min: 0, max: 1, noNaN: true }), (one, more) => {
        const [first, ...others] = one.candidates;
        if (!first) return;
        const with_ = (change: Partial<Candidate>) =>
          likelihoodOf({ ...one, candidates: [{ ...first, ...change }, ...others] }, first.customer);
        const complained = { ...first.near, complaints: first.near.complaints + 1 };
        const surer = { confidence: Math.max(first.detected?.confidence ?? 0, more), msBefore: 0 };
        if (first.near.sent > complained.complaints)
          expect(with_({ near: complained })).toBeGreaterThanOrEqual(with_({}) - 1e-9);
        expect(with_({ detected: surer })).toBeGreaterThanOrEqual(with_({}) - 1e-9);
      }),
    );
  });
});

describe('the signs', () => {
  it('of one mail do not add up: the strongest in full, further ones by half', () => {
    expect(
      weightOf([
        { weight: 4, sentence: '' },
        { weight: 2, sentence: '' },
        { weight: 1, sentence: '' },
      ]),
    ).toBe(5.5);
    expect(
      weightOf([
        { weight: 4, sentence: '' },
        { weight: -3, sentence: '' },
      ]),
    ).toBe(1);
  });

  it('say nothing where there is no mail', () => {
    expect(signsOf({ mail: NO_MAIL, before: NO_MAIL, others: NO_MAIL, expected: undefined })).toEqual([]);
    expect(receptionOf(NO_MAIL)).toBe(0);
  });

  it('of reception tell spam from honest mail by an hour of it', () => {
    expect(receptionOf(spam(40))).toBeGreaterThan(3);
    expect(receptionOf(honest(40))).toBeLessThan(0);
    expect(receptionOf({ ...NO_MAIL, bounced: 1, contentRefusals: 1, sent: 30 })).toBeLessThan(3);
  });
});
