// What an identity usually does: runs of its mail that were judged ordinary, older ones counting less. Plain data but for its tables,
// saved as JSON. Pure.
import type { Activity } from './activity.js';
import { Clock } from './clock.js';
import { showFractions } from './fractions.js';
import { foldManner } from './manner.js';
import { isNew, networkOf } from './novelty.js';
import { Tally } from './tally.js';

/** Caps that keep one identity small whatever it does. */
const MAX_NETWORKS = 60;
/** Dropped at once, so that they are not sorted for each newcomer. */
const NETWORKS_AT_ONCE = 20;

/** Hours with mail after which a habit tells what is much. */
const LEARNED_HOURS = 6;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Two weeks: long enough to keep a monthly rhythm in sight, short enough to follow a customer who grows. */
const HALF_LIFE_MS = 14 * DAY_MS;

/** Decayed sums over past activities. */
export interface Habit {
  firstAt: number;
  decayedAt: number;
  /** Clock hours with any mail, their recipients and the sum of squares of those, for mean and spread an hour. */
  hours: number;
  hourRecipients: number;
  hourSquares: number;
  /** The hour being filled. */
  hour: number;
  inHour: number;
  messages: number;
  recipients: number;
  tried: number;
  newRecipients: number;
  newDomains: number;
  unknownUsers: number;
  contentRefusals: number;
  newSenders: number;
  newNetworks: number;
  /** Those of which the relay told whether they have a name in DNS, and those without one. */
  lookedUp: number;
  nameless: number;
  /** Messages compared with the one before them, and those that were of its size. */
  compared: number;
  alike: number;
  /** Programs that wrote mail, with the time of the last use, runs that told theirs, and those that brought one; see manner.ts. */
  programRuns: number;
  newPrograms: number;
  programs: Tally<number> | undefined;
  /** Client addresses and their networks used, with the time of the last use; undefined for none. */
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
    newSenders: 0,
    newNetworks: 0,
    lookedUp: 0,
    nameless: 0,
    compared: 0,
    alike: 0,
    programRuns: 0,
    newPrograms: 0,
    programs: undefined,
    networks: undefined,
    clock: new Clock(),
  };
}

/** What decays. */
const SUMS = [
  ...(['hours', 'hourRecipients', 'hourSquares', 'messages', 'recipients', 'tried', 'newRecipients'] as const),
  ...(['newDomains', 'unknownUsers', 'contentRefusals', 'newSenders', 'newNetworks'] as const),
  ...(['lookedUp', 'nameless', 'compared', 'alike', 'programRuns', 'newPrograms'] as const),
];
showFractions(newHabit(0.5), [...SUMS, 'inHour']);

/** Adds an ordinary activity to a habit. */
export function fold(habit: Habit, activity: Activity): void {
  decay(habit, activity.lastAt);
  fillHour(habit, Math.floor(activity.since / HOUR_MS), activity.choices);
  habit.messages += activity.messages;
  habit.recipients += activity.recipients;
  habit.tried += activity.tried;
  habit.newRecipients += activity.newRecipients;
  habit.newDomains += activity.newDomains;
  habit.unknownUsers += activity.unknownUsers;
  habit.contentRefusals += activity.contentRefusals;
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

/** Clock hours with mail, the hour being filled included. */
export function hoursKnown({ hours, inHour }: Habit): number {
  return inHour > 0 ? hours + 1 : hours;
}

/** Mean and variance of recipients in an hour with mail, the hour being filled included. */
export function hourly(habit: Habit): { hours: number; mean: number; variance: number } {
  const hours = hoursKnown(habit);
  if (hours === 0) return { hours: 0, mean: 0, variance: 0 };
  const mean = (habit.hourRecipients + habit.inHour) / hours;
  return { hours, mean, variance: Math.max(0, (habit.hourSquares + habit.inHour ** 2) / hours - mean ** 2) };
}

function fillHour(habit: Habit, hour: number, recipients: number): void {
  if (hour !== habit.hour) {
    if (habit.inHour > 0) {
      habit.hours++;
      habit.hourRecipients += habit.inHour;
      habit.hourSquares += habit.inHour ** 2;
    }
    habit.hour = hour;
    habit.inHour = 0;
  }
  habit.inHour += Math.min(recipients, mostToLearn(habit));
}

/** An hour teaches at most a few times what is usual: a mailing, or spam nobody found, must not become the measure in one day. */
function mostToLearn(habit: Habit): number {
  const { hours, mean, variance } = hourly(habit);
  return hours < LEARNED_HOURS ? Number.POSITIVE_INFINITY : 3 * mean + 3 * Math.sqrt(variance) + 10;
}

/** A clock that jumps back decays nothing; one that jumps ahead decays at most a year. */
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
  habit.newSenders *= keep;
  habit.newNetworks *= keep;
  habit.lookedUp *= keep;
  habit.nameless *= keep;
  habit.compared *= keep;
  habit.alike *= keep;
  habit.programRuns *= keep;
  habit.newPrograms *= keep;
  habit.clock.scale(keep);
}
