// The strip and the decisions: what is in force at a customer, beside what its mail was seen to meet.
import type { ContainmentAction } from '../containment/containment.js';
import type { Context } from '../context.js';
import { containmentsInForce, findIncident } from '../incidents/store.js';
import type { Owners } from '../incidents/targets.js';
import { readPart } from '../slack/read.js';
import type { CustomerCounters, CustomerState } from './internet/relay/counters.js';

/** What the strip needs of a containment in force. */
export interface InForce {
  customer: string;
  action: ContainmentAction;
  /** Practice ms. */
  placedAt: number;
  /** Of a block: mail that it leaves out passes. */
  isPart?: boolean;
}

/** The customer is blocked in part, and the rest of its mail passes. */
type HeldState = CustomerState | 'partly';

export type HeldCounters = Omit<CustomerCounters, 'state'> & { state: HeldState };

/** What is in force now. */
export function inForceNow(deps: Pick<Context, 'db'> & Owners): InForce[] {
  return containmentsInForce(deps.db).map(({ customer, action, placedAt, incidentId }) => {
    const incident = action === 'block-sender' ? findIncident(deps.db, incidentId) : undefined;
    return { customer, action, placedAt, isPart: incident !== undefined && readPart(deps, incident) !== undefined };
  });
}

const STATES: Record<ContainmentAction, CustomerState> = {
  'block-sender': 'blocked',
  'suspend-outbound': 'suspended',
  reroute: 'rerouted',
};
const HELD_STATES = new Set<HeldState>([...Object.values(STATES), 'partly']);

/**
 * The counters with what is in force: a customer acted on is seen as held at once, first, and as long as that holds, also when no mail
 * meets it any more; once nothing is in force, what its mail met is history. Whoever spams still does, whatever was decided.
 */
export function asHeld(counters: CustomerCounters[], inForce: InForce[]): HeldCounters[] {
  const latest = new Map<string, InForce>();
  for (const containment of inForce) {
    const known = latest.get(containment.customer);
    if (!known || known.placedAt <= containment.placedAt) latest.set(containment.customer, containment);
  }
  const heldSince = ({ customer, state }: HeldCounters) =>
    HELD_STATES.has(state) ? (latest.get(customer)?.placedAt ?? 0) : 0;
  return counters
    .map((counter) => ({ ...counter, state: stateOf(counter.state, latest.get(counter.customer)) }))
    .sort((a, b) => heldSince(b) - heldSince(a));
}

function stateOf(seen: CustomerState, decided: InForce | undefined): HeldState {
  if (seen === 'spamming') return seen;
  if (decided?.isPart) return 'partly';
  if (HELD_STATES.has(seen)) return decided ? seen : 'normal';
  return decided ? STATES[decided.action] : seen;
}
