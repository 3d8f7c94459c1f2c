// To which domains many customers write: the mailbox providers of the world, as this provider's own traffic tells them. A dead
// address there is one among millions; ten in a domain nobody else writes to are one firm that closed. In memory only: a morning's
// traffic tells it again.
import { RecentMap } from './recent-map.js';

/** Customers that make a domain popular. */
const MANY = 6;
const MOST_DOMAINS = 100_000;

export class Popularity {
  private readonly customers = new RecentMap<number, number>(MOST_DOMAINS);

  /** Notes a recipient's domain, by hash, new to a customer or not; reports whether it is popular. */
  note(domain: number, isNewToCustomer: boolean): boolean {
    const known = this.customers.get(domain) ?? 0;
    if (isNewToCustomer && known < MANY) this.customers.set(domain, known + 1);
    return known >= MANY;
  }
}
