// What an identity usually does: sums over its past spells of mail that were judged ordinary. A spell counts half after two weeks. Saved
// as JSON. No I/O.

import { isNew, networkOf } from '../clues/novelty.js';
import { showFractions } from '../structures/fractions.js';
import { Tally } from '../structures/tally.js';
import { type Activity, choicesOf } from './activity.js';
import { Clock, slotOf } from './clock.js';
import { foldManner } from './manner.js';

/** Client addresses and networks remembered; bounds the memory that one identity takes. */
const MAX_NETWORKS = 60;
/** So many are dropped at a time, so that the list is not sorted for every new one. */
const NETWORKS_AT_ONCE = 20;

/** Hours with mail after which the habit can say how much is usual. */
const LEARNED_HOURS = 6;
/** Half of the longest spell (identity.ts). */
const OUTSTANDING_HOURS = 4;
const HOUR_MS = 3_600_000;
const HOURS_OF_A_DAY = 24;
const DAY_MS = HOURS_OF_A_DAY * HOUR_MS;
/** Two weeks: long enough to keep a monthly rhythm in sight, short enough to follow a customer who grows. */
export const HALF_LIFE_MS = 14 * DAY_MS;

/** Sums over past spells, older ones decayed. Counts mean the same as in Activity where they have the same name. */
export interface Habit {
  /** When the identity was first seen. */
  firstAt: number;
  /** Until when the sums are decayed: about the last mail that was learned. */
  decayedAt: number;
  /**
   * Clock hours with mail, the recipients in them (as `choices`), and the sum of their squares: for mean and variance by the hour.
   */
  hours: number;
  hourRecipients: number;
  hourSquares: number;
  /** The clock hour that recipients are still added to (ms / 3,600,000; -1 for none), and its recipients so far. */
  hour: number;
  inHour: number;
  messages: number;
  recipients: number;
  tried: number;
  newRecipients: number;
  newDomains: number;
  unknownUsers: number;
  contentRefusals: number;
  slowedDown: number;
  newSenders: number;
  /** Client addresses that were new when they were used. */
  newNetworks: number;
  /** How many of those the relay had looked up in DNS, and how many of these had no name. */
  lookedUp: number;
  nameless: number;
  compared: number;
  alike: number;
  inSessions: number;
  sameSession: number;
  /** Spells whose mail programs are known, and how many of them brought a new program. */
  programRuns: number;
  newPrograms: number;
  /** Mail programs used, with the time of the last use; undefined for none. */
  programs: Tally<number> | undefined;
  /** Client addresses used, and their networks, with the time of the last use; undefined for none. */
  networks: Tally<number> | undefined;
  clock: Clock;
}

export function newHabit(at: number): Habit {
  return {
    firstAt: at,
    decayedAt: at,
    hours: 0,
    hourRecipients: 0,
    hourSquares: 0,
    hour: -1,
    inHour: 0,
    messages: 0,
    recipients: 0,
    tried: 0,
    newRecipients: 0,
    newDomains: 0,
    unknownUsers: 0,
    contentRefusals: 0,
    slowedDown: 0,
    newSenders: 0,
    newNetworks: 0,
    lookedUp: 0,
    nameless: 0,
    compared: 0,
    alike: 0,
    inSessions: 0,
    sameSession: 0,
    programRuns: 0,
    newPrograms: 0,
    programs: undefined,
    networks: undefined,
    clock: new Clock(),
  };
}

/** The counts that decay: they become fractions, see fractions.ts. */
const SUMS = [
  ...(['hours', 'hourRecipients', 'hourSquares', 'messages', 'recipients', 'tried', 'newRecipients'] as const),
  ...(['newDomains', 'unknownUsers', 'contentRefusals', 'slowedDown', 'newSenders', 'newNetworks'] as const),
  ...(['lookedUp', 'nameless', 'compared', 'alike', 'programRuns', 'newPrograms'] as const),
  ...(['inSessions', 'sameSession'] as const),
];
showFractions(newHabit(0.5), [...SUMS, 'inHour']);

/** Learns an ordinary spell. */
export function fold(habit: Habit, activity: Activity): void {
  decay(habit, activity.lastAt);
  fillHours(habit, activity);
  habit.messages += activity.messages;
  habit.recipients += activity.recipients;
  habit.tried += activity.tried;
  habit.newRecipients += activity.newRecipients;
  habit.newDomains += activity.newDomains;
  habit.unknownUsers += activity.unknownUsers;
  habit.contentRefusals += activity.contentRefusals;
  habit.slowedDown += activity.slowedDown;
  habit.newSenders += activity.newSenders;
  habit.clock.addAll(activity.clock);
  foldManner(habit, activity);
  if (activity.networks) foldNetworks(habit, activity.networks, activity.lastAt);
}

function foldNetworks(habit: Habit, networks: NonNullable<Activity['networks']>, at: number): void {
  habit.networks ??= new Tally();
  for (let i = 0; i < networks.size; i++) {
    const address = networks.nameAt(i);
    const novelty = networks.valueAt(i);
    if (isNew(novelty)) habit.newNetworks++;
    if (novelty === 'named' || novelty === 'nameless') habit.lookedUp++;
    if (novelty === 'nameless') habit.nameless++;
    habit.networks.set(address, at);
    habit.networks.set(networkOf(address), at);
  }
  if (habit.networks.size <= MAX_NETWORKS + NETWORKS_AT_ONCE) return;
  const latest = habit.networks.entries().sort((a, b) => b[1] - a[1]);
  habit.networks = Tally.of(Object.fromEntries(latest.slice(0, MAX_NETWORKS)));
}

/** Clock hours with mail, the last one included. */
export function hoursKnown({ hours, inHour }: Habit): number {
  return inHour > 0 ? hours + 1 : hours;
}

/** How many hours with mail are known, and mean and variance of the recipients in such an hour, the last one included. */
export function hourly(habit: Habit): { hours: number; mean: number; variance: number } {
  const hours = hoursKnown(habit);
  if (hours === 0) return { hours: 0, mean: 0, variance: 0 };
  const mean = (habit.hourRecipients + habit.inHour) / hours;
  return { hours, mean, variance: Math.max(0, (habit.hourSquares + habit.inHour ** 2) / hours - mean ** 2) };
}

/** Recipients in a usual hour with mail, each counted whole, for people: `hourly` counts them as `choices`. */
export function recipientsAnHour(habit: Habit): number {
  const { messages, recipients } = habit;
  return messages > 0 ? (hourly(habit).mean * recipients) / choicesOf(messages, recipients) : 0;
}

/** A spell's recipients go to the clock hours of its messages. Its clock knows those of a day: a spell ends long before (identity.ts). */
function fillHours(habit: Habit, { since, lastAt, messages, choices, clock }: Activity): void {
  const first = Math.floor(since / HOUR_MS);
  const last = Math.min(Math.floor(lastAt / HOUR_MS), first + HOURS_OF_A_DAY - 1);
  const hours = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
    .map((hour) => ({ hour, share: clock.in(slotOf(hour * HOUR_MS)) / messages }))
    .filter(({ share }) => share > 0);
  const recipients = Math.min(choices, mostToLearn(habit, hours.length));
  for (const { hour, share } of hours) fillHour(habit, hour, recipients * share);
}

function fillHour(habit: Habit, hour: number, recipients: number): void {
  // A spell of another entry had this hour already.
  if (hour < habit.hour && habit.hour - hour < HOURS_OF_A_DAY) {
    habit.hourRecipients += recipients;
    return;
  }
  if (hour !== habit.hour) {
    if (habit.inHour > 0) {
      habit.hours++;
      habit.hourRecipients += habit.inHour;
      habit.hourSquares += habit.inHour ** 2;
    }
    habit.hour = hour;
    habit.inHour = 0;
  }
  habit.inHour += recipients;
}

/**
 * Recipients that a spell with mail in `spellHours` hours can add at most: what is usual in them, and some hours that stand out. A mailing,
 * or spam that nobody found, must not become the measure within a day.
 */
function mostToLearn(habit: Habit, spellHours: number): number {
  const { hours, mean, variance } = hourly(habit);
  if (hours < LEARNED_HOURS) return Number.POSITIVE_INFINITY;
  return spellHours * mean + Math.min(spellHours, OUTSTANDING_HOURS) * (2 * mean + 3 * Math.sqrt(variance) + 10);
}

/** Halves the sums for every HALF_LIFE_MS passed. A clock that jumps back decays nothing; one that jumps ahead, at most a year. */
function decay(habit: Habit, at: number): void {
  const passedMs = Math.min(at - habit.decayedAt, 365 * DAY_MS);
  if (Math.abs(passedMs) < HOUR_MS) return;
  habit.decayedAt = at;
  if (passedMs < 0) return;
  const keep = 2 ** (-passedMs / HALF_LIFE_MS);
  habit.hours *= keep;
  habit.hourRecipients *= keep;
  habit.hourSquares *= keep;
  habit.messages *= keep;
  habit.recipients *= keep;
  habit.tried *= keep;
  habit.newRecipients *= keep;
  habit.newDomains *= keep;
  habit.unknownUsers *= keep;
  habit.contentRefusals *= keep;
  habit.slowedDown *= keep;
  habit.newSenders *= keep;
  habit.newNetworks *= keep;
  habit.lookedUp *= keep;
  habit.nameless *= keep;
  habit.compared *= keep;
  habit.alike *= keep;
  habit.inSessions *= keep;
  habit.sameSession *= keep;
  habit.programRuns *= keep;
  habit.newPrograms *= keep;
  habit.clock.scale(keep);
}
