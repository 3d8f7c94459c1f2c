// Mailboxes that have just begun to send suspiciously when another of the same customer is in alarm. They have tried too few recipients to
// be judged by themselves; but where one mailbox was stolen, one colleague's in twenty was stolen too, and the first alarm should name
// them. Pure.

import { assess, type Thresholds } from './assess.js';
import { isAccomplice, type Suspect } from './campaigns.js';
import { type Activity, hoursOf } from './identities/activity.js';
import type { Habit } from './identities/habit.js';
import { entryKeyOf, hasEnded, type Identity, mailOf, namesOf } from './identities/identity.js';

const LEAST_TRIED = 3;

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
    if (!identity.activity || !identity.key.startsWith(own)) continue;
    if (!hasJustBegun(identity, identity.activity, thresholds, at)) continue;
    const { entryName, name } = namesOf(identity);
    if (!name.includes('@') || (identity.scope === 'entry' && identity.entry !== 'login')) continue;
    const { activity, habit, scope, entry } = identity;
    const { evidence, beyondReach } = assess(
      { activity, habit, customerHabit, entryHabit: habit, scope, entry },
      false,
      thresholds,
    );
    if (!isAccomplice({ evidence, beyondReach })) continue;
    const login = entry === 'login' ? entryName : undefined;
    found.push({
      ...{ key: identity.key, entryKey: entryKeyOf(identity), login, sender: name, evidence, beyondReach, at },
      ...mailOf(identity.alarm, activity),
    });
  }
  // In the order in which they began: that in memory is another when some of them slept.
  return found.sort((a, b) => a.since - b.since || (a.key < b.key ? -1 : 1));
}

function hasJustBegun(identity: Identity, activity: Activity, { leastRecipients }: Thresholds, at: number): boolean {
  if (!isBeginning(identity) || activity.tried >= leastRecipients) return false;
  return !hasEnded(activity.lastAt, activity.since, at) && hoursOf(activity) < 1;
}

/** Reports whether an identity may be a beginner, whatever the time. */
export function isBeginning({ scope, isDeclaredBulk, activity, past, alarm }: Identity): boolean {
  if (scope === 'strangers' || isDeclaredBulk || past || alarm) return false;
  return activity !== undefined && activity.tried >= LEAST_TRIED;
}
