// Comma-separated values (RFC 4180): quoted fields may hold commas, quotes and line ends. What is not well-formed is read as it stands.

const MAX_ROWS = 100_000;

/** Rows of fields, empty lines left out; no more than 100,000. Never throws. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at <= text.length && rows.length < MAX_ROWS; ) {
    const { value, end } = text[at] === '"' ? quoted(text, at) : plain(text, at);
    row.push(value);
    if (text[end] !== ',') {
      if (row.length > 1 || row[0] !== '') rows.push(row);
      row = [];
    }
    at = text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1;
  }
  return rows;
}

function plain(text: string, from: number): { value: string; end: number } {
  let end = from;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end++;
  return { value: text.slice(from, end).trim(), end };
}

/** A quote is doubled within; what follows the closing one up to the separator is dropped. */
function quoted(text: string, from: number): { value: string; end: number } {
  let close = text.indexOf('"', from + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close < 0) return { value: text.slice(from + 1).replaceAll('""', '"'), end: text.length };
  return {
    value: text
      .slice(from + 1, close)
      .replaceAll('""', '"')
      .trim(),
    end: plain(text, close + 1).end,
  };
}
