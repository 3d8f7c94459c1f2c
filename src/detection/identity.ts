// Who is judged: an entry point of a customer (a login, else a client address, else a sender domain), each sender behind it, and
// the strangers behind it taken together (senders first seen in the last hours: a machine that invents them uses each once). Pure.
import { domainOf } from '../mail/address.js';
import type { MessageHead } from '../mail/event.js';
import type { Attribution } from '../partners/attribution.js';
import { type Activity, addActivity, fold, type Habit, newActivity, newHabit, summed } from './activity.js';

/** A pause after which a new activity begins. A slow drip of 20 an hour has pauses of minutes. */
const PAUSE_MS = 90 * 60_000;
/** While an alarm is on, every stretch of this length is judged afresh: honest mail after the spam must not go on as spam. */
const ALARM_STRETCH_MS = 3_600_000;
/** A spell that neither clears nor condemns itself in this time is closed. */
const LONGEST_MS = 8 * 3_600_000;
/** Suspicious but not enough for an alarm: closed without being learned as habit. */
const DUBIOUS_EVIDENCE = 3;
const MAX_COVERED_SENDERS = 300;
const MAX_COVERED_ADDRESSES = 50;

export interface Identity {
  key: string;
  scope: 'sender' | 'entry' | 'strangers';
  entry: EntryPoint['kind'];
  isDeclaredBulk: boolean;
  habit: Habit;
  /** The run of mail that goes on. */
  activity?: Activity;
  /**
   * Runs before it in the same spell that spoke for honesty, put together. A new run is looked at by itself, so that an old quiet hour
   * never hides it; but the whole spell is looked at too, and learned only when it is over: what is small in every hour can be much in
   * a morning, and must not become the habit it is measured by.
   */
  past?: Activity;
  /** Evidence at the last assessment, nats. */
  evidence: number;
  /** Set while an alarm about this identity is on. */
  alarm?: Alarm;
  /** Not saved yet; and no longer in memory, so that who holds on to it must ask again. */
  isChanged?: boolean;
  isGone?: boolean;
  /** Of a login: shapes of the senders that use it as a habit, and since when; see shared-login.ts. */
  regulars?: Record<string, number>;
}

/** An alarm and what it covers besides the running activity. */
export interface Alarm {
  since: number;
  messages: number;
  recipients: number;
  senders: Record<string, number>;
  clientIps: string[];
}

export interface EntryPoint {
  kind: 'login' | 'address' | 'sender';
  name: string;
  /** `cust-01|login:ann@customer.example`: what incidents are de-duplicated by. */
  key: string;
}

/** The entry point a message came through. Shared client addresses tell nothing, so there the sender's domain is it. */
export function entryOf(message: MessageHead, { customer, by }: Attribution): EntryPoint {
  const entry = (kind: EntryPoint['kind'], name: string) => ({ kind, name, key: `${customer}|${kind}:${name}` });
  if (message.login !== undefined) return entry('login', message.login);
  if (message.clientIp !== undefined && by !== 'sender') return entry('address', message.clientIp);
  return entry('sender', domainOf(message.sender));
}

/** Key of the strangers behind an entry, taken together. */
export function strangersOf(entry: EntryPoint): string {
  return `${entry.key}|*`;
}

export function newIdentity(
  key: string,
  scope: Identity['scope'],
  entry: EntryPoint,
  at: number,
  isDeclaredBulk = false,
): Identity {
  return { key, scope, entry: entry.kind, isDeclaredBulk, habit: newHabit(at), evidence: 0 };
}

/** The activity an event at `at` belongs to: the running one, or a new one after a pause. */
export function activityAt(identity: Identity, at: number): { activity: Activity; closed: Activity | undefined } {
  const running = identity.activity;
  const latest = running ?? identity.past;
  const isOver = latest !== undefined && hasEnded(latest.lastAt, (identity.past ?? latest).since, at);
  if (running && !isOver) {
    const isStretched = identity.alarm && at - running.since > ALARM_STRETCH_MS;
    return { activity: isStretched ? continueAlarm(identity, running, at) : running, closed: undefined };
  }
  const closed = isOver ? close(identity) : undefined;
  const activity = newActivity(at);
  identity.activity = activity;
  return { activity, closed };
}

function hasEnded(lastAt: number, since: number, at: number): boolean {
  // A clock that was set back ends nothing: the activity goes on until it clears itself, and one line out of time is no pause.
  return at - lastAt > PAUSE_MS || at - since > LONGEST_MS;
}

/** Puts the running activity by, because it speaks for honesty; an alarm that was on is over, and is not learned. */
export function putBy(identity: Identity): void {
  const { activity, past, alarm } = identity;
  delete identity.activity;
  delete identity.alarm;
  if (!activity) return;
  if (alarm) delete identity.past;
  else if (past) addActivity(past, activity);
  else identity.past = activity;
}

/** What the whole spell amounts to: the running activity and what was put by. */
export function spellOf({ activity, past }: Identity): Activity | undefined {
  if (!activity || !past) return activity ?? past;
  return summed(past, activity);
}

/** An alarm about the whole spell: what was put by belongs to it. */
export function soundSpell(identity: Identity): void {
  const { past } = identity;
  if (!past || identity.alarm) return;
  identity.alarm = covering(startAlarm(past), past);
  delete identity.past;
}

/** Reports whether a message accepted at `at` was counted by the running activity, or by the alarm it goes on with. */
export function hasCounted(identity: Identity, activity: Activity, acceptedAt: number): boolean {
  return acceptedAt >= (identity.alarm?.since ?? identity.past?.since ?? activity.since);
}

/** Puts the stretch that is over with the alarm it belongs to, and begins the next. */
function continueAlarm(identity: Identity, past: Activity, at: number): Activity {
  if (identity.alarm) identity.alarm = covering(identity.alarm, past);
  identity.activity = newActivity(at);
  identity.evidence = 0;
  return identity.activity;
}

export function startAlarm(activity: Activity): Alarm {
  return { since: activity.since, messages: 0, recipients: 0, senders: {}, clientIps: [] };
}

/** An alarm with the activity added to what it covers. */
export function covering(alarm: Alarm, activity: Activity): Alarm {
  const senders = { ...alarm.senders };
  for (const [sender, count] of Object.entries(activity.senders)) {
    if (senders[sender] !== undefined || Object.keys(senders).length < MAX_COVERED_SENDERS) {
      senders[sender] = (senders[sender] ?? 0) + count;
    }
  }
  return {
    since: alarm.since,
    messages: alarm.messages + activity.messages + activity.lateMessages,
    recipients: alarm.recipients + activity.recipients + activity.lateRecipients,
    senders,
    clientIps: [...new Set([...alarm.clientIps, ...activity.clientIps])].slice(0, MAX_COVERED_ADDRESSES),
  };
}

/** How much mail an alarm covers with the activity, and since when. */
export function mailOf(alarm: Alarm | undefined, activity: Activity) {
  return {
    since: alarm?.since ?? activity.since,
    messages: (alarm?.messages ?? 0) + activity.messages + activity.lateMessages,
    recipients: (alarm?.recipients ?? 0) + activity.recipients + activity.lateRecipients,
  };
}

/** Ends the spell; an ordinary one becomes habit and is answered. */
export function close(identity: Identity): Activity | undefined {
  const activity = spellOf(identity);
  const isOrdinary = identity.evidence < DUBIOUS_EVIDENCE && !identity.alarm;
  delete identity.activity;
  delete identity.past;
  delete identity.alarm;
  identity.evidence = 0;
  if (!activity || !isOrdinary) return undefined;
  fold(identity.habit, activity);
  return activity;
}
