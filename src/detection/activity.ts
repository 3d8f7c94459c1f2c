// What one identity is doing now (activity: a run of mail without a long pause) and what it usually does (habit: runs that were
// judged ordinary, older ones counting less). Plain data, saved as JSON. Pure.

import { parseIp, siteOf } from '../mail/ip.js';

/** Caps that keep one identity small whatever it does. */
const MAX_SENDERS = 300;
const MAX_ADDRESSES = 50;
const MAX_NETWORKS = 60;
/** Dropped at once, so that they are not sorted for each newcomer. */
const NETWORKS_AT_ONCE = 20;

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
  unknownUsers: number;
  contentRefusals: number;
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
    contentRefusals: 0,
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
  fillHour(habit, Math.floor(activity.since / HOUR_MS), activity.recipients);
  habit.messages += activity.messages;
  habit.recipients += activity.recipients;
  habit.tried += activity.tried;
  habit.newRecipients += activity.newRecipients;
  habit.newDomains += activity.newDomains;
  habit.unknownUsers += activity.unknownUsers;
  habit.contentRefusals += activity.contentRefusals;
  habit.newSenders += activity.newSenders;
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
  habit.inHour += recipients;
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
}

function dropOldestNetworks(habit: Habit): void {
  const networks = Object.entries(habit.networks);
  if (networks.length <= MAX_NETWORKS + NETWORKS_AT_ONCE) return;
  networks.sort((a, b) => b[1] - a[1]);
  habit.networks = Object.fromEntries(networks.slice(0, MAX_NETWORKS));
}
