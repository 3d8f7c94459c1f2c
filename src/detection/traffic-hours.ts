// The counters hour by hour, for sums over windows: an hour of 1,000 customers on four relays is read in some milliseconds, so that who
// has the time lets others have their turn between two hours.
import { and, between, eq, inArray, sql } from 'drizzle-orm';
import { openTrafficDbReadOnly, type TrafficDb } from '../db/open-traffic.js';
import { counters } from '../db/traffic-schema.js';

export const HOUR_MS = 3_600_000;

/** What is summed up, in the order of a row's numbers. */
const SUMMED = [
  'messages',
  'sent',
  'bounced',
  'unknownUsers',
  'contentRefusals',
  'newRecipients',
  'complaints',
] as const;
export type Summed = Record<(typeof SUMMED)[number], number>;

/** Customer, relay, and the sums as SUMMED names them. */
export type HourRow = [customer: string, relay: string, ...sums: number[]];

export interface TrafficHours {
  /** Rows of an hour (ms / 3,600,000), of all relays or of those named. */
  read(hour: number, relays?: readonly string[]): HourRow[];
  /** Customer, relay and messages of an hour. */
  messages(hour: number): [customer: string, relay: string, messages: number][];
  /** One customer's sums by hour, over all relays; hours without its mail are left out. */
  ofCustomer(customer: string, fromHour: number, toHour: number): ({ hour: number } & Summed)[];
  close(): void;
}

/** Opens the traffic database to read only; undefined while the worker never ran. */
export function openTrafficHours(path: string): TrafficHours | undefined {
  const db = openTrafficDbReadOnly(path);
  if (!db) return undefined;
  const { rows, messages } = prepare(db);
  return {
    read: (hour, relays) => rows.values({ hour, relays: relays ? JSON.stringify(relays) : null }) as HourRow[],
    messages: (hour) => messages.values({ hour }) as [string, string, number][],
    ofCustomer: (customer, fromHour, toHour) => ofCustomer(db, customer, fromHour, toHour),
    close: () => db.$client.close(),
  };
}

function prepare(db: TrafficDb) {
  const { messages, sent, bounced, unknownUsers, contentRefusals, newRecipients, complaints } = counters;
  const { customer, relay } = counters;
  const isHour = eq(counters.hour, sql.placeholder('hour'));
  const names = sql.placeholder('relays');
  const isWanted = sql`(${names} is null or ${relay} in (select value from json_each(${names})))`;
  return {
    rows: db
      .select({ customer, relay, messages, sent, bounced, unknownUsers, contentRefusals, newRecipients, complaints })
      .from(counters)
      .where(and(isHour, isWanted))
      .prepare(),
    messages: db.select({ customer, relay, messages }).from(counters).where(isHour).prepare(),
  };
}

/** Each hour is looked up by itself: the index begins with the hour, and a range would be read for all customers. */
function ofCustomer(db: TrafficDb, customer: string, fromHour: number, toHour: number) {
  const hours = Array.from({ length: Math.max(0, toHour - fromHour + 1) }, (_, i) => fromHour + i);
  const sum = (name: (typeof SUMMED)[number]) => sql<number>`sum(${counters[name]})`;
  return db
    .select({
      hour: counters.hour,
      messages: sum('messages'),
      sent: sum('sent'),
      bounced: sum('bounced'),
      unknownUsers: sum('unknownUsers'),
      contentRefusals: sum('contentRefusals'),
      newRecipients: sum('newRecipients'),
      complaints: sum('complaints'),
    })
    .from(counters)
    .where(
      and(
        hours.length <= MAX_LOOKUPS ? inArray(counters.hour, hours) : between(counters.hour, fromHour, toHour),
        eq(counters.customer, customer),
      ),
    )
    .groupBy(counters.hour)
    .all();
}

/** Below SQLite's limit of bound values, and more than anybody asks for. */
const MAX_LOOKUPS = 1_000;

export interface Window {
  /** ms; `to` is not part of it. */
  from: number;
  to: number;
}

/** The hours of a window, with the part of each hour's mail that falls into it. `now` bounds the hour that still runs. */
export function hoursOf({ from, to }: Window, now: number): { hour: number; part: number }[] {
  const hours: { hour: number; part: number }[] = [];
  for (let hour = Math.floor(from / HOUR_MS); hour * HOUR_MS < to; hour++) {
    const begin = hour * HOUR_MS;
    // Mail is taken to come evenly within an hour; of the running one, all that is known came until now.
    const end = Math.min(begin + HOUR_MS, Math.max(now, begin + 1));
    const part = (Math.min(to, end) - Math.max(from, begin)) / (end - begin);
    if (part > 0) hours.push({ hour, part: Math.min(1, part) });
  }
  return hours;
}

/** Adds the rows of an hour to the sums by customer; `weightOf` is the part of a relay's mail that counts. */
export function addHour(
  sums: Map<string, Summed>,
  rows: readonly HourRow[],
  part: number,
  weightOf: (relay: string) => number,
): void {
  for (const [customer, relay, ...numbers] of rows) {
    const weight = part * weightOf(relay);
    if (weight === 0) continue;
    const sum = sums.get(customer) ?? newSum();
    for (const [i, name] of SUMMED.entries()) sum[name] += weight * (numbers[i] ?? 0);
    sums.set(customer, sum);
  }
}

function newSum(): Summed {
  return { messages: 0, sent: 0, bounced: 0, unknownUsers: 0, contentRefusals: 0, newRecipients: 0, complaints: 0 };
}
