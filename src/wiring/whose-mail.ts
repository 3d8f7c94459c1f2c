// Whose message it is, as the policy server asks: a customer, or nobody.

import type { Attribute } from '../containment/containment.js';
import { UNATTRIBUTED } from '../mail/customer.js';
import { type AttributionOptions, attributionBy } from '../partners/attribution.js';
import type { Owners } from '../partners/owners.js';

/** `declared` leaves out what was learned of client addresses, which is asked last. */
export function whoseMail(owners: Owners, options: AttributionOptions = {}): Attribute {
  const attribute = attributionBy(owners, options);
  return (submission, only?: 'declared') => {
    const { customer, by } = attribute(submission);
    return customer === UNATTRIBUTED || (only === 'declared' && by === 'hint') ? undefined : customer;
  };
}
