// How findings are held against what happened.
import { describe, expect, it } from 'vitest';
import type { BlockFinding, CompromiseFinding } from '../../src/detection/finding.js';
import { classifyReply } from '../../src/intake/replies/index.js';
import { Incidents, judge } from './measuring/judge.js';
import { mainTable, summarise } from './measuring/tables.js';
import { dice } from './provider/dice.js';
import type { Story } from './provider/model.js';
import { provider } from './provider/provider.js';
import { DAY, HOUR } from './provider/world.js';

const { world, chunks } = provider({ seed: 11, customers: 60, days: 1 });
for (const _ of chunks());
const attack = world.stories.find(
  ({ what, messages, senders }) => what === 'attack' && messages > 60 && !senders.has(''),
) as Story;
const innocent = world.customers.find(({ id }) => !world.stories.some(({ customer }) => customer === id));

/** The time of the attack's message number `n`. */
function timeOf(n: number): number {
  return attack.sent[2 * n] as number;
}

function finding(change: Partial<CompromiseFinding> = {}): CompromiseFinding {
  const at = timeOf(20);
  const senders = [...attack.senders].filter(([, since]) => since <= at).map(([sender]) => sender);
  return {
    kind: attack.kind,
    key: 'compromise|one',
    at,
    since: attack.start,
    customer: attack.customer,
    senders,
    senderCount: senders.length,
    logins: [],
    sharedLogins: [],
    clientIps: [],
    messages: 21,
    recipients: 21,
    confidence: 0.9,
    evidence: ['because'],
    ...change,
  };
}

function outcomeOf(...findings: CompromiseFinding[]) {
  const judged = judge(world, 11, findings);
  return { ...judged, attack: judged.attacks.find(({ customer }) => customer === attack.customer) };
}

describe('judging findings', () => {
  it('finds an attack by its first finding, and counts who was reached until then', () => {
    const { attack: outcome, falseAlarms } = outcomeOf(finding());
    const reached = attack.sent.filter((_, i) => i % 2 === 1 && (attack.sent[i - 1] as number) <= timeOf(20));

    expect(outcome).toMatchObject({ isFound: true, isKindRight: true, areSendersRight: true });
    expect(outcome?.reached).toBeCloseTo(reached.reduce((sum, each) => sum + each, 0) / attack.recipients);
    expect(falseAlarms).toEqual([]);
  });

  it('counts a missed attack as all of its recipients reached', () => {
    expect(outcomeOf().attack).toMatchObject({ isFound: false, reached: 1 });
  });

  it('does not take wrong senders or the wrong kind for right', () => {
    const kind = attack.kind === 'single' ? 'multiple' : 'single';

    expect(outcomeOf(finding({ senders: ['boss@elsewhere.test'] })).attack?.areSendersRight).toBe(false);
    expect(outcomeOf(finding({ kind })).attack?.isKindRight).toBe(false);
  });

  it.each([
    ['about somebody else', { customer: innocent?.id ?? '' }],
    ['before it begins', { at: attack.start - 1 }],
    ['long after it ended', { at: attack.end + 6 * HOUR + 1 }],
  ])('calls an alarm false that is %s', (_, change) => {
    const { attack: outcome, falseAlarms } = outcomeOf(finding(change));

    expect(outcome?.isFound).toBe(false);
    expect(falseAlarms).toHaveLength(1);
  });

  it('calls further findings of a found attack neither found nor false', () => {
    const { attacks, falseAlarms } = outcomeOf(finding(), finding({ key: 'compromise|two', at: attack.end }));

    expect(attacks.filter(({ isFound }) => isFound)).toHaveLength(1);
    expect(falseAlarms).toEqual([]);
  });

  it('counts an incident once until its key was silent for a day', () => {
    const incidents = new Incidents();
    for (const at of [0, 20 * HOUR, 40 * HOUR, 40 * HOUR + DAY + 1]) incidents.add(finding({ at }));

    expect(incidents.first.map(({ at }) => at)).toEqual([0, 40 * HOUR + DAY + 1]);
  });

  it('tells a listing that replies have shown from one that nobody noticed', () => {
    const listing = world.listings.find(({ firstRefusalAt }) => firstRefusalAt !== undefined);
    if (!listing) throw new Error('this seed has no listing: take another');
    const at = (listing.firstRefusalAt ?? 0) + 30_000;
    const block = { kind: 'blocklist', key: 'b', at, ip: listing.ip, reply: `550 ${listing.mark}` } as BlockFinding;
    const stray = { ...block, ip: '203.0.113.250' };
    const [first] = judge(world, 11, [block]).listings.filter(({ isFound }) => isFound);

    expect(first?.delaySeconds).toBeCloseTo(30);
    expect(judge(world, 11, [stray])).toMatchObject({ strayBlocks: [expect.any(String)] });
  });

  it('sees a listing whose list had the address already, by another receiver and in other words', () => {
    const incidents = new Incidents();
    const block = (at: number) => ({ kind: 'blocklist', key: 'b', at }) as BlockFinding;
    for (const at of [0, HOUR / 2, 12 * HOUR]) incidents.add(block(at));
    expect(incidents.first.map(({ at }) => at)).toEqual([0, 12 * HOUR]);

    const listing = world.listings.find(({ said, ip }) => classifyReply(said(ip, dice(1)))?.zone !== undefined);
    if (listing?.firstRefusalAt === undefined) throw new Error('this seed has no listing by a list: take another');
    const { ip, said, firstRefusalAt: at } = listing;
    const zone = classifyReply(said(ip, dice(1)))?.zone;
    const earlier = { ...block(at), ip, provider: zone, reply: '550 in other words' } as BlockFinding;

    expect(judge(world, 11, [earlier]).listings.some(({ isFound }) => isFound)).toBe(true);
    expect(judge(world, 11, [{ ...earlier, provider: 'else.example' }]).listings.some(({ isFound }) => isFound)).toBe(
      false,
    );
  });

  it('adds up to a table', () => {
    const judged = judge(world, 11, [finding(), finding({ key: 'x', customer: innocent?.id ?? '' })]);
    const outcome = { seed: 11, customers: [60], lines: 1, unknownLines: 0, seconds: 1, ...judged };
    const summary = summarise([outcome], 'cold');

    expect(summary).toMatchObject({ found: 1, falseIncidents: 1, precision: 0.5, right: 1 });
    expect(summary.falseRate).toBeCloseTo(1000 / 60);
    expect(mainTable([outcome])).toContain('F1 over incidents');
  });

  it('counts who was reached over all spam, and of each attack by itself', () => {
    const [first] = judge(world, 11, []).attacks;
    if (!first) throw new Error('this seed has no attack: take another');
    const attacks = [
      { ...first, day: 0, recipients: 900, reached: 0.1 },
      { ...first, day: 0, recipients: 100, reached: 1 },
    ];
    const summary = summarise([{ attacks, falseAlarms: [], customers: [60] }], 'cold');

    expect(summary.reached).toBeCloseTo(0.19);
    expect(summary.reachedOfEach).toBeCloseTo(0.55);
  });
});
