// Times and outsiders' text as they are written into requests: plain English, UTC, one line, nothing hidden. Pure.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `40 min`, `1 h 10 min`, `3 days`: exact enough to wait by. */
export function duration(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / MINUTE_MS);
  if (minutes < 60) return `${minutes} min`;
  if (ms >= 3 * DAY_MS) return `${Math.floor(ms / DAY_MS)} days`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** `1 to 24 hours`, `12 hours to 7 days`, `up to 24 hours`. */
export function waitOf([least, most]: readonly [number, number]): string {
  const [a, b] = [inUnits(least), inUnits(most)];
  if (least === most || least <= 0) return `up to ${b.count} ${b.unit}`;
  const isOneUnit = a.unit === b.unit || `${a.unit}s` === b.unit;
  return isOneUnit ? `${a.count} to ${b.count} ${b.unit}` : `${a.count} ${a.unit} to ${b.count} ${b.unit}`;
}

function inUnits(hours: number): { count: number; unit: string } {
  if (hours < 1) return { count: Math.round(hours * 60), unit: 'minutes' };
  if (hours > 72) return { count: Math.round(hours / 24), unit: 'days' };
  return { count: Number(hours.toFixed(1)), unit: hours === 1 ? 'hour' : 'hours' };
}

/** Control characters, marks that turn text round, and characters that take no room: they hide what a text really says. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;

/** Outsiders' text as one line of at most `max` characters; what cannot be seen is gone. The cut falls between code points. */
export function oneLine(text: string, max: number): string {
  const clean = text
    .slice(0, max * 4)
    .replace(/[\s\u2028\u2029]+/gu, ' ')
    .replace(INVISIBLE, '')
    .trim();
  return cutTo(clean, max);
}

/** Text of several lines within `max` characters (UTF-16 units, as Slack counts); ends with `…` where something was cut off. */
export function cutTo(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = max - 1;
  const isHalf = /[\uD800-\uDBFF]/.test(text.charAt(end - 1));
  if (isHalf) end--;
  return `${text.slice(0, end)}…`;
}
