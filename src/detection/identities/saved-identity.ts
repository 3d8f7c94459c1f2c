// Identities and habits as JSON in the database, and back. Counts that are zero, as most are, are left out; on reading they are zero again,
// as are those that an earlier version did not know.

import type { SavedBackground } from '../background.js';
import type { Block } from '../blocks.js';
import type { NamesOfRelay } from '../clues/client-names.js';
import type { FamiliarChanges } from '../clues/familiar.js';
import type { Novelty } from '../clues/novelty.js';
import { type Distinct, newDistinct } from '../structures/distinct.js';
import { numberText, quoted, textOf } from '../structures/json-text.js';
import { Tally } from '../structures/tally.js';
import { type Activity, newActivity } from './activity.js';
import { Clock } from './clock.js';
import { type Habit, newHabit } from './habit.js';
import { type Alarm, type Identity, newIdentity } from './identity.js';

/** The fields of T, each left out when it is zero or undefined. */
type Counts<T> = Partial<{ [Name in keyof T]: Saved<T[Name]> }>;
type Saved<T> = T extends Tally<infer Value> ? Record<string, Value> : T extends Clock ? Record<string, number> : T;

export type SavedHabit = Counts<Habit>;
export type SavedActivity = Counts<Activity> & Pick<Activity, 'since' | 'lastAt'>;
type SavedAlarm = Omit<Alarm, 'senders'> & { senders: Record<string, number> };
export type SavedIdentity = Pick<Identity, 'key' | 'scope' | 'entry' | 'isDeclaredBulk' | 'evidence'> & {
  habit: SavedHabit;
  activity?: SavedActivity;
  past?: SavedActivity;
  alarm?: SavedAlarm;
  regulars?: Record<string, number>;
};

/** A piece of the detector's state to be saved under a key; undefined deletes what is saved. */
export type StateRow = Identity | Habit | Block | NamesOfRelay | SavedBackground | undefined;
/** What changed in the detector since the last commit. */
export interface StateChanges {
  rows: Map<string, StateRow>;
  familiar: FamiliarChanges;
}

/** JSON of an identity; `identityOf` reads it after JSON.parse. */
export function identityText(identity: Identity): string {
  const { key, scope, entry, isDeclaredBulk, habit, activity, past, evidence, alarm, regulars } = identity;
  let text = `{"key":${quoted(key)},"scope":"${scope}","entry":"${entry}","isDeclaredBulk":${isDeclaredBulk}`;
  text += `,"evidence":${numberText(evidence)},"habit":${habitText(habit)}`;
  if (activity) text += `,"activity":${countsText(activity)}`;
  if (past) text += `,"past":${countsText(past)}`;
  if (alarm) text += `,"alarm":${JSON.stringify(alarm)}`;
  if (regulars) text += `,"regulars":${JSON.stringify(regulars)}`;
  return `${text}}`;
}

/** JSON of a customer's habit; `habitOf` reads it after JSON.parse. */
export function habitText(habit: Habit): string {
  return countsText(habit);
}

export function identityOf(saved: SavedIdentity): Identity {
  const { key, scope, entry, isDeclaredBulk, activity, past, alarm } = saved;
  const identity = newIdentity(key, scope, { kind: entry }, 0, isDeclaredBulk);
  identity.habit = habitOf(saved.habit, 0);
  identity.activity = activity && activityOf(activity);
  identity.past = past && activityOf(past);
  identity.spellSince = (past ?? activity)?.since ?? 0;
  identity.evidence = saved.evidence;
  identity.alarm = alarm && { ...alarm, senders: Tally.of(alarm.senders) };
  identity.regulars = saved.regulars;
  return identity;
}

/** Reads a habit; `at` stands for times that are not in it. */
export function habitOf(saved: SavedHabit, at: number): Habit {
  const { networks, clock, programs } = saved;
  const known = networks && Object.keys(networks).length > 0 ? Tally.of(networks) : undefined;
  return Object.assign(newHabit(at), saved, {
    networks: known,
    clock: Clock.of(clock),
    programs: programs && Tally.of(programs),
  });
}

function activityOf(saved: SavedActivity): Activity {
  const { networks, clock, senders, unknownByDomain, refusedByDomain, slowedByReceiver, reached } = saved;
  return Object.assign(newActivity(saved.since), saved, {
    networks: networks && Tally.of(networks as Record<string, Novelty>),
    clock: Clock.of(clock),
    programs: saved.programs && Tally.of(saved.programs),
    senders: Tally.of(senders),
    unknownByDomain: unknownByDomain && Tally.of(unknownByDomain),
    refusedByDomain: refusedByDomain && Tally.of(refusedByDomain),
    slowedByReceiver: slowedByReceiver && Tally.of(slowedByReceiver),
    reached: reached ?? newDistinct(),
  });
}

/** JSON without what is zero or undefined, and without `lastIp`, which only saves work within a run. */
function countsText(counts: Activity | Habit): string {
  let text = '';
  for (const name in counts) {
    const value: unknown = counts[name as keyof typeof counts];
    if (value === 0 || value === undefined || name === 'lastIp') continue;
    const saved = name === 'reached' ? distinctText(value as Distinct) : textOf(value);
    text += `${text === '' ? '' : ','}"${name}":${saved}`;
  }
  return `{${text}}`;
}

function distinctText({ words, ones }: Distinct): string {
  return `{"words":${textOf(words)},"ones":${ones}}`;
}
