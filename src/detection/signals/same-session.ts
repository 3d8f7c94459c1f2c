// Messages that came over the connection of the one before. Who writes a letter sends it, and the mail program hangs up; so do web shops
// and ticket systems. What works off a list keeps the connection for the next letters. A mailing does so too, which is why this belongs to
// the group `reach`, and a busy server whenever it has two letters at once, which is what habit says.

import { only, type Signal } from './signal.js';
import { clamp, learned, lnShare } from './statistics.js';

/** Of mail of people and systems, before a habit is known: mean 10 %. */
const HONEST = { yes: 0.3, no: 2.7 };
/** From spam all in one session to spam that opens one for each letter. */
const SPAM = { yes: 1, no: 1 };
const LEAST_MESSAGES = 3;
/** Messages of habit that count at the most. */
const STRENGTH = 10;

export const sameSession: Signal = {
  id: 'same-session',
  group: 'reach',
  appliesToDeclaredBulk: true,
  weigh({ activity: { inSessions, sameSession: same }, habit, customerHabit, isNullSender }) {
    if (isNullSender || inSessions < LEAST_MESSAGES) return undefined;
    const ofCustomer = learned(HONEST, customerHabit.sameSession, customerHabit.inSessions, STRENGTH);
    const honest = learned(ofCustomer, habit.sameSession, habit.inSessions, STRENGTH);
    return clamp(lnShare(same, inSessions, SPAM) - lnShare(same, inSessions, honest), -0.5, 2);
  },
  say({ activity: { inSessions, sameSession: same } }, weight) {
    const followed = 'followed another over the same connection';
    if (same === 0) return `no message ${followed}`;
    return `${only(weight, same)} of ${inSessions} messages ${followed}`;
  },
};
