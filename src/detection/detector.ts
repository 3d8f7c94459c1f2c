// The detector: mail events in, findings out. It keeps what each identity is doing and usually does, and asks assess.ts as the
// evidence grows. Time is the log's clock alone, so a replayed log and a live one give the same findings.
import type { ReplyMeaning } from '../intake/replies/index.js';
import { NULL_SENDER } from '../mail/address.js';
import { UNATTRIBUTED } from '../mail/customer.js';
import { type Accepted, type Complaint, type Delivery, isAccusation, type MailEvent } from '../mail/event.js';
import type { Directory } from '../partners/directory.js';
import {
  type Activity,
  type Arrival,
  addAddress,
  addArrival,
  addAttempt,
  addLate,
  addNetwork,
  hasNetwork,
} from './activity.js';
import { type Assessment, assess, DEFAULT_THRESHOLDS, type Thresholds } from './assess.js';
import { beginnersAmong } from './beginners.js';
import { type Block, Blocks } from './blocks.js';
import { Campaigns, type Suspect } from './campaigns.js';
import { compromiseFinding, mostTelling, type SoundedAlarm } from './conclude.js';
import { type CustomerHabit, CustomerHabits } from './customer-habits.js';
import { explain, type Knowledge } from './explain.js';
import type { Explanation } from './explanation.js';
import { Familiar, type FamiliarChanges } from './familiar.js';
import type { Finding } from './finding.js';
import type { Habit } from './habit.js';
import { IDLE_MS, Identities } from './identities.js';
import {
  activityAt,
  type EntryPoint,
  endSpell,
  hasCounted,
  type Identity,
  isOfSpell,
  mailOf,
  putBy,
  runningAt,
  soundSpell,
  spellOf,
  startAlarm,
  startRun,
  strangersOf,
} from './identity.js';
import { LoginFailures } from './login-failures.js';
import { noveltyOf } from './novelty.js';
import { meaningOf, outcomeOf, refusalOf } from './outcome.js';
import { Owners } from './owners.js';
import { Popularity } from './popularity.js';
import { RecentMap } from './recent-map.js';
import { NO_SENDER, type Route, Routes } from './routes.js';
import { identityOf, type SavedHabit, type SavedIdentity } from './saved-identity.js';
import { noteRegular } from './shared-login.js';
import type { View } from './signals/signal.js';
import { clamp } from './statistics.js';
import { SweepClock } from './sweep-clock.js';

/** A sender first seen less than this ago is a stranger at its entry. */
const STRANGER_MS = 2 * 3_600_000;
/** Messages an entry must have behind it before strangers can be told from the rest. */
const SETTLED_MESSAGES = 20;
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

/** One saved piece of state, JSON-safe; undefined deletes it. */
export type StateRow = Identity | Habit | Block | undefined;
export interface StateChanges {
  rows: Map<string, StateRow>;
  familiar: FamiliarChanges;
}

export interface DetectorOptions {
  directory: Directory;
  /** Domains that Postfix appends to logins; see partners/attribution.ts. */
  localDomains?: readonly string[];
  thresholds?: Partial<Thresholds>;
  /** Identities kept in memory; see identities.ts for who goes first. */
  maxIdentities?: number;
  /** What was saved under a key; without it everything stays in memory. Throws what the database throws. */
  load?: (key: string) => object | undefined;
  /** What was saved under keys that begin with `prefix`, which ends with `|`, and hold `part`; for `explain`. */
  loadMatching?: (prefix: string, part: string, most: number) => object[];
  /** Is told of recipients that a customer had not written to before. */
  onNewRecipients?: (event: Delivery, customer: string, count: number, route: Route) => void;
}

export class Detector {
  readonly thresholds: Thresholds;
  readonly owners: Owners;
  private readonly routes: Routes;
  private blocks: Blocks;
  readonly identities: Identities;
  readonly customers: CustomerHabits;
  private readonly sweepClock = new SweepClock();
  private readonly familiar = new Familiar();
  private readonly failures = new LoginFailures();
  private readonly campaigns = new Campaigns();
  private readonly lastAssessment = new RecentMap<string, Assessment>(2_000);
  private readonly popularity = new Popularity();
  /** Of the message at hand. */
  private readonly arrival: Arrival = {
    at: 0,
    sender: '',
    recipients: 0,
    isNewSender: false,
    failedLogins: 0,
  };
  /** Where a sender's mail last came in; the oldest are forgotten. */
  private readonly recentSenders = new RecentMap<string, Route>(20_000);
  private readonly lastFinding = new RecentMap<string, { at: number; reasons: number; againMs: number }>(10_000);

  constructor(private readonly options: DetectorOptions) {
    const { directory, localDomains, thresholds, maxIdentities, load } = options;
    this.owners = new Owners(directory, localDomains ?? []);
    this.routes = new Routes(this.owners);
    this.blocks = new Blocks(directory);
    this.thresholds = { ...DEFAULT_THRESHOLDS, ...thresholds };
    this.identities = new Identities({
      most: maxIdentities,
      load: load && ((key) => readBack(load(key) as SavedIdentity | undefined)),
    });
    this.customers = new CustomerHabits(load && ((key) => load(key) as SavedHabit | undefined));
  }

  /** Takes the next event of the log; answers what it proves, mostly nothing. */
  see(event: MailEvent): Finding[] {
    return this.seeRead(event, meaningOf(event));
  }

  /** The same for an event whose reply somebody has read already. */
  seeRead(event: MailEvent, meaning: ReplyMeaning | undefined): Finding[] {
    return this.seeRouted(event, this.routeOf(event), meaning);
  }

  /** The way a message came in by; undefined for notifications, which are nobody's, and for events that are about no message. */
  routeOf(event: MailEvent): Route | undefined {
    if (event.kind === 'accepted') return this.routes.ofArrival(event.message, event.at);
    return event.kind === 'delivery' || event.kind === 'complaint' ? this.routes.of(event.message) : undefined;
  }

  /** The same for an event whose route somebody has looked up already. */
  seeRouted(event: MailEvent, route: Route | undefined, meaning: ReplyMeaning | undefined): Finding[] {
    const sweepAt = this.sweepClock.tick(event.at, this.identities.size);
    if (sweepAt !== undefined) this.forgetIdle(sweepAt);
    switch (event.kind) {
      case 'accepted':
        return route ? this.accepted(event, route) : NOTHING;
      case 'delivery':
        return this.delivered(event, route, meaning);
      case 'login-failed':
        this.failures.add(event.at, event.login, event.clientIp);
        return NOTHING;
      case 'complaint':
        return route ? this.complained(event, route) : NOTHING;
      case 'refused':
        return NOTHING;
      default:
        return event satisfies never;
    }
  }

  /** The customer an event counts for; undefined for notifications, which are nobody's, and for failed logins. */
  customerOf(event: MailEvent): string | undefined {
    if (event.kind === 'accepted' || event.kind === 'delivery') return this.routeOf(event)?.owner.customer;
    return this.owners.customerOf(event);
  }

  private accepted({ at, message }: Accepted, route: Route): Finding[] {
    const { entry } = route;
    const { clientIp } = message;
    const { arrival } = this;
    arrival.at = at;
    arrival.sender = route.sender;
    arrival.recipients = message.recipientCount;
    arrival.isNewSender = this.isNewSender(route);
    arrival.failedLogins = this.failures.before(at, message.login, clientIp);
    const customer = this.customerBehind(route, at);
    if (route.recentIn !== this.recentSenders.era && message.sender !== NULL_SENDER)
      this.noteRecent(message.sender, route);
    const judged = this.judgedBy(route, at);
    for (const identity of judged) {
      const activity = runningAt(identity, at) ?? this.begin(identity, customer, at);
      addArrival(activity, arrival);
      if (clientIp !== undefined && clientIp !== activity.lastIp) {
        addAddress(activity, clientIp);
        if (entry.kind === 'login' && !hasNetwork(activity, clientIp)) {
          addNetwork(activity, clientIp, noveltyOf(clientIp, activity, identity.habit, customer.habit));
        }
      }
      this.identities.touch(identity);
      const { whole } = route;
      if (identity.scope === 'sender' && entry.kind === 'login' && whole && route.regularOf !== whole) {
        if (noteRegular(whole, identity, route.shape, at)) route.regularOf = whole;
      }
    }
    return this.judge(judged, route, at);
  }

  private isNewSender(route: Route): boolean {
    const { familiar } = this;
    if (route.metIn === familiar.generation) return false;
    const isNew = familiar.meet(this.acquaintancesOf(route), route.senderHash);
    if (!isNew) route.metIn = familiar.generation;
    return isNew;
  }

  private noteRecent(sender: string, route: Route): void {
    const last = this.recentSenders.get(sender);
    if (last && last !== route) last.recentIn = -1;
    this.recentSenders.set(sender, route);
    route.recentIn = this.recentSenders.era;
  }

  private customerBehind(route: Route, at: number): CustomerHabit {
    const { customer } = route;
    if (customer && !customer.isGone && at <= customer.lastAt) return customer;
    route.customer = this.customers.of(route.owner.customer, at);
    return route.customer;
  }

  /** A new run; what the spell before it was goes to the customer's habit too. */
  private begin(identity: Identity, customer: CustomerHabit, at: number): Activity {
    const closed = endSpell(identity, at);
    if (closed && identity.scope === 'entry') this.customers.fold(customer, closed);
    return startRun(identity, at);
  }

  private delivered(event: Delivery, route: Route | undefined, meaning: ReplyMeaning | undefined): Finding[] {
    const { at, message } = event;
    const refusal = meaning || event.status !== 'sent' ? refusalOf(event, meaning) : undefined;
    if (message.origin === 'notification' && refusal === 'unknown-user') this.noticeReturned(event);
    const block = meaning && this.blocks.see(event, meaning, route?.owner.customer);
    const found = block ? [block] : NOTHING;
    if (!route || message.origin === 'unknown') return found;
    const { familiar, popularity } = this;
    const own = route.isForwarding ? undefined : refusal;
    const outcome = outcomeOf(event, own, this.acquaintancesOf(route), familiar, popularity);
    if (!outcome) return found;
    if (outcome.newRecipients > 0)
      this.options.onNewRecipients?.(event, route.owner.customer, outcome.newRecipients, route);
    const judged = this.judgedBy(route, at);
    for (const identity of judged) {
      const activity = activityAt(identity, at);
      if (outcome.tried > 0 && !hasCounted(identity, activity, message.acceptedAt)) addLate(activity, message);
      addAttempt(activity, outcome, at);
      if (refusal !== undefined) activity.lookAt = 0;
      this.identities.touch(identity);
    }
    const compromises = this.judge(judged, route, at);
    return found.length === 0 ? compromises : [...found, ...compromises];
  }

  private complained(event: Complaint, route: Route): Finding[] {
    const { at, message } = event;
    if (!isAccusation(event)) return NOTHING;
    // Complaints come hours late: those of yesterday's newsletter say nothing of today's letters.
    const judged = this.judgedBy(route, at).filter((identity) => isOfSpell(identity, message.acceptedAt, at));
    for (const identity of judged) {
      const activity = activityAt(identity, at);
      activity.complaints++;
      activity.lookAt = 0;
      this.identities.touch(identity);
    }
    return this.judge(judged, route, at);
  }

  /** A non-delivery notice to a sender was refused: that sender does not exist. */
  private noticeReturned(event: Delivery): void {
    const route = this.recentSenders.get(event.recipient);
    if (!route || !this.familiar.meet(this.acquaintancesOf(route), route.phantomHash)) return;
    for (const key of [route.entry.key, strangersOf(route.entry)]) {
      const identity = this.identities.get(key);
      if (!identity?.activity) continue;
      identity.activity.phantomSenders++;
      identity.activity.lookAt = 0;
      this.identities.touch(identity);
    }
  }

  /** The identities a message counts for. Declared bulk mail is judged by itself and does not count for its entry. */
  private judgedBy(route: Route, at: number): Identity[] {
    const { whole, own } = route;
    if (!own || own.isGone || whole?.isGone) return this.findJudged(route, at);
    return whole && own !== whole && isStranger(own, whole, at) ? this.withStrangers(route, at) : route.judged;
  }

  private findJudged(route: Route, at: number): Identity[] {
    const { sender, entry, owner } = route;
    const { identities } = this;
    const isWhole = sender === entry.name && !owner.isDeclaredBulk;
    const own = isWhole
      ? identities.of(entry.key, 'entry', entry, at, owner.isDeclaredBulk)
      : identities.of(`${entry.key}|${sender}`, 'sender', entry, at, owner.isDeclaredBulk);
    route.own = own;
    // Bounces and automatic replies (RFC 3834 section 3.3) are nobody's own mail, and judged by themselves.
    if (owner.isDeclaredBulk || sender === NO_SENDER) {
      route.judged = [own];
      return route.judged;
    }
    const whole = identities.of(entry.key, 'entry', entry, at);
    route.whole = whole;
    route.judged = own === whole ? [whole] : [whole, own];
    return own !== whole && isStranger(own, whole, at) ? this.withStrangers(route, at) : route.judged;
  }

  private withStrangers(route: Route, at: number): Identity[] {
    const { entry, judged, strangers } = route;
    if (
      !strangers ||
      strangers.isGone ||
      route.judgedAsStranger[0] !== judged[0] ||
      route.judgedAsStranger[1] !== judged[1]
    ) {
      route.strangers = this.identities.of(strangersOf(entry), 'strangers', entry, at);
      route.judgedAsStranger = [...judged, route.strangers];
    }
    return route.judgedAsStranger;
  }

  private judge(judged: Identity[], route: Route, at: number): Finding[] {
    const { owner, entry, sender } = route;
    const isNullSender = sender === NO_SENDER;
    // Bounces to forged strangers are another trouble than spam of the same entry, and another thing to do about.
    const ownKey = isNullSender ? `${entry.key}|${sender}` : entry.key;
    if (!this.isAnyDue(judged, ownKey, at)) return NOTHING;
    const due = judged.filter((identity) => this.isDue(identity, ownKey, at));
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
    const whom = { customer, key, entry, whole: route.whole, isSuspect, accomplices };
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
    const beginners = beginnersAmong(this.identities.ofCustomer(customer), whose, this.thresholds, at);
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

  private isAnyDue(judged: Identity[], key: string, at: number): boolean {
    for (const identity of judged) if (this.isDue(identity, key, at)) return true;
    return false;
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
    if (assessment === whole && whole?.isAlarm) soundSpell(identity);
    identity.evidence = assessment.evidence;
    this.noteSuspect(identity, assessment, route, at);
    if (assessment.evidence >= JOINT_LEAST) this.lastAssessment.set(identity.key, assessment);
    const isComplete = activity.tried >= 0.8 * activity.recipients;
    if (run.evidence <= 0 && isComplete && !assessment.isAlarm) putBy(identity);
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
      customerHabit: this.customerBehind(route, at).habit,
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

  private acquaintancesOf(route: Route) {
    route.acquaintances ??= this.familiar.of(route.owner.customer);
    return route.acquaintances;
  }

  private forgetIdle(now: number): void {
    this.identities.forgetIdle(now);
    this.customers.forgetIdle(now);
    this.campaigns.forgetIdle(now);
    this.blocks.forgetIdle(now - IDLE_MS);
    this.familiar.turn(now);
    this.routes.forgetIdle();
  }

  /** Why there is an alarm, or none; see explain.ts. Changes nothing. */
  explain(query: string, at?: number): Explanation[] {
    const { identities, customers, owners, campaigns, thresholds } = this;
    const { loadMatching } = this.options;
    const knowledge: Knowledge = {
      awake: identities.values(),
      saved: (prefix, part, most) =>
        (loadMatching?.(prefix, part, most) ?? []).flatMap(
          (row) => ('scope' in row ? readBack(row as SavedIdentity) : []) ?? [],
        ),
      identity: (key) => identities.peek(key),
      customerHabit: (customer) => customers.peek(customer),
      customersOf: (text) => owners.candidates(text),
      together: (customer, key, now) => {
        const mailboxes = campaigns.mailboxesWith(customer, key, now);
        const isAlarm = mailboxes > 1 && this.jointLogOdds(customer, now) >= Math.log(thresholds.alarmOdds);
        return mailboxes > 1 ? { mailboxes, isAlarm } : undefined;
      },
      thresholds,
    };
    return explain(knowledge, query, at);
  }

  /** Replaces who is who. Habits stay. */
  setDirectory(directory: Directory): void {
    this.owners.setDirectory(directory);
    this.routes.clear();
    const blocks = new Blocks(directory);
    for (const block of this.blocks.all()) blocks.restore(block);
    for (const key of this.blocks.dirty) blocks.dirty.add(key);
    this.blocks = blocks;
  }

  /** What changed since the last call, to be saved with the log position it belongs to. */
  takeChanges(): StateChanges {
    const rows: Map<string, StateRow> = this.identities.takeChanges();
    for (const [key, habit] of this.customers.takeChanges()) rows.set(key, habit);
    for (const key of this.blocks.dirty) rows.set(key, this.blocks.get(key));
    this.blocks.dirty.clear();
    return { rows, familiar: this.familiar.takeChanges() };
  }

  /** Puts saved state back, before the first event. What `load` finds when it is asked for need not be here. */
  restore(rows: Iterable<[string, object]>, familiar: Iterable<FamiliarChanges>): void {
    for (const [key, row] of rows) {
      if ('refusals' in row) this.blocks.restore(row as Block);
      else if ('habit' in row) this.identities.restore(identityOf(row as SavedIdentity));
      else this.customers.restore(key, row as SavedHabit);
    }
    this.familiar.restore(familiar);
  }
}

const NOTHING: Finding[] = [];

function isStranger(own: Identity, whole: Identity, at: number): boolean {
  return at - own.habit.firstAt < STRANGER_MS && whole.habit.messages >= SETTLED_MESSAGES;
}

function readBack(saved: SavedIdentity | undefined): Identity | undefined {
  return saved && identityOf(saved);
}
