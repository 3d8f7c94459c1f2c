// Decides when an identity is assessed, whether it is in alarm, and when that is reported as a finding: at once, and again while it lasts.
// Several mailboxes of a customer that are suspicious together (campaigns.ts) can be an alarm when none of them is one by itself.

import { UNATTRIBUTED } from '../mail/customer.js';
import { type Assessment, assess } from './assess.js';
import type { Background } from './background.js';
import { beginnersAmong } from './beginners.js';
import { Campaigns, type Suspect } from './campaigns.js';
import { compromiseFinding, mostTelling, type RaisedAlarm } from './conclude.js';
import type { CompromiseFinding, Finding } from './finding.js';
import type { Activity } from './identities/activity.js';
import type { CustomerHabits } from './identities/customer-habits.js';
import type { Identities } from './identities/identities.js';
import {
  type EntryPoint,
  type Identity,
  mailOf,
  STRANGER_MS,
  setAside,
  spellOf,
  startAlarm,
  startSpellAlarm,
} from './identities/identity.js';
import { onsetOf } from './identities/onset.js';
import { NO_SENDER, type Route } from './identities/routes.js';
import type { View } from './signals/signal.js';
import { clamp } from './signals/statistics.js';
import { RecentMap } from './structures/recent-map.js';
import type { Thresholds } from './thresholds.js';

/**
 * A running alarm is reported again after 5 % of its age, within these bounds; and at once when another signal speaks for spam, because
 * the card in Slack must show it, or when it has so many times the recipients: a burst is over in seconds, and its first finding has eight.
 */
const TELL_AGAIN = { leastMs: 60_000, mostMs: 5 * 60_000, ofItsAge: 0.05, growth: 1.3 };

/** What was reported last of an entry, and after how long it is to be reported again. */
interface Reported {
  at: number;
  reasons: number;
  recipients: number;
  againMs: number;
}
/** A customer has about ten mailboxes that send, and so many chances of a false alarm become one when they are judged together. */
const MAILBOXES_OF_CUSTOMER = 10;
/** Evidence, in nats, that a mailbox must have itself for a finding about a campaign to be made of it. */
const JOINT_LEAST = 3;
/** Evidence, in nats, that makes a sender one of the suspects when there is an alarm about its entry as a whole. */
const SUSPECT_EVIDENCE = 2;
/**
 * A run is assessed again when its tried recipients have grown by a seventh. So an alarm comes at most a seventh later than if every event
 * were followed by an assessment, which takes microseconds.
 */
const LOOK_GROWTH = 1.15;

const NOTHING: Finding[] = [];

export class Alarms {
  private readonly campaigns = new Campaigns();
  /** By key of the identity, of those that may stand for a campaign. */
  private readonly lastAssessment = new RecentMap<string, Assessment>(2_000);
  /** By the key of its entry: its last report. */
  private readonly lastFinding = new RecentMap<string, Reported>(10_000);

  constructor(
    private readonly identities: Identities,
    private readonly customers: CustomerHabits,
    private readonly background: Background,
  ) {}

  private get thresholds(): Thresholds {
    return this.background.thresholds;
  }

  /**
   * How many suspicious mailboxes its customer has, if this identity is one of them and not the only one, and whether together they are an
   * alarm; else undefined.
   */
  together(customer: string, key: string, at: number): { mailboxes: number; isAlarm: boolean } | undefined {
    const mailboxes = this.campaigns.mailboxesWith(customer, key, at);
    const isAlarm = mailboxes > 1 && this.jointLogOdds(customer, at) >= Math.log(this.thresholds.alarmOdds);
    return mailboxes > 1 ? { mailboxes, isAlarm } : undefined;
  }

  forgetIdle(now: number): void {
    this.campaigns.forgetIdle(now);
  }

  /** Assesses those of a message's identities that are due; returns the finding that is to be reported, if any. */
  judge(judged: Identity[], route: Route, at: number): Finding[] {
    for (const identity of judged) {
      const { activity } = identity;
      // Most are not due, and are told apart here without allocating anything: this is called for every event.
      if (!activity || activity.tried < this.thresholds.leastRecipients) continue;
      if (activity.tried >= activity.lookAt || identity.alarm) return this.judgeDue(judged, route, at);
    }
    return NOTHING;
  }

  private judgeDue(judged: Identity[], route: Route, at: number): Finding[] {
    const ownKey = ownKeyOf(route);
    const due = judged.filter((identity) => this.isDue(identity, ownKey, at));
    if (due.length === 0) return NOTHING;
    const alarm = this.alarmOf(due, judged, route, at);
    if (alarm) this.background.seeAlarm(route.owner.customer, at);
    if (!alarm || !this.mayReport(ownKey, at, alarm)) return NOTHING;
    const finding = this.findingOf(alarm, route, at);
    if (!finding) return NOTHING;
    this.noteReported(ownKey, finding, at);
    return [finding];
  }

  /** The alarm to be reported, of the identities that are due or of their customer's campaign. */
  private alarmOf(due: Identity[], judged: Identity[], route: Route, at: number): RaisedAlarm | undefined {
    const alarms = this.raiseAlarms(due, route, at);
    if (alarms.length === 0) return route.sender === NO_SENDER ? undefined : this.jointAlarm(route, at);
    // An identity that is not due may be the better one to report: the mailbox, and not everything behind its entry.
    const others = judged.filter((identity) => !due.includes(identity));
    alarms.push(...this.raiseAlarms(others, route, at));
    return mostTelling(alarms);
  }

  private findingOf(alarm: RaisedAlarm, route: Route, at: number): CompromiseFinding | undefined {
    const { owner, entry, sender, whole } = route;
    const { customer } = owner;
    const isNullSender = sender === NO_SENDER;
    const ownKey = ownKeyOf(route);
    const accomplices = isNullSender ? [] : this.accomplicesOf(alarm, route, at);
    return compromiseFinding({
      at,
      alarm,
      customer,
      key: isNullSender ? ownKey : this.campaigns.alarmKey(customer, ownKey, at, accomplices.length > 0),
      entry,
      whole,
      accomplices,
      customerHabit: this.customers.of(customer, at).habit,
      isSuspect: (name) => this.isSuspect(entry, name, at),
      firstSeen: (name) => this.identities.get(`${entry.key}|${name}`)?.habit.firstAt,
    });
  }

  private noteReported(ownKey: string, { since, evidence, recipients }: CompromiseFinding, at: number): void {
    const againMs = clamp((at - since) * TELL_AGAIN.ofItsAge, TELL_AGAIN.leastMs, TELL_AGAIN.mostMs);
    this.lastFinding.set(ownKey, { at, reasons: evidence.length, recipients, againMs });
  }

  /** Assesses identities; returns those that are in alarm. */
  private raiseAlarms(identities: Identity[], route: Route, at: number): RaisedAlarm[] {
    const alarms: RaisedAlarm[] = [];
    for (const identity of identities) {
      const assessment = this.assessOne(identity, route, at);
      if (!assessment?.isAlarm || !identity.activity) continue;
      identity.alarm ??= startAlarm(identity.activity, onsetOf(identity.activity, assessment.signs));
      alarms.push({ identity, assessment });
    }
    return alarms;
  }

  /** Other mailboxes of the customer that the finding should name too. */
  private accomplicesOf({ identity }: RaisedAlarm, { owner, entry }: Route, at: number): Suspect[] {
    const { customer } = owner;
    const isOneMailbox = identity.scope === 'sender';
    const whose = { customer, habit: this.customers.of(customer, at).habit };
    // Unattributed mail is of many customers that have nothing to do with each other.
    const colleagues = customer === UNATTRIBUTED ? [] : this.identities.ofCustomer(customer);
    const beginners = beginnersAmong(colleagues, whose, this.thresholds, at);
    return (
      [...this.campaigns.accomplices(customer, at), ...beginners]
        // When the alarm is about an entry as a whole, its own senders are named anyway.
        .filter(({ entryKey, key }) => key !== identity.key && (isOneMailbox || entryKey !== entry.key))
    );
  }

  /** An alarm of the customer's campaign: no mailbox is one by itself, and the sender of the message at hand stands for all. */
  private jointAlarm({ owner, own }: Route, at: number): RaisedAlarm | undefined {
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

  /** ln of the odds that the suspicious mailboxes of a customer send spam together. */
  private jointLogOdds(customer: string, at: number): number {
    return this.campaigns.jointEvidence(customer, at) - Math.log(this.thresholds.honestPerSpam / MAILBOXES_OF_CUSTOMER);
  }

  /** Tells the customer's campaign how suspicious a mailbox is now. */
  private noteSuspect(identity: Identity, assessment: Assessment, { owner, entry, sender }: Route, at: number): void {
    // Neither the null sender nor a name without a domain is a mailbox.
    const isMailbox = sender.includes('@') && (identity.scope === 'sender' || sender === entry.name);
    if (!isMailbox || owner.isDeclaredBulk || owner.customer === UNATTRIBUTED) return;
    const { key, activity } = identity;
    const { evidence, beyondReach } = assessment;
    const login = entry.kind === 'login' ? entry.name : undefined;
    const onset = activity && onsetOf(activity, assessment.signs);
    const mail = activity ? mailOf(identity.alarm, activity, onset) : { since: at, messages: 0, recipients: 0 };
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

  /** Reports whether a sender is to be named in an alarm about its entry as a whole, where honest senders may write at the same time. */
  private isSuspect(entry: EntryPoint, sender: string, at: number): boolean {
    const known = this.identities.get(`${entry.key}|${sender}`);
    return !known || known.evidence >= SUSPECT_EVIDENCE || at - known.habit.firstAt < STRANGER_MS;
  }

  /** Assesses the run, and the whole spell, of which the worse counts; sets the run aside when it speaks for honesty. */
  private assessOne(identity: Identity, route: Route, at: number): Assessment | undefined {
    const { activity } = identity;
    if (!activity || activity.tried < this.thresholds.leastRecipients) return undefined;
    activity.lookAt = Math.max(activity.tried + 1, Math.ceil(activity.tried * LOOK_GROWTH));
    const run = assess(this.viewOf(identity, activity, route, at), identity.isDeclaredBulk, this.thresholds);
    const whole = this.assessSpell(identity, route, at);
    const assessment = whole && nearness(whole) > nearness(run) ? whole : run;
    if (assessment === whole && whole?.isAlarm) this.startSpellAlarm(identity, whole);
    identity.evidence = assessment.evidence;
    this.background.see(route.owner.customer, assessment.evidence, at);
    this.noteSuspect(identity, assessment, route, at);
    if (assessment.evidence >= JOINT_LEAST) this.lastAssessment.set(identity.key, assessment);
    const isComplete = activity.tried >= 0.8 * activity.recipients;
    if (run.evidence <= 0 && isComplete && !assessment.isAlarm) setAside(identity);
    return assessment;
  }

  private startSpellAlarm(identity: Identity, { signs }: Assessment): void {
    const spell = spellOf(identity);
    startSpellAlarm(identity, spell && onsetOf(spell, signs));
  }

  /** Assesses the whole spell; undefined when the run is all of it, and during an alarm. */
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

  /** Reports whether it is time for another finding, or there are more reasons than in the last one, or a third more recipients. */
  private mayReport(key: string, at: number, { identity, assessment }: RaisedAlarm): boolean {
    const last = this.lastFinding.get(key);
    if (!last || assessment.sentences.length > last.reasons || this.mayTellAgain(key, at)) return true;
    const { activity, alarm } = identity;
    return activity !== undefined && mailOf(alarm, activity).recipients >= TELL_AGAIN.growth * last.recipients;
  }

  private mayTellAgain(key: string, at: number): boolean {
    const last = this.lastFinding.get(key);
    return !last || Math.abs(at - last.at) >= last.againMs;
  }
}

/** How near an alarm it is, in nats: what an alarm needs is the same for all. */
function nearness({ evidence, stake }: Assessment): number {
  return evidence + stake;
}

/** Under what a report is remembered: the entry. Mail without a sender has a key of its own: bounces are another incident than spam. */
function ownKeyOf({ entry, sender }: Route): string {
  return sender === NO_SENDER ? `${entry.key}|${sender}` : entry.key;
}
