// The detector: mail events in, findings out. It keeps what each identity is doing and usually does, and asks assess.ts after every
// event. Time is the log's clock alone, so a replayed log and a live one give the same findings.
import type { ReplyMeaning } from '../intake/replies/index.js';
import { NULL_SENDER } from '../mail/address.js';
import type { Accepted, Delivery, MailEvent, MessageHead } from '../mail/event.js';
import type { Attribution } from '../partners/attribution.js';
import type { Directory } from '../partners/directory.js';
import { addArrival, addLate, fold, type Habit, newActivity, newHabit, noveltyOf } from './activity.js';
import { type Assessment, assess, DEFAULT_THRESHOLDS, type Thresholds } from './assess.js';
import { type Block, Blocks } from './blocks.js';
import { compromiseFinding, mostTelling, type SoundedAlarm } from './conclude.js';
import { Familiar, type FamiliarChanges, type FamiliarRow } from './familiar.js';
import type { Finding } from './finding.js';
import { IDLE_MS, Identities } from './identities.js';
import {
  activityAt,
  close,
  type EntryPoint,
  entryOf,
  hasCounted,
  type Identity,
  startAlarm,
  strangersOf,
} from './identity.js';
import { LoginFailures } from './login-failures.js';
import { meaningOf, outcomeOf, refusalOf } from './outcome.js';
import { Owners } from './owners.js';
import { RecentMap } from './recent-map.js';
import { shapeOf } from './sender-shape.js';
import { noteRegular } from './shared-login.js';
import { SweepClock } from './sweep-clock.js';

/** A sender first seen less than this ago is a stranger at its entry. */
const STRANGER_MS = 2 * 3_600_000;
/** Messages an entry must have behind it before strangers can be told from the rest. */
const SETTLED_MESSAGES = 20;
/** A running alarm is told again after this long, and at once when a further kind of evidence has joined: the card must not lack it. */
const FINDING_EVERY_MS = 60_000;
/** Evidence, in nats, that makes a sender one of the suspects while its entry is in alarm. */
const SUSPECT_EVIDENCE = 2;

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
  /** Is told of recipients that a customer had not written to before. */
  onNewRecipients?: (event: Delivery, customer: string, count: number) => void;
}

export class Detector {
  private readonly owners: Owners;
  private blocks: Blocks;
  private readonly thresholds: Thresholds;
  private readonly identities: Identities;
  private readonly sweepClock = new SweepClock();
  private readonly customers = new Map<string, Habit>();
  private readonly familiar = new Familiar();
  private readonly failures = new LoginFailures();
  private readonly dirtyCustomers = new Set<string>();
  /** Through which entry a sender's mail last came; the oldest are forgotten. */
  private readonly recentSenders = new RecentMap<string, { customer: string; entry: EntryPoint }>(20_000);
  private readonly lastFinding = new RecentMap<string, { at: number; reasons: number }>(10_000);

  constructor(private readonly options: DetectorOptions) {
    this.owners = new Owners(options.directory, options.localDomains ?? []);
    this.blocks = new Blocks(options.directory);
    this.thresholds = { ...DEFAULT_THRESHOLDS, ...options.thresholds };
    this.identities = new Identities(options.maxIdentities);
  }

  /** Takes the next event of the log; answers what it proves, mostly nothing. */
  see(event: MailEvent): Finding[] {
    return this.seeRead(event, meaningOf(event));
  }

  /** The same for an event whose reply somebody has read already. */
  seeRead(event: MailEvent, meaning: ReplyMeaning | undefined): Finding[] {
    const sweepAt = this.sweepClock.tick(event.at, this.identities.size);
    if (sweepAt !== undefined) this.forgetIdle(sweepAt);
    switch (event.kind) {
      case 'accepted':
        return this.accepted(event);
      case 'delivery':
        return this.delivered(event, meaning);
      case 'login-failed':
        this.failures.add(event.at, event.login, event.clientIp);
        return [];
      case 'refused':
      case 'complaint':
        return [];
      default:
        return event satisfies never;
    }
  }

  /** The customer an event counts for; undefined for notifications, which are nobody's, and for failed logins. */
  customerOf(event: MailEvent): string | undefined {
    return this.owners.customerOf(event);
  }

  private accepted({ at, message }: Accepted): Finding[] {
    const owner = this.owners.of(message);
    // The null sender is for bounces and automatic replies (RFC 3834 section 3.3): not a mailbox's own mail.
    if (!owner || message.sender === NULL_SENDER) return [];
    const entry = entryOf(message, owner);
    const isNewSender = this.familiar.add(owner.customer, `s:${entry.key}|${shapeOf(message.sender)}`);
    const habit = this.customerHabit(owner.customer, at);
    const arrival = {
      at,
      sender: message.sender,
      recipients: message.recipientCount,
      isNewSender,
      clientIp: message.clientIp,
      failedLogins: this.failures.before(at, message.login, message.clientIp),
    };
    this.recentSenders.set(message.sender, { customer: owner.customer, entry });
    const judged = this.judgedBy(message, owner, entry, at);
    for (const identity of judged) {
      const { activity, closed } = activityAt(identity, at);
      if (closed && identity.scope === 'entry') fold(habit, closed);
      const address = entry.kind === 'login' ? message.clientIp : undefined;
      const novelty = address === undefined ? undefined : noveltyOf(address, activity, [identity.habit, habit]);
      addArrival(activity, { ...arrival, novelty });
      if (identity.scope === 'sender' && entry.kind === 'login') this.noteRegular(entry, identity, arrival);
    }
    return this.judge(judged, owner, entry, at);
  }

  private delivered(event: Delivery, meaning: ReplyMeaning | undefined): Finding[] {
    const { at, message } = event;
    const owner = this.owners.of(message);
    const refusal = refusalOf(event, meaning);
    if (message.origin === 'notification' && refusal === 'unknown-user') this.noticeReturned(event);
    const block = meaning && this.blocks.see(event, meaning, owner?.customer);
    const found = block ? [block] : [];
    if (!owner || message.origin === 'unknown' || message.sender === NULL_SENDER) return found;
    const entry = entryOf(message, owner);
    const outcome = outcomeOf(event, refusal, owner.customer, this.familiar);
    if (!outcome) return found;
    if (outcome.newRecipients > 0) this.options.onNewRecipients?.(event, owner.customer, outcome.newRecipients);
    const judged = this.judgedBy(message, owner, entry, at);
    for (const identity of judged) {
      const { activity } = activityAt(identity, at);
      if (outcome.tried > 0 && !hasCounted(identity, activity, message.acceptedAt)) addLate(activity, message);
      activity.lastAt = Math.max(activity.lastAt, at);
      activity.tried += outcome.tried;
      activity.newRecipients += outcome.newRecipients;
      activity.newDomains += outcome.newDomains;
      activity.unknownUsers += outcome.unknownUsers;
      activity.contentRefusals += outcome.contentRefusals;
    }
    return [...found, ...this.judge(judged, owner, entry, at)];
  }

  private noteRegular(entry: EntryPoint, sender: Identity, arrival: { sender: string; at: number }): void {
    const whole = this.identities.get(entry.key);
    if (whole) noteRegular(whole, sender, arrival.sender, arrival.at);
  }

  /** A non-delivery notice to a sender was refused: that sender does not exist. */
  private noticeReturned(event: Delivery): void {
    const from = this.recentSenders.get(event.recipient);
    if (!from) return;
    const { customer, entry } = from;
    if (!this.familiar.add(customer, `p:${entry.key}|${shapeOf(event.recipient)}`)) return;
    for (const key of [entry.key, strangersOf(entry)]) {
      const activity = this.identities.get(key)?.activity;
      if (activity) activity.phantomSenders++;
    }
  }

  /** The identities a message counts for. Declared bulk mail is judged by itself and does not count for its entry. */
  private judgedBy(message: MessageHead, owner: Attribution, entry: EntryPoint, at: number): Identity[] {
    const senderKey = `${entry.key}|${message.sender}`;
    if (owner.isDeclaredBulk) return [this.identities.of(senderKey, 'sender', entry, at, true)];
    const whole = this.identities.of(entry.key, 'entry', entry, at);
    if (message.sender === entry.name) return [whole];
    const sender = this.identities.of(senderKey, 'sender', entry, at);
    const isStranger = at - sender.habit.firstAt < STRANGER_MS && whole.habit.messages >= SETTLED_MESSAGES;
    return isStranger
      ? [whole, sender, this.identities.of(strangersOf(entry), 'strangers', entry, at)]
      : [whole, sender];
  }

  private judge(judged: Identity[], owner: Attribution, entry: EntryPoint, at: number): Finding[] {
    const customerHabit = this.customerHabit(owner.customer, at);
    const alarms: SoundedAlarm[] = [];
    for (const identity of judged) {
      const assessment = this.assessOne(identity, customerHabit, entry);
      if (assessment?.isAlarm && identity.activity) {
        identity.alarm ??= startAlarm(identity.activity);
        alarms.push({ identity, assessment });
      }
    }
    const alarm = mostTelling(alarms);
    if (!alarm || !this.mayReport(entry.key, at, alarm.assessment)) return [];
    const isSuspect = (sender: string) => this.isSuspect(entry, sender, at);
    const whole = this.identities.get(entry.key);
    const finding = compromiseFinding({ at, customer: owner.customer, entry, whole, alarm, isSuspect });
    if (!finding) return [];
    this.lastFinding.set(entry.key, { at, reasons: finding.evidence.length });
    return [finding];
  }

  /** Behind an entry that many share, the honest senders of the hour are not to be named. */
  private isSuspect(entry: EntryPoint, sender: string, at: number): boolean {
    const known = this.identities.get(`${entry.key}|${sender}`);
    return !known || known.evidence >= SUSPECT_EVIDENCE || at - known.habit.firstAt < STRANGER_MS;
  }

  /** Assesses a running activity, and closes it when it speaks for honesty. */
  private assessOne(identity: Identity, customerHabit: Habit, entry: EntryPoint): Assessment | undefined {
    const activity = identity.activity;
    if (!activity || activity.tried < this.thresholds.leastRecipients) return undefined;
    const entryHabit = this.identities.get(entry.key)?.habit ?? identity.habit;
    const view = {
      activity,
      habit: identity.habit,
      customerHabit,
      entryHabit,
      scope: identity.scope,
      entry: entry.kind,
    };
    const assessment = assess(view, identity.isDeclaredBulk, this.thresholds);
    identity.evidence = assessment.evidence;
    const isComplete = activity.tried >= 0.8 * activity.recipients;
    if (assessment.evidence <= 0 && isComplete) {
      const closed = close(identity);
      if (closed && identity.scope === 'entry') fold(customerHabit, closed);
    }
    return assessment;
  }

  private mayReport(key: string, at: number, { sentences }: Assessment): boolean {
    const last = this.lastFinding.get(key);
    return !last || sentences.length > last.reasons || Math.abs(at - last.at) >= FINDING_EVERY_MS;
  }

  private customerHabit(customer: string, at: number): Habit {
    this.dirtyCustomers.add(customer);
    let habit = this.customers.get(customer);
    if (!habit) {
      habit = newHabit(at);
      this.customers.set(customer, habit);
    }
    return habit;
  }

  private forgetIdle(now: number): void {
    this.identities.forgetIdle(now);
    this.blocks.forgetIdle(now - IDLE_MS);
  }

  /** Replaces who is who. Habits stay. */
  setDirectory(directory: Directory): void {
    this.owners.setDirectory(directory);
    const blocks = new Blocks(directory);
    for (const block of this.blocks.all()) blocks.restore(block);
    for (const key of this.blocks.dirty) blocks.dirty.add(key);
    this.blocks = blocks;
  }

  /** What changed since the last call, to be saved with the log position it belongs to. */
  takeChanges(): StateChanges {
    const rows = new Map<string, StateRow>();
    for (const key of this.identities.dirty) rows.set(key, this.identities.get(key));
    for (const customer of this.dirtyCustomers) rows.set(CUSTOMER + customer, this.customers.get(customer));
    for (const key of this.blocks.dirty) rows.set(key, this.blocks.get(key));
    this.identities.dirty.clear();
    this.dirtyCustomers.clear();
    this.blocks.dirty.clear();
    return { rows, familiar: this.familiar.takeChanges() };
  }

  /** Puts saved state back, before the first event. */
  restore(rows: Iterable<[string, Exclude<StateRow, undefined>]>, familiar: Iterable<FamiliarRow>): void {
    for (const [key, row] of rows) {
      if ('refusals' in row) this.blocks.restore(row);
      else if ('habit' in row) this.identities.restore(upToDate(row));
      else this.customers.set(key.slice(CUSTOMER.length), row);
    }
    this.familiar.restore(familiar);
  }
}

const CUSTOMER = 'customer|';

/** What an earlier version saved, with the counts it did not know. */
function upToDate(row: Identity): Identity {
  return row.activity ? { ...row, activity: { ...newActivity(row.activity.since), ...row.activity } } : row;
}
