// Which recipient domains many customers write to: the large mailbox providers, as this relay provider's own traffic shows them. An unknown
// user there is one address among millions; ten unknown users in a domain that one customer alone writes to are one firm that closed. In
// memory only: a morning's traffic shows it again.
import { RecentMap } from '../structures/recent-map.js';

/** From so many customers on that write to it, a domain is popular. */
const MANY = 6;
const MOST_DOMAINS = 100_000;

export class Popularity {
  private readonly customers = new RecentMap<number, number>(MOST_DOMAINS);

  /** Notes a recipient domain (its hash) that a customer writes to, for the first time or again; reports whether it is popular. */
  note(domain: number, isNewToCustomer: boolean): boolean {
    const known = this.customers.get(domain) ?? 0;
    if (isNewToCustomer && known < MANY) this.customers.set(domain, known + 1);
    return known >= MANY;
  }
}
