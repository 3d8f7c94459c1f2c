// Mail at hours at which this sender never writes. Thieves work in their own time zone, and at night nobody is there to notice; people
// keep their hours, and machines keep theirs even better. But people write at night now and then, so it only supports other signals.
import { clockShare } from '../identities/clock.js';
import type { Habit } from '../identities/habit.js';
import type { Signal } from './signal.js';
import { clamp } from './statistics.js';

/** Messages after which it is known at which hours a customer writes. */
const SETTLED_MESSAGES = 60;

export const offHours: Signal = {
  id: 'off-hours',
  group: 'rhythm',
  appliesToDeclaredBulk: false,
  weigh({ activity, habit, customerHabit, isNullSender }) {
    // The time of a bounce is that of the mail it answers.
    if (isNullSender || customerHabit.messages < SETTLED_MESSAGES) return undefined;
    const { clock, messages } = activity;
    let weight = 0;
    for (let i = 0; i < clock.size; i++) {
      weight += (clock.countAt(i) / messages) * logRatio(clock.slotAt(i), habit, customerHabit);
    }
    return clamp(weight, -0.5, 3);
  },
  say({ activity, habit, customerHabit }) {
    const { clock, messages } = activity;
    let seldom = 0;
    for (let i = 0; i < clock.size; i++) {
      if (logRatio(clock.slotAt(i), habit, customerHabit) > 1) seldom += clock.countAt(i) / messages;
    }
    return `${Math.round(100 * seldom)} % of it at hours at which it hardly ever writes`;
  },
};

/** ln P(slot | spam) / P(slot | honest): spam comes evenly over the day, honest mail at the usual hours. */
function logRatio(slot: number, own: Habit, customer: Habit): number {
  return Math.log(1 / 24 / clockShare(slot, own, customer));
}
