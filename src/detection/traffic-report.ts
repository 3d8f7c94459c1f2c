// Totals from the traffic database, for the digest and for health. Opens the file beside the worker, to read only.
import { and, gte, inArray, lt, sql } from 'drizzle-orm';
import { openTrafficDbReadOnly } from '../db/open-traffic.js';
import { counters } from '../db/traffic-schema.js';

const HOUR_MS = 3_600_000;

export interface Totals {
  messages: number;
  recipients: number;
  sent: number;
  deferred: number;
  bounced: number;
  /** Recipients refused at the door. */
  refused: number;
}
export interface CustomerTotals extends Totals {
  customer: string;
}
export interface RelayTotals extends Totals {
  relay: string;
}

/** Times in ms. Counters are per hour: an hour belongs to the period it begins in. */
export interface Period {
  from: number;
  to: number;
}

/** Totals of each customer with mail in the period; empty when the worker never ran. */
export function volumes(trafficDb: string, period: Period): CustomerTotals[] {
  return read(trafficDb, (db) =>
    db
      .select({ customer: counters.customer, ...totals })
      .from(counters)
      .where(within(period))
      .groupBy(counters.customer)
      .all(),
  );
}

/** The same per relay. */
export function volumesByRelay(trafficDb: string, period: Period): RelayTotals[] {
  return read(trafficDb, (db) =>
    db
      .select({ relay: counters.relay, ...totals })
      .from(counters)
      .where(within(period))
      .groupBy(counters.relay)
      .all(),
  );
}

/** Totals of each customer over the relays named. */
export function volumesOver(trafficDb: string, relays: readonly string[], period: Period): CustomerTotals[] {
  return read(trafficDb, (db) =>
    db
      .select({ customer: counters.customer, ...totals })
      .from(counters)
      .where(and(inArray(counters.relay, [...relays]), within(period)))
      .groupBy(counters.customer)
      .all(),
  );
}

const totals = {
  messages: sql<number>`sum(${counters.messages})`,
  recipients: sql<number>`sum(${counters.recipients})`,
  sent: sql<number>`sum(${counters.sent})`,
  deferred: sql<number>`sum(${counters.deferred})`,
  bounced: sql<number>`sum(${counters.bounced})`,
  refused: sql<number>`sum(${counters.refused})`,
};

function within({ from, to }: Period) {
  return and(gte(counters.hour, Math.ceil(from / HOUR_MS)), lt(counters.hour, Math.ceil(to / HOUR_MS)));
}

function read<T>(path: string, query: (db: NonNullable<ReturnType<typeof openTrafficDbReadOnly>>) => T[]): T[] {
  const db = openTrafficDbReadOnly(path);
  if (!db) return [];
  try {
    return query(db);
  } finally {
    db.$client.close();
  }
}
