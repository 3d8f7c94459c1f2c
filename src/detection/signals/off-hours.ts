// Mail at hours at which this sender never writes. Thieves work in their own time zone, and at night nobody is there to notice; people
// keep their hours, and machines keep theirs even better. But people write at night now and then, so it only supports other signals.
//
// A customer that was first seen on a Saturday has written at no hour of a working day yet, and on Monday all its mail would look odd. So
// working days are judged only from mail of working days. The other way round there is something to go by: who is known from working days
// and never wrote at a week-end has a week-end, as most firms do.
import type { Activity } from '../identities/activity.js';
import { clockShare, isWeekend } from '../identities/clock.js';
import type { Habit } from '../identities/habit.js';
import { only, type Signal } from './signal.js';
import { clamp } from './statistics.js';

/** Messages after which it is known at which hours a customer writes: in all, and for working days those of working days. */
const SETTLED_MESSAGES = 60;

export const offHours: Signal = {
  id: 'off-hours',
  group: 'rhythm',
  appliesToDeclaredBulk: false,
  weigh({ activity, habit, customerHabit, isNullSender }) {
    // The time of a bounce is that of the mail it answers.
    if (isNullSender || customerHabit.messages < SETTLED_MESSAGES) return undefined;
    return clamp(weightOf(activity, habit, customerHabit), -0.5, 3);
  },
  say({ activity, habit, customerHabit }, weight) {
    const seldom = Math.round(100 * seldomShare(activity, habit, customerHabit));
    const sent = weight < 0 ? 'was sent ' : '';
    if (seldom > 0)
      return `${seldom === 100 ? 'all' : `${only(weight, seldom)} %`} of it ${sent}at hours when it hardly ever writes`;
    return weight > 0 ? 'at hours when it writes little' : 'sent at the hours when it usually writes';
  },
};

/** In nats: the mean over its messages. */
function weightOf({ clock, messages }: Activity, own: Habit, customer: Habit): number {
  let weight = 0;
  for (let i = 0; i < clock.size; i++) {
    weight += (clock.countAt(i) / messages) * logRatio(clock.slotAt(i), own, customer);
  }
  return weight;
}

/** The share of its messages, 0..1, at hours when honest mail is less than a third of what chance would bring. */
function seldomShare({ clock, messages }: Activity, own: Habit, customer: Habit): number {
  let seldom = 0;
  for (let i = 0; i < clock.size; i++) {
    if (logRatio(clock.slotAt(i), own, customer) > 1) seldom += clock.countAt(i) / messages;
  }
  return seldom;
}

/** ln P(slot | spam) / P(slot | honest): spam comes evenly over the day, honest mail at the usual hours. 0 where those are not known. */
function logRatio(slot: number, own: Habit, customer: Habit): number {
  if (!isWeekend(slot) && customer.clock.onWorkingDays < SETTLED_MESSAGES) return 0;
  return Math.log(1 / 24 / clockShare(slot, own, customer));
}
