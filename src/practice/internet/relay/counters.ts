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
  state: CustomerState;
}

/** How a customer fares, judged from its mail and what the policy server says to it alone; `listed` when Microsoft refuses its mail. */
export type CustomerState = 'normal' | 'spamming' | 'blocked' | 'suspended' | 'rerouted' | 'listed';

type CounterName = 'accepted' | 'refused' | 'bounced' | 'rerouted';

/** When something was last seen of a customer, practice ms. */
export type Sign = 'spamAccepted' | 'mailAccepted' | 'blocked' | 'suspended' | 'rerouted' | 'refusedByMicrosoft';

export interface CounterBook {
  count(customer: string, what: CounterName, recipients: number): void;
  note(customer: string, sign: Sign, at: number): void;
  /** In the order of the customer list; states as of `at`. */
  view(at: number): CustomerCounters[];
  /** Back to zero, for when somebody begins to watch. */
  reset(): void;
}

/** How long a sign holds. Spam shows at once that it has stopped; a block stays visible after the spammer has gone. */
const SPAM_MS = 12 * 60_000;
const HELD_MS = 3 * 3_600_000;

interface Row {
  customer: string;
  name: string;
  counts: Record<CounterName, number>;
  signs: Partial<Record<Sign, number>>;
}

/** Makes counters that stand at zero. */
export function createCounters(): CounterBook {
  let rows = zeroRows();
  return {
    count(customer, what, recipients) {
      const row = rows.get(customer);
      if (row) row.counts[what] += recipients;
    },
    note(customer, sign, at) {
      const row = rows.get(customer);
      if (row) row.signs[sign] = Math.max(at, row.signs[sign] ?? at);
    },
    view: (at) =>
      [...rows.values()].map(({ customer, name, counts, signs }) => {
        return { customer, name, ...counts, state: stateOf(signs, at) };
      }),
    reset() {
      rows = zeroRows();
    },
  };
}

function zeroRows(): Map<string, Row> {
  const zero = () => ({ accepted: 0, refused: 0, bounced: 0, rerouted: 0 });
  return new Map(CUSTOMERS.map(({ id, name }) => [id, { customer: id, name, counts: zero(), signs: {} }]));
}

function stateOf(signs: Row['signs'], at: number): CustomerState {
  const last = (sign: Sign) => signs[sign] ?? Number.NEGATIVE_INFINITY;
  const isFresh = (sign: Sign, holdsMs: number) => at - last(sign) < holdsMs;
  const lastRefused = Math.max(last('blocked'), last('suspended'));
  if (isFresh('spamAccepted', SPAM_MS) && last('spamAccepted') > lastRefused) return 'spamming';
  if (isFresh('suspended', HELD_MS) && last('suspended') > last('mailAccepted')) return 'suspended';
  if (isFresh('blocked', HELD_MS)) return 'blocked';
  if (isFresh('rerouted', HELD_MS)) return 'rerouted';
  return isFresh('refusedByMicrosoft', HELD_MS) ? 'listed' : 'normal';
}
