// Who is judged, and how its mail is cut into pieces to be judged. No I/O.
//
// Mail of a customer comes in by an entry point: a SASL login, else a client address, else (where customers share an address) a sender
// domain. Three kinds of identity are judged there: each envelope sender; the whole entry; and its strangers, the senders first seen in
// the last two hours taken together, because a machine that invents senders uses each of them once.
//
// A spell is all mail of an identity without a pause of 90 minutes, 8 hours at the most. An ordinary spell is learned as habit when it is
// over. A run (an Activity) is the part of the spell that is counted now: a run that speaks for honesty is set aside, and the next message
// begins a new one, so that a quiet hour never hides what comes after it. The whole spell is judged too, because mail that is little in
// every hour can be much in a morning; and it is learned only at its end, so that it does not become the habit it is measured by.
import { domainOf } from '../../mail/address.js';
import type { MessageHead } from '../../mail/event.js';
import type { Attribution } from '../../partners/attribution.js';
import { showFractions } from '../structures/fractions.js';
import { Tally } from '../structures/tally.js';
import { type Activity, newActivity, renewActivity } from './activity.js';
import { addActivity, summed } from './activity-sum.js';
import { fold, type Habit, newHabit } from './habit.js';
import type { Mark } from './onset.js';

/** A pause that ends a spell. Spam that drips at 20 messages an hour has pauses of minutes, so it stays one spell. */
const PAUSE_MS = 90 * 60_000;
/** While an alarm is on, a new run begins after this time: honest mail that follows the spam must be able to end the alarm. */
const ALARM_STRETCH_MS = 3_600_000;
/** A spell is closed after this time even when there was no pause. */
const LONGEST_MS = 8 * 3_600_000;
/** Nats. A spell that ends with this much evidence or more was too suspicious to be learned as habit, even without an alarm. */
const DUBIOUS_EVIDENCE = 3;
/** A sender first seen less than this ago is a stranger at its entry. */
export const STRANGER_MS = 2 * 3_600_000;
/** Bounds on what an alarm remembers, whatever a spammer invents. */
const MAX_COVERED_SENDERS = 300;
const MAX_COVERED_ADDRESSES = 50;

export interface Identity {
  key: string;
  scope: 'sender' | 'entry' | 'strangers';
  entry: EntryPoint['kind'];
  isDeclaredBulk: boolean;
  habit: Habit;
  /** The run that goes on now; undefined between runs. */
  activity: Activity | undefined;
  /** Earlier runs of the same spell that were set aside, added up. */
  past: Activity | undefined;
  /** When the spell began that the running activity belongs to. */
  spellSince: number;
  /** An Activity that is no longer used, kept to be emptied and used again by the next run; saves allocating one. */
  spare: Activity | undefined;
  /** Evidence at the last assessment, nats. */
  evidence: number;
  /** Set while an alarm about this identity is on. */
  alarm: Alarm | undefined;
  /** Has changes that are not saved yet. */
  isChanged: boolean;
  /** Was dropped from memory: whoever still holds this object must look its key up again. */
  isGone: boolean;
  /** Of a whole login: the senders that use it regularly, by shape, with the time from which on; see shared-login.ts. */
  regulars: Record<string, number> | undefined;
}

/** An alarm, and the mail it covers without that of the run that goes on now. */
export interface Alarm {
  since: number;
  messages: number;
  recipients: number;
  senders: Tally<number>;
  clientIps: string[];
  /** Where in it the mail that the alarm is about begins, with what was the owner's before; without it, at its beginning. */
  onset?: Mark | undefined;
}

export interface EntryPoint {
  kind: 'login' | 'address' | 'sender';
  name: string;
  /** `cust-01|login:ann@customer.example`; findings with the same key are one incident. */
  key: string;
}

/** The entry point of a message. At an address that customers share it is the sender's domain: the address says nothing of the sender. */
export function entryOf(message: MessageHead, { customer, by }: Attribution): EntryPoint {
  const entry = (kind: EntryPoint['kind'], name: string) => ({ kind, name, key: `${customer}|${kind}:${name}` });
  if (message.login !== undefined) return entry('login', message.login);
  if (message.clientIp !== undefined && by !== 'sender') return entry('address', message.clientIp);
  return entry('sender', domainOf(message.sender));
}

/** Takes an identity's key apart. All but the customer is outsiders' text. */
export function namesOf({ key, entry, scope }: Identity): { customer: string; entryName: string; name: string } {
  const mark = `|${entry}:`;
  const customer = key.slice(0, key.indexOf(mark));
  const rest = key.slice(customer.length + mark.length);
  if (scope === 'entry') return { customer, entryName: rest, name: rest };
  const end = rest.indexOf('|');
  const entryName = end < 0 ? rest : rest.slice(0, end);
  return { customer, entryName, name: scope === 'sender' && end >= 0 ? rest.slice(end + 1) : entryName };
}

/** Key of the whole entry that an identity belongs to. */
export function entryKeyOf(identity: Identity): string {
  const { customer, entryName } = namesOf(identity);
  return `${customer}|${identity.entry}:${entryName}`;
}

/** Key of the strangers behind an entry, taken together. */
export function strangersOf(entry: EntryPoint): string {
  return `${entry.key}|*`;
}

export function newIdentity(
  key: string,
  scope: Identity['scope'],
  entry: Pick<EntryPoint, 'kind'>,
  at: number,
  isDeclaredBulk = false,
): Identity {
  // In this order for speed: V8 lays fields out as they are written, and those read for every message then share a cache line.
  return {
    isGone: false,
    isChanged: false,
    activity: undefined,
    spellSince: at,
    alarm: undefined,
    past: undefined,
    habit: newHabit(at),
    spare: undefined,
    scope,
    key,
    entry: entry.kind,
    isDeclaredBulk,
    evidence: 0,
    regulars: undefined,
  };
}

showFractions(newIdentity('', 'entry', { kind: 'login' }, 0.5), ['evidence', 'spellSince']);

/** The run that an event at `at` belongs to; undefined when that event begins a new one. */
export function runningAt(identity: Identity, at: number): Activity | undefined {
  const { activity } = identity;
  if (!activity || hasEnded(activity.lastAt, identity.spellSince, at)) return undefined;
  return identity.alarm && at - activity.since > ALARM_STRETCH_MS ? continueAlarm(identity, activity, at) : activity;
}

/** The run that an event at `at` belongs to, begun if need be. */
export function activityAt(identity: Identity, at: number): Activity {
  const running = runningAt(identity, at);
  if (running) return running;
  endSpell(identity, at);
  return startRun(identity, at);
}

/** Closes the spell if it is over at `at`; returns it when it was ordinary. The result is overwritten by the next call of spellOf. */
export function endSpell(identity: Identity, at: number): Activity | undefined {
  const { past } = identity;
  const latest = identity.activity ?? past;
  return latest && hasEnded(latest.lastAt, (past ?? latest).since, at) ? close(identity) : undefined;
}

/** Begins a run, in the spell that goes on or in a new one. */
export function startRun(identity: Identity, at: number): Activity {
  const { spare, past } = identity;
  if (spare) renewActivity(spare, at);
  identity.activity = spare ?? newActivity(at);
  identity.spare = undefined;
  identity.spellSince = past ? past.since : at;
  return identity.activity;
}

/** Reports whether a spell with its first mail at `since` and its last at `lastAt` is over at `at`. */
export function hasEnded(lastAt: number, since: number, at: number): boolean {
  // An event from before `lastAt` ends nothing: the relay's clock was set back, or one line of the log is out of order.
  return at - lastAt > PAUSE_MS || at - since > LONGEST_MS;
}

/** Ends the run, because it speaks for honesty, and keeps it in `past`. An alarm that was on is over; its mail is never learned. */
export function setAside(identity: Identity): void {
  const { activity, past, alarm } = identity;
  identity.activity = undefined;
  identity.alarm = undefined;
  if (!activity) return;
  if (alarm) identity.past = undefined;
  else if (past) {
    addActivity(past, activity);
    identity.spare = activity;
  } else identity.past = activity;
}

/** The whole spell as one Activity: the run and those set aside. The result may be overwritten by the next call. */
export function spellOf({ activity, past }: Identity): Activity | undefined {
  if (!activity || !past) return activity ?? past;
  return summed(past, activity);
}

/** Begins an alarm about the whole spell: the runs that were set aside belong to it too. */
export function startSpellAlarm(identity: Identity, onset?: Mark): void {
  const { past, activity } = identity;
  if (!past || identity.alarm) return;
  identity.alarm = covering(startAlarm(past, onset), past);
  identity.past = undefined;
  if (activity) identity.spellSince = activity.since;
}

/** Reports whether a message accepted at `acceptedAt` was counted on acceptance by the spell, or alarm, that goes on now. */
export function hasCounted(identity: Identity, acceptedAt: number): boolean {
  return acceptedAt >= (identity.alarm?.since ?? identity.spellSince);
}

/** Reports whether a message accepted at `acceptedAt` belongs to the spell, or the alarm, that still goes on at `at`. */
export function isOfSpell({ activity, past, alarm }: Identity, acceptedAt: number, at: number): boolean {
  const latest = activity ?? past;
  if (!latest || hasEnded(latest.lastAt, (past ?? latest).since, at)) return false;
  return acceptedAt >= (alarm ?? past ?? latest).since;
}

/** Adds the run that is over to the alarm it belongs to, and begins the next. */
function continueAlarm(identity: Identity, past: Activity, at: number): Activity {
  if (identity.alarm) identity.alarm = covering(identity.alarm, past);
  identity.evidence = 0;
  return startRun(identity, at);
}

/** An alarm that covers nothing yet, since the beginning of the activity. */
export function startAlarm(activity: Activity, onset?: Mark): Alarm {
  const alarm = { since: activity.since, messages: 0, recipients: 0, senders: new Tally<number>(), clientIps: [] };
  return onset ? { ...alarm, onset } : alarm;
}

/** An alarm with the activity added to what it covers. */
export function covering(alarm: Alarm, activity: Activity): Alarm {
  const senders = new Tally<number>();
  for (const each of [alarm.senders, activity.senders]) {
    for (let i = 0; i < each.size; i++) {
      const sender = each.nameAt(i);
      const before = senders.get(sender);
      if (before !== undefined || senders.size < MAX_COVERED_SENDERS)
        senders.set(sender, (before ?? 0) + each.valueAt(i));
    }
  }
  return {
    since: alarm.since,
    messages: alarm.messages + activity.messages + activity.lateMessages,
    recipients: alarm.recipients + activity.recipients + activity.lateRecipients,
    senders,
    clientIps: [...new Set([...alarm.clientIps, ...activity.clientIps])].slice(0, MAX_COVERED_ADDRESSES),
    ...(alarm.onset ? { onset: alarm.onset } : {}),
  };
}

/** Reports whether the identity begins with the message of time `at`, which is not counted yet. */
export function beginsWith(identity: Identity | undefined, at: number): boolean {
  return identity !== undefined && identity.habit.firstAt === at && identity.activity === undefined;
}

/** How much mail an alarm covers with the activity, and since when; of an activity without an alarm, from `onset` on. */
export function mailOf(alarm: Alarm | undefined, activity: Activity, onset?: Mark) {
  const from = alarm ? alarm.onset : onset;
  return {
    since: from?.at ?? alarm?.since ?? activity.since,
    messages: (alarm?.messages ?? 0) + activity.messages + activity.lateMessages - (from?.messages ?? 0),
    recipients: (alarm?.recipients ?? 0) + activity.recipients + activity.lateRecipients - (from?.recipients ?? 0),
  };
}

/** The mail of an alarm from its onset on, and since when that is. */
export function mailSinceOnset({ since, messages, recipients, onset }: Alarm) {
  if (!onset) return { since, messages, recipients };
  return { since: onset.at, messages: messages - onset.messages, recipients: recipients - onset.recipients };
}

/** Ends the spell; an ordinary one is learned and returned. The result is overwritten when the next run begins. */
export function close(identity: Identity): Activity | undefined {
  const activity = spellOf(identity);
  const isOrdinary = identity.evidence < DUBIOUS_EVIDENCE && !identity.alarm;
  // `activity` may be this very object: it stays valid because nothing empties it before the next run begins.
  identity.spare = identity.activity ?? identity.past;
  identity.activity = undefined;
  identity.past = undefined;
  identity.alarm = undefined;
  identity.evidence = 0;
  if (!activity || !isOrdinary) return undefined;
  fold(identity.habit, activity);
  return activity;
}
