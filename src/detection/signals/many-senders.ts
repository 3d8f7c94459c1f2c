// Sender addresses never seen under this login or address. An infected machine invents a sender for nearly every message, to look
// like many people; a company's senders repeat, and the more of them are known the rarer a new one is. That is the Chinese
// restaurant process: after n messages the next sender is new with probability θ / (θ + n). θ is about the number of people who send;
// the four values below are weighted by how well each explains the entry's past. So the first day needs no special case: all senders
// are new then, but they begin to repeat. Addresses with a counter in them (tickets, VERP, SRS) are one sender, see sender-shape.ts, unless there are
// many names before the number.

import type { Activity } from '../identities/activity.js';
import { type Signal, toStrangers } from './signal.js';
import { clamp, lnEither, lnGamma, lnShare, lnSum } from './statistics.js';

/** θ from a workshop to a university; the last is a system that writes a new sender address every time. */
const SIZES = [
  { theta: 6, prior: 0.36 },
  { theta: 25, prior: 0.37 },
  { theta: 100, prior: 0.26 },
  { theta: 2_000, prior: 0.01 },
];
/** One honest run in twenty brings many new people at once, in any share: a new team, a mailing from everybody's address. */
const BUNCH = { probability: 0.05, share: { yes: 1, no: 1 } };
/** Nine messages in ten of a forging machine have a new sender; the rest is the customer's own mail in between. */
const SPAM = { yes: 9, no: 1 };
/** Two forging machines in five take their senders from a list and start again at its end: names repeat, in any share. */
const POOL = { probability: 0.4, share: { yes: 1, no: 1 } };

/**
 * A system that numbers its senders writes one name before the number, or a few (`ticket-4711@`, `sales-17@`). Who invents people has many
 * (`nils1972@`, `anna.523@`): then each number is a sender of its own.
 */
const MANY_NAMES = 5;

export const manySenders: Signal = {
  id: 'many-senders',
  group: 'senders',
  appliesToDeclaredBulk: false,
  weigh({ activity, entryHabit, scope }) {
    const newSenders = newSendersOf(activity);
    if (scope === 'sender' || newSenders < 3) return undefined;
    const known = { seen: entryHabit.newSenders, of: entryHabit.messages };
    const { messages } = activity;
    const weight = lnOfSpam(newSenders, messages) - lnHonest(newSenders, messages, known);
    return clamp(weight, -1, 6.5) * toStrangers(activity);
  },
  say({ activity }, weight) {
    const newSenders = newSendersOf(activity);
    if (weight >= 0) return `${newSenders} sender addresses never seen here before`;
    return `only ${newSenders} of its sender addresses were never seen here before`;
  },
};

function newSendersOf({ newSenders, newNumbered, furtherNumbered }: Activity): number {
  return newNumbered >= MANY_NAMES ? newSenders + furtherNumbered : newSenders;
}

function lnOfSpam(fresh: number, messages: number): number {
  return lnEither(POOL.probability, lnShare(fresh, messages, POOL.share), lnShare(fresh, messages, SPAM));
}

/** ln P(`fresh` of `messages` have a new sender) for honest mail, averaged over SIZES, each weighted by how well it explains the past. */
function lnHonest(fresh: number, messages: number, known: { seen: number; of: number }): number {
  const past = SIZES.map(({ theta, prior }) => Math.log(prior) + lnNewSenders(known.seen, known.of, theta, 0));
  const both = SIZES.map(({ theta }, i) => (past[i] as number) + lnNewSenders(fresh, messages, theta, known.of));
  const alone = lnSum(both) - lnSum(past);
  return lnEither(BUNCH.probability, lnShare(fresh, messages, BUNCH.share), alone);
}

/** ln P of `fresh` new senders among `messages`, after `before` earlier ones; the known ones are taken to lie evenly between the new. */
function lnNewSenders(fresh: number, messages: number, theta: number, before: number): number {
  if (messages <= 0) return 0;
  const known = Math.max(0, messages - fresh);
  const all = lnGamma(theta + before + messages) - lnGamma(theta + before);
  return fresh * Math.log(theta) + known * Math.log(before + messages / 2) - all;
}
