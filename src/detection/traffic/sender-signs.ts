// The senders that stand out in a period, for the digest: by refusals, by complaints, by recipients they had not written to before. Read
// hour by hour, so that the thread does other work in between.
import { setImmediate as othersTurn } from 'node:timers/promises';
import { openTrafficDbReadOnly, type TrafficDb } from '../../db/open-traffic.js';
import { KINDS, OTHER } from '../counters/counter-cells.js';
import { NameReader } from '../counters/names.js';
import type { Period } from './traffic-report.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface SenderSigns {
  customer: string;
  /** Envelope sender; '' is the null sender. Hostile text. */
  sender: string;
  messages: number;
  /** Recipients that do not exist, and mail refused for what it says. */
  refused: number;
  complaints: number;
  newRecipients: number;
}

export interface TopSenders {
  byRefusals: SenderSigns[];
  byComplaints: SenderSigns[];
  byNewRecipients: SenderSigns[];
}

/** Senders held while a period is read; when there are more, those with the least of the three signs are dropped. */
const MOST_HELD = 50_000;

/** The first `most` senders by each of the three signs, without those that lack it; empty while the worker never ran. */
export async function topSenders(trafficDb: string, period: Period, most: number): Promise<TopSenders> {
  const db = openTrafficDbReadOnly(trafficDb);
  if (!db) return { byRefusals: [], byComplaints: [], byNewRecipients: [] };
  try {
    const sums = new Map<number, Row>();
    for (const read of stepsOf(db, period)) {
      for (const row of read()) addTo(sums, row);
      if (sums.size > MOST_HELD) letGo(sums);
      await othersTurn();
    }
    return ranked(sums, new NameReader(db), most);
  } finally {
    db.$client.close();
  }
}

type Row = [owner: number, name: number, messages: number, refused: number, complaints: number, newRecipients: number];

/** One read for each hour and day that has rows in the period. */
function* stepsOf({ $client: db }: TrafficDb, { from, to }: Period): Generator<() => Row[]> {
  const tables = [
    { table: 'hour_counts', unit: 'hour', ms: HOUR_MS },
    { table: 'day_counts', unit: 'day', ms: DAY_MS },
  ];
  for (const { table, unit, ms } of tables) {
    const next = db
      .prepare<[number, number], number | null>(`select min(${unit}) from ${table} where ${unit} >= ? and ${unit} < ?`)
      .pluck();
    const rows = db
      .prepare<[number], Row>(
        `select owner, name, messages, unknown_users + content_refusals, complaints, new_recipients from ${table}
         where ${unit} = ? and kind = ${KINDS.sender}
         and (unknown_users > 0 or content_refusals > 0 or complaints > 0 or new_recipients > 0)`,
      )
      .raw();
    const end = Math.ceil(to / ms);
    for (let at = next.get(Math.ceil(from / ms), end); at != null; at = next.get(at + 1, end)) {
      const found = at;
      yield () => rows.all(found);
    }
  }
}

/** Makes one number of the ids of customer and sender: ids of names stay far below 2^26. */
const SHIFT = 2 ** 26;

function addTo(sums: Map<number, Row>, row: Row): void {
  const key = row[0] * SHIFT + row[1];
  const sum = sums.get(key);
  if (!sum) {
    sums.set(key, row);
    return;
  }
  for (const i of [2, 3, 4, 5] as const) sum[i] += row[i];
}

function letGo(sums: Map<number, Row>): void {
  const weights = [...sums].map(([key, row]) => ({ key, weight: row[3] + 100 * row[4] + row[5] }));
  for (const { key } of weights.toSorted((a, b) => a.weight - b.weight).slice(0, sums.size - MOST_HELD / 2))
    sums.delete(key);
}

function ranked(sums: ReadonlyMap<number, Row>, names: NameReader, most: number): TopSenders {
  const other = names.idOf(OTHER);
  const rows = [...sums.values()].filter((row) => row[1] !== other);
  const top = (sign: 3 | 4 | 5) =>
    rows
      .filter((row) => row[sign] > 0)
      .toSorted((a, b) => b[sign] - a[sign] || a[0] - b[0] || a[1] - b[1])
      .slice(0, most)
      .map((row) => signsOf(row, names));
  return { byRefusals: top(3), byComplaints: top(4), byNewRecipients: top(5) };
}

function signsOf([owner, name, messages, refused, complaints, newRecipients]: Row, names: NameReader): SenderSigns {
  return {
    ...{ customer: names.textOf(owner), sender: names.textOf(name) },
    ...{ messages, refused, complaints, newRecipients },
  };
}
