// Rows as columns for a terminal.

const GAP = 2;
const INDENT = 4;
/** Room that the last column gets at least: what is longer in it is words, which a terminal may break. */
const LAST_COLUMN = 24;

/**
 * Every column as wide as its widest cell, two blanks between; the last is not filled up. Where `columns` is too narrow for that, each row
 * takes several lines, broken at the same cells. stdout's width unless given; none where stdout is no terminal.
 */
export function tableLines(rows: readonly (readonly string[])[], columns = process.stdout.columns): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  const parts = partsWithin(widths, columns ?? Number.POSITIVE_INFINITY);
  return rows.flatMap((row) =>
    parts.flatMap(({ from, to }) => {
      const cells = row.slice(from, to).map((cell, i) => cell.padEnd(widths[from + i] ?? 0));
      const line = cells.join(' '.repeat(GAP)).trimEnd();
      if (from === 0) return [line];
      return line === '' ? [] : [`${' '.repeat(INDENT)}${line}`];
    }),
  );
}

/** Which columns share a line: as many as have room. */
function partsWithin(widths: readonly number[], columns: number): { from: number; to: number }[] {
  const parts = [{ from: 0, to: 0 }];
  let end = 0;
  widths.forEach((width, column) => {
    const last = parts.at(-1) as { from: number; to: number };
    const needed = column === widths.length - 1 ? Math.min(width, LAST_COLUMN) : width;
    if (last.to > last.from && end + GAP + needed > columns) {
      parts.push({ from: column, to: column + 1 });
      end = INDENT + width;
      return;
    }
    end += (last.to > last.from ? GAP : 0) + width;
    last.to = column + 1;
  });
  return parts;
}
