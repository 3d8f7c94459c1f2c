// Moves counters older than five weeks from hours to days, and deletes days older than a year, some thousand rows at a time. A row is in
// one of the two tables, never in both, so whoever reads both counts nothing twice; a late hour is added to its day.
import type { TrafficDb } from '../../db/open-traffic.js';
import { OTHER } from './counter-cells.js';
import { addedUp, SUM_COLUMNS } from './counter-sql.js';

/** How many hours are kept: five weeks, for incidents, disputed blocks and a month's digest. */
export const KEEP_HOURS = 35 * 24;
/** How many days are kept: a year. */
const KEEP_DAYS = 366;
/** Names of one kind that a customer keeps of a day; the smaller ones are added up as OTHER. */
const MOST_A_DAY = 100;
/** Rows moved or deleted in a step. */
const STEP_ROWS = 5_000;
/** Names looked at in a step: a million at once would take seconds. */
const STEP_NAMES = 20_000;
const HOUR_MS = 3_600_000;

/** Primary key of a row of hour_counts. */
interface Key {
  hour: number;
  kind: number;
  owner: number;
  name: number;
}

export class RollUp {
  private readonly sql;
  /** Names up to this id were looked at in this round. */
  private walkedTo = 0;

  constructor(private readonly db: TrafficDb) {
    this.sql = prepare(db);
  }

  /**
   * Moves the next hours that are due; when there are none deletes days, and then names. Returns how many rows, and at least 1 while there
   * may be more. Throws what SQLite throws.
   */
  step(now: number): number {
    const hour = this.hourNow(now);
    return this.db.$client
      .transaction(() => this.move(hour) || this.forgetDays(hour) || this.forgetNames(hour))
      .immediate();
  }

  /** The hour that ages count from: the newest counted one, so that a log of last year is kept; but never later than now. */
  private hourNow(now: number): number {
    const newest = this.sql.newestHour.get() ?? 24 * (this.sql.newestDay.get() ?? 0);
    return Math.min(Math.floor(now / HOUR_MS), newest);
  }

  /** Moves the oldest rows that are due, of one day at most, to that day. */
  private move(hour: number): number {
    const { sql } = this;
    const oldest = sql.oldestHour.get();
    const due = hour - KEEP_HOURS;
    if (oldest == null || oldest >= due) return 0;
    const day = Math.floor(oldest / 24);
    const end = Math.min(due, 24 * (day + 1));
    const last = (sql.stepEnd.get(end, STEP_ROWS - 1) ?? sql.lastBefore.get(end)) as Key;
    const upTo = [last.hour, last.kind, last.owner, last.name] as const;
    sql.moveUpTo.run(...upTo);
    sql.keepNames.run(day + KEEP_DAYS + 1, day + KEEP_DAYS + 1, ...upTo, ...upTo);
    const { changes } = sql.deleteUpTo.run(...upTo);
    const next = sql.oldestHour.get();
    if (next == null || next >= 24 * (day + 1)) this.fold(day);
    return changes;
  }

  /** Adds up the smallest names of a day as OTHER, for customers that have too many. */
  private fold(day: number): void {
    const { sql } = this;
    const other = sql.other.get(OTHER) as number;
    for (const { kind, owner } of sql.crowded.all(day, other, MOST_A_DAY)) {
      const least = [day, kind, owner, other, MOST_A_DAY] as const;
      sql.addUpLeast.run(other, ...least);
      sql.deleteLeast.run(day, kind, owner, ...least);
    }
  }

  private forgetDays(hour: number): number {
    const before = Math.floor(hour / 24) - KEEP_DAYS;
    const oldest = this.sql.oldestDay.get();
    return oldest != null && oldest < before ? this.sql.deleteDay.run(oldest, STEP_ROWS).changes : 0;
  }

  private forgetNames(hour: number): number {
    const { sql, walkedTo } = this;
    const upTo = walkedTo + STEP_NAMES;
    const { changes } = sql.deleteNames.run(walkedTo, upTo, Math.floor(hour / 24));
    const hasMore = upTo < (sql.lastName.get() ?? 0);
    this.walkedTo = hasMore ? upTo : 0;
    return changes + Number(hasMore);
  }
}

const KEY = 'hour, kind, owner, name';
const COLUMNS = SUM_COLUMNS.join(', ');
const ADDED = SUM_COLUMNS.map((column) => `sum(${column})`).join(', ');
/** By this names are ranked; a complaint counts as much as a hundred messages. */
const WEIGHT = 'messages + sent + deferred + bounced + refused + 100 * complaints';
const LEAST = `from (select *, row_number() over (order by ${WEIGHT} desc, name) as place from day_counts
  where day = ? and kind = ? and owner = ? and name <> ?) where place > ?`;

function prepare({ $client: db }: TrafficDb) {
  const number = (text: string) => db.prepare<[], number | null>(text).pluck();
  return {
    oldestHour: number('select min(hour) from hour_counts'),
    newestHour: number('select max(hour) from hour_counts'),
    oldestDay: number('select min(day) from day_counts'),
    newestDay: number('select max(day) from day_counts'),
    stepEnd: db.prepare<[number, number], Key>(
      `select ${KEY} from hour_counts where hour < ? order by ${KEY} limit 1 offset ?`,
    ),
    lastBefore: db.prepare<[number], Key>(
      `select ${KEY} from hour_counts where hour < ? order by hour desc, kind desc, owner desc, name desc limit 1`,
    ),
    moveUpTo: db.prepare<number[]>(
      `insert into day_counts (day, kind, owner, name, ${COLUMNS})
       select hour / 24, kind, owner, name, ${ADDED} from hour_counts where (${KEY}) <= (?, ?, ?, ?) group by 1, 2, 3, 4
       on conflict do update set ${addedUp('day_counts')}`,
    ),
    keepNames: db.prepare<number[]>(
      `update names set until = ? where until < ? and id in (
         select owner from hour_counts where (${KEY}) <= (?, ?, ?, ?)
         union select name from hour_counts where (${KEY}) <= (?, ?, ?, ?))`,
    ),
    deleteUpTo: db.prepare<number[]>(`delete from hour_counts where (${KEY}) <= (?, ?, ?, ?)`),
    other: db
      .prepare<[string], number>(
        'insert into names (text, until) values (?, 4000000) on conflict (text) do update set until = 4000000 returning id',
      )
      .pluck(),
    crowded: db.prepare<[number, number, number], { kind: number; owner: number }>(
      'select kind, owner from day_counts where day = ? and name <> ? group by kind, owner having count(*) > ?',
    ),
    addUpLeast: db.prepare<number[]>(
      `insert into day_counts (day, kind, owner, name, ${COLUMNS})
       select day, kind, owner, ?, ${ADDED} ${LEAST} group by day, kind, owner
       on conflict do update set ${addedUp('day_counts')}`,
    ),
    deleteLeast: db.prepare<number[]>(
      `delete from day_counts where day = ? and kind = ? and owner = ? and name in (select name ${LEAST})`,
    ),
    deleteDay: db.prepare<[number, number]>(
      `delete from day_counts where (day, kind, owner, name) in (
         select day, kind, owner, name from day_counts where day = ? limit ?)`,
    ),
    deleteNames: db.prepare<[number, number, number]>('delete from names where id > ? and id <= ? and until < ?'),
    lastName: number('select max(id) from names'),
  };
}
