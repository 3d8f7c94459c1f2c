// Recipients that do not exist. Harvested and bought lists are full of dead addresses; the people somebody writes to exist. Honest
// senders see one or two in a hundred; an address list kept for years may reach ten, so this alone is not to make an alarm.
import { reachOf } from '../identities/activity.js';
import type { Signal } from './signal.js';
import { beyondUsual, clamp, learned, lnEither, lnShare, type Share } from './statistics.js';

/** People and systems: mean 2 %. */
const HONEST = { yes: 0.4, no: 20 };
/** One honest sender in seven keeps an old list: mean 6 %, hardly ever above 14. */
const OLD_LIST = { probability: 0.15, share: { yes: 4.5, no: 66 } };
/**
 * Ordinary mail without a sender. Bounces of spam go to invented senders: mean 20 %. An honest server writes few bounces, so the more mail
 * there is, the likelier it is automatic replies to people who do exist: at FEW_BOUNCES recipients both are equally likely.
 */
const BOUNCES = { yes: 2, no: 8 };
const FEW_BOUNCES = 15;
/** Mean 17 %, spread wide; one list in four was cleaned before it was sold: mean 2 %. */
const SPAM = { yes: 1.2, no: 6 };
const CLEAN_LIST = { probability: 0.25, share: { yes: 2, no: 98 } };
/** Bounces to senders that spam has forged, which are invented or taken from a list: mean 40 %, spread wide. */
const FORGED = { yes: 1.5, no: 2.3 };

export const unknownUsers: Signal = {
  id: 'unknown-users',
  group: 'reception',
  appliesToDeclaredBulk: true,
  weigh({ activity, habit, customerHabit, isNullSender }) {
    const unknown = activity.unknownUsers;
    const tried = reachOf(activity);
    if (tried === 0) return undefined;
    const usualAfter = (believed: Share) => {
      const byCustomer = learned(believed, customerHabit.unknownUsers, customerHabit.tried, 40);
      return learned(byCustomer, habit.unknownUsers, habit.tried, 100);
    };
    const usual = usualAfter(HONEST);
    let lnUsual = lnShare(unknown, tried, usual);
    if (isNullSender) {
      const lnBounces = lnShare(unknown, tried, usualAfter(BOUNCES));
      lnUsual = lnEither(FEW_BOUNCES / (FEW_BOUNCES + tried), lnBounces, lnUsual);
    }
    const lnHonest = lnEither(OLD_LIST.probability, lnShare(unknown, tried, OLD_LIST.share), lnUsual);
    const lnSpam = isNullSender ? lnShare(unknown, tried, FORGED) : lnOfSpam(unknown, tried);
    return clamp(beyondUsual(lnSpam - lnHonest, unknown, tried, usual), -4, 7);
  },
  say({ activity }, weight) {
    const of = Math.round(reachOf(activity));
    // Weighed are fewer than there are, where a firm closed or a mailbox; people count them all.
    const weighed = Math.ceil(activity.unknownUsers);
    const unknown = Math.min(Math.max(weighed, activity.refusals?.unknown ?? 0), of);
    const percent = Math.round((100 * unknown) / of);
    if (weight >= 0) return `${percent} % unknown users (${unknown} of ${of})`;
    if (unknown === 0) return `no recipient (of ${of}) turned out not to exist`;
    if (unknown > weighed)
      return `${unknown} of ${of} recipients turned out not to exist, as when a firm or mailboxes close`;
    return `only ${unknown} of ${of} recipients (${percent} %) turned out not to exist`;
  },
};

function lnOfSpam(unknown: number, tried: number): number {
  const lnCleanList = lnShare(unknown, tried, CLEAN_LIST.share);
  return lnEither(CLEAN_LIST.probability, lnCleanList, lnShare(unknown, tried, SPAM));
}
