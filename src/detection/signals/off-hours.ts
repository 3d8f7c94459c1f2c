// Mail at hours at which this sender never writes. Thieves work in their own time zone, and at night nobody is there to notice; people
// keep their hours, and machines keep theirs even better. Somebody who cannot sleep does it too, so it only adds to other signs.
import { clockShare } from '../clock.js';
import { clamp } from '../statistics.js';
import type { Signal } from './signal.js';

/** Messages a customer has behind it before its day is known. */
const SETTLED_MESSAGES = 60;

export const offHours: Signal = {
  id: 'off-hours',
  group: 'rhythm',
  appliesToDeclaredBulk: false,
  weigh({ activity, habit, customerHabit }) {
    if (customerHabit.messages < SETTLED_MESSAGES) return undefined;
    let weight = 0;
    let seldom = 0;
    const { clock, messages } = activity;
    for (let i = 0; i < clock.size; i++) {
      const share = clock.countAt(i) / messages;
      const logRatio = Math.log(1 / 24 / clockShare(clock.slotAt(i), habit, customerHabit));
      weight += share * logRatio;
      if (logRatio > 1) seldom += share;
    }
    return {
      weight: clamp(weight, -0.5, 3),
      sentence: `${Math.round(100 * seldom)} % of it at hours at which it hardly ever writes`,
    };
  },
};
