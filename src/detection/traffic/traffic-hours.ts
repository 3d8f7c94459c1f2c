// Reads the counters hour by hour, for sums over a window of time. An hour of 1,000 customers on four relays takes some milliseconds, so a
// caller who is in no hurry can let the thread do other work between two hours.
import { openTrafficDbReadOnly, type TrafficDb } from '../../db/open-traffic.js';
import { KINDS, type Kind } from '../counters/counter-cells.js';
import { spanOf } from '../counters/counter-sql.js';
import { NameReader } from '../counters/names.js';

export const HOUR_MS = 3_600_000;

/** The sums in a row, in their order. */
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
type HourRow = [customer: string, relay: string, ...sums: number[]];
/** Customer, outbound address (or relay, when the address is not known), and the recipients whose mail was accepted or refused for good. */
type OutboundRow = [customer: string, outbound: string, handled: number];

export interface TrafficHours {
  /** Rows of an hour (ms / 3,600,000), of all relays or of those given. */
  read(hour: number, relays?: readonly string[]): HourRow[];
  /** Customer, relay and messages of an hour, one row after the other: with 100,000 customers a list of them is as large as all the rest. */
  messages(hour: number): Iterable<[customer: string, relay: string, messages: number]>;
  /** The mail of an hour by outbound address, of all of them or of those given. */
  outbound(hour: number, addresses?: readonly string[]): OutboundRow[];
  /** One customer's sums by hour, over all relays; hours without its mail are left out. */
  ofCustomer(customer: string, fromHour: number, toHour: number): ({ hour: number } & Summed)[];
  close(): void;
}

/** Opens the traffic database to read only; undefined while the worker never ran. */
export function openTrafficHours(path: string): TrafficHours | undefined {
  const db = openTrafficDbReadOnly(path);
  if (!db) return undefined;
  const names = new NameReader(db);
  const sql = prepare(db);
  const wanted = (texts: readonly string[] | undefined) => (texts ? JSON.stringify(names.idsOf(texts)) : null);
  const named = ([owner = 0, name = 0, ...sums]: number[]) => [names.textOf(owner), names.textOf(name), ...sums];
  return {
    read: (hour, relays) => sql.rows.all({ hour, names: wanted(relays) }).map((row) => named(row) as HourRow),
    *messages(hour) {
      for (const row of sql.messages.iterate({ hour, names: null })) yield named(row) as [string, string, number];
    },
    outbound: (hour, addresses) =>
      sql.handled.all({ hour, names: wanted(addresses) }).map((row) => named(row) as OutboundRow),
    ofCustomer(customer, from, toHour) {
      const id = names.idOf(customer);
      return id === undefined ? [] : sql.ofCustomer.all({ from, to: toHour + 1, customer: id });
    },
    close: () => db.$client.close(),
  };
}

function prepare({ $client: db }: TrafficDb) {
  const ofHour = (kind: Kind, columns: string) =>
    db
      .prepare<[{ hour: number; names: string | null }], number[]>(
        `select owner, name, ${columns} from hour_counts where hour = @hour and kind = ${KINDS[kind]}
         and (@names is null or name in (select value from json_each(@names)))`,
      )
      .raw();
  return {
    rows: ofHour('relay', 'messages, sent, bounced, unknown_users, content_refusals, new_recipients, complaints'),
    messages: ofHour('relay', 'messages'),
    handled: ofHour('outbound', 'sent + bounced'),
    ofCustomer: db.prepare<[{ from: number; to: number; customer: number }], { hour: number } & Summed>(
      `select hour, sum(messages) messages, sum(sent) sent, sum(bounced) bounced, sum(unknown_users) unknownUsers,
         sum(content_refusals) contentRefusals, sum(new_recipients) newRecipients, sum(complaints) complaints
       from ${spanOf('hour_counts', '@from', '@to')}
       cross join hour_counts on hour = h and kind = ${KINDS.relay} and owner = @customer
       group by hour`,
    ),
  };
}

export interface Window {
  /** ms; `to` is not part of it. */
  from: number;
  to: number;
}

/** The hours of a window, each with the part (0..1) of its mail that is in the window. `now` is the end of the hour that still runs. */
export function hoursOf({ from, to }: Window, now: number): { hour: number; part: number }[] {
  const hours: { hour: number; part: number }[] = [];
  for (let hour = Math.floor(from / HOUR_MS); hour * HOUR_MS < to; hour++) {
    const begin = hour * HOUR_MS;
    // Mail is taken to come evenly over an hour; the counts of the current hour are of the time until now.
    const end = Math.min(begin + HOUR_MS, Math.max(now, begin + 1));
    const part = (Math.min(to, end) - Math.max(from, begin)) / (end - begin);
    if (part > 0) hours.push({ hour, part: Math.min(1, part) });
  }
  return hours;
}

/** Adds the rows of an hour to the sums by customer; `weightOf` says which part (0..1) of a customer's mail over a relay counts. */
export function addHour(
  sums: Map<string, Summed>,
  rows: readonly HourRow[],
  part: number,
  weightOf: (relay: string, customer: string) => number,
): void {
  for (const [customer, relay, ...numbers] of rows) {
    const weight = part * weightOf(relay, customer);
    if (weight === 0) continue;
    const sum = sums.get(customer) ?? newSum();
    for (const [i, name] of SUMMED.entries()) sum[name] += weight * (numbers[i] ?? 0);
    sums.set(customer, sum);
  }
}

/** Adds the rows of an hour to the sums by outbound address and customer. */
export function addOutbound(sums: Map<string, Map<string, number>>, rows: readonly OutboundRow[], part: number): void {
  for (const [customer, address, handled] of rows) addTo(sums, address, customer, handled * part);
}

export function addTo(sums: Map<string, Map<string, number>>, place: string, customer: string, amount: number): void {
  if (amount === 0) return;
  const customers = sums.get(place) ?? new Map<string, number>();
  customers.set(customer, (customers.get(customer) ?? 0) + amount);
  sums.set(place, customers);
}

function newSum(): Summed {
  return { messages: 0, sent: 0, bounced: 0, unknownUsers: 0, contentRefusals: 0, newRecipients: 0, complaints: 0 };
}
