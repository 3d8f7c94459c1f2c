// Everybody who is judged, by key. Bounded: senders are invented by the million, and a table full of them must not push out the people
// known for years. Who was silent for 45 days is forgotten, and when the table is full those go first who were only passing.
import { type EntryPoint, type Identity, newIdentity } from './identity.js';

/** Three half-lives of a habit: what is left says little more than nothing. */
export const IDLE_MS = 45 * 24 * 3_600_000;
/** Some 1.2 KB each. A provider with 1,000 customers has about 50,000 senders and logins. */
const MOST = 200_000;
/** Who sent fewer messages than this was only passing. */
const HABITUAL_MESSAGES = 5;
const SHARE_TO_FORGET = 0.1;

/** Holds state; `dirty` are the keys changed or forgotten since it was last cleared. */
export class Identities {
  readonly dirty = new Set<string>();
  private readonly byKey = new Map<string, Identity>();

  constructor(private readonly most = MOST) {}

  get size(): number {
    return this.byKey.size;
  }

  get(key: string): Identity | undefined {
    return this.byKey.get(key);
  }

  /** The identity with this key, made when it is new; counted as changed. */
  of(key: string, scope: Identity['scope'], entry: EntryPoint, at: number, isDeclaredBulk = false): Identity {
    this.dirty.add(key);
    const known = this.byKey.get(key);
    if (known) return known;
    if (this.byKey.size >= this.most) this.makeRoom();
    const identity = newIdentity(key, scope, entry, at, isDeclaredBulk);
    this.byKey.set(key, identity);
    return identity;
  }

  /** Puts a saved identity back; what is beyond the limit goes at once. */
  restore(identity: Identity): void {
    this.byKey.set(identity.key, identity);
    if (this.byKey.size > this.most) this.makeRoom();
  }

  /** Forgets everybody silent for 45 days before `now`, on the log's clock. */
  forgetIdle(now: number): void {
    for (const identity of this.byKey.values()) if (now - lastSeen(identity) > IDLE_MS) this.forget(identity);
  }

  /** A tenth at a time, so that a full table is not sorted for every newcomer. */
  private makeRoom(): void {
    let left = Math.max(1, Math.floor(this.most * SHARE_TO_FORGET));
    const all = [...this.byKey.values()];
    for (const group of [all.filter(isPassing), all.filter((identity) => !isPassing(identity))]) {
      if (left <= 0) return;
      const times = Float64Array.from(group, lastSeen).sort();
      const until = times[Math.min(left, times.length) - 1] ?? Number.NEGATIVE_INFINITY;
      const idleFirst = group.filter((identity) => lastSeen(identity) <= until).slice(0, left);
      for (const identity of idleFirst) this.forget(identity);
      left -= idleFirst.length;
    }
  }

  private forget({ key }: Identity): void {
    this.byKey.delete(key);
    this.dirty.add(key);
  }
}

function isPassing({ habit, activity, alarm }: Identity): boolean {
  return alarm === undefined && habit.messages + (activity?.messages ?? 0) < HABITUAL_MESSAGES;
}

function lastSeen({ habit, activity }: Identity): number {
  return Math.max(habit.decayedAt, activity?.lastAt ?? 0);
}
