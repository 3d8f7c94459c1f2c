// What a receiver did with mail from one of our addresses since some moment: whether it takes it again after it was asked to.
import { openTrafficDbReadOnly } from '../db/open-traffic.js';
import { KINDS } from './counter-cells.js';
import { NameReader } from './names.js';

const HOUR_MS = 3_600_000;

export interface Received {
  /** Recipients whose mail the receiver took. */
  sent: number;
  /** Attempts it refused because of our address. */
  refused: number;
}

/**
 * Mail from an outbound address (canonical) to a receiver (provider id) in the hours that began after `since`, in ms: nobody knows
 * when within its hour a message went. Nothing while the worker never ran, and nothing of relays with several addresses whose log does
 * not say which of them a message left from.
 */
export function receivedSince(trafficDb: string, address: string, receiver: string, since: number): Received {
  const none = { sent: 0, refused: 0 };
  const db = openTrafficDbReadOnly(trafficDb);
  if (!db) return none;
  try {
    const names = new NameReader(db);
    const [owner, name] = [names.idOf(address), names.idOf(receiver)];
    if (owner === undefined || name === undefined) return none;
    const first = Math.floor(since / HOUR_MS) + 1;
    // A row of each hour or day is looked up by its whole key, however long ago it was asked.
    const sum = (table: string, unit: string) =>
      `with recursive span(h) as (select @from where @from <= (select max(${unit}) from ${table})
         union all select h + 1 from span where h < (select max(${unit}) from ${table}) and h < @from + ${MOST_HOURS})
       select coalesce(sum(sent), 0) sent, coalesce(sum(ip_blocks), 0) refused from span cross join ${table}
       on ${unit} = h and kind = ${KINDS.receiver} and owner = @owner and name = @name`;
    const hours = db.$client.prepare<[object], Received>(sum('hour_counts', 'hour')).get({ from: first, owner, name });
    const days = db.$client
      .prepare<[object], Received>(sum('day_counts', 'day'))
      .get({ from: Math.ceil(first / 24), owner, name });
    return { sent: (hours?.sent ?? 0) + (days?.sent ?? 0), refused: (hours?.refused ?? 0) + (days?.refused ?? 0) };
  } finally {
    db.$client.close();
  }
}

/** A request is looked after for weeks; a row of the far future is not waited for. */
const MOST_HOURS = 24 * 366;
