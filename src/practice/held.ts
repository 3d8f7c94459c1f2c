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

/** How long a decision is news: it is seen though no mail has met it yet. */
const NEWS_MS = 3_600_000;

const STATES: Record<ContainmentAction, CustomerState> = {
  'block-sender': 'blocked',
  'suspend-outbound': 'suspended',
  reroute: 'rerouted',
};
const HELD_STATES = new Set(Object.values(STATES));

/**
 * The counters with what is in force: a customer just acted on is seen as held at once, and first; once nothing is in force any more, what
 * its mail met is history. Whoever spams still does, whatever was decided.
 */
export function asHeld(counters: CustomerCounters[], inForce: InForce[], at: number): CustomerCounters[] {
  const latest = new Map<string, InForce>();
  for (const containment of inForce) {
    const known = latest.get(containment.customer);
    if (!known || known.placedAt <= containment.placedAt) latest.set(containment.customer, containment);
  }
  const heldSince = ({ customer, state }: CustomerCounters) =>
    HELD_STATES.has(state) ? (latest.get(customer)?.placedAt ?? 0) : 0;
  return counters
    .map((counter) => ({ ...counter, state: stateOf(counter.state, latest.get(counter.customer), at) }))
    .sort((a, b) => heldSince(b) - heldSince(a));
}

function stateOf(seen: CustomerState, decided: InForce | undefined, at: number): CustomerState {
  if (HELD_STATES.has(seen)) return decided ? seen : 'normal';
  if (seen === 'spamming' || !decided) return seen;
  return at - decided.placedAt < NEWS_MS ? STATES[decided.action] : seen;
}
