// Totals of mail from the traffic database, by customer, for digests, cards and notices. Read-only, beside the log worker.
import { setImmediate as othersTurn } from 'node:timers/promises';
import { openTrafficDbReadOnly, readTraffic, type TrafficDb } from '../../db/open-traffic.js';
import { KINDS } from '../counters/counter-cells.js';
import { type CountTable, spanOf, UNIT } from '../counters/counter-sql.js';
import { NameReader } from '../counters/names.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The part of a period that is summed up at a time: for 1,000 customers it takes some milliseconds. */
const PART_MS = 6 * HOUR_MS;
const TOTALLED = ['messages', 'recipients', 'sent', 'deferred', 'bounced', 'refused'] as const;

export interface Totals {
  messages: number;
  recipients: number;
  sent: number;
  deferred: number;
  /** Recipients whose mail came back, at once or later. */
  bounced: number;
  /** Recipients refused at the door. */
  refused: number;
}
export interface CustomerTotals extends Totals {
  customer: string;
}

/** Times in ms. Counters are by the hour, and by the day (UTC) when older than five weeks; each counts if it begins in the period. */
export interface Period {
  from: number;
  to: number;
}

/** Totals of each customer with mail in the period; empty when the worker never ran. */
export function volumes(trafficDb: string, period: Period): CustomerTotals[] {
  return read(trafficDb, (db, names) => byCustomer(names, totals(db, period)));
}

/** The same for one customer; undefined when it had no mail. */
export function volumeOf(trafficDb: string, customer: string, period: Period): CustomerTotals | undefined {
  return read(trafficDb, (db, names) => {
    const owner = names.idOf(customer);
    return owner === undefined ? [] : byCustomer(names, totals(db, period, { owner }));
  })[0];
}

/** The same as volumes, a few hours at a time, so that the thread does other work in between. */
export async function volumesInTurns(trafficDb: string, { from, to }: Period): Promise<CustomerTotals[]> {
  const db = openTrafficDbReadOnly(trafficDb);
  if (!db) return [];
  const sums = new Map<number, Found>();
  try {
    for (let begin = from; begin < to; begin += PART_MS) {
      for (const one of totals(db, { from: begin, to: Math.min(to, begin + PART_MS) })) {
        const sum = sums.get(one.id);
        if (sum) for (const name of TOTALLED) sum[name] += one[name];
        else sums.set(one.id, one);
      }
      await othersTurn();
    }
    return byCustomer(new NameReader(db), [...sums.values()]);
  } finally {
    db.$client.close();
  }
}

/** Totals of each customer over the relays given. */
export function volumesOver(trafficDb: string, relays: readonly string[], period: Period): CustomerTotals[] {
  return read(trafficDb, (db, names) => byCustomer(names, totals(db, period, { relays: names.idsOf(relays) })));
}

type Found = Totals & { id: number };

function byCustomer(names: NameReader, found: readonly Found[]): CustomerTotals[] {
  return found.map(({ id, ...sums }) => ({ customer: names.textOf(id), ...sums }));
}

/** Limits the totals to one customer, or to some relays; ids of names. */
interface Only {
  owner?: number;
  relays?: readonly number[];
}

function totals(db: TrafficDb, { from, to }: Period, { owner, relays }: Only = {}): Found[] {
  const isOwners = owner === undefined ? '' : 'and owner = @owner';
  const rows = (table: CountTable, begin: string, end: string) =>
    `select owner id, messages, recipients, sent, deferred, bounced + late_bounced bounced, refused
     from ${spanOf(table, begin, end)} cross join ${table} on ${UNIT[table]} = h and kind = ${KINDS.relay} ${isOwners}
     where @relays is null or name in (select value from json_each(@relays))`;
  const query = db.$client.prepare<[Record<string, unknown>], Found>(
    `select id, sum(messages) messages, sum(recipients) recipients, sum(sent) sent, sum(deferred) deferred,
       sum(bounced) bounced, sum(refused) refused
     from (${rows('hour_counts', '@fromHour', '@toHour')} union all ${rows('day_counts', '@fromDay', '@toDay')}) group by id`,
  );
  return query.all({
    fromHour: Math.ceil(from / HOUR_MS),
    toHour: Math.ceil(to / HOUR_MS),
    fromDay: Math.ceil(from / DAY_MS),
    toDay: Math.ceil(to / DAY_MS),
    relays: relays ? JSON.stringify(relays) : null,
    ...(owner === undefined ? {} : { owner }),
  });
}

function read<T>(path: string, query: (db: TrafficDb, names: NameReader) => T[]): T[] {
  return readTraffic(path, [], (db) => query(db, new NameReader(db)));
}
