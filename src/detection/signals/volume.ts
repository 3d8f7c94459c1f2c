// Volume against the identity's own habit. Spam is sent as fast as the account allows; people and machines have their rhythm.
// A mailing, a month's invoices or a full inbox worked off look the same, so volume alone never makes an alarm.
import { hoursOf } from '../activity.js';
import { type Habit, hourly } from '../habit.js';
import { clamp, lnBurstyCount } from '../statistics.js';
import { experience, inWords, rounded, type Signal } from './signal.js';

/** What a mailbox, and a whole company behind one entry, send in an hour with mail before anything is known of them. */
const EXPECTED = { sender: { mean: 4, hours: 3 }, entry: { mean: 25, hours: 2 }, strangers: { mean: 10, hours: 2 } };
/** Honest hours are bursty: a shape of 0.5 has a standard deviation of 1.4 to 2 times the mean and a long tail. */
const SHAPE = { least: 0.3, expected: 0.5, most: 3 };
/** Spam runs at several times the habit, and hardly ever below some dozens an hour. */
const SPAM = { times: 8, atLeastAnHour: 40 };

export const volume: Signal = {
  id: 'volume',
  group: 'reach',
  appliesToDeclaredBulk: false,
  weigh({ activity, habit, scope, entry }) {
    const usual = hourly(habit);
    const expected = EXPECTED[scope === 'entry' && entry === 'login' ? 'strangers' : scope];
    const first = expected.mean * shareOfHoursWithMail(habit, usual.hours, activity.since);
    const mean = (usual.mean * usual.hours + first * expected.hours) / (usual.hours + expected.hours);
    // An hour's worth at once is an ordinary hour: only what goes beyond is unusual.
    const hours = Math.max(1, hoursOf(activity));
    const spamMean = hours * Math.max(SPAM.atLeastAnHour, mean * SPAM.times);
    const count = Math.round(activity.choices);
    const honest = lnBurstyCount(count, mean * hours, shapeOf(usual));
    const weight = lnBurstyCount(count, spamMean, 1) - honest;
    return clamp(weight, -2, 4 + experience(usual.hours));
  },
  say({ activity, habit }) {
    const { hours, mean } = hourly(habit);
    const usually = hours > 0 ? `usual ${rounded(mean)} an hour` : 'no mail known before';
    return `${activity.recipients} recipients in ${inWords(hoursOf(activity))}, ${usually}`;
  },
};

/** Who was silent for most of the time since we first saw it is no busy sender, however little else is known. */
function shareOfHoursWithMail(habit: Habit, hours: number, now: number): number {
  const since = Math.max(0, now - habit.firstAt) / 3_600_000;
  return clamp((hours + 1) / (since + 1), 0.2, 1);
}

function shapeOf(usual: { hours: number; mean: number; variance: number }): number {
  if (usual.hours < 5) return SHAPE.expected;
  const excess = Math.max(usual.variance - usual.mean, 0.01);
  return clamp(usual.mean ** 2 / excess, SHAPE.least, SHAPE.most);
}
