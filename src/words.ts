// Words that every part uses: so many of something, several names in a row, a time for all zones, what lies behind an error. Pure.

/** `1 message`, `2,345 messages`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}

/** `a, b and c` */
export function series(names: readonly string[], and = 'and'): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${and} ${names.at(-1)}`;
}

/** `a, b and 3 more`: what is shown, and how much of `total` is not. */
export function andMore(shown: readonly string[], total: number): string {
  const more = total - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}`;
}

/** `2026-01-02 03:04 UTC`: for the record, for whoever sits in another zone, and for places where Slack parses nothing. */
export function utc(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** What the error says that began it. Of a query that failed the error's own words are SQL, and hold what was to be written. */
export function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? rootMessage(error.cause) : error.message;
}
