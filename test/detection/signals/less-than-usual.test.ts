// Less than usual never speaks for spam, however much is usual: who always writes to strangers and now to acquaintances has sent no spam.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashOf } from '../../../src/detection/clues/familiar.js';
import { type Activity, newActivity } from '../../../src/detection/identities/activity.js';
import { type Habit, newHabit } from '../../../src/detection/identities/habit.js';
import { signals } from '../../../src/detection/signals/index.js';
import { countDistinct } from '../../../src/detection/structures/distinct.js';

const HOUR = 3_600_000;

/** Counts of both that are a share of the recipients tried, by the signal that weighs them. */
const SHARES = {
  'new-recipients': 'newRecipients',
  'domain-spread': 'newDomains',
  'unknown-users': 'unknownUsers',
  'content-refusals': 'contentRefusals',
  'slowed-down': 'slowedDown',
} as const;

function weightOf(id: string, counts: Partial<Activity>, past: Partial<Habit>): number {
  const activity: Activity = { ...newActivity(100 * HOUR), lastAt: 101 * HOUR, ...counts };
  for (let i = 0; i < activity.tried; i++) countDistinct(activity.reached, hashOf(`r${i}`));
  const habit: Habit = { ...newHabit(0), hours: 100, messages: 1_000, recipients: 1_000, tried: 1_000, ...past };
  const views = { habit, customerHabit: habit, entryHabit: habit };
  return signals.find((each) => each.id === id)?.weigh({ activity, ...views, scope: 'entry', entry: 'login' }) ?? 0;
}

it.each(Object.entries(SHARES))('%s', (id, count) => {
  // What is believed is drawn to what is expected of others: a quarter of what is usual is less than that in any case.
  fc.assert(
    fc.property(
      fc.integer({ min: 8, max: 300 }),
      fc.nat(1_000),
      fc.double({ min: 0, max: 0.25, noNaN: true }),
      (tried, usual, less) => {
        const now = Math.floor(tried * (usual / 1_000) * less);
        const weight = weightOf(id, { messages: tried, recipients: tried, tried, [count]: now }, { [count]: usual });

        expect(weight).toBeLessThanOrEqual(0);
      },
    ),
  );
});

it.each(Object.entries(SHARES))('%s still speaks for spam where there is more than usual', (id, count) => {
  const all = { messages: 60, recipients: 60, tried: 60 };

  expect(weightOf(id, { ...all, [count]: 60 }, { [count]: 200 })).toBeGreaterThan(0.3);
});
