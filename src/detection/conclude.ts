// From an alarm to a finding: who sends, one address or many, since when, and why we think so. Pure.
import type { Assessment } from './assess.js';
import type { Suspect } from './campaigns.js';
import type { CompromiseFinding } from './finding.js';
import { type Habit, hourly } from './habit.js';
import { covering, type EntryPoint, type Identity, startAlarm } from './identity.js';
import { NO_SENDER } from './routes.js';
import { isNumbered } from './sender-shape.js';
import { isSharedLogin } from './shared-login.js';
import { experience } from './signals/signal.js';
import type { Tally } from './tally.js';

const MAX_SENDERS = 200;
/** One address carries the run when it sent at least this share: the rest is the mailbox owner's own mail or an alias. */
const SINGLE_SHARE = 0.8;
/** Of `experience`: an identity and its customer that are known less give an alarm that is less sure. */
const HALF_KNOWN = 0.5;
/** Fewer strangers than this are new colleagues of the one that spams. */
const FORGED_SENDERS = 3;

export interface SoundedAlarm {
  identity: Identity;
  assessment: Assessment;
}

/** The alarm that says most: many invented senders, else the one mailbox, else everything behind the entry. */
export function mostTelling(alarms: SoundedAlarm[]): SoundedAlarm | undefined {
  const of = (scope: Identity['scope']) => alarms.find(({ identity }) => identity.scope === scope);
  const strangers = of('strangers');
  const areMany = (strangers?.identity.activity?.senderCount ?? 0) >= FORGED_SENDERS;
  return (areMany ? strangers : undefined) ?? of('sender') ?? of('entry') ?? strangers;
}

export interface Conclusion {
  at: number;
  customer: string;
  entry: EntryPoint;
  /** Identity of everything behind the entry, if there is one. */
  whole: Identity | undefined;
  alarm: SoundedAlarm;
  /** What all mail of the customer usually looks like. */
  customerHabit: Habit;
  /** What the incident is de-duplicated by. */
  key: string;
  /** Other mailboxes of the customer that are in it. */
  accomplices: Suspect[];
  /** Reports whether a sender behind the entry is one to be named. */
  isSuspect: (sender: string) => boolean;
  /** When a sender behind the entry was first seen there; undefined for one that is not remembered. */
  firstSeen: (sender: string) => number | undefined;
}

/** The finding an alarm proves; undefined while no sender can be named: there is nobody to ask about or to block. */
export function compromiseFinding(conclusion: Conclusion): CompromiseFinding | undefined {
  const { at, customer, key, alarm, accomplices } = conclusion;
  const { activity } = alarm.identity;
  if (!activity) throw new Error(`alarm without an activity: ${alarm.identity.key}`);
  const covered = covering(alarm.identity.alarm ?? startAlarm(activity), activity);
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
    since: Math.min(covered.since, ...accomplices.map(({ since }) => since)),
    customer,
    senders: suspects.slice(0, MAX_SENDERS),
    senderCount: suspects.length,
    ...loginsOf(conclusion, suspects, covered.since),
    clientIps: covered.clientIps,
    messages: Math.max(wholeNumber(covered.messages + sumOf(accomplices, 'messages')), suspects.length),
    recipients: covered.recipients + sumOf(accomplices, 'recipients'),
    confidence: alarm.assessment.confidence,
    evidence: alarm.assessment.sentences,
    signs: alarm.assessment.signs,
    evidenceOf: { from: alarm.assessment.from, to: alarm.assessment.to },
    ...(isCold(alarm.identity.habit) && isCold(conclusion.customerHabit) ? { isCold: true } : {}),
  };
}

/** Next to no history to compare with. */
function isCold(habit: Habit): boolean {
  return experience(hourly(habit).hours) < HALF_KNOWN;
}

function loginsOf({ entry, whole, isSuspect, accomplices }: Conclusion, suspects: string[], since: number) {
  if (entry.kind !== 'login') return { logins: [], sharedLogins: [] };
  const isShared = whole && isSharedLogin({ login: entry.name, whole, suspects, since, isSuspect });
  const logins = [entry.name, ...accomplices.flatMap(({ login }) => login ?? [])];
  return { logins: [...new Set(logins)], sharedLogins: isShared ? [entry.name] : [] };
}

/** Which senders an alarm is about. */
function suspicionOf({ alarm, isSuspect, firstSeen }: Conclusion, since: number): (sender: string) => boolean {
  const { identity, assessment } = alarm;
  // A newsletter that went out the same day is not what gave the forged senders beside it away.
  if (identity.scope === 'entry' && assessment.signs.some(isOfForgery))
    return (sender) => (firstSeen(sender) ?? since) >= since;
  return identity.scope === 'entry' ? isSuspect : () => true;
}

/** Nats from which on senders never seen, or that do not exist, are what an alarm is about. */
const OF_FORGERY = 2;

function isOfForgery({ id, weight }: { id: string; weight: number }): boolean {
  return (id === 'many-senders' || id === 'phantom-senders') && weight >= OF_FORGERY;
}

/**
 * Senders to be named, most messages first; all of them when none stands out. A name without a domain cannot be written to, and
 * numbered ones (tickets, VERP, SRS) are somebody else's unless there are no others: who forges takes names of people.
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

/** Messages to many are counted by shares, see activity.ts; one that was begun was sent. */
function wholeNumber(messages: number): number {
  return Math.ceil(messages - 1e-6);
}
