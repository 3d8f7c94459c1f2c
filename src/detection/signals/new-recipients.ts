// Recipients never written to before. A spammer's list has nothing to do with whom the customer knows; people mostly answer and
// continue. A first newsletter or a new ticket system also writes to strangers, which is why the group `reach` alone is no alarm.

import { independentShare, only, type Signal } from './signal.js';
import { beyondUsual, clamp, learned, lnShare } from './statistics.js';

/** New recipients: mean 75 %. On the first day everybody is new, so before a habit is known this says almost nothing. */
const HONEST = { yes: 3, no: 1 };
/** Mean 90 %. */
const SPAM = { yes: 9, no: 1 };

export const newRecipients: Signal = {
  id: 'new-recipients',
  group: 'reach',
  appliesToDeclaredBulk: false,
  weigh({ activity, habit, customerHabit }) {
    const byCustomer = learned(HONEST, customerHabit.newRecipients, customerHabit.tried, 10);
    const honest = learned(byCustomer, habit.newRecipients, habit.tried, 30);
    const share = independentShare(activity);
    const fresh = activity.newRecipients * share;
    const tried = activity.tried * share;
    const weight = lnShare(fresh, tried, SPAM) - lnShare(fresh, tried, honest);
    return clamp(beyondUsual(weight, fresh, tried, honest), -3, 4);
  },
  say({ activity: { newRecipients, tried } }, weight) {
    if (weight >= 0) return `${newRecipients} never written to before`;
    if (newRecipients === 0) return 'wrote to all recipients before';
    return `${only(weight, newRecipients)} of ${Math.round(tried)} recipients ${newRecipients === 1 ? 'was' : 'were'} never written to before`;
  },
};
