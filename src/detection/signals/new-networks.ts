// Client addresses a login was never used from, several at once. Stolen passwords are used from rented machines all over; a person
// has an office, a home and a phone. One new network is a journey, three within an hour are not. A second new address in the same
// network counts less: it may be a provider handing out addresses, or one rented block.

import type { Novelty } from '../clues/novelty.js';
import { type Activity, hoursOf } from '../identities/activity.js';
import type { Signal, View } from './signal.js';
import { clamp, learned, lnShare } from './statistics.js';

/** Half of the stolen logins are used from more than one network within the first hour. */
const SPAM = { first: 0.6, further: 0.5 };
/** Before a login is known: in one hour with mail of twenty it comes from somewhere new. Weighs as much as ten hours of habit. */
const HONEST = { yes: 0.5, hours: 10 };
/** A new address in a network that is known, or was counted already, counts as 0.6 of a network; at most four of them count. */
const NEIGHBOUR = { counts: 0.6, most: 4 };
const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

export const newNetworks: Signal = {
  id: 'new-networks',
  group: 'access',
  appliesToDeclaredBulk: true,
  weigh(view) {
    // Bounces are the server's own, and it does not move.
    if (view.entry !== 'login' || view.isNullSender) return undefined;
    const neighbours = countOf(view.activity, 'neighbour');
    const count = newOf(view.activity) + NEIGHBOUR.counts * Math.min(neighbours, NEIGHBOUR.most);
    return clamp(weightOf(view, count) + weightOfNames(view), -0.7, 6.5);
  },
  say(view, weight) {
    const [networks, neighbours] = [newOf(view.activity), countOf(view.activity, 'neighbour')];
    if (networks + neighbours === 0) return 'comes from no network that is new to it';
    const said = inWords(networks, neighbours, hasPast(view));
    return weight < 0 ? `comes from only ${said}` : said;
  },
};

function countOf({ networks }: Activity, novelty: Novelty): number {
  let count = 0;
  if (networks) for (let i = 0; i < networks.size; i++) if (networks.valueAt(i) === novelty) count++;
  return count;
}

function newOf(activity: Activity): number {
  return countOf(activity, 'new') + countOf(activity, 'named') + countOf(activity, 'nameless');
}

/** Nearly every second rented or infected machine has no name in DNS; of homes, offices and phones one in eight. */
const NAMELESS = { spam: { yes: 1, no: 1.2 }, honest: { yes: 1, no: 7 } };

/** What DNS names of the new client addresses say. */
function weightOfNames({ activity, habit, customerHabit }: View): number {
  const nameless = countOf(activity, 'nameless');
  const count = nameless + countOf(activity, 'named');
  if (count === 0) return 0;
  const byCustomer = learned(NAMELESS.honest, customerHabit.nameless, customerHabit.lookedUp, 20);
  const honest = learned(byCustomer, habit.nameless, habit.lookedUp, 20);
  return clamp(lnShare(nameless, count, NAMELESS.spam) - lnShare(nameless, count, honest), -0.5, 2.5);
}

/** From so many messages on it is known where a login comes from. */
const KNOWN_FROM = 5;

/** Reports whether it is known where the login or its customer came from; else all that it comes from is new, the owner's office too. */
function hasPast({ habit, customerHabit }: View): boolean {
  return habit.messages >= KNOWN_FROM || customerHabit.messages >= 20;
}

/** What `count` new networks say. */
function weightOf(view: View, count: number): number {
  // A login never seen before has to come from somewhere: its first network is free, unless the customer's other logins are known.
  const isKnown = view.habit.messages >= KNOWN_FROM;
  const known = isKnown ? view.habit : view.customerHabit;
  const free = hasPast(view) ? 0 : 1;
  if (count <= free) return count === 0 ? -0.7 : 0;
  const honest = (known.newNetworks + HONEST.yes) / (known.hours + HONEST.hours);
  const first = free === 1 ? 0 : Math.log(SPAM.first / clamp(honest, 0.01, SPAM.first));
  // Honest logins that move about, as phones do: of a geometric count with mean m there is one more network with probability m / (1 + m).
  const mean = honest * Math.max(1, hoursOf(view.activity));
  const further = Math.log(SPAM.further / clamp(mean / (1 + mean), 0.1, SPAM.further));
  return Math.min(1, count) * (isKnown ? first : Math.min(first, 1.5)) + Math.max(0, count - 1) * further;
}

function inWords(networks: number, neighbours: number, hasPast: boolean): string {
  const [count, [one, many]] =
    neighbours === 0
      ? [networks, ['network', 'networks']]
      : [networks + neighbours, ['client address', 'client addresses']];
  const number = NUMBERS[count] ?? String(count);
  const what = count === 1 ? one : many;
  return hasPast ? `${number} new ${what}` : `${number} ${what}, the usual ones not known yet`;
}
