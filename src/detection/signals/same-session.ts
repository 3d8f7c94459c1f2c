// Messages that came in the SMTP session of the one before. Who writes a letter sends it, and the mail program hangs up; so do web shops
// and ticket systems. What works off a list keeps the connection for the next letters. A mailing does so too, mostly in one session from its
// first letter to its last, and a busy server whenever it has two letters at once, which is what habit says. So this belongs to the group
// `reach`, which is no alarm alone, and it is worth little: it tells spam some letters earlier.

import type { Habit } from '../identities/habit.js';
import type { Signal } from './signal.js';
import { clamp, learned, lnEither, lnShare, type Share } from './statistics.js';

/** Of mail of people and systems, before a habit is known: mean 10 %. */
const HONEST = { yes: 0.3, no: 2.7 };
/** One honest run in seven is a mailing or a queue that is let go: mean 95 %. */
const MAILING = { probability: 0.15, share: { yes: 9, no: 0.5 } };
/** From spam all in one session to spam that opens one for each letter. */
const SPAM = { yes: 1, no: 1 };
const LEAST_MESSAGES = 5;
/** Messages of habit that count at the most. */
const STRENGTH = 10;
/** A habit of so many messages of which none told its session was learned by an earlier version, or from another log: what is usual is unknown. */
const MESSAGES = { known: 5, ofCustomer: 20 };

export const sameSession: Signal = {
  id: 'same-session',
  group: 'reach',
  appliesToDeclaredBulk: false,
  weigh({ activity: { inSessions, sameSession: same }, habit, customerHabit, isNullSender, scope, entry }) {
    if (isNullSender || inSessions < LEAST_MESSAGES || isUntold(habit, customerHabit)) return undefined;
    // Behind an address many people may share a server's connection, and the message before was another's.
    if (scope === 'sender' && entry !== 'login') return undefined;
    const usual = usualOf(habit, customerHabit);
    const lnMailing = lnShare(same, inSessions, MAILING.share);
    const lnHonest = lnEither(MAILING.probability, lnMailing, lnShare(same, inSessions, usual));
    const most = same > meanOf(usual) * inSessions ? 1.2 : 0;
    return clamp(lnShare(same, inSessions, SPAM) - lnHonest, -0.5, most);
  },
  say({ activity: { inSessions, sameSession: same }, habit, customerHabit }, weight) {
    if (same === 0) return 'each message came over a connection of its own';
    if (weight < 0) return `only ${same} of ${inSessions} messages came over the same connection as the one before`;
    const inARow = `${same} of ${inSessions} messages in a row over one connection`;
    const known = [habit, customerHabit].find((each) => each.inSessions > 0);
    const share = known ? known.sameSession / known.inSessions : meanOf(HONEST);
    return `${inARow}, usual ${known ? '' : 'for others '}${Math.round(100 * share)} %`;
  },
};

function isUntold(habit: Habit, customerHabit: Habit): boolean {
  return (
    (habit.messages >= MESSAGES.known && habit.inSessions === 0) ||
    (customerHabit.messages >= MESSAGES.ofCustomer && customerHabit.inSessions === 0)
  );
}

function usualOf(habit: Habit, customerHabit: Habit): Share {
  const ofCustomer = learned(HONEST, customerHabit.sameSession, customerHabit.inSessions, STRENGTH);
  return learned(ofCustomer, habit.sameSession, habit.inSessions, STRENGTH);
}

function meanOf({ yes, no }: Share): number {
  return yes / (yes + no);
}
