// All identities by key. With a database only those that sent in the last hours are in memory, and of those a bounded number: when they are
// more, the ones silent longest are put to sleep after a commit, even in the middle of a spell. Who is asleep is loaded when it sends again
// and goes on where it was, so that a million mailboxes take no more memory than the busy ones. Without a database (a replay) all stay in
// memory. When there are too many even for that, identities with few messages are forgotten first: machines invent senders by the million,
// which must not push out people known for years.
import { isBeginner } from '../beginners.js';
import { DEFAULT_THRESHOLDS } from '../thresholds.js';
import { BeginnersAsleep } from './beginners-asleep.js';
import { type EntryPoint, type Identity, namesOf, newIdentity } from './identity.js';

/** Silence after which an identity is forgotten: three half-lives of a habit, of which an eighth is left. */
export const IDLE_MS = 45 * 24 * 3_600_000;
/** The same for an identity with few messages: senders that a machine invents would fill the table. */
const PASSING_MS = 3 * 24 * 3_600_000;
/** Silence after which a saved identity is dropped from memory: far longer than the pause that ends a spell. */
const ASLEEP_MS = 7 * 3_600_000;
/** Identities in memory without a database. One takes some 3 KB, and as much again with its route, its customer and its counters. */
const MOST = 200_000;
/** The same with a database, at a commit: more than send in a few hours at most providers. */
const MOST_AWAKE = 20_000;
/** An identity with fewer messages than this is passing, unless it is in alarm. */
const HABITUAL_MESSAGES = 5;
/** Part of the table that is forgotten at once when it is full, so that it is not sorted for every new one. */
const SHARE_TO_FORGET = 0.1;
/** The same of what is put to sleep. */
const SHARE_TO_SLEEP = 0.5;

interface IdentitiesOptions {
  most?: number | undefined;
  /** Who has tried so many recipients is no beginner; see thresholds.ts. */
  leastRecipients?: number | undefined;
  /** Reads an identity from the database; undefined where nothing is saved. */
  load?: ((key: string) => Identity | undefined) | undefined;
}

export class Identities {
  private readonly byKey = new Map<string, Identity>();
  /** The same by customer: every alarm looks through those of its customer. */
  private readonly byCustomer = new Map<string, Set<Identity>>();
  private readonly asleep = new BeginnersAsleep();
  /** Those to be saved with the next commit. */
  private changed: Identity[] = [];
  private readonly most: number;
  private readonly leastRecipients: number;
  private readonly load: IdentitiesOptions['load'];

  constructor({ most, leastRecipients, load }: IdentitiesOptions = {}) {
    this.most = most ?? (load ? MOST_AWAKE : MOST);
    this.leastRecipients = leastRecipients ?? DEFAULT_THRESHOLDS.leastRecipients;
    this.load = load;
  }

  /** How many are in memory. */
  get size(): number {
    return this.byKey.size;
  }

  /** Reports whether so many are awake that some should be put to sleep soon, after a commit. */
  get isFull(): boolean {
    return this.load !== undefined && this.byKey.size >= this.most;
  }

  /** The identity with this key, loaded if need be. */
  get(key: string): Identity | undefined {
    return this.byKey.get(key) ?? this.wake(key);
  }

  /** The same for a look: what is loaded is not kept in memory. */
  peek(key: string): Identity | undefined {
    return this.byKey.get(key) ?? this.load?.(key);
  }

  /** The identity with this key, made when it is new. */
  of(key: string, scope: Identity['scope'], entry: EntryPoint, at: number, isDeclaredBulk = false): Identity {
    const known = this.get(key);
    if (known) return known;
    const identity = newIdentity(key, scope, entry, at, isDeclaredBulk);
    this.put(identity);
    return identity;
  }

  /** Marks an identity as changed: it is saved with the next commit. */
  touch(identity: Identity): void {
    if (identity.isChanged) return;
    identity.isChanged = true;
    this.changed.push(identity);
  }

  /** All in memory, in the order in which they got there. */
  values(): Iterable<Identity> {
    return this.byKey.values();
  }

  /** Those of a customer that are in memory, in the order in which they got there, then beginners asleep, as they went to sleep. */
  *ofCustomer(customer: string): Iterable<Identity> {
    yield* this.byCustomer.get(customer) ?? [];
    yield* this.asleep.of(customer);
  }

  /** Reports whether any identity of a customer is in memory. */
  isAwake(customer: string): boolean {
    return this.byCustomer.has(customer);
  }

  /** What changed since the last call, as rows to save by key; undefined deletes a row. */
  takeChanges(): Map<string, Identity | undefined> {
    const rows = new Map<string, Identity | undefined>();
    for (const identity of this.changed) {
      identity.isChanged = false;
      if (!identity.isGone) rows.set(identity.key, identity);
      else if (!this.load && !this.byKey.has(identity.key)) rows.set(identity.key, undefined);
    }
    this.changed = [];
    return rows;
  }

  /** Puts a saved identity into memory. */
  restore(identity: Identity): void {
    this.put(identity);
  }

  /** Puts those to sleep that were silent longest. All must be saved: to be called with a commit, before anything else is counted. */
  putToSleep(): void {
    const silent = this.forgetSilent([...this.byKey.values()], Math.ceil(this.byKey.size * SHARE_TO_SLEEP));
    for (const identity of silent) if (isBeginner(identity, this.leastRecipients)) this.asleep.add(identity);
    this.asleep.thin();
  }

  /** Drops identities from memory that are silent at `now` (the log's clock): for hours if they are saved, for 45 days if nothing is. */
  forgetIdle(now: number): void {
    const idleMs = this.load ? ASLEEP_MS : IDLE_MS;
    for (const identity of this.byKey.values()) {
      const isSaved = !this.load || !identity.isChanged;
      if (isSaved && now - lastSeen(identity) > idleMs) this.forget(identity);
    }
    this.asleep.forgetIdle(now);
  }

  private wake(key: string): Identity | undefined {
    const saved = this.load?.(key);
    if (saved) this.put(saved);
    return saved;
  }

  private put(identity: Identity): void {
    if (!this.load && this.byKey.size >= this.most) this.makeRoom();
    const before = this.byKey.get(identity.key);
    if (before) this.unlist(before);
    this.byKey.set(identity.key, identity);
    this.list(identity);
  }

  private list(identity: Identity): void {
    const { customer } = namesOf(identity);
    this.asleep.delete(customer, identity.key);
    const those = this.byCustomer.get(customer);
    if (those) those.add(identity);
    else this.byCustomer.set(customer, new Set([identity]));
  }

  private unlist(identity: Identity): void {
    const { customer } = namesOf(identity);
    const those = this.byCustomer.get(customer);
    if (those?.delete(identity) && those.size === 0) this.byCustomer.delete(customer);
  }

  /** Forgets a tenth, passing identities first and then those silent longest. */
  private makeRoom(): void {
    let left = Math.max(1, Math.floor(this.most * SHARE_TO_FORGET));
    const all = [...this.byKey.values()];
    for (const group of [all.filter(isPassing), all.filter((identity) => !isPassing(identity))])
      left -= this.forgetSilent(group, left).length;
  }

  /** Drops at most `most` of a group, those silent longest; returns them. */
  private forgetSilent(group: Identity[], most: number): Identity[] {
    const times = Float64Array.from(group, lastSeen).sort();
    const until = times[Math.min(most, times.length) - 1] ?? Number.NEGATIVE_INFINITY;
    const silent = group.filter((identity) => lastSeen(identity) <= until).slice(0, most);
    for (const identity of silent) this.forget(identity);
    return silent;
  }

  private forget(identity: Identity): void {
    this.byKey.delete(identity.key);
    this.unlist(identity);
    identity.isGone = true;
    if (!this.load) this.touch(identity);
  }
}

/** Until when a saved identity is kept in the database, ms on the log's clock. */
export function keptUntil(identity: Identity): number {
  return lastSeen(identity) + (isPassing(identity) ? PASSING_MS : IDLE_MS);
}

function isPassing({ habit, activity, alarm }: Identity): boolean {
  return alarm === undefined && habit.messages + (activity?.messages ?? 0) < HABITUAL_MESSAGES;
}

function lastSeen({ habit, activity, past }: Identity): number {
  return Math.max(habit.decayedAt, activity?.lastAt ?? 0, past?.lastAt ?? 0);
}
