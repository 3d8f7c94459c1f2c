// What the strip says of a customer whom somebody has just acted on.
import { expect, it } from 'vitest';
import { contain } from '../../src/incidents/contain.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { asHeld, type HeldCounters, type InForce, inForceNow } from '../../src/practice/held.js';
import {
  type CustomerCounters,
  type CustomerState,
  createCounters,
} from '../../src/practice/internet/relay/counters.js';
import { ANN, incidentDeps, stolenMailbox } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const HOUR_MS = 3_600_000;
const counter = (customer: string, state: CustomerState): CustomerCounters => {
  return { customer, name: customer, accepted: 1, refused: 0, bounced: 0, rerouted: 0, state };
};
const block = (customer: string, placedAt: number) => ({ customer, action: 'block-sender' as const, placedAt });
const states = (counters: HeldCounters[]) => counters.map(({ customer, state }) => `${customer} ${state}`);

it('shows a decision at once, also of a customer whose mail is refused elsewhere, and the newest first', () => {
  const seen = [counter('quiet', 'normal'), counter('old', 'blocked'), counter('new', 'listed')];
  expect(states(asHeld(seen, [block('old', HOUR_MS), block('new', 2 * HOUR_MS)]))).toEqual([
    'new blocked',
    'old blocked',
    'quiet normal',
  ]);
});

it('says blocked as long as a sender of the customer is, also when no mail has met that for hours', () => {
  const counters = createCounters();
  const [{ customer } = counter('', 'normal')] = counters.view(0);
  counters.note(customer, 'blocked', 0);
  const of = (at: number, inForce: InForce[]) =>
    asHeld(counters.view(at), inForce).find((each) => each.customer === customer)?.state;

  expect(of(100 * HOUR_MS, [block(customer, 0)])).toBe('blocked');
  expect(of(100 * HOUR_MS, [])).toBe('normal');
  expect(states(asHeld([counter('a', 'listed')], [block('a', 0)]))).toEqual(['a blocked']);
});

it('calls one who spams a spammer, whatever was decided, and puts none before another for it', () => {
  const seen = [counter('free', 'spamming'), counter('decided', 'spamming')];
  expect(states(asHeld(seen, [block('decided', HOUR_MS)]))).toEqual(['free spamming', 'decided spamming']);
});

it('takes what mail met for history once nothing is in force', () => {
  expect(states(asHeld([counter('a', 'suspended'), counter('b', 'listed')], []))).toEqual(['a normal', 'b listed']);
});

it.each([
  ['suspend-outbound', 'suspended'],
  ['reroute', 'rerouted'],
] as const)('names %s %s', (action, state) => {
  const decided = { customer: 'a', action, placedAt: 0 };
  expect(states(asHeld([counter('a', 'normal')], [block('a', 0), decided]))).toEqual([`a ${state}`]);
});

it('says that a customer is blocked in part while senders are left out, and blocked when none is', () => {
  const of = (senders: string[]) => {
    const deps = incidentDeps(freshDb());
    const machine = stolenMailbox({ kind: 'multiple', senders, senderCount: senders.length, logins: [] });
    const { incident } = openFromFinding(deps, machine);
    contain(deps, { incidentId: incident.id, actor: ANN, action: 'block-sender' });
    return (['normal', 'blocked', 'spamming'] as const).flatMap((seen) =>
      states(asHeld([counter('acme', seen)], inForceNow(deps))),
    );
  };

  expect(of(['a@acme.example', 'x@bolt.example'])).toEqual(['acme partly', 'acme partly', 'acme spamming']);
  expect(of(['a@acme.example', 'b@acme.example'])).toEqual(['acme blocked', 'acme blocked', 'acme spamming']);
});
