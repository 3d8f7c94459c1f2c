// When a customer was last seen to send spam: what a request to a list's operator has to wait for. Three places tell: what the detection
// found, what a block still refuses, and the counters of each hour.
import type { Tx } from '../db/transaction.js';
import { HOUR_MS, type Summed, type TrafficHours } from '../detection/traffic/traffic-hours.js';
import { compromisesAfter } from './culprits/links.js';
import { receptionOf } from './culprits/suspicion.js';
import { containmentsOf } from './store.js';

/**
 * The weight (nats) from which an hour's unknown users and refusals count as spam: twenty times likelier with spam than without. A customer
 * that sends round the clock reaches it by chance once in many days, and then the gate stays shut some hours longer.
 */
const SIGN = Math.log(20);

interface QuietDeps {
  db: Tx;
  now: () => number;
  /** Opens the counters; undefined while there are none. */
  hours: () => TrafficHours | undefined;
}

/** The last sign of spam of a customer. */
export interface LastSpam {
  /** ms since the epoch, never later than now. */
  at: number;
  /** It was a try that a block refused. */
  wasRefused?: true;
}

/**
 * The last sign of spam of a customer at or after `since` (ms); undefined when there was none. An hour of counters counts to its end, as
 * nobody knows when in it, unless the detection or a block tells: they name the moment. What a suspension refuses is the customer's honest
 * mail, too, and no sign.
 */
export function lastSpam(deps: QuietDeps, customer: string, since: number): LastSpam | undefined {
  const known = [...found(deps, customer, since), ...refusedTries(deps, customer, since)];
  const explained = new Set(known.map(({ at }) => hourOf(at)));
  const signs = [...known, ...counted(deps, customer, since, explained)].filter(({ at }) => at >= since);
  const [latest] = signs.toSorted((a, b) => b.at - a.at);
  return latest && { ...latest, at: Math.min(latest.at, deps.now()) };
}

function found({ db }: QuietDeps, customer: string, since: number): LastSpam[] {
  return compromisesAfter(db, since, [customer]).map(({ lastSeenAt }) => ({ at: lastSeenAt }));
}

/** When blocks of the customer's senders last refused a message, each, whichever incident they are of. */
function refusedTries({ db }: QuietDeps, customer: string, since: number): LastSpam[] {
  return compromisesAfter(db, since, [customer])
    .flatMap(({ id }) => containmentsOf(db, id))
    .filter((row) => row.customer === customer && row.action === 'block-sender')
    .flatMap(({ lastHitAt }) => (lastHitAt === null ? [] : { at: lastHitAt, wasRefused: true as const }));
}

/** The hours that show a sign and whose moment nobody tells. */
function counted(
  { now, hours }: QuietDeps,
  customer: string,
  since: number,
  explained: ReadonlySet<number>,
): LastSpam[] {
  const counters = hours();
  if (!counters) return [];
  try {
    const rows = counters.ofCustomer(customer, hourOf(since), hourOf(now()));
    const signs = rows.filter((row) => !explained.has(row.hour) && isSpam(row));
    return signs.map(({ hour }) => ({ at: (hour + 1) * HOUR_MS - 1 }));
  } finally {
    counters.close();
  }
}

function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS);
}

function isSpam(sums: Summed): boolean {
  return sums.complaints > 0 || receptionOf(sums) >= SIGN;
}
