// The strip and the decisions: what is in force at a customer, beside what its mail was seen to meet.
import type { ContainmentAction } from '../containment/containment.js';
import type { CustomerCounters, CustomerState } from './internet/relay/counters.js';

/** What the strip needs of a containment in force. */
export interface InForce {
  customer: string;
  action: ContainmentAction;
  /** Practice ms. */
  placedAt: number;
}

const STATES: Record<ContainmentAction, CustomerState> = {
  'block-sender': 'blocked',
  'suspend-outbound': 'suspended',
  reroute: 'rerouted',
};
const HELD_STATES = new Set(Object.values(STATES));

/**
 * The counters with what is in force: a customer acted on is seen as held at once, first, and as long as that holds, also when no mail
 * meets it any more; once nothing is in force, what its mail met is history. Whoever spams still does, whatever was decided.
 */
export function asHeld(counters: CustomerCounters[], inForce: InForce[]): CustomerCounters[] {
  const latest = new Map<string, InForce>();
  for (const containment of inForce) {
    const known = latest.get(containment.customer);
    if (!known || known.placedAt <= containment.placedAt) latest.set(containment.customer, containment);
  }
  const heldSince = ({ customer, state }: CustomerCounters) =>
    HELD_STATES.has(state) ? (latest.get(customer)?.placedAt ?? 0) : 0;
  return counters
    .map((counter) => ({ ...counter, state: stateOf(counter.state, latest.get(counter.customer)) }))
    .sort((a, b) => heldSince(b) - heldSince(a));
}

function stateOf(seen: CustomerState, decided: InForce | undefined): CustomerState {
  if (seen === 'spamming') return seen;
  if (HELD_STATES.has(seen)) return decided ? seen : 'normal';
  return decided ? STATES[decided.action] : seen;
}
