// Who was put to sleep when it had just begun to send (beginners.ts): the alarm of a colleague must find it all the same. Kept as it went
// to sleep, because a database that is asked for each of them would make one alarm take seconds. As long as a customer has at most 200,
// and all customers at most 10,000, nothing is found otherwise than if nobody slept. Beyond that those with most signs of spam are kept;
// the others are not named with a colleague, and are judged by themselves when they send again.
import { assessBeginner, type Beginner } from '../beginners.js';
import { hasEnded, namesOf } from './identity.js';

/** Of one customer: as many senders as a finding names. */
const MOST_OF_CUSTOMER = 200;
/** In all, some 2.4 KB each. */
const MOST = 10_000;

/** Holds them by customer and key, until they are woken, or their spell is over. */
export class BeginnersAsleep {
  private readonly byCustomer = new Map<string, Map<string, Beginner>>();

  add(beginner: Beginner): void {
    const { customer } = namesOf(beginner);
    const those = this.byCustomer.get(customer);
    if (those) those.set(beginner.key, beginner);
    else this.byCustomer.set(customer, new Map([[beginner.key, beginner]]));
  }

  delete(customer: string, key: string): void {
    const those = this.byCustomer.get(customer);
    if (those?.delete(key) && those.size === 0) this.byCustomer.delete(customer);
  }

  /** Those of a customer. */
  of(customer: string): Iterable<Beginner> {
    return this.byCustomer.get(customer)?.values() ?? [];
  }

  forgetIdle(now: number): void {
    for (const [customer, those] of this.byCustomer)
      for (const [key, { activity }] of those)
        if (hasEnded(activity.lastAt, activity.since, now)) this.delete(customer, key);
  }

  /** Drops what is beyond the bounds; every customer has fewer when all together have too many. */
  thin(): void {
    let size = 0;
    for (let most = MOST_OF_CUSTOMER; most === MOST_OF_CUSTOMER || size > MOST; most = Math.floor(most / 2)) {
      size = 0;
      for (const [customer, those] of this.byCustomer) {
        for (const key of leastSuspicious(those, those.size - most)) this.delete(customer, key);
        size += those.size;
      }
    }
  }
}

/** Keys of those with the fewest signs of spam, measured by their own habit: that of their customer is the same for all. */
function leastSuspicious(those: Map<string, Beginner>, count: number): string[] {
  if (count <= 0) return [];
  const signs = Array.from(those.values(), (one) => ({
    key: one.key,
    nats: assessBeginner(one, one.habit).beyondReach,
  }));
  return signs
    .sort((a, b) => a.nats - b.nats)
    .slice(0, count)
    .map(({ key }) => key);
}
