// The habit of each customer, over all its entry points: it stands in for that of an identity that is new. In memory only while the
// customer sends, where habits are saved.
import type { Activity } from './activity.js';
import { fold, type Habit, newHabit } from './habit.js';
import type { Route } from './routes.js';
import { habitOf, type SavedHabit } from './saved-identity.js';

/** Silence after which a saved habit is dropped from memory. */
const ASLEEP_MS = 7 * 3_600_000;
const PREFIX = 'customer|';

export interface CustomerHabit {
  readonly key: string;
  habit: Habit;
  /** Time of the customer's last event, ms. */
  lastAt: number;
  /** Has changes that are not saved yet. */
  isChanged: boolean;
  /** Was dropped from memory: whoever still holds this object must look it up again. */
  isGone: boolean;
}

export class CustomerHabits {
  private readonly byCustomer = new Map<string, CustomerHabit>();
  private changed: CustomerHabit[] = [];

  constructor(private readonly load?: (key: string) => SavedHabit | undefined) {}

  /** How many are in memory. */
  get size(): number {
    return this.byCustomer.size;
  }

  /** A customer's habit, loaded or made if need be; notes that it sends at `at`. */
  of(customer: string, at: number): CustomerHabit {
    let known = this.byCustomer.get(customer);
    if (!known) {
      const key = PREFIX + customer;
      const saved = this.load?.(key);
      known = { key, habit: saved ? habitOf(saved, at) : newHabit(at), lastAt: at, isChanged: false, isGone: false };
      this.byCustomer.set(customer, known);
      if (!saved) this.touch(known);
    }
    if (at > known.lastAt) known.lastAt = at;
    return known;
  }

  /** The same for the customer of a message; kept with its route. */
  behind(route: Route, at: number): CustomerHabit {
    const { customer } = route;
    if (customer && !customer.isGone && at <= customer.lastAt) return customer;
    route.customer = this.of(route.owner.customer, at);
    return route.customer;
  }

  /** A customer's habit for a look, if there is one; what is loaded is not kept in memory. */
  peek(customer: string): Habit | undefined {
    const known = this.byCustomer.get(customer)?.habit;
    const saved = known ? undefined : this.load?.(PREFIX + customer);
    return known ?? (saved && habitOf(saved, 0));
  }

  /** Learns an ordinary spell of one of the customer's entry points. */
  fold(customer: CustomerHabit, activity: Activity): void {
    fold(customer.habit, activity);
    this.touch(customer);
  }

  /** Drops from memory the saved habits of customers that are silent at `now`. */
  forgetIdle(now: number): void {
    if (!this.load) return;
    for (const [customer, known] of this.byCustomer) {
      if (known.isChanged || now - known.lastAt <= ASLEEP_MS) continue;
      this.forget(customer, known);
    }
  }

  /** Drops from memory the habits of customers of whom nobody is awake. All must be saved. */
  putToSleep(isAwake: (customer: string) => boolean): void {
    for (const [customer, known] of this.byCustomer) if (!isAwake(customer)) this.forget(customer, known);
  }

  takeChanges(): [string, Habit][] {
    const rows = this.changed.map((each): [string, Habit] => {
      each.isChanged = false;
      return [each.key, each.habit];
    });
    this.changed = [];
    return rows;
  }

  restore(key: string, saved: SavedHabit): void {
    const habit = habitOf(saved, 0);
    this.byCustomer.set(key.slice(PREFIX.length), {
      key,
      habit,
      lastAt: habit.decayedAt,
      isChanged: false,
      isGone: false,
    });
  }

  private forget(customer: string, known: CustomerHabit): void {
    this.byCustomer.delete(customer);
    known.isGone = true;
  }

  private touch(customer: CustomerHabit): void {
    if (customer.isChanged) return;
    customer.isChanged = true;
    this.changed.push(customer);
  }
}
