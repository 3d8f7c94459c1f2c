// At which hours somebody writes: messages by hour of the day (UTC), weekends apart. Sparse, saved as JSON. Pure.

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** Messages by slot: 0–23 on working days, 24–47 at weekends. */
export type Clock = Record<number, number>;

export function slotOf(at: number): number {
  const hour = Math.floor(at / HOUR_MS);
  // 1970-01-01 was a Thursday.
  const weekday = (Math.floor(hour / HOURS) + 4) % 7;
  const isWeekend = weekday === 0 || weekday === 6;
  return (((hour % HOURS) + HOURS) % HOURS) + (isWeekend ? HOURS : 0);
}

interface Known {
  clock: Clock;
  messages: number;
}

/** People write at any hour now and then: one message in thirty. */
const ANY_HOUR = 0.03;
/** What is known of the customer is worth so many messages of the sender's own. */
const CUSTOMER_MESSAGES = 15;

/** The share of somebody's mail that falls into a slot, as its own past and its customer's tell. Above 0. */
export function clockShare(slot: number, own: Known, customer: Known): number {
  const byCustomer = (around(slot, customer.clock) + 1) / (customer.messages + HOURS);
  const share = (around(slot, own.clock) + CUSTOMER_MESSAGES * byCustomer) / (own.messages + CUSTOMER_MESSAGES);
  return (1 - ANY_HOUR) * share + ANY_HOUR / HOURS;
}

/** Messages in a slot, smoothed over its neighbours: nobody's hours begin at the full hour. */
function around(slot: number, clock: Clock): number {
  const base = slot >= HOURS ? HOURS : 0;
  const hour = slot - base;
  const before = clock[base + ((hour + HOURS - 1) % HOURS)] ?? 0;
  const after = clock[base + ((hour + 1) % HOURS)] ?? 0;
  return 0.5 * (clock[slot] ?? 0) + 0.25 * (before + after);
}
