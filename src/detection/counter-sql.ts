// Pieces of SQL that the readers and writers of the counters share.
import { SUMS } from './counter-cells.js';

/** The columns of the sums, in the order of SUMS. */
export const SUM_COLUMNS: readonly string[] = SUMS.map((name) =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
);

/** The `set` of an upsert that adds to what is there. */
export function addedUp(table: CountTable): string {
  return SUM_COLUMNS.map((column) => `${column} = ${table}.${column} + excluded.${column}`).join(', ');
}

export type CountTable = 'hour_counts' | 'day_counts';

/**
 * A table `span(h)` of the hours or days from `from` to before `to` that have rows; both are parameters by number. Joined crosswise with the
 * rows, each is looked up by itself: the key begins with it, and over a range the rows of all kinds would be read.
 */
export function spanOf(table: CountTable, from: string, to: string): string {
  const unit = UNIT[table];
  return `(with recursive span(h) as (
    select min(${unit}) from ${table} where ${unit} >= ${from} and ${unit} < ${to}
    union all select (select min(${unit}) from ${table} where ${unit} > h and ${unit} < ${to}) from span where h is not null)
    select h from span where h is not null)`;
}

export const UNIT = { hour_counts: 'hour', day_counts: 'day' } as const;
