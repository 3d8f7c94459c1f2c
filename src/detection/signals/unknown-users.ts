// Recipients that do not exist. Harvested and bought lists are full of dead addresses, people's correspondents are not. Honest
// senders see one or two in a hundred; a list kept for years may reach ten, which is why this alone never makes an alarm.
import { clamp, learned, lnShare } from '../statistics.js';
import type { Signal } from './signal.js';

/** Mean 2 %, with a tail: one honest sender in fifty is above 10 %. */
const HONEST = { yes: 0.4, no: 20 };
/** Mean 17 %, spread wide: some lists are clean, some are guesses. */
const SPAM = { yes: 1.2, no: 6 };

export const unknownUsers: Signal = {
  id: 'unknown-users',
  group: 'reception',
  appliesToDeclaredBulk: true,
  weigh({ activity, habit, customerHabit }) {
    const { unknownUsers: unknown, tried } = activity;
    if (tried === 0) return undefined;
    const byCustomer = learned(HONEST, customerHabit.unknownUsers, customerHabit.tried, 40);
    const honest = learned(byCustomer, habit.unknownUsers, habit.tried, 100);
    const weight = lnShare(unknown, tried, SPAM) - lnShare(unknown, tried, honest);
    const percent = Math.round((100 * unknown) / tried);
    return { weight: clamp(weight, -4, 7), sentence: `${percent} % unknown users (${unknown} of ${tried})` };
  },
};
