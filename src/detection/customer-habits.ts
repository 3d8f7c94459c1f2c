// What all mail of a customer usually looks like: it stands in for an identity that is new. In memory while the customer sends.
import type { Activity } from './activity.js';
import { fold, type Habit, newHabit } from './habit.js';
import type { Route } from './routes.js';
import { habitOf, type SavedHabit } from './saved-identity.js';

const ASLEEP_MS = 7 * 3_600_000;
const PREFIX = 'customer|';

export interface CustomerHabit {
  readonly key: string;
  habit: Habit;
  lastAt: number;
  isChanged: boolean;
  /** No longer in memory, so that who holds on to it must ask again. */
  isGone: boolean;
}

/** Holds state. */
export class CustomerHabits {
  private readonly byCustomer = new Map<string, CustomerHabit>();
  private changed: CustomerHabit[] = [];

  constructor(private readonly load?: (key: string) => SavedHabit | undefined) {}

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

  /** That of the customer a message is of; kept with its route. */
  behind(route: Route, at: number): CustomerHabit {
    const { customer } = route;
    if (customer && !customer.isGone && at <= customer.lastAt) return customer;
    route.customer = this.of(route.owner.customer, at);
    return route.customer;
  }

  /** A customer's habit, if there is one; nothing is kept in memory for it. */
  peek(customer: string): Habit | undefined {
    const known = this.byCustomer.get(customer)?.habit;
    const saved = known ? undefined : this.load?.(PREFIX + customer);
    return known ?? (saved && habitOf(saved, 0));
  }

  fold(customer: CustomerHabit, activity: Activity): void {
    fold(customer.habit, activity);
    this.touch(customer);
  }

  /** Lets go of customers asleep at `now` whose habit is saved. */
  forgetIdle(now: number): void {
    if (!this.load) return;
    for (const [customer, known] of this.byCustomer) {
      if (known.isChanged || now - known.lastAt <= ASLEEP_MS) continue;
      this.byCustomer.delete(customer);
      known.isGone = true;
    }
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

  private touch(customer: CustomerHabit): void {
    if (customer.isChanged) return;
    customer.isChanged = true;
    this.changed.push(customer);
  }
}
