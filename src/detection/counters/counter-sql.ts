// Pieces of SQL that the readers and writers of the counters share.
import { SUMS } from './counter-cells.js';

/** The columns of the sums in the order of SUMS: `late_bounced` for `lateBounced`. */
export const SUM_COLUMNS: readonly string[] = SUMS.map((name) =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
);

/** The `set` of an upsert that adds the new sums to those in the table. */
export function addedUp(table: CountTable): string {
  return SUM_COLUMNS.map((column) => `${column} = ${table}.${column} + excluded.${column}`).join(', ');
}

export type CountTable = 'hour_counts' | 'day_counts';

/**
 * SQL for a table `span(h)` of the hours or days that have rows, from `from` to before `to`; both are names of numeric parameters. To be
 * cross-joined with the counts: then SQLite looks up each hour with the rest of the key (hour, kind, owner, name), where a condition on a
 * range of hours would read the rows of all kinds.
 */
export function spanOf(table: CountTable, from: string, to: string): string {
  const unit = UNIT[table];
  return `(with recursive span(h) as (
    select min(${unit}) from ${table} where ${unit} >= ${from} and ${unit} < ${to}
    union all select (select min(${unit}) from ${table} where ${unit} > h and ${unit} < ${to}) from span where h is not null)
    select h from span where h is not null)`;
}

export const UNIT = { hour_counts: 'hour', day_counts: 'day' } as const;
