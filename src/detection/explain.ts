// Answers why somebody is in alarm, or is not, for `/relay why` and the Why? button: what the detection knows of a customer, an entry point
// or a sender, assessed as it stands now. Changes nothing, and loads nothing into the detector's memory.
import { isInNetwork, parseIp, parseNetwork } from '../mail/ip.js';
import { assess, weigh } from './assess.js';
import type { Explanation } from './explanation.js';
import type { Activity } from './identities/activity.js';
import { HALF_LIFE_MS, type Habit, hourly, newHabit, recipientsAnHour } from './identities/habit.js';
import {
  covering,
  entryKeyOf,
  hasEnded,
  type Identity,
  mailSinceOnset,
  namesOf,
  spellOf,
  startAlarm,
} from './identities/identity.js';
import { NO_SENDER } from './identities/routes.js';
import type { View } from './signals/signal.js';
import type { Thresholds } from './thresholds.js';

/** What the detector knows, to be read only. */
export interface Knowledge {
  /** Identities in memory. */
  awake: Iterable<Identity>;
  /** Identities saved under keys that begin with `prefix` and hold `part`, in the order of their keys. */
  saved: (prefix: string, part: string, most: number) => Identity[];
  /** An identity by its key, from memory or saved. */
  identity: (key: string) => Identity | undefined;
  customerHabit: (customer: string) => Habit | undefined;
  /** Customers that a query may be about: with that id, in whatever case, or who own that login, address or sender. */
  customersOf: (query: string) => string[];
  /** The campaign of the customer that a mailbox is part of; undefined when it is part of none. */
  together: (customer: string, key: string, at: number) => Explanation['together'];
  thresholds: Thresholds;
  /** As configured, without what is learned from the provider's mail; see background.ts. */
  usualThresholds: Thresholds;
}

/** Explanations in an answer. */
const MOST = 20;
/** Saved identities that are read of a large customer, and identities that are assessed. */
const MOST_SAVED = 2_000;
const MOST_WEIGHED = 200;
/** Nats. Signals that weigh less are left out. */
const LEAST_WEIGHT = 0.05;
const DAY_MS = 24 * 3_600_000;
const HALF_LIFE_DAYS = HALF_LIFE_MS / DAY_MS;

/**
 * Explains a customer (id), a sender address, a login, or a client address or network, in whatever case: at most twenty identities, those
 * in alarm first, then those with the most evidence. `at` is now on the log's clock, ms; without it, the time of their last mail.
 */
export function explain(knowledge: Knowledge, query: string, at?: number): Explanation[] {
  const found = identitiesOf(knowledge, query.trim().toLowerCase());
  const now = at ?? Math.max(...found.map(lastSeen));
  return found
    .toSorted((a, b) => interest(b) - interest(a) || b.evidence - a.evidence || lastSeen(b) - lastSeen(a))
    .slice(0, MOST_WEIGHED)
    .map((identity) => ({ identity, explanation: explanationOf(knowledge, identity, now) }))
    .toSorted(
      ({ identity: a, explanation: one }, { identity: b, explanation: other }) =>
        Number(other.isAlarm) - Number(one.isAlarm) || other.evidence - one.evidence || lastSeen(b) - lastSeen(a),
    )
    .slice(0, MOST)
    .map(({ explanation }) => explanation);
}

/** For a first order, before anything is assessed. */
function interest({ alarm }: Identity): number {
  return alarm === undefined ? 0 : 1;
}

function lastSeen({ activity, past, habit }: Identity): number {
  return Math.max(habit.decayedAt, activity?.lastAt ?? 0, past?.lastAt ?? 0);
}

function identitiesOf(knowledge: Knowledge, query: string): Identity[] {
  if (query === '') return [];
  const matches = matcherOf(query);
  const byKey = new Map<string, Identity>();
  for (const identity of knowledge.awake) if (matches(identity)) byKey.set(identity.key, identity);
  for (const customer of knowledge.customersOf(query)) {
    // A client address that a login was used from is in no key, so all identities of the customer are looked through.
    const part = customer.toLowerCase() === query || parseNetwork(query) ? '' : query;
    for (const identity of knowledge.saved(`${customer}|`, part, MOST_SAVED)) {
      if (!byKey.has(identity.key) && matches(identity)) byKey.set(identity.key, identity);
    }
  }
  return [...byKey.values()];
}

/** Tells the identities that a query is about: by customer, entry, sender, or a client address they were used from. */
function matcherOf(query: string): (identity: Identity) => boolean {
  const isFrom = addressMatcher(query);
  return (identity) => {
    const { customer, entryName, name } = namesOf(identity);
    return (
      name.toLowerCase() === query ||
      entryName.toLowerCase() === query ||
      customer.toLowerCase() === query ||
      (isFrom?.(identity, entryName) ?? false)
    );
  };
}

/** Tells the identities that were used from an address or network; undefined for a query that is neither. */
function addressMatcher(query: string): ((identity: Identity, entryName: string) => boolean) | undefined {
  const network = parseNetwork(query);
  if (!network) return undefined;
  const name = query.includes('/') ? `${network.base}/${network.prefix}` : network.base.toString();
  const isIn = (address: string) => {
    if (address === name) return true;
    const ip = parseIp(address);
    return ip !== undefined && isInNetwork(ip, network);
  };
  return ({ entry, activity, past, alarm, habit }, entryName) =>
    (entry === 'address' && isIn(entryName)) ||
    (entry === 'login' && habit.networks?.has(name)) ||
    [activity, past, alarm].some((mail) => mail?.clientIps.some(isIn) ?? false);
}

function explanationOf(knowledge: Knowledge, identity: Identity, at: number): Explanation {
  const { thresholds } = knowledge;
  const { customer, entryName, name } = namesOf(identity);
  const { scope, isDeclaredBulk, habit } = identity;
  const view = viewOf(knowledge, identity, at);
  const { evidence, stake, confidence } = view
    ? assess(view, isDeclaredBulk, thresholds)
    : { evidence: 0, stake: 0, confidence: 1 / (1 + thresholds.honestPerSpam) };
  const needed = Math.log(thresholds.honestPerSpam * thresholds.alarmOdds) - stake;
  const together = view && knowledge.together(customer, identity.key, at);
  return {
    customer,
    entry: { kind: identity.entry, name: entryName },
    ...{ scope, name, isDeclaredBulk },
    knownSince: habit.firstAt,
    hoursKnown: hourly(habit).hours,
    ...(view && mailOf(identity)),
    ...{ evidence, needed, confidence },
    ...(stake === 0 ? {} : { stake }),
    ...(view ? learnedWhereItDecides(view, isDeclaredBulk, knowledge) : {}),
    isAlarm: view !== undefined && (identity.alarm !== undefined || (together?.isAlarm ?? false)),
    ...(together ? { together } : {}),
    ...(view ? { signsOf: { from: view.activity.since, to: view.activity.lastAt } } : {}),
    signs: view ? signsOf(view, isDeclaredBulk) : [],
    habit: habitOf(habit),
  };
}

/** What was learned of the odds, where that makes an alarm of the view, or none. */
function learnedWhereItDecides(
  view: View,
  isDeclaredBulk: boolean,
  knowledge: Knowledge,
): Pick<Explanation, 'learned'> {
  const { thresholds, usualThresholds } = knowledge;
  const isAlarm = (by: Thresholds) => assess(view, isDeclaredBulk, by).isAlarm;
  if (isAlarm(thresholds) === isAlarm(usualThresholds)) return {};
  return { learned: Math.log(thresholds.honestPerSpam / usualThresholds.honestPerSpam) };
}

/** What the signals look at now: the run, or the whole spell where that has more evidence; undefined when the spell is over. */
function viewOf(knowledge: Knowledge, identity: Identity, at: number): View | undefined {
  const { activity, past, alarm, isDeclaredBulk, habit } = identity;
  const whole = alarm ? activity : spellOf(identity);
  if (!whole || hasEnded(whole.lastAt, (past ?? activity ?? whole).since, at)) return undefined;
  const { customer, name } = namesOf(identity);
  const rest: Omit<View, 'activity'> = {
    habit,
    customerHabit: knowledge.customerHabit(customer) ?? newHabit(at),
    entryHabit: knowledge.identity(entryKeyOf(identity))?.habit ?? habit,
    scope: identity.scope,
    entry: identity.entry,
    isNullSender: name === NO_SENDER,
  };
  const views = [activity, whole].flatMap((each) => (each ? [{ ...rest, activity: each }] : []));
  const nearness = (view: View) => {
    const { evidence, stake } = assess(view, isDeclaredBulk, knowledge.thresholds);
    return evidence + stake;
  };
  return views.reduce((best, view) => (nearness(view) > nearness(best) ? view : best));
}

/** All mail of the spell, or of the alarm. */
function mailOf({ activity, past, alarm }: Identity): Pick<Explanation, 'activity'> {
  const parts = [past, activity].filter((each): each is Activity => each !== undefined);
  const [first] = parts;
  if (!first) return {};
  const covered = parts.reduce(covering, alarm ?? startAlarm(first));
  const { since, messages, recipients } = mailSinceOnset(covered);
  const count = Math.max(covered.senders.size, ...parts.map(({ senderCount }) => senderCount));
  const lastAt = Math.max(...parts.map((part) => part.lastAt));
  return { activity: { since, lastAt, messages, recipients, senders: count } };
}

function signsOf(view: View, isDeclaredBulk: boolean): Explanation['signs'] {
  return weigh(view, isDeclaredBulk)
    .filter(({ weight }) => Math.abs(weight) >= LEAST_WEIGHT)
    .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .map(({ group, weight, sentence }) => ({ group, weight, sentence }));
}

function habitOf(habit: Habit): Explanation['habit'] {
  const { messages, tried, newRecipients, unknownUsers, firstAt, decayedAt } = habit;
  const share = (count: number) => (tried > 0 ? Math.min(1, count / tried) : 0);
  return {
    messagesADay: messages / daysIn(decayedAt - firstAt),
    recipientsAnHour: recipientsAnHour(habit),
    newRecipientShare: share(newRecipients),
    unknownUserShare: share(unknownUsers),
  };
}

/** How many days' mail the decayed sums of a habit of this age hold; at least one. */
function daysIn(ageMs: number): number {
  const full = HALF_LIFE_DAYS / Math.LN2;
  return Math.max(1, full * (1 - 2 ** (-ageMs / DAY_MS / HALF_LIFE_DAYS)));
}
