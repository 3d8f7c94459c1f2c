// A point in time as JSON carries it: RFC 3339 text, or a number of seconds (or milliseconds) since 1970. Pure.

/** From here on a number is milliseconds: as seconds it would be the year 5138. */
const FIRST_MS = 1e11;
const LAST_MS = Date.UTC(10_000, 0);
/** RFC 3339 section 5.6, with a blank for the T and `+0100` for `+01:00` as some write them. */
const FORM = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?(?:[Zz]|([+-]\d\d):?(\d\d))$/;

/** Milliseconds since 1970; undefined for what is no time, or none between 1970 and 9999. */
export function readInstant(value: unknown): number | undefined {
  const at = typeof value === 'string' ? ofText(value) : typeof value === 'number' ? ofNumber(value) : Number.NaN;
  return at >= 0 && at < LAST_MS ? at : undefined;
}

function ofNumber(value: number): number {
  return Math.round(value < FIRST_MS ? value * 1000 : value);
}

function ofText(text: string): number {
  if (text.length > 40) return Number.NaN;
  if (/^\d{9,13}(\.\d{1,9})?$/.test(text)) return ofNumber(Number(text));
  const parts = FORM.exec(text);
  if (!parts) return Number.NaN;
  const [, day, time, fraction = '', hours, minutes] = parts;
  return Date.parse(`${day}T${time}${fraction.slice(0, 4)}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`);
}
