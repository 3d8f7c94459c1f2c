// Which identities were put to sleep when they had just begun to send (beginners.ts): the alarm of a colleague must find them all the same.
import { hasEnded, type Identity, namesOf } from './identity.js';

/** Holds their keys by customer, each with the time of its last mail, ms; until they are woken, or their spell is over. */
export class Beginners {
  private readonly byCustomer = new Map<string, Map<string, number>>();

  add(identity: Identity, lastAt: number): void {
    const { customer } = namesOf(identity);
    const those = this.byCustomer.get(customer);
    if (those) those.set(identity.key, lastAt);
    else this.byCustomer.set(customer, new Map([[identity.key, lastAt]]));
  }

  delete(customer: string, key: string): void {
    const those = this.byCustomer.get(customer);
    if (those?.delete(key) && those.size === 0) this.byCustomer.delete(customer);
  }

  /** Keys of those of a customer. */
  of(customer: string): Iterable<string> {
    return this.byCustomer.get(customer)?.keys() ?? [];
  }

  forgetIdle(now: number): void {
    for (const [customer, those] of this.byCustomer)
      for (const [key, lastAt] of those) if (hasEnded(lastAt, lastAt, now)) this.delete(customer, key);
  }
}
