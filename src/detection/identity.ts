// Who is judged: an entry point of a customer (a login, else a client address, else a sender domain), each sender behind it, and
// the strangers behind it taken together (senders first seen in the last hours: a machine that invents them uses each once). Pure.
import { domainOf } from '../mail/address.js';
import type { MessageHead } from '../mail/event.js';
import type { Attribution } from '../partners/attribution.js';
import { type Activity, newActivity, renewActivity } from './activity.js';
import { addActivity, summed } from './activity-sum.js';
import { showFractions } from './fractions.js';
import { fold, type Habit, newHabit } from './habit.js';
import { Tally } from './tally.js';

/** A pause after which a new activity begins. A slow drip of 20 an hour has pauses of minutes. */
const PAUSE_MS = 90 * 60_000;
/** While an alarm is on, every stretch of this length is judged afresh: honest mail after the spam must not go on as spam. */
const ALARM_STRETCH_MS = 3_600_000;
/** A spell that neither clears nor condemns itself in this time is closed. */
const LONGEST_MS = 8 * 3_600_000;
/** Suspicious but not enough for an alarm: closed without being learned as habit. */
const DUBIOUS_EVIDENCE = 3;
/** A sender first seen less than this ago is a stranger at its entry. */
export const STRANGER_MS = 2 * 3_600_000;
const MAX_COVERED_SENDERS = 300;
const MAX_COVERED_ADDRESSES = 50;

export interface Identity {
  key: string;
  scope: 'sender' | 'entry' | 'strangers';
  entry: EntryPoint['kind'];
  isDeclaredBulk: boolean;
  habit: Habit;
  /** The run of mail that goes on. */
  activity: Activity | undefined;
  /**
   * Runs before it in the same spell that spoke for honesty, put together. A new run is looked at by itself, so that an old quiet hour
   * never hides it; but the whole spell is looked at too, and learned only when it is over: what is small in every hour can be much in
   * a morning, and must not become the habit it is measured by.
   */
  past: Activity | undefined;
  /** When the spell began that the running activity belongs to. */
  spellSince: number;
  /** One that is needed no more, for the next run: it need not be made, and stays where it is in memory. */
  spare: Activity | undefined;
  /** Evidence at the last assessment, nats. */
  evidence: number;
  /** Set while an alarm about this identity is on. */
  alarm: Alarm | undefined;
  /** Not saved yet; and no longer in memory, so that who holds on to it must ask again. */
  isChanged: boolean;
  isGone: boolean;
  /** Of a login: shapes of the senders that use it as a habit, and since when; see shared-login.ts. */
  regulars: Record<string, number> | undefined;
}

/** An alarm and what it covers besides the running activity. */
export interface Alarm {
  since: number;
  messages: number;
  recipients: number;
  senders: Tally<number>;
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

/** What an identity is called, out of its key. All but the customer is hostile text. */
export function namesOf({ key, entry, scope }: Identity): { customer: string; entryName: string; name: string } {
  const mark = `|${entry}:`;
  const customer = key.slice(0, key.indexOf(mark));
  const rest = key.slice(customer.length + mark.length);
  if (scope === 'entry') return { customer, entryName: rest, name: rest };
  const end = rest.indexOf('|');
  const entryName = end < 0 ? rest : rest.slice(0, end);
  return { customer, entryName, name: scope === 'sender' && end >= 0 ? rest.slice(end + 1) : entryName };
}

/** Key of everything behind the entry an identity belongs to. */
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
  // What every message asks for first: it lies together then, and the rest need not be fetched from memory.
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

/** The running activity, if an event at `at` belongs to it. */
export function runningAt(identity: Identity, at: number): Activity | undefined {
  const { activity } = identity;
  if (!activity || hasEnded(activity.lastAt, identity.spellSince, at)) return undefined;
  return identity.alarm && at - activity.since > ALARM_STRETCH_MS ? continueAlarm(identity, activity, at) : activity;
}

/** The activity an event at `at` belongs to: the running one, or a new one after a pause. */
export function activityAt(identity: Identity, at: number): Activity {
  const running = runningAt(identity, at);
  if (running) return running;
  endSpell(identity, at);
  return startRun(identity, at);
}

/** Closes a spell that is over at `at`; answers it when it was ordinary. Good until the next spell is summed up. */
export function endSpell(identity: Identity, at: number): Activity | undefined {
  const { past } = identity;
  const latest = identity.activity ?? past;
  return latest && hasEnded(latest.lastAt, (past ?? latest).since, at) ? close(identity) : undefined;
}

export function startRun(identity: Identity, at: number): Activity {
  const { spare, past } = identity;
  if (spare) renewActivity(spare, at);
  identity.activity = spare ?? newActivity(at);
  identity.spare = undefined;
  identity.spellSince = past ? past.since : at;
  return identity.activity;
}

/** Reports whether a spell is over at `at`. */
export function hasEnded(lastAt: number, since: number, at: number): boolean {
  // A clock that was set back ends nothing: the activity goes on until it clears itself, and one line out of time is no pause.
  return at - lastAt > PAUSE_MS || at - since > LONGEST_MS;
}

/** Puts the running activity by, because it speaks for honesty; an alarm that was on is over, and is not learned. */
export function putBy(identity: Identity): void {
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

/** What the whole spell amounts to: the running activity and what was put by. Good until it is asked the next time. */
export function spellOf({ activity, past }: Identity): Activity | undefined {
  if (!activity || !past) return activity ?? past;
  return summed(past, activity);
}

/** An alarm about the whole spell: what was put by belongs to it. */
export function soundSpell(identity: Identity): void {
  const { past, activity } = identity;
  if (!past || identity.alarm) return;
  identity.alarm = covering(startAlarm(past), past);
  identity.past = undefined;
  if (activity) identity.spellSince = activity.since;
}

/** Reports whether a message accepted at `at` was counted by the running activity, or by the alarm it goes on with. */
export function hasCounted(identity: Identity, acceptedAt: number): boolean {
  return acceptedAt >= (identity.alarm?.since ?? identity.spellSince);
}

/** Reports whether a message accepted at `acceptedAt` belongs to the spell, or the alarm, that still goes on at `at`. */
export function isOfSpell({ activity, past, alarm }: Identity, acceptedAt: number, at: number): boolean {
  const latest = activity ?? past;
  if (!latest || hasEnded(latest.lastAt, (past ?? latest).since, at)) return false;
  return acceptedAt >= (alarm ?? past ?? latest).since;
}

/** Puts the stretch that is over with the alarm it belongs to, and begins the next. */
function continueAlarm(identity: Identity, past: Activity, at: number): Activity {
  if (identity.alarm) identity.alarm = covering(identity.alarm, past);
  identity.evidence = 0;
  return startRun(identity, at);
}

export function startAlarm(activity: Activity): Alarm {
  return { since: activity.since, messages: 0, recipients: 0, senders: new Tally(), clientIps: [] };
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

/** Ends the spell; an ordinary one becomes habit and is answered, good until the next run begins. */
export function close(identity: Identity): Activity | undefined {
  const activity = spellOf(identity);
  const isOrdinary = identity.evidence < DUBIOUS_EVIDENCE && !identity.alarm;
  // What it holds is good until the next run begins.
  identity.spare = identity.activity ?? identity.past;
  identity.activity = undefined;
  identity.past = undefined;
  identity.alarm = undefined;
  identity.evidence = 0;
  if (!activity || !isOrdinary) return undefined;
  fold(identity.habit, activity);
  return activity;
}
