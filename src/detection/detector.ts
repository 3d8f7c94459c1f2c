// The detector: mail events in, findings out. It keeps what each identity is doing and usually does, and asks assess.ts as the
// evidence grows. Time is the log's clock alone, so a replayed log and a live one give the same findings.

import type { ReplyMeaning } from '../intake/replies/index.js';
import { type Accepted, type Complaint, type Delivery, isAccusation, type MailEvent } from '../mail/event.js';
import type { Alarms } from './alarms.js';
import type { Background, SavedBackground } from './background.js';
import type { Block, Blocks } from './blocks.js';
import type { NamesOfRelay } from './clues/client-names.js';
import type { Clients } from './clues/clients.js';
import type { Familiar, FamiliarChanges } from './clues/familiar.js';
import { dislikeOf, meaningOf, outcomeOf, refusalOf } from './clues/outcome.js';
import type { Phantoms } from './clues/phantoms.js';
import type { Popularity } from './clues/popularity.js';
import { programOf } from './clues/program.js';
import type { Slowdowns } from './clues/slowdowns.js';
import { explain, type Knowledge } from './explain.js';
import type { Explanation } from './explanation.js';
import type { Finding } from './finding.js';
import { type Activity, addArrival, newArrival } from './identities/activity.js';
import { addAttempt, addLate, addSlowdown } from './identities/attempts.js';
import type { CustomerHabit, CustomerHabits } from './identities/customer-habits.js';
import { IDLE_MS, type Identities } from './identities/identities.js';
import {
  activityAt,
  beginsWith,
  endSpell,
  hasCounted,
  type Identity,
  isOfSpell,
  runningAt,
  startRun,
} from './identities/identity.js';
import type { Judged } from './identities/judged.js';
import { addManner } from './identities/manner.js';
import type { Owners } from './identities/owners.js';
import type { Route, Routes } from './identities/routes.js';
import {
  identityOf,
  type SavedHabit,
  type SavedIdentity,
  type StateChanges,
  type StateRow,
} from './identities/saved-identity.js';
import { noteRegular } from './identities/shared-login.js';
import { type DetectorOptions, makeParts, readBack } from './parts.js';
import { SweepClock } from './sweep-clock.js';

export class Detector {
  /** Without the directory, which is large where customers are many. */
  private readonly options: Omit<DetectorOptions, 'directory'>;
  readonly owners: Owners;
  readonly routes: Routes;
  readonly identities: Identities;
  readonly customers: CustomerHabits;
  private readonly background: Background;
  private readonly blocks: Blocks;
  private readonly familiar: Familiar;
  private readonly popularity: Popularity;
  private readonly slowdowns: Slowdowns;
  private readonly clients: Clients;
  private readonly phantoms: Phantoms;
  private readonly judged: Judged;
  private readonly alarms: Alarms;
  private readonly sweepClock = new SweepClock();
  /** Of the message at hand. */
  private readonly arrival = newArrival();

  constructor({ directory, ...options }: DetectorOptions) {
    this.options = options;
    const parts = makeParts(directory, options);
    this.owners = parts.owners;
    this.routes = parts.routes;
    this.identities = parts.identities;
    this.customers = parts.customers;
    this.background = parts.background;
    this.blocks = parts.blocks;
    this.familiar = parts.familiar;
    this.popularity = parts.popularity;
    this.slowdowns = parts.slowdowns;
    this.clients = parts.clients;
    this.phantoms = parts.phantoms;
    this.judged = parts.judged;
    this.alarms = parts.alarms;
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
      case 'host-refused':
        return listOf(meaning && this.blocks.see(event, meaning, this.owners.of(event.message)?.customer));
      case 'login-failed':
        this.clients.seeFailedLogin(event);
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

  private accepted(event: Accepted, route: Route): Finding[] {
    const { at, message } = event;
    const { arrival } = this;
    arrival.at = at;
    arrival.sender = route.sender;
    arrival.recipients = message.recipientCount;
    arrival.isNewSender = this.isNewSender(route);
    arrival.failedLogins = this.clients.failedBefore(event);
    const customer = this.customers.behind(route, at);
    this.phantoms.noteSender(route);
    const judged = this.judged.of(route, at);
    const { entry, whole } = route;
    arrival.isNewNumber = route.hasNumber && beginsWith(route.own, at);
    this.clients.noteName(event, judged[0] && runningAt(judged[0], at));
    const program = message.messageId === undefined ? undefined : programOf(message.messageId, message.sender);
    for (const identity of judged) {
      const activity = runningAt(identity, at) ?? this.begin(identity, customer, at);
      addArrival(activity, arrival);
      addManner(activity, message, program, identity.habit);
      this.clients.addTo(activity, event, identity, customer.habit);
      this.identities.touch(identity);
      if (identity.scope === 'sender' && entry.kind === 'login' && whole && route.regularOf !== whole) {
        if (noteRegular(whole, identity, route.shape, at)) route.regularOf = whole;
      }
    }
    return this.alarms.judge(judged, route, at);
  }

  private isNewSender(route: Route): boolean {
    const { familiar } = this;
    if (route.metIn === familiar.generation) return false;
    const isNew = familiar.meet(familiar.behind(route), route.senderHash);
    if (!isNew) route.metIn = familiar.generation;
    return isNew;
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
    if (message.origin === 'notification' && refusal === 'unknown-user') this.phantoms.noteReturned(event.recipient);
    const found = listOf(meaning && this.blocks.see(event, meaning, route?.owner.customer));
    if (!route || message.origin === 'unknown') return found;
    const { familiar, popularity } = this;
    const isOwn = !route.isForwarding;
    const own = isOwn ? (refusal ?? dislikeOf(event, meaning)) : undefined;
    const outcome = outcomeOf(event, own, familiar.behind(route), familiar, popularity);
    if (!outcome) return found;
    if (outcome.newRecipients > 0)
      this.options.onNewRecipients?.(event, route.owner.customer, outcome.newRecipients, route);
    const slowdown = isOwn && meaning ? this.slowdowns.see(event, meaning, route.owner.customer) : undefined;
    const judged = this.judged.of(route, at);
    for (const identity of judged) {
      const activity = activityAt(identity, at);
      if (outcome.tried > 0 && !hasCounted(identity, message.acceptedAt)) addLate(activity, message);
      addAttempt(activity, outcome, at);
      if (slowdown) addSlowdown(activity, slowdown);
      if (refusal !== undefined || own !== undefined) activity.lookAt = 0;
      this.identities.touch(identity);
    }
    const compromises = this.alarms.judge(judged, route, at);
    return found.length === 0 ? compromises : [...found, ...compromises];
  }

  private complained(event: Complaint, route: Route): Finding[] {
    const { at, message } = event;
    if (!isAccusation(event)) return NOTHING;
    // Complaints come hours late: those of yesterday's newsletter say nothing of today's letters.
    const judged = this.judged.of(route, at).filter((identity) => isOfSpell(identity, message.acceptedAt, at));
    for (const identity of judged) {
      const activity = activityAt(identity, at);
      activity.complaints++;
      activity.lookAt = 0;
      this.identities.touch(identity);
    }
    return this.alarms.judge(judged, route, at);
  }

  private forgetIdle(now: number): void {
    this.customers.forgetIdle(now);
    this.alarms.forgetIdle(now);
    this.blocks.forgetIdle(now - IDLE_MS);
    this.familiar.turn(now);
    this.identities.forgetIdle(now);
    this.routes.forgetIdle();
  }

  /** Why there is an alarm, or none; see explain.ts. Changes nothing. */
  explain(query: string, at?: number): Explanation[] {
    const { identities, customers, owners, alarms, background } = this;
    const knowledge: Knowledge = {
      awake: identities.values(),
      saved: (prefix, part, most) =>
        (this.options.loadMatching?.(prefix, part, most) ?? []).flatMap(
          (row) => ('scope' in row ? readBack(row as SavedIdentity) : []) ?? [],
        ),
      identity: (key) => identities.peek(key),
      customerHabit: (customer) => customers.peek(customer),
      customersOf: (text) => owners.candidates(text),
      together: (customer, key, now) => alarms.together(customer, key, now),
      thresholds: background.thresholds,
      usualThresholds: background.usualThresholds,
    };
    return explain(knowledge, query, at);
  }

  /** What changed since the last call, to be saved with the log position it belongs to, before anything else is taken. */
  takeChanges(): StateChanges {
    const rows: Map<string, StateRow> = this.identities.takeChanges();
    for (const [key, habit] of this.customers.takeChanges()) rows.set(key, habit);
    for (const [key, names] of this.clients.names.takeChanges()) rows.set(key, names);
    for (const key of this.blocks.dirty) rows.set(key, this.blocks.get(key));
    this.blocks.dirty.clear();
    for (const [key, background] of this.background.takeChanges()) rows.set(key, background);
    if (this.identities.isFull) this.putToSleep();
    return { rows, familiar: this.familiar.takeChanges() };
  }

  private putToSleep(): void {
    this.identities.putToSleep();
    this.customers.putToSleep((customer) => this.identities.isAwake(customer));
    this.routes.forgetIdle();
  }

  /** Puts saved state back, before the first event. What `load` finds when it is asked for need not be here. */
  restore(rows: Iterable<[string, object]>, familiar: Iterable<FamiliarChanges>): void {
    for (const [key, row] of rows) {
      if ('refusals' in row) this.blocks.restore(row as Block);
      else if ('habit' in row) this.identities.restore(identityOf(row as SavedIdentity));
      else if ('nearDays' in row) this.background.restore(row as SavedBackground);
      else if ('clientsNamed' in row) this.clients.names.restore(key, row as NamesOfRelay);
      else this.customers.restore(key, row as SavedHabit);
    }
    this.familiar.restore(familiar);
  }
}

const NOTHING: Finding[] = [];

function listOf(finding: Finding | undefined): Finding[] {
  return finding ? [finding] : NOTHING;
}
