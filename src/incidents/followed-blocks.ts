// Blocks as the customer file is now. A block names mailboxes, and the file may name another customer for a mailbox's domain than it did when
// the block was placed: one who was renamed, split in two or put into the file since. Pure.
import { senderKey } from '../containment/book.js';
import type { Containment } from '../containment/containment.js';
import { addressKey, domainOf } from '../mail/address.js';
import { UNATTRIBUTED } from '../mail/customer.js';
import { sharedNames } from '../partners/claims.js';
import type { Directory } from '../partners/directory.js';
import type { Owners } from '../partners/owners.js';
import type { SenderOfOther } from './senders-of-others.js';

export interface FollowedBlocks {
  /** What the policy server is to do of a containment. */
  asKnown(containment: Containment): Containment;
  /**
   * Senders of a block that are another customer's by now and were not the customer's own: mail of theirs is not held. Where nobody knows
   * whose they were, those of a domain that several customers claim, too.
   */
  ofOthers(containment: Containment): SenderOfOther[];
}

/**
 * A block goes on for the customer it was placed on, and follows each sender that was this customer's own to whoever has its domain now: it
 * is the same mailbox. A sender that was nobody's follows to none. A machine forges such senders, and who comes to us with their domain
 * later must not find honest mail refused. Mail of a customer that the file does not name any more is nobody's, and so is what is blocked
 * of it; mail that only a domain of two customers tells of is nobody's, too.
 */
export function followBlocks(
  { customers }: Pick<Directory, 'customers'>,
  { ofSenderDomain }: Pick<Owners, 'ofSenderDomain'>,
  isKnown: (customer: string) => boolean,
): FollowedBlocks {
  let contested: ReadonlyMap<string, unknown> | undefined;
  const ownerOf = (sender: string) => {
    const domain = addressKey(domainOf(sender));
    const owner = ofSenderDomain(domain);
    if (owner !== undefined) return owner;
    contested ??= sharedNames(customers, ({ domains }) => domains);
    return contested.has(domain) ? UNATTRIBUTED : undefined;
  };
  const customerOf = ({ customer }: Containment) => (isKnown(customer) ? customer : UNATTRIBUTED);
  return {
    asKnown(containment) {
      if (containment.action !== 'block-sender') return containment;
      const customer = customerOf(containment);
      const heirs: Record<string, string> = {};
      for (const key of (containment.ownSenders ?? []).map(senderKey)) {
        const owner = ownerOf(key);
        if (owner !== undefined && owner !== customer) heirs[key] = owner;
      }
      return { ...containment, customer, ...(Object.keys(heirs).length > 0 ? { heirs } : {}) };
    },
    ofOthers(containment) {
      if (containment.action !== 'block-sender') return [];
      const customer = customerOf(containment);
      const own = containment.ownSenders && new Set(containment.ownSenders.map(senderKey));
      return containment.senders.flatMap((sender) => {
        const owner = ownerOf(senderKey(sender));
        if (owner === undefined || owner === customer || own?.has(senderKey(sender))) return [];
        return owner !== UNATTRIBUTED || own === undefined ? [{ sender, owner }] : [];
      });
    },
  };
}
