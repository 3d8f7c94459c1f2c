// Recipient domains this customer never wrote to. Bought lists are scattered over the world; a company's mail stays in its own trade.
// Weak, because most spam goes to the same few mailbox providers as everybody's mail.

import { independentShare, type Signal } from './signal.js';
import { beyondUsual, clamp, learned, lnShare } from './statistics.js';

/** Recipients in a domain that is new: mean 25 % before a habit is known. */
const HONEST = { yes: 1, no: 3 };
/** Mean 50 %. */
const SPAM = { yes: 3, no: 3 };

export const domainSpread: Signal = {
  id: 'domain-spread',
  group: 'reach',
  appliesToDeclaredBulk: false,
  weigh({ activity, habit, customerHabit }) {
    const byCustomer = learned(HONEST, customerHabit.newDomains, customerHabit.tried, 20);
    const honest = learned(byCustomer, habit.newDomains, habit.tried, 30);
    const share = independentShare(activity);
    const fresh = activity.newDomains * share;
    const tried = activity.tried * share;
    const weight = lnShare(fresh, tried, SPAM) - lnShare(fresh, tried, honest);
    return clamp(beyondUsual(weight, fresh, tried, honest), -0.4, 1);
  },
  say({ activity: { newDomains } }, weight) {
    if (newDomains === 0) return 'writes to no domain that is new to this customer';
    const domains = newDomains === 1 ? 'domain' : 'domains';
    if (weight >= 0) return `${newDomains} ${domains} new to this customer`;
    return `writes to only ${newDomains} ${domains} that ${newDomains === 1 ? 'is' : 'are'} new to this customer`;
  },
};
