// Everybody who is judged, by key. Only who is busy is in memory; the others are in the state that was saved and come back when they
// send again, so that a million mailboxes cost no more than those awake. Without saved state (a replay) everybody stays, and when the
// table is full those go first who were only passing: senders are invented by the million, and must not push out people known for years.
import { type EntryPoint, type Identity, namesOf, newIdentity } from './identity.js';

/** Three half-lives of a habit: what is left says little more than nothing. */
export const IDLE_MS = 45 * 24 * 3_600_000;
/** Who was only passing is not waited for as long: senders that a machine invents fill the table. */
const PASSING_MS = 3 * 24 * 3_600_000;
/** Longer than any activity: who is silent for this long has nothing running. */
const ASLEEP_MS = 7 * 3_600_000;
/** Some 1.2 KB each. */
const MOST = 200_000;
/** Who sent fewer messages than this was only passing. */
const HABITUAL_MESSAGES = 5;
const SHARE_TO_FORGET = 0.1;

export interface IdentitiesOptions {
  most?: number | undefined;
  /** What was saved under a key. */
  load?: ((key: string) => Identity | undefined) | undefined;
}

/** Holds state. */
export class Identities {
  private readonly byKey = new Map<string, Identity>();
  /** The same by customer: all of a customer's are asked for with every alarm. */
  private readonly byCustomer = new Map<string, Set<Identity>>();
  private changed: Identity[] = [];
  private readonly most: number;
  /** Room is made when the table holds this many. */
  private fullAt: number;
  private readonly load: IdentitiesOptions['load'];

  constructor({ most, load }: IdentitiesOptions = {}) {
    this.most = most ?? MOST;
    this.fullAt = this.most;
    this.load = load;
  }

  /** Of those in memory. */
  get size(): number {
    return this.byKey.size;
  }

  get(key: string): Identity | undefined {
    return this.byKey.get(key) ?? this.wake(key);
  }

  /** The same, without keeping it in memory. */
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

  /** Says that it has changed and is to be saved. */
  touch(identity: Identity): void {
    if (identity.isChanged) return;
    identity.isChanged = true;
    this.changed.push(identity);
  }

  /** Those in memory, in the order in which they came. */
  values(): Iterable<Identity> {
    return this.byKey.values();
  }

  /** A customer's in memory, in the order in which they came. */
  ofCustomer(customer: string): Iterable<Identity> {
    return this.byCustomer.get(customer) ?? [];
  }

  /** Rows to save by key; undefined for those to delete. */
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

  /** Puts a saved identity back; what is beyond the limit goes at once. */
  restore(identity: Identity): void {
    this.put(identity);
  }

  /** Lets go of those who are asleep at `now`, on the log's clock; where nothing is saved, of those silent for 45 days. */
  forgetIdle(now: number): void {
    const idleMs = this.load ? ASLEEP_MS : IDLE_MS;
    for (const identity of this.byKey.values()) {
      const isSaved = !this.load || !identity.isChanged;
      if (isSaved && now - lastSeen(identity) > idleMs) this.forget(identity);
    }
  }

  private wake(key: string): Identity | undefined {
    const saved = this.load?.(key);
    if (saved) this.put(saved);
    return saved;
  }

  private put(identity: Identity): void {
    if (this.byKey.size >= this.fullAt) this.makeRoom();
    const before = this.byKey.get(identity.key);
    if (before) this.unlist(before);
    this.byKey.set(identity.key, identity);
    this.list(identity);
  }

  private list(identity: Identity): void {
    const { customer } = namesOf(identity);
    const those = this.byCustomer.get(customer);
    if (those) those.add(identity);
    else this.byCustomer.set(customer, new Set([identity]));
  }

  private unlist(identity: Identity): void {
    const { customer } = namesOf(identity);
    const those = this.byCustomer.get(customer);
    if (those?.delete(identity) && those.size === 0) this.byCustomer.delete(customer);
  }

  /** A tenth at a time, so that a full table is not sorted for every newcomer. */
  private makeRoom(): void {
    let left = Math.max(1, Math.floor(this.most * SHARE_TO_FORGET));
    // What is to be saved must wait for it; the next commit is a second away.
    const all = [...this.byKey.values()].filter((identity) => !this.load || !identity.isChanged);
    for (const group of [all.filter(isPassing), all.filter((identity) => !isPassing(identity))]) {
      if (left <= 0) break;
      const times = Float64Array.from(group, lastSeen).sort();
      const until = times[Math.min(left, times.length) - 1] ?? Number.NEGATIVE_INFINITY;
      const idleFirst = group.filter((identity) => lastSeen(identity) <= until).slice(0, left);
      for (const identity of idleFirst) this.forget(identity);
      left -= idleFirst.length;
    }
    this.fullAt = Math.max(this.most, this.byKey.size + this.most * SHARE_TO_FORGET);
  }

  private forget(identity: Identity): void {
    this.byKey.delete(identity.key);
    this.unlist(identity);
    identity.isGone = true;
    if (!this.load) this.touch(identity);
  }
}

/** Until when a saved identity is kept; ms. */
export function keptUntil(identity: Identity): number {
  return lastSeen(identity) + (isPassing(identity) ? PASSING_MS : IDLE_MS);
}

function isPassing({ habit, activity, alarm }: Identity): boolean {
  return alarm === undefined && habit.messages + (activity?.messages ?? 0) < HABITUAL_MESSAGES;
}

function lastSeen({ habit, activity }: Identity): number {
  return Math.max(habit.decayedAt, activity?.lastAt ?? 0);
}
