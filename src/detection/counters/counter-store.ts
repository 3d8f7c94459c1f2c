// Adds rows of counters to the traffic database. Called within the transaction that saves how far the logs were read, so nothing is counted
// twice, whenever the process dies.
import type { TrafficDb } from '../../db/open-traffic.js';
import { type CounterRow, KINDS } from './counter-cells.js';
import { addedUp, SUM_COLUMNS } from './counter-sql.js';
import { NameWriter } from './names.js';

const HOURS_A_DAY = 24;

interface CounterStore {
  /** Adds rows. Throws what SQLite throws; the transaction around it must then be rolled back. */
  add(rows: Iterable<CounterRow>): void;
}

export function createCounterStore(db: TrafficDb, now: () => number = Date.now): CounterStore {
  const names = new NameWriter(db, now);
  const upsert = db.$client.prepare<number[]>(
    `insert into hour_counts (hour, kind, owner, name, ${SUM_COLUMNS.join(', ')})
     values (?, ?, ?, ?, ${SUM_COLUMNS.map(() => '?').join(', ')})
     on conflict do update set ${addedUp('hour_counts')}`,
  );
  return {
    add(rows) {
      try {
        for (const row of rows) {
          const day = Math.floor(row.hour / HOURS_A_DAY);
          const [owner, name] = [names.idOf(row.owner, day), names.idOf(row.name, day)];
          upsert.run(row.hour, KINDS[row.kind], owner, name, ...sumsOf(row));
        }
      } catch (error) {
        names.forget();
        throw error;
      }
    },
  };
}

function sumsOf(row: CounterRow): number[] {
  return [
    row.messages,
    row.recipients,
    row.sent,
    row.deferred,
    row.bounced,
    row.lateBounced,
    row.refused,
    row.unknownUsers,
    row.contentRefusals,
    row.ipBlocks,
    row.newRecipients,
    row.complaints,
  ];
}
