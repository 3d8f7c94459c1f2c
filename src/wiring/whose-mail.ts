// Whose message it is, as the policy server asks: a customer, or nobody.
import type { Attribute } from '../containment/containment.js';
import { type AttributionOptions, buildAttribution, type Identified, UNATTRIBUTED } from '../partners/attribution.js';

/** `declared` leaves out what was learned of client addresses, which is asked last. */
export function whoseMail(customers: readonly Identified[], options: AttributionOptions): Attribute {
  const attribute = buildAttribution({ customers }, options);
  return (submission, only?: 'declared') => {
    const { customer, by } = attribute(submission);
    return customer === UNATTRIBUTED || (only === 'declared' && by === 'hint') ? undefined : customer;
  };
}
