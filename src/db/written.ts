// Reads the row that a write answers.

/**
 * The one row of an INSERT or UPDATE that ends in `returning()`. Throws what SQLite throws when the row does not get to the disk. `get()` does
 * not: outside a transaction SQLite commits when the answer was read to its end, and get() ends at the first row and drops that error.
 */
export function written<T>(write: { all(): T[] }): T {
  const [row] = write.all();
  if (row === undefined) throw new Error('the row to be changed is not there');
  return row;
}
