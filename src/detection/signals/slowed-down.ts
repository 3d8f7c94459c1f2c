// Mail that receivers put off because of who sends it or how much ("unusual rate of unsolicited mail"). They do it to what their users did
// not ask for, long before they refuse it, so it shows spam that reaches living addresses and passes every filter. An honest letter to
// many is put off now and then as well; who is put off along with many others is not the cause and hardly counts (see slowdowns.ts).

import type { Signal } from './signal.js';
import { beyondUsual, clamp, learned, lnEither, lnShare } from './statistics.js';

/** Mail of people to people: mean 0.2 %. */
const HONEST = { yes: 0.4, no: 200 };
/** One honest sender in ten writes to many at once: mean 1.2 %. */
const MAILING = { probability: 0.1, share: { yes: 1.2, no: 100 } };
/** Mean 3 %, spread wide: some receivers slow nobody down. */
const SPAM = { yes: 0.6, no: 20 };
/**
 * Nats. An honest mailing may be slowed down by every big receiver at once, and has all the reach there is: both together must stay below
 * what an alarm needs (assess.ts).
 */
const MOST = 2;

export const slowedDown: Signal = {
  id: 'slowed-down',
  group: 'reception',
  appliesToDeclaredBulk: true,
  weigh({ activity, habit, customerHabit }) {
    const { slowedDown: slowed, tried } = activity;
    // Most receivers slow nobody down, so where none does, it says nothing for honesty.
    if (slowed === 0) return undefined;
    const byCustomer = learned(HONEST, customerHabit.slowedDown, customerHabit.tried, 60);
    const honest = learned(byCustomer, habit.slowedDown, habit.tried, 100);
    const lnHonest = lnEither(
      MAILING.probability,
      lnShare(slowed, tried, MAILING.share),
      lnShare(slowed, tried, honest),
    );
    return clamp(beyondUsual(lnShare(slowed, tried, SPAM) - lnHonest, slowed, tried, honest), 0, MOST);
  },
  // Weighed are fewer, where others' mail is slowed down as well, or much by one receiver; people count them all.
  say({ activity: { slowedDown, refusals } }) {
    return `${Math.max(Math.ceil(slowedDown), refusals?.slowed ?? 0)} slowed down by receivers`;
  },
};
