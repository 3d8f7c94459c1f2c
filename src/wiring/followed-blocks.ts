// Blocks as the customer file is now. A block names mailboxes, and the file may name another customer for a mailbox's domain than it did when
// the block was placed: one who was renamed, split in two or put into the file since. Pure.
import { senderKey } from '../containment/book.js';
import type { Containment } from '../containment/containment.js';
import { domainOf, normaliseAddress } from '../mail/address.js';
import { UNATTRIBUTED } from '../mail/customer.js';
import type { Directory } from '../partners/directory.js';
import type { Owners } from '../partners/owners.js';

/**
 * A function from a containment to what the policy server is to do of it. A block goes on for the customer it was placed on, and follows
 * its senders to the one customer who has all their domains now. Where they are several customers', it follows to none: a machine forges
 * senders of domains that are nobody's, and who comes to us with such a domain later must not find its own mail refused. Mail of a customer
 * that the file does not name any more is nobody's, and so is what is blocked of it; mail that only a domain of two customers tells of is
 * nobody's, too.
 */
export function followsSenders(
  { customers }: Pick<Directory, 'customers'>,
  { ofSenderDomain }: Pick<Owners, 'ofSenderDomain'>,
  isKnown: (customer: string) => boolean,
): (containment: Containment) => Containment {
  let contested: ReadonlySet<string> | undefined;
  const heirOf = (domain: string) => {
    const owner = ofSenderDomain(domain);
    if (owner !== undefined) return owner;
    contested ??= claimedTwice(customers);
    return contested.has(domain) ? UNATTRIBUTED : undefined;
  };
  return (containment) => {
    if (containment.action !== 'block-sender') return containment;
    const customer = isKnown(containment.customer) ? containment.customer : UNATTRIBUTED;
    const owned = containment.senders.map(senderKey).map((key) => [key, heirOf(domainOf(key))] as const);
    const isOnes = new Set(owned.map(([, owner]) => owner)).size === 1;
    const heirs = owned.filter(
      ([, heir]) => heir === UNATTRIBUTED || (isOnes && heir !== undefined && heir !== customer),
    ) as [string, string][];
    return { ...containment, customer, ...(heirs.length > 0 ? { heirs: Object.fromEntries(heirs) } : {}) };
  };
}

/** Domains of several customers. */
function claimedTwice(customers: Directory['customers']): ReadonlySet<string> {
  const owners = new Map<string, string>();
  const twice = new Set<string>();
  for (const { id, domains } of customers) {
    for (const domain of domains.map(normaliseAddress)) {
      if ((owners.get(domain) ?? id) !== id) twice.add(domain);
      owners.set(domain, id);
    }
  }
  return twice;
}
