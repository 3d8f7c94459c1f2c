// What a receiver did with mail from one of our addresses since a time: whether it takes it again, after it was asked to lift a block.
import { readTraffic } from '../../db/open-traffic.js';
import { KINDS } from '../counters/counter-cells.js';
import { NameReader } from '../counters/names.js';

const HOUR_MS = 3_600_000;

export interface Received {
  /** Recipients whose mail the receiver took. */
  sent: number;
  /** Attempts it refused because of our address. */
  refused: number;
}

/**
 * Mail from an outbound address (canonical) to a receiver (provider id) in the hours that began after `since` (ms), because counters do not
 * tell when within an hour mail was sent. Zero while the worker never ran, and for relays with several addresses whose log does not name
 * the one that mail left from.
 */
export function receivedSince(trafficDb: string, address: string, receiver: string, since: number): Received {
  const none = { sent: 0, refused: 0 };
  return readTraffic(trafficDb, none, (db) => {
    const names = new NameReader(db);
    const [owner, name] = [names.idOf(address), names.idOf(receiver)];
    if (owner === undefined || name === undefined) return none;
    const first = Math.floor(since / HOUR_MS) + 1;
    // Looks up each hour or day by the whole key: a condition on a range of hours would read the rows of all kinds and owners.
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
  });
}

/** Bounds the hours looked up when a row has a time far in the future; a delisting request is followed for weeks. */
const MOST_HOURS = 24 * 366;
