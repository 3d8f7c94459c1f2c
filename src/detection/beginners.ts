// Mailboxes that have just begun to send suspiciously when another of the same customer is in alarm. They have tried too few recipients to
// be judged by themselves; but where one mailbox was stolen, one colleague's in twenty was stolen too, and the first alarm should name
// them. Pure.

import { UNATTRIBUTED } from '../mail/customer.js';
import { type Assessment, assess } from './assess.js';
import { isAccomplice, type Suspect } from './campaigns.js';
import { type Activity, hoursOf } from './identities/activity.js';
import type { Habit } from './identities/habit.js';
import { entryKeyOf, hasEnded, type Identity, mailOf, namesOf } from './identities/identity.js';
import { onsetOf } from './identities/onset.js';
import type { Thresholds } from './thresholds.js';

const LEAST_TRIED = 3;

/** An identity with little mail that may be named beside a colleague in alarm. */
export type Beginner = Identity & { activity: Activity };

/** The beginners among the identities of a customer: fewer recipients tried than `leastRecipients`, all within an hour. */
export function beginnersAmong(
  identities: Iterable<Identity>,
  { customer, habit: customerHabit }: { customer: string; habit: Habit },
  thresholds: Thresholds,
  at: number,
): Suspect[] {
  const found: Suspect[] = [];
  const own = `${customer}|`;
  for (const identity of identities) {
    if (!identity.key.startsWith(own) || !isBeginner(identity, thresholds.leastRecipients)) continue;
    const { key, entry, alarm, activity } = identity;
    if (hasEnded(activity.lastAt, activity.since, at)) continue;
    const { evidence, beyondReach, signs } = assessBeginner(identity, customerHabit);
    if (!isAccomplice({ evidence, beyondReach })) continue;
    const { entryName, name } = namesOf(identity);
    const login = entry === 'login' ? entryName : undefined;
    found.push({
      ...{ key, entryKey: entryKeyOf(identity), login, sender: name, evidence, beyondReach, at },
      ...mailOf(alarm, activity, onsetOf(activity, signs)),
    });
  }
  // In the order in which they began: that in memory is another when some of them slept.
  return found.sort((a, b) => a.since - b.since || (a.key < b.key ? -1 : 1));
}

/** Reports whether an identity is a beginner while its spell lasts. Only its own mail changes the answer. */
export function isBeginner(identity: Identity, leastRecipients: number): identity is Beginner {
  const { scope, entry, isDeclaredBulk, activity, past, alarm } = identity;
  if (!activity || scope === 'strangers' || isDeclaredBulk || past || alarm) return false;
  if (activity.tried < LEAST_TRIED || activity.tried >= leastRecipients || hoursOf(activity) >= 1) return false;
  const { customer, name } = namesOf(identity);
  return customer !== UNATTRIBUTED && name.includes('@') && (scope === 'sender' || entry === 'login');
}

/** How suspicious a beginner is. */
export function assessBeginner({ activity, habit, scope, entry }: Beginner, customerHabit: Habit): Assessment {
  return assess({ activity, habit, customerHabit, entryHabit: habit, scope, entry }, false);
}
