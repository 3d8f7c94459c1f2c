// What one identity is doing now (activity: a run of mail without a long pause) and what it usually does (habit: runs that were
// judged ordinary, older ones counting less). Plain data, saved as JSON. Pure.

import { parseIp, siteOf } from '../mail/ip.js';
import { type Clock, slotOf } from './clock.js';
import { countDistinct, type Distinct, distinctCount, newDistinct, union } from './distinct.js';

/** What a further recipient of an envelope counts among the choices. */
const FURTHER = 0.3;
/** Caps that keep one identity small whatever it does. */
const MAX_SENDERS = 300;
const MAX_ADDRESSES = 50;
const MAX_NETWORKS = 60;
/** Dropped at once, so that they are not sorted for each newcomer. */
const NETWORKS_AT_ONCE = 20;

/** Hours with mail after which a habit tells what is much. */
const LEARNED_HOURS = 6;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Two weeks: long enough to keep a monthly rhythm in sight, short enough to follow a customer who grows. */
const HALF_LIFE_MS = 14 * DAY_MS;

/** `neighbour`: a new address in a network that is known, or that another address of this activity is in. */
export type Novelty = 'new' | 'neighbour' | 'known';

export interface Activity {
  since: number;
  lastAt: number;
  messages: number;
  /** As the envelopes said on arrival. */
  recipients: number;
  /** Recipients with a first delivery attempt behind them; the counts below are shares of this. */
  tried: number;
  newRecipients: number;
  newDomains: number;
  /** Different recipients that do not exist; one that did before counts a quarter. */
  unknownUsers: number;
  /** How many of them are in a domain, while it is few. */
  unknownByDomain: Record<string, number>;
  /** Of different recipients; of one receiver only the first few count fully: its filter dislikes one letter, not twenty. */
  contentRefusals: number;
  refusedByDomain: Record<string, number>;
  /** Recipients as choices: those of one envelope were picked together, and the further ones count a third. */
  choices: number;
  /** Different recipients tried. */
  reached: Distinct;
  /** Messages that brought a sender address never seen at this entry. */
  newSenders: number;
  /** Senders whose non-delivery notices came back: they do not exist. */
  phantomSenders: number;
  failedLogins: number;
  /**
   * Messages accepted before this activity and delivered in it, as from a queue that was released, and their recipients. Of a message
   * to many only the share that was delivered. They are for the finding; volume and habit counted them when they were accepted.
   */
  lateMessages: number;
  lateRecipients: number;
  /** Messages by sender, late ones included; the first MAX_SENDERS. */
  senders: Record<string, number>;
  senderCount: number;
  clientIps: string[];
  /** Client addresses of a login, and whether it was used from there before. */
  networks: Record<string, Novelty>;
  networkCount: number;
  /** Messages by the hour at which they came; see clock.ts. */
  clock: Clock;
  /** Complaints that came while it ran. */
  complaints: number;
  /** It is looked at next when so many recipients were tried; earlier when something speaks for spam. */
  lookAt: number;
}

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
  /** Client addresses and their networks used, with the time of the last use. */
  networks: Record<string, number>;
  clock: Clock;
}

export function newActivity(at: number): Activity {
  return {
    since: at,
    lastAt: at,
    messages: 0,
    recipients: 0,
    tried: 0,
    newRecipients: 0,
    newDomains: 0,
    unknownUsers: 0,
    unknownByDomain: {},
    contentRefusals: 0,
    refusedByDomain: {},
    choices: 0,
    reached: newDistinct(),
    newSenders: 0,
    phantomSenders: 0,
    failedLogins: 0,
    lateMessages: 0,
    lateRecipients: 0,
    senders: {},
    senderCount: 0,
    clientIps: [],
    networks: {},
    networkCount: 0,
    clock: {},
    complaints: 0,
    lookAt: 0,
  };
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
    networks: {},
    clock: {},
  };
}

export interface Arrival {
  at: number;
  sender: string;
  recipients: number;
  isNewSender: boolean;
  clientIp?: string | undefined;
  /** Of a login's client address; undefined where addresses tell nothing. */
  novelty?: Novelty | undefined;
  failedLogins: number;
}

/** Counts an accepted message. */
export function addArrival(activity: Activity, arrival: Arrival): void {
  activity.lastAt = Math.max(activity.lastAt, arrival.at);
  activity.messages++;
  activity.recipients += arrival.recipients;
  activity.choices += 1 + FURTHER * Math.max(0, arrival.recipients - 1);
  const slot = slotOf(arrival.at);
  activity.clock[slot] = (activity.clock[slot] ?? 0) + 1;
  if (arrival.isNewSender) activity.newSenders++;
  activity.failedLogins = Math.max(activity.failedLogins, arrival.failedLogins);
  addSender(activity, arrival.sender, 1);
  const { clientIp, novelty } = arrival;
  const ips = activity.clientIps;
  if (clientIp !== undefined && ips.length < MAX_ADDRESSES && !ips.includes(clientIp)) ips.push(clientIp);
  if (clientIp !== undefined && novelty !== undefined && activity.networks[clientIp] === undefined) {
    addNetwork(activity, clientIp, novelty);
  }
}

function addNetwork(activity: Activity, clientIp: string, novelty: Novelty): void {
  if (activity.networkCount >= MAX_NETWORKS) return;
  activity.networkCount++;
  activity.networks[clientIp] = novelty;
  if (novelty === 'new') activity.lookAt = 0;
}

/** What a delivery attempt adds; see outcome.ts. */
export interface Attempted {
  recipient: number;
  domain: number;
  tried: number;
  newRecipients: number;
  newDomains: number;
  unknownUsers: number;
  contentRefusals: number;
  /** Many customers write to the domain. */
  isPopular: boolean;
}

/** Dead addresses of one small domain that count: a firm that closed, or its typing error in a list, is one cause and not forty. */
const MOST_OF_SMALL_DOMAIN = 2;

/** Refusals of one receiver that count fully; what the later ones count. */
const MOST_OF_RECEIVER = 2;
const BEYOND = 0.25;

/** Counts an attempt for one recipient. */
export function addAttempt(activity: Activity, attempt: Attempted, at: number): void {
  if (at > activity.lastAt) activity.lastAt = at;
  activity.tried += attempt.tried;
  activity.newRecipients += attempt.newRecipients;
  activity.newDomains += attempt.newDomains;
  countDistinct(activity.reached, attempt.recipient);
  if (attempt.unknownUsers > 0) addUnknown(activity, attempt);
  if (attempt.contentRefusals > 0) addRefused(activity, attempt);
}

function addRefused(activity: Activity, { domain }: Attempted): void {
  const { refusedByDomain } = activity;
  const before = refusedByDomain[domain] ?? 0;
  refusedByDomain[domain] = before + 1;
  activity.contentRefusals += before < MOST_OF_RECEIVER ? 1 : BEYOND;
}

function addUnknown(activity: Activity, { unknownUsers, domain, isPopular }: Attempted): void {
  const { unknownByDomain } = activity;
  const before = unknownByDomain[domain] ?? 0;
  if (!isPopular && before >= MOST_OF_SMALL_DOMAIN) return;
  unknownByDomain[domain] = before + 1;
  activity.unknownUsers += unknownUsers;
}

/** About how many different recipients were tried. */
export function reachOf({ reached, tried }: Activity): number {
  const count = distinctCount(reached);
  // Beyond what can be told apart they are taken for different: a script that repeats itself does not get there.
  return count > 1_000 ? Math.max(count, tried) : Math.min(count, tried);
}

/** Counts the first attempt for one recipient of a message whose acceptance is not in the activity. */
export function addLate(
  activity: Activity,
  { sender, recipientCount }: { sender: string; recipientCount: number },
): void {
  const share = 1 / Math.max(1, recipientCount);
  activity.lateMessages += share;
  activity.lateRecipients++;
  addSender(activity, sender, share);
}

function addSender(activity: Activity, sender: string, messages: number): void {
  const before = activity.senders[sender];
  if (before === undefined) activity.senderCount++;
  if (before !== undefined || activity.senderCount <= MAX_SENDERS) {
    activity.senders[sender] = (before ?? 0) + messages;
  }
}

const SUMS = [
  'messages',
  'recipients',
  'tried',
  'newRecipients',
  'newDomains',
  'unknownUsers',
  'contentRefusals',
  'choices',
  'newSenders',
  'phantomSenders',
  'lateMessages',
  'lateRecipients',
  'complaints',
] as const;

/** Adds a later activity to an earlier one. */
export function addActivity(past: Activity, later: Activity): void {
  Object.assign(past, summed(past, later));
  for (const sender in later.senders) addSender(past, sender, later.senders[sender] ?? 0);
  past.clientIps = [...new Set([...past.clientIps, ...later.clientIps])].slice(0, MAX_ADDRESSES);
}

/** Both as one, without the later one's senders and addresses: what the signals look at. */
export function summed(past: Activity, later: Activity): Activity {
  const both = { ...past, lastAt: Math.max(past.lastAt, later.lastAt), lookAt: later.lookAt };
  for (const name of SUMS) both[name] += later[name];
  both.failedLogins = Math.max(past.failedLogins, later.failedLogins);
  both.reached = union(past.reached, later.reached);
  both.networks = { ...later.networks, ...past.networks };
  both.networkCount = Object.keys(both.networks).length;
  both.clock = addedUp(past.clock, later.clock);
  both.refusedByDomain = addedUp(past.refusedByDomain, later.refusedByDomain);
  both.unknownByDomain = addedUp(past.unknownByDomain, later.unknownByDomain);
  return both;
}

function addedUp<T extends Record<string, number>>(one: T, other: T): T {
  const sum: Record<string, number> = { ...one };
  for (const key in other) sum[key] = (sum[key] ?? 0) + (other[key] ?? 0);
  return sum as T;
}

/** Hours the activity has lasted. */
export function hoursOf(activity: Activity): number {
  return (activity.lastAt - activity.since) / HOUR_MS;
}

/** How new a login's client address is, to its own habit, its customer's, and the running activity. */
export function noveltyOf(address: string, activity: Activity, own: Habit, customer: Habit): Novelty {
  const running = activity.networks[address];
  if (running !== undefined) return running;
  if (own.networks[address] !== undefined || customer.networks[address] !== undefined) return 'known';
  const network = networkOf(address);
  const isNear = own.networks[network] !== undefined || customer.networks[network] !== undefined;
  return isNear || Object.keys(activity.networks).some((other) => networkOf(other) === network) ? 'neighbour' : 'new';
}

/** `192.0.2.0/24` of `192.0.2.7`, as siteOf has it; IPv4 by its text, because a run of mail asks it again and again. */
function networkOf(address: string): string {
  if (!address.includes(':')) return `${address.slice(0, address.lastIndexOf('.'))}.0/24`;
  const ip = parseIp(address);
  return ip ? siteOf(ip) : address;
}

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
  for (const slot in activity.clock) habit.clock[slot] = (habit.clock[slot] ?? 0) + (activity.clock[slot] ?? 0);
  for (const [address, novelty] of Object.entries(activity.networks)) {
    if (novelty === 'new') habit.newNetworks++;
    habit.networks[address] = activity.lastAt;
    habit.networks[networkOf(address)] = activity.lastAt;
  }
  if (activity.networkCount > 0) dropOldestNetworks(habit);
}

/** Mean and variance of recipients in an hour with mail, the hour being filled included. */
export function hourly(habit: Habit): { hours: number; mean: number; variance: number } {
  const hours = habit.hours + (habit.inHour > 0 ? 1 : 0);
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
  for (const slot in habit.clock) habit.clock[slot] = (habit.clock[slot] ?? 0) * keep;
}

function dropOldestNetworks(habit: Habit): void {
  const networks = Object.entries(habit.networks);
  if (networks.length <= MAX_NETWORKS + NETWORKS_AT_ONCE) return;
  networks.sort((a, b) => b[1] - a[1]);
  habit.networks = Object.fromEntries(networks.slice(0, MAX_NETWORKS));
}
