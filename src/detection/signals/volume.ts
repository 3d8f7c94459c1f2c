// Volume against the identity's own habit. Spam is sent as fast as the account allows; people and machines have their rhythm.
// A mailing, a month's invoices or a full inbox worked off look the same, so volume alone never makes an alarm.
import { hoursOf } from '../identities/activity.js';
import { type Habit, hourly, hoursKnown, recipientsAnHour } from '../identities/habit.js';
import { experience, inWords, only, rounded, type Signal, type View } from './signal.js';
import { clamp, lnBurstyCount } from './statistics.js';

/**
 * Recipients in an hour with mail, before anything is known: of a mailbox, of a whole company behind one entry, of strangers (and of a
 * whole login, which is mostly one person's). Each weighs as much as `hours` hours of habit.
 */
const EXPECTED = { sender: { mean: 4, hours: 3 }, entry: { mean: 25, hours: 2 }, strangers: { mean: 10, hours: 2 } };
/** Honest hours are bursty: a shape of 0.5 has a standard deviation of 1.4 to 2 times the mean and a long tail. */
const SHAPE = { least: 0.3, expected: 0.5, most: 3 };
/** Spam is sent at several times the habit, and hardly ever at less than some dozens of recipients an hour. */
const SPAM = { times: 8, atLeastAnHour: 40 };

/** Within it the mail before may be of the same spell; see identity.ts. */
const LONGEST_SPELL_MS = 8 * 3_600_000;

export const volume: Signal = {
  id: 'volume',
  group: 'reach',
  appliesToDeclaredBulk: false,
  weigh({ activity, habit, scope, entry }) {
    const usual = hourly(habit);
    const expected = EXPECTED[scope === 'entry' && entry === 'login' ? 'strangers' : scope];
    const first = expected.mean * shareOfHoursWithMail(habit, usual.hours, activity.since);
    const mean = (usual.mean * usual.hours + first * expected.hours) / (usual.hours + expected.hours);
    // A run shorter than an hour counts as an hour: an hour's usual mail sent at once is not unusual.
    const hours = Math.max(1, hoursOf(activity));
    const spamMean = hours * Math.max(SPAM.atLeastAnHour, mean * SPAM.times);
    const count = Math.round(activity.choices);
    const honest = lnBurstyCount(count, mean * hours, shapeOf(usual));
    const weight = lnBurstyCount(count, spamMean, 1) - honest;
    return clamp(weight, -2, 4 + experience(usual.hours));
  },
  say(view, weight) {
    const { recipients } = view.activity;
    const sent = `${recipients} recipient${recipients === 1 ? '' : 's'} in ${inWords(hoursOf(view.activity))}`;
    const usual = rounded(recipientsAnHour(view.habit));
    if (hoursKnown(view.habit) === 0)
      return weight < 0 ? only(weight, sent) : `${sent}, no ${mailBefore(view)} of ${whose(view)} known before`;
    if (weight >= 0) return `${sent}, usual ${usual} an hour`;
    return `${sent}, which is not much beside the ${usual} an hour that are usual for it`;
  },
};

/** Mail that looked too much like spam to be learned leaves no habit, yet there was some. */
function mailBefore({ activity, habit }: View): string {
  return activity.since - habit.firstAt < LONGEST_SPELL_MS ? 'mail' : 'ordinary mail';
}

/** Whose habit it is: the customer may be known well while its new login is not. */
function whose({ scope, entry }: View): string {
  if (scope === 'strangers') return 'these senders';
  if (scope === 'sender') return 'this sender';
  return entry === 'sender' ? 'this domain' : `this ${entry}`;
}

/** The share of the hours since it was first seen in which it sent, 0.2 at least: a sender mostly silent is expected to send little. */
function shareOfHoursWithMail(habit: Habit, hours: number, now: number): number {
  const since = Math.max(0, now - habit.firstAt) / 3_600_000;
  return clamp((hours + 1) / (since + 1), 0.2, 1);
}

/** Shape of the negative binomial that has the habit's mean and variance (method of moments). */
function shapeOf(usual: { hours: number; mean: number; variance: number }): number {
  if (usual.hours < 5) return SHAPE.expected;
  const excess = Math.max(usual.variance - usual.mean, 0.01);
  return clamp(usual.mean ** 2 / excess, SHAPE.least, SHAPE.most);
}
