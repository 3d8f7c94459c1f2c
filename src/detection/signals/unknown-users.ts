// Recipients that do not exist. Harvested and bought lists are full of dead addresses, people's correspondents are not. Honest
// senders see one or two in a hundred; a list kept for years may reach ten, which is why this alone never makes an alarm.
import { reachOf } from '../activity.js';
import { clamp, learned, lnEither, lnShare, type Share } from '../statistics.js';
import type { Signal } from './signal.js';

/** People and systems: mean 2 %. */
const HONEST = { yes: 0.4, no: 20 };
/** One honest sender in seven keeps an old list: mean 6 %, hardly ever above 14. */
const OLD_LIST = { probability: 0.15, share: { yes: 4.5, no: 66 } };
/**
 * Bounces go to whoever wrote, and who writes spam does not exist: mean 20 %. An honest server has few: a run of so many is as likely
 * automatic replies to people who do exist.
 */
const BOUNCES = { yes: 2, no: 8 };
const FEW_BOUNCES = 15;
/** Mean 17 %, spread wide; one list in four was cleaned before it was sold: mean 2 %. */
const SPAM = { yes: 1.2, no: 6 };
const CLEAN_LIST = { probability: 0.25, share: { yes: 2, no: 98 } };
/** Answers to forged senders: mean 40 %, spread wide, for they are invented, or out of a list. None of them dead speaks against it. */
const FORGED = { yes: 1.5, no: 2.3 };

export const unknownUsers: Signal = {
  id: 'unknown-users',
  group: 'reception',
  appliesToDeclaredBulk: true,
  weigh({ activity, habit, customerHabit, isNullSender }) {
    const unknown = activity.unknownUsers;
    const tried = reachOf(activity);
    if (tried === 0) return undefined;
    const lnOfUsual = (believed: Share) => {
      const byCustomer = learned(believed, customerHabit.unknownUsers, customerHabit.tried, 40);
      return lnShare(unknown, tried, learned(byCustomer, habit.unknownUsers, habit.tried, 100));
    };
    let lnUsual = lnOfUsual(HONEST);
    if (isNullSender) lnUsual = lnEither(FEW_BOUNCES / (FEW_BOUNCES + tried), lnOfUsual(BOUNCES), lnUsual);
    const lnHonest = lnEither(OLD_LIST.probability, lnShare(unknown, tried, OLD_LIST.share), lnUsual);
    const lnSpam = isNullSender ? lnShare(unknown, tried, FORGED) : lnOfSpam(unknown, tried);
    return clamp(lnSpam - lnHonest, -4, 7);
  },
  say({ activity }) {
    const { unknownUsers } = activity;
    const tried = reachOf(activity);
    const percent = Math.min(100, Math.round((100 * unknownUsers) / tried));
    const of = Math.round(tried);
    return `${percent} % unknown users (${Math.min(Math.ceil(unknownUsers), of)} of ${of})`;
  },
};

function lnOfSpam(unknown: number, tried: number): number {
  const lnCleanList = lnShare(unknown, tried, CLEAN_LIST.share);
  return lnEither(CLEAN_LIST.probability, lnCleanList, lnShare(unknown, tried, SPAM));
}
