import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '../../src/detection/assess.js';
import { hashOf } from '../../src/detection/clues/familiar.js';
import { newActivity } from '../../src/detection/identities/activity.js';
import { newHabit } from '../../src/detection/identities/habit.js';
import type { View } from '../../src/detection/signals/signal.js';
import { countDistinct, newDistinct } from '../../src/detection/structures/distinct.js';
import { Tally } from '../../src/detection/structures/tally.js';
import { DEFAULT_THRESHOLDS } from '../../src/detection/thresholds.js';

const HOUR = 3_600_000;
const worst = {
  ...newActivity(0),
  lastAt: 60_000,
  messages: 5_000,
  recipients: 50_000,
  choices: 18_500,
  tried: 50_000,
};
function view(activity: Partial<View['activity']>, usual: Partial<View['habit']> = {}): View {
  const habit = {
    ...newHabit(0),
    hours: 100,
    hourRecipients: 300,
    hourSquares: 1_500,
    messages: 300,
    recipients: 300,
    tried: 300,
    newRecipients: 40,
    ...usual,
  };
  const counts = { ...worst, ...activity };
  return {
    activity: { ...counts, reached: different(counts.tried) },
    habit,
    customerHabit: habit,
    entryHabit: habit,
    scope: 'entry',
    entry: 'login',
  };
}

/** Its usual mail at its usual pace. */
const USUAL = { messages: 40, recipients: 40, choices: 40, tried: 40, lastAt: 13 * HOUR };

/** So many different recipients. */
function different(count: number) {
  const distinct = newDistinct();
  for (let i = 0; i < Math.min(count, 5_000); i++) countDistinct(distinct, hashOf(`r${i}`));
  return distinct;
}

describe('assess', () => {
  it.each([
    ['reach', { newRecipients: 50_000, newDomains: 20_000 }],
    ['reception', { ...USUAL, unknownUsers: 30, contentRefusals: 20, complaints: 9 }],
    ['senders', { ...USUAL, newRecipients: 40, newSenders: 40, phantomSenders: 30 }],
    [
      'access',
      {
        ...USUAL,
        failedLogins: 5_000,
        networks: Tally.of({ a: 'new', b: 'new', c: 'new', d: 'new', e: 'new' } as const),
      },
    ],
  ])('never alarms because of %s alone', (what, activity) => {
    // Honest in all other respects: the usual recipients at the usual pace. A forger's mail goes to strangers; so does this one's.
    const usual = what === 'senders' ? { newRecipients: 290, newDomains: 150 } : {};
    expect(assess(view(activity, usual), false).isAlarm).toBe(false);
  });

  it('asks for less the more strangers are reached', () => {
    // Usually it writes to one recipient in eight for the first time; now to nobody else, and some filters dislike it.
    const share = 0.04;
    const evidenceOf = (count: number, isDeclaredBulk = false) => {
      const mail = { messages: count, recipients: count, choices: count, tried: count, newRecipients: count };
      return assess(view({ ...mail, contentRefusals: count * share }), isDeclaredBulk);
    };

    expect(evidenceOf(210).stake).toBeCloseTo(Math.log(1.5));
    expect(evidenceOf(210).isAlarm).toBe(false);
    expect(evidenceOf(280).stake).toBeCloseTo(Math.LN2);
    expect(evidenceOf(2_500)).toMatchObject({ isAlarm: true });
    expect(evidenceOf(1_000_000).stake).toBe(3);
    expect(evidenceOf(2_500, true).stake).toBe(0);
  });

  it('asks for more while few are reached', () => {
    // New networks, and every fourth recipient is unknown: enough at 140 recipients, and not at eight.
    const networks = Tally.of({ a: 'new', b: 'new', c: 'new', d: 'new' } as const);
    const assessed = (count: number, isDeclaredBulk = false) => {
      const mail = { messages: count, recipients: count, choices: count, tried: count, newRecipients: count };
      return assess(view({ ...mail, networks, unknownUsers: Math.round(count / 4) }), isDeclaredBulk);
    };

    const few = assessed(8);
    expect(few.stake).toBeCloseTo(Math.log(8 / 140), 0);
    expect(few.isAlarm).toBe(false);
    expect(few.evidence).toBeGreaterThan(Math.log(DEFAULT_THRESHOLDS.honestPerSpam));
    expect(assessed(8, true).stake).toBe(few.stake);
    expect(assessed(140).isAlarm).toBe(true);
  });

  it('asks for no less of answers to those who wrote', () => {
    const mail = { messages: 2_500, recipients: 2_500, choices: 2_500, tried: 2_500, newRecipients: 2_500 };
    expect(assess({ ...view(mail), isNullSender: true }, false).stake).toBe(0);
  });

  it('alarms when two groups agree, strongest reason first', () => {
    const assessment = assess(view({ newRecipients: 50_000, unknownUsers: 10_000 }), false);

    expect(assessment.isAlarm).toBe(true);
    expect(assessment.confidence).toBeGreaterThan(0.5);
    expect(assessment.sentences[0]).toMatch(/unknown users/);
  });

  it('does not judge declared bulk mail by its reach', () => {
    const bulk = view({ newRecipients: 50_000, unknownUsers: 5_000 });

    expect(assess(bulk, true).isAlarm).toBe(false);
    expect(assess(bulk, true).sentences.join()).not.toMatch(/never written to/);
  });

  it('does not judge a handful of recipients', () => {
    const few = {
      messages: 7,
      recipients: 7,
      tried: DEFAULT_THRESHOLDS.leastRecipients - 1,
      unknownUsers: 7,
      newRecipients: 7,
      contentRefusals: 7,
      phantomSenders: 7,
    };

    expect(assess(view(few), false).isAlarm).toBe(false);
  });

  it('takes a script that writes to the same dead address all day for no bad list', () => {
    const counts = { messages: 300, recipients: 300, tried: 300, unknownUsers: 1, newRecipients: 1 };
    const script = view(counts);
    const { reached } = script.activity;
    reached.words.fill(0);
    reached.ones = 0;
    countDistinct(reached, hashOf('r:dead@firm.example'));

    expect(assess(script, false)).toMatchObject({ isAlarm: false });
    expect(assess(script, false).evidence).toBeLessThan(assess(view({ ...counts, unknownUsers: 300 }), false).evidence);
  });

  it('gives a finite answer for whatever the counts are', () => {
    const count = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(
        count,
        count,
        count,
        count,
        count,
        count,
        (messages, recipients, tried, newRecipients, unknownUsers, newSenders) => {
          const { evidence, confidence } = assess(
            view({ messages, recipients, tried, newRecipients, unknownUsers, newSenders }),
            false,
          );
          expect(Number.isFinite(evidence) && confidence >= 0 && confidence <= 1).toBe(true);
        },
      ),
    );
  });
});
