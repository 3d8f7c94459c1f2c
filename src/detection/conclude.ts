// Makes a finding of an alarm: who sends, one address or many, since when, and why we think so. Pure.
import type { Assessment } from './assess.js';
import type { Suspect } from './campaigns.js';
import { isOfUsualNetwork } from './clues/novelty.js';
import { isNumbered } from './clues/sender-shape.js';
import type { CompromiseFinding } from './finding.js';
import { type Habit, hourly } from './identities/habit.js';
import { covering, type EntryPoint, type Identity, mailSinceOnset, startAlarm } from './identities/identity.js';
import { onsetOf } from './identities/onset.js';
import { NO_SENDER } from './identities/routes.js';
import { isSharedLogin } from './identities/shared-login.js';
import { experience } from './signals/signal.js';
import type { Tally } from './structures/tally.js';

const MAX_SENDERS = 200;
/** The alarm is about one address when it sent at least this share; the rest is the owner's other addresses, or honest mail. */
const SINGLE_SHARE = 0.8;
/** An alarm is called cold, less sure, when `experience` of both the identity and its customer is less than this. */
const HALF_KNOWN = 0.5;
/** Strangers are reported as invented senders from this many on: fewer may be new people, beside one mailbox that spams. */
const FORGED_SENDERS = 3;

/** An identity that is in alarm, and the assessment that says so. */
export interface RaisedAlarm {
  identity: Identity;
  assessment: Assessment;
}

/** The alarm that says most, of those about one message: many invented senders, else the one mailbox, else the entry as a whole. */
export function mostTelling(alarms: RaisedAlarm[]): RaisedAlarm | undefined {
  const of = (scope: Identity['scope']) => alarms.find(({ identity }) => identity.scope === scope);
  const strangers = of('strangers');
  const areMany = (strangers?.identity.activity?.senderCount ?? 0) >= FORGED_SENDERS;
  return (areMany ? strangers : undefined) ?? of('sender') ?? of('entry') ?? strangers;
}

/** What a finding is made of. */
export interface Conclusion {
  at: number;
  customer: string;
  entry: EntryPoint;
  /** The identity of the entry as a whole, if it has one. */
  whole: Identity | undefined;
  alarm: RaisedAlarm;
  /** What all mail of the customer usually looks like. */
  customerHabit: Habit;
  /** Findings with the same key are one incident. */
  key: string;
  /** Other mailboxes of the customer that are to be named too. */
  accomplices: Suspect[];
  /** Reports whether a sender at the entry is to be named. */
  isSuspect: (sender: string) => boolean;
  /** When a sender was first seen at the entry, ms; undefined for one that is not remembered. */
  firstSeen: (sender: string) => number | undefined;
}

/** The finding of an alarm; undefined while no sender can be named, because then there is nobody to ask about or to block. */
export function compromiseFinding(conclusion: Conclusion): CompromiseFinding | undefined {
  const { at, customer, key, alarm, accomplices } = conclusion;
  const { activity } = alarm.identity;
  if (!activity) throw new Error(`alarm without an activity: ${alarm.identity.key}`);
  const { signs, sentences, confidence, from, to } = alarm.assessment;
  const covered = covering(alarm.identity.alarm ?? startAlarm(activity, onsetOf(activity, signs)), activity);
  const { since, messages, recipients } = mailSinceOnset(covered);
  const ranked = rank(covered.senders, suspicionOf(conclusion, covered.since));
  const [first] = ranked;
  if (!first) return undefined;
  const [top, most] = first;
  const named = ranked.reduce((sum, [, count]) => sum + count, 0);
  const isOne = most >= SINGLE_SHARE * named;
  const own = isOne ? [top] : ranked.map(([sender]) => sender);
  const suspects = [...new Set([...own, ...accomplices.map(({ sender }) => sender)])];
  return {
    kind: isOne && suspects.length === 1 ? 'single' : 'multiple',
    key,
    at,
    since: Math.min(since, ...accomplices.map((accomplice) => accomplice.since)),
    customer,
    senders: suspects.slice(0, MAX_SENDERS),
    senderCount: suspects.length,
    ...loginsOf(conclusion, suspects, covered.since),
    ...clientIpsOf(conclusion, covered.clientIps),
    messages: Math.max(wholeNumber(messages + sumOf(accomplices, 'messages')), suspects.length),
    recipients: recipients + sumOf(accomplices, 'recipients'),
    ...{ confidence, evidence: sentences, signs },
    evidenceOf: { from, to, ...(isOne && suspects.length > 1 ? { sender: top } : {}) },
    ...(isCold(alarm.identity.habit) && isCold(conclusion.customerHabit) ? { isCold: true } : {}),
  };
}

/** Reports whether a habit is next to no history to compare with. */
function isCold(habit: Habit): boolean {
  return experience(hourly(habit).hours) < HALF_KNOWN;
}

/** Of a login those in networks that are new to it come first: a card has room for one, and the owner's own is not the one to look into. */
function clientIpsOf({ entry, alarm, customerHabit }: Conclusion, clientIps: string[]) {
  if (entry.kind !== 'login') return { clientIps };
  const { habit } = alarm.identity;
  const isUsual = (ip: string) => isOfUsualNetwork(ip, habit, customerHabit);
  const newClientIps = clientIps.filter((ip) => !isUsual(ip));
  return { clientIps: [...newClientIps, ...clientIps.filter(isUsual)], newClientIps };
}

function loginsOf({ entry, whole, isSuspect, accomplices }: Conclusion, suspects: string[], since: number) {
  if (entry.kind !== 'login') return { logins: [], sharedLogins: [] };
  const isShared = whole && isSharedLogin({ login: entry.name, whole, suspects, since, isSuspect });
  const logins = [entry.name, ...accomplices.flatMap(({ login }) => login ?? [])];
  return {
    logins: [...new Set(logins)],
    sharedLogins: isShared ? [entry.name] : [],
    ...(accomplices.some(({ login }) => !login) ? { isPartlyWithoutLogin: true } : {}),
  };
}

/** Tells the senders that an alarm is about from those that only wrote at the same time. */
function suspicionOf({ alarm, isSuspect, firstSeen }: Conclusion, since: number): (sender: string) => boolean {
  const { identity, assessment } = alarm;
  // An alarm for invented senders is about those that came with it, and not about an older newsletter that is suspicious too.
  if (identity.scope === 'entry' && assessment.signs.some(isOfForgery))
    return (sender) => (firstSeen(sender) ?? since) >= since;
  return identity.scope === 'entry' ? isSuspect : () => true;
}

/** Nats. From this weight on, senders never seen before or that do not exist are what an alarm is about. */
const OF_FORGERY = 2;

function isOfForgery({ id, weight }: { id: string; weight: number }): boolean {
  return (id === 'many-senders' || id === 'phantom-senders') && weight >= OF_FORGERY;
}

/**
 * Senders to be named with their messages, most first; all when none is suspect. Left out are names without a domain, which nobody can
 * write to, and, unless there are no others, addresses that a program made for each message (tickets, VERP, SRS): forgers use people's
 * names.
 */
function rank(senders: Tally<number>, isSuspect: (sender: string) => boolean): [string, number][] {
  const all = senders
    .entries()
    .filter(([sender]) => sender.includes('@') || sender === NO_SENDER)
    .sort((a, b) => b[1] - a[1]);
  const suspects = someOf(all, ([sender]) => isSuspect(sender));
  return someOf(suspects, ([sender]) => !isNumbered(sender));
}

function someOf<T>(all: T[], isWanted: (each: T) => boolean): T[] {
  const wanted = all.filter(isWanted);
  return wanted.length > 0 ? wanted : all;
}

function sumOf(accomplices: Suspect[], name: 'messages' | 'recipients'): number {
  return accomplices.reduce((sum, accomplice) => sum + accomplice[name], 0);
}

/** Rounds up: a message of which some recipients were tried is a message. Late messages are counted by shares, see attempts.ts. */
function wholeNumber(messages: number): number {
  return Math.ceil(messages - 1e-6);
}
