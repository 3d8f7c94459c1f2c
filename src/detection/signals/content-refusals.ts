// Mail refused for what it says. Receivers' filters see the content, we do not; an honest company is refused as spam now and
// then, a spam run again and again. Refusals of our address (blocklists) hit everybody on it and are no sign of guilt.
import { clamp, learned, lnShare } from '../statistics.js';
import type { Signal } from './signal.js';

/** Mean 0.25 %, hardly ever above 2: with more an honest sender would already have a problem. */
const HONEST = { yes: 0.3, no: 120 };
/** Mean 7 %: most filters accept and file under junk, silently. */
const SPAM = { yes: 0.8, no: 10 };

export const contentRefusals: Signal = {
  id: 'content-refusals',
  group: 'reception',
  appliesToDeclaredBulk: true,
  weigh({ activity, habit, customerHabit }) {
    const { contentRefusals: refused, tried } = activity;
    if (tried === 0) return undefined;
    const byCustomer = learned(HONEST, customerHabit.contentRefusals, customerHabit.tried, 60);
    const honest = learned(byCustomer, habit.contentRefusals, habit.tried, 100);
    const weight = lnShare(refused, tried, SPAM) - lnShare(refused, tried, honest);
    return { weight: clamp(weight, -1.5, 6), sentence: `${refused} refused as spam` };
  },
};
