// Mail that receivers refuse for its content. Their filters see the content, we do not: an honest company is refused as spam now and
// then, a spam run again and again. Refusals of our address (blocklists) hit everybody on it, say nothing of the sender, and do not count.

import type { Signal } from './signal.js';
import { beyondUsual, clamp, learned, lnEither, lnShare } from './statistics.js';

/** Mail of people to people: mean 0.15 %. */
const HONEST = { yes: 0.4, no: 260 };
/** One honest sender in ten writes what filters dislike, mostly in letters to many: mean 1 %, hardly ever above 3. */
const DISLIKED = { probability: 0.1, share: { yes: 2, no: 200 } };
/** Mean 7 %: most filters accept spam and put it into the junk folder, of which we hear nothing. */
const SPAM = { yes: 0.8, no: 10 };

export const contentRefusals: Signal = {
  id: 'content-refusals',
  group: 'reception',
  appliesToDeclaredBulk: true,
  weigh({ activity, habit, customerHabit, isNullSender }) {
    const { contentRefusals: refused, tried } = activity;
    if (tried === 0) return undefined;
    const byCustomer = learned(HONEST, customerHabit.contentRefusals, customerHabit.tried, 60);
    const honest = learned(byCustomer, habit.contentRefusals, habit.tried, 100);
    const lnDisliked = lnShare(refused, tried, DISLIKED.share);
    const lnHonest = lnEither(DISLIKED.probability, lnDisliked, lnShare(refused, tried, honest));
    // Filters let bounces pass whatever they answer, so a lack of refusals does not speak for honesty.
    const weight = beyondUsual(lnShare(refused, tried, SPAM) - lnHonest, refused, tried, honest);
    return clamp(weight, isNullSender ? 0 : -1.5, 6);
  },
  say({ activity }, weight) {
    // Weighed are fewer, where many of them are one receiver's; people count them all.
    const weighed = Math.ceil(activity.contentRefusals);
    const refused = Math.max(weighed, activity.refusals?.asSpam ?? 0);
    if (refused === 0) return 'no receiver refused any of it as spam';
    if (weight >= 0) return `${refused} refused as spam`;
    if (refused > weighed) return `${refused} refused as spam, but by few receivers`;
    return `refused as spam for only ${refused} ${refused === 1 ? 'recipient' : 'recipients'}`;
  },
};
