// What the relay did with each customer's mail since the practice began: the live strip on the page.
import { CUSTOMERS } from '../people.js';

/** Recipients, not messages: a message to five of whom one is refused counts four and one. */
export interface CustomerCounters {
  customer: string;
  name: string;
  accepted: number;
  /** Refused by the policy server's word. */
  refused: number;
  bounced: number;
  /** Accepted and sent over another MTA. */
  rerouted: number;
  /** `spamming`: spam got through of late; `held`: mail was refused of late and no spam got through since. */
  state: 'quiet' | 'spamming' | 'held';
}

export type CounterName = 'accepted' | 'refused' | 'bounced' | 'rerouted';

export interface CounterBook {
  count(customer: string, what: CounterName, recipients: number): void;
  noteSpam(customer: string, at: number): void;
  noteRefusal(customer: string, at: number): void;
  /** In the order of the customer list; states as of `at`. */
  view(at: number): CustomerCounters[];
  /** Back to zero, for when somebody begins to watch. */
  reset(): void;
}

/** How long a customer keeps its badge after the last sign. */
const SPAMMING_MS = 12 * 60_000;
const HELD_MS = 3 * 3_600_000;

interface Signs {
  spamAt: number;
  refusedAt: number;
}

type Row = Record<CounterName, number> & Signs & { id: string; name: string };

/** Makes counters that stand at zero. */
export function createCounters(): CounterBook {
  let rows = zeroRows();
  const set = (customer: string, values: Partial<Signs>) => Object.assign(rows.get(customer) ?? {}, values);
  return {
    count(customer, what, recipients) {
      const row = rows.get(customer);
      if (row) row[what] += recipients;
    },
    noteSpam: (customer, at) => void set(customer, { spamAt: at }),
    noteRefusal: (customer, at) => void set(customer, { refusedAt: at }),
    view: (at) =>
      [...rows.values()].map(({ id: customer, name, accepted, refused, bounced, rerouted, ...signs }) => {
        return { customer, name, accepted, refused, bounced, rerouted, state: stateOf(signs, at) };
      }),
    reset() {
      rows = zeroRows();
    },
  };
}

function zeroRows(): Map<string, Row> {
  const zero = { accepted: 0, refused: 0, bounced: 0, rerouted: 0, spamAt: -Infinity, refusedAt: -Infinity };
  return new Map(CUSTOMERS.map(({ id, name }) => [id, { id, name, ...zero }]));
}

function stateOf({ spamAt, refusedAt }: Signs, at: number): CustomerCounters['state'] {
  if (at - spamAt < SPAMMING_MS && spamAt >= refusedAt) return 'spamming';
  if (at - refusedAt < HELD_MS) return 'held';
  return at - spamAt < SPAMMING_MS ? 'spamming' : 'quiet';
}
