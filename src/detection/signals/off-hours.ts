// Mail at hours at which this sender never writes. Thieves work in their own time zone, and at night nobody is there to notice; people
// keep their hours, and machines keep theirs even better. Somebody who cannot sleep does it too, so it only adds to other signs.
import { clockShare } from '../clock.js';
import type { Habit } from '../habit.js';
import { clamp } from '../statistics.js';
import type { Signal } from './signal.js';

/** Messages a customer has behind it before its day is known. */
const SETTLED_MESSAGES = 60;

export const offHours: Signal = {
  id: 'off-hours',
  group: 'rhythm',
  appliesToDeclaredBulk: false,
  weigh({ activity, habit, customerHabit, isNullSender }) {
    // When a bounce goes out, the mail it answers decides.
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

/** An even spread over the day against what is usual. */
function logRatio(slot: number, own: Habit, customer: Habit): number {
  return Math.log(1 / 24 / clockShare(slot, own, customer));
}
