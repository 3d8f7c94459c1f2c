// From suspicion to alarm: whoever has grown enough is weighed, alarms are told once and again while they run, and mailboxes of one
// customer that turn strange together stand for each other.

import { UNATTRIBUTED } from '../mail/customer.js';
import type { Activity } from './activity.js';
import { type Assessment, assess, type Thresholds } from './assess.js';
import { beginnersAmong } from './beginners.js';
import { Campaigns, type Suspect } from './campaigns.js';
import { compromiseFinding, mostTelling, type SoundedAlarm } from './conclude.js';
import type { CustomerHabits } from './customer-habits.js';
import type { Finding } from './finding.js';
import type { Identities } from './identities.js';
import {
  type EntryPoint,
  type Identity,
  mailOf,
  STRANGER_MS,
  setAside,
  spellOf,
  startAlarm,
  startSpellAlarm,
} from './identity.js';
import { RecentMap } from './recent-map.js';
import { NO_SENDER, type Route } from './routes.js';
import type { View } from './signals/signal.js';
import { clamp } from './statistics.js';

/**
 * A running alarm is told again after this long, later when it has long been on, and at once when a further kind of evidence has
 * joined: the card must not lack it.
 */
const TELL_AGAIN = { leastMs: 60_000, mostMs: 5 * 60_000, ofItsAge: 0.05 };
/** There are so many times fewer customers than mailboxes to be wrong about. */
const MAILBOXES_OF_CUSTOMER = 10;
/** Evidence, in nats, that a mailbox must have to stand for a customer's campaign. */
const JOINT_LEAST = 3;
/** Evidence, in nats, that makes a sender one of the suspects while its entry is in alarm. */
const SUSPECT_EVIDENCE = 2;
/** An activity is looked at whenever it has grown by a seventh: one message in seven later at most, and a look costs microseconds. */
const LOOK_GROWTH = 1.15;

const NOTHING: Finding[] = [];

/** Holds state. */
export class Alarms {
  private readonly campaigns = new Campaigns();
  private readonly lastAssessment = new RecentMap<string, Assessment>(2_000);
  private readonly lastFinding = new RecentMap<string, { at: number; reasons: number; againMs: number }>(10_000);

  constructor(
    private readonly identities: Identities,
    private readonly customers: CustomerHabits,
    private readonly thresholds: Thresholds,
  ) {}

  /** How many suspicious mailboxes of the customer this one is among, and whether they are an alarm; undefined when it is none. */
  together(customer: string, key: string, at: number): { mailboxes: number; isAlarm: boolean } | undefined {
    const mailboxes = this.campaigns.mailboxesWith(customer, key, at);
    const isAlarm = mailboxes > 1 && this.jointLogOdds(customer, at) >= Math.log(this.thresholds.alarmOdds);
    return mailboxes > 1 ? { mailboxes, isAlarm } : undefined;
  }

  forgetIdle(now: number): void {
    this.campaigns.forgetIdle(now);
  }

  /** Looks at those who are due; answers what is to be told. */
  judge(judged: Identity[], route: Route, at: number): Finding[] {
    for (const identity of judged) {
      const { activity } = identity;
      // Most are not due by any key: told apart here, for the rest costs closures whether they are needed or not.
      if (!activity || activity.tried < this.thresholds.leastRecipients) continue;
      if (activity.tried >= activity.lookAt || identity.alarm) return this.judgeDue(judged, route, at);
    }
    return NOTHING;
  }

  private judgeDue(judged: Identity[], route: Route, at: number): Finding[] {
    const { owner, entry, sender } = route;
    const isNullSender = sender === NO_SENDER;
    // Bounces to forged strangers are another trouble than spam of the same entry, and another thing to do about.
    const ownKey = isNullSender ? `${entry.key}|${sender}` : entry.key;
    const due = judged.filter((identity) => this.isDue(identity, ownKey, at));
    if (due.length === 0) return NOTHING;
    const alarms = this.soundOut(due, route, at);
    // Who is not due may say more of an alarm than who is: the mailbox, not everything behind its entry.
    if (alarms.length > 0) {
      const others = judged.filter((identity) => !due.includes(identity));
      alarms.push(...this.soundOut(others, route, at));
    }
    const { customer } = owner;
    const joint = alarms.length === 0 && !isNullSender ? this.jointAlarm(route, at) : undefined;
    const alarm = mostTelling(alarms) ?? joint;
    if (!alarm || !this.mayReport(ownKey, at, alarm.assessment)) return NOTHING;
    const isSuspect = (sender: string) => this.isSuspect(entry, sender, at);
    const accomplices = isNullSender ? [] : this.accomplicesOf(alarm, route, at);
    const key = isNullSender ? ownKey : this.campaigns.alarmKey(customer, ownKey, at, accomplices.length > 0);
    const customerHabit = this.customers.of(customer, at).habit;
    const firstSeen = (sender: string) => this.identities.get(`${entry.key}|${sender}`)?.habit.firstAt;
    const whom = { customer, key, entry, whole: route.whole, isSuspect, firstSeen, accomplices };
    const finding = compromiseFinding({ at, alarm, customerHabit, ...whom });
    if (!finding) return NOTHING;
    const againMs = clamp((at - finding.since) * TELL_AGAIN.ofItsAge, TELL_AGAIN.leastMs, TELL_AGAIN.mostMs);
    this.lastFinding.set(ownKey, { at, reasons: finding.evidence.length, againMs });
    return [finding];
  }

  private soundOut(identities: Identity[], route: Route, at: number): SoundedAlarm[] {
    const alarms: SoundedAlarm[] = [];
    for (const identity of identities) {
      const assessment = this.assessOne(identity, route, at);
      if (!assessment?.isAlarm || !identity.activity) continue;
      identity.alarm ??= startAlarm(identity.activity);
      alarms.push({ identity, assessment });
    }
    return alarms;
  }

  private accomplicesOf({ identity }: SoundedAlarm, { owner, entry }: Route, at: number): Suspect[] {
    const { customer } = owner;
    const isOneMailbox = identity.scope === 'sender';
    const whose = { customer, habit: this.customers.of(customer, at).habit };
    // What is nobody's is of many who have nothing to do with each other.
    const colleagues = customer === UNATTRIBUTED ? [] : this.identities.ofCustomer(customer);
    const beginners = beginnersAmong(colleagues, whose, this.thresholds, at);
    return (
      [...this.campaigns.accomplices(customer, at), ...beginners]
        // Whoever is behind an entry that is in alarm as a whole is named by that.
        .filter(({ entryKey, key }) => key !== identity.key && (isOneMailbox || entryKey !== entry.key))
    );
  }

  /** Several mailboxes of the customer that are no alarm each: the one at hand stands for them. */
  private jointAlarm({ owner, own }: Route, at: number): SoundedAlarm | undefined {
    if (!own?.activity || own.evidence < JOINT_LEAST) return undefined;
    const logOdds = this.jointLogOdds(owner.customer, at);
    if (logOdds < Math.log(this.thresholds.alarmOdds)) return undefined;
    const assessment = this.lastAssessment.get(own.key);
    return (
      assessment && {
        identity: own,
        assessment: { ...assessment, isAlarm: true, confidence: 1 / (1 + Math.exp(-logOdds)) },
      }
    );
  }

  private jointLogOdds(customer: string, at: number): number {
    return this.campaigns.jointEvidence(customer, at) - Math.log(this.thresholds.honestPerSpam / MAILBOXES_OF_CUSTOMER);
  }

  /** A mailbox's own evidence, for what it makes together with others of the customer. */
  private noteSuspect(identity: Identity, assessment: Assessment, { owner, entry, sender }: Route, at: number): void {
    // Bounces are nobody's own mail, and a name without a domain cannot be written to.
    const isMailbox = sender.includes('@') && (identity.scope === 'sender' || sender === entry.name);
    if (!isMailbox || owner.isDeclaredBulk || owner.customer === UNATTRIBUTED) return;
    const { key, activity } = identity;
    const { evidence, beyondReach } = assessment;
    const login = entry.kind === 'login' ? entry.name : undefined;
    const mail = activity ? mailOf(identity.alarm, activity) : { since: at, messages: 0, recipients: 0 };
    this.campaigns.note(owner.customer, {
      key,
      entryKey: entry.key,
      login,
      sender,
      evidence,
      beyondReach,
      at,
      ...mail,
    });
  }

  private isDue({ activity, alarm }: Identity, alarmKey: string, at: number): boolean {
    if (!activity || activity.tried < this.thresholds.leastRecipients) return false;
    if (activity.tried >= activity.lookAt) return true;
    return alarm !== undefined && this.mayTellAgain(alarmKey, at);
  }

  /** Behind an entry that many share, the honest senders of the hour are not to be named. */
  private isSuspect(entry: EntryPoint, sender: string, at: number): boolean {
    const known = this.identities.get(`${entry.key}|${sender}`);
    return !known || known.evidence >= SUSPECT_EVIDENCE || at - known.habit.firstAt < STRANGER_MS;
  }

  /** Assesses a running activity, and puts it by when it speaks for honesty. */
  private assessOne(identity: Identity, route: Route, at: number): Assessment | undefined {
    const { activity } = identity;
    if (!activity || activity.tried < this.thresholds.leastRecipients) return undefined;
    activity.lookAt = Math.max(activity.tried + 1, Math.ceil(activity.tried * LOOK_GROWTH));
    const run = assess(this.viewOf(identity, activity, route, at), identity.isDeclaredBulk, this.thresholds);
    const whole = this.assessSpell(identity, route, at);
    const assessment = whole && whole.evidence > run.evidence ? whole : run;
    if (assessment === whole && whole?.isAlarm) startSpellAlarm(identity);
    identity.evidence = assessment.evidence;
    this.noteSuspect(identity, assessment, route, at);
    if (assessment.evidence >= JOINT_LEAST) this.lastAssessment.set(identity.key, assessment);
    const isComplete = activity.tried >= 0.8 * activity.recipients;
    if (run.evidence <= 0 && isComplete && !assessment.isAlarm) setAside(identity);
    return assessment;
  }

  /** Assesses the whole spell, where runs of it were put by. */
  private assessSpell(identity: Identity, route: Route, at: number): Assessment | undefined {
    const spell = identity.past && !identity.alarm ? spellOf(identity) : undefined;
    return spell && assess(this.viewOf(identity, spell, route, at), identity.isDeclaredBulk, this.thresholds);
  }

  private viewOf(identity: Identity, activity: Activity, route: Route, at: number): View {
    const { entry, whole, sender } = route;
    return {
      activity,
      habit: identity.habit,
      customerHabit: this.customers.behind(route, at).habit,
      entryHabit: whole?.habit ?? identity.habit,
      scope: identity.scope,
      entry: entry.kind,
      isNullSender: sender === NO_SENDER,
    };
  }

  private mayReport(key: string, at: number, { sentences }: Assessment): boolean {
    const last = this.lastFinding.get(key);
    return !last || sentences.length > last.reasons || this.mayTellAgain(key, at);
  }

  private mayTellAgain(key: string, at: number): boolean {
    const last = this.lastFinding.get(key);
    return !last || Math.abs(at - last.at) >= last.againMs;
  }
}
