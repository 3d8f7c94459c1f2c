// The traditional syslog time (RFC 3164), which has neither year nor zone: how both are made up for. log-clock.ts reads whole logs with
// it, and asks here once for every hour of them.

const DAY_MS = 86_400_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface LogTimeOptions {
  /** Year of the first traditional line; without it the year is the one that brings the line closest to `now`. */
  year?: number | undefined;
  /** `+01:00`, `Z` or an IANA name such as `Europe/Oslo`, for traditional lines; default: this machine's zone. */
  timeZone?: string | undefined;
  /** Clock used to guess a missing year; ms. */
  now?: (() => number) | undefined;
}

/**
 * Reads `Jan 14 10:05:03`; ms, or undefined when it is no time. Keeps the last month seen: one for each log, not shared. `backMs`: by how
 * much the log has just gone back, where not each of its times is asked about.
 */
export type ReadTraditionalTime = (text: string, backMs?: number) => number | undefined;

export function traditionalTimeReader(options: LogTimeOptions = {}): ReadTraditionalTime {
  const { timeZone } = options;
  // A zone that is none is told at once; this machine's own is looked up for a line that needs it: it costs as much as 20,000 lines.
  const clock = options.now ?? Date.now;
  let momentOf = timeZone === undefined ? undefined : momentReader(timeZone, clock);
  let year = options.year;
  let lastMonth = -1;
  return (text, backMs) => {
    if (text.charCodeAt(3) !== 0x20 || text.charCodeAt(6) !== 0x20) return undefined;
    const month = MONTHS.indexOf(text.slice(0, 3));
    const date = digits(text, text.charCodeAt(4) === 0x20 ? 5 : 4, 6);
    const timeMs = timeOfDay(text, 7);
    if (month < 0 || Number.isNaN(date) || Number.isNaN(timeMs)) return undefined;
    // A log that was in December and is in January has turned the year; one that several hosts write may go back over it for a line.
    if (year !== undefined && lastMonth - month > 6) year++;
    else if (year !== undefined && lastMonth === 0 && month === 11) year--;
    lastMonth = month;
    const localMs = Date.UTC(year ?? closestYear(month, date, clock()), month, date) + timeMs;
    momentOf ??= momentReader(timeZone, clock);
    return momentOf(localMs, backMs);
  };
}

/** The year that brings month and date closest to `now`, with a day's grace for clocks that run ahead. */
function closestYear(month: number, date: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  return Date.UTC(thisYear, month, date) > now + 2 * DAY_MS ? thisYear - 1 : thisYear;
}

const HOUR_MS = 3_600_000;
/** Zones change at quarters of an hour, and to ask for each line is costly. */
const QUARTER_MS = 900_000;

/** From a log's local time, as if it were UTC, to the moment; both ms. `backMs` as in ReadTraditionalTime. */
export type MomentOf = (localMs: number, backMs?: number) => number;

/**
 * A function for the lines of a log, one after the other. An hour that comes twice, when the clocks go back, is the first until the log goes
 * back too, by more than half of what the clocks do: lines of several hosts are out of order by less. From then on it is the second, and
 * also where the log begins in it by the clock. Throws RangeError for no zone.
 */
export function momentReader(timeZone: string | undefined, now: () => number = Date.now): MomentOf {
  const offsetsAt = offsetsOfLocal(timeZone);
  let quarter = { number: Number.NaN, first: 0, second: 0 };
  let last: number | undefined;
  let lastLocal = Number.NEGATIVE_INFINITY;
  /** The last moment that was in the second of such hours. */
  let inSecond = Number.NEGATIVE_INFINITY;

  return (localMs, backMs = lastLocal - localMs) => {
    const number = Math.floor(localMs / QUARTER_MS);
    if (number !== quarter.number) quarter = { number, ...offsetsAt(localMs) };
    const first = localMs - quarter.first;
    const second = localMs - quarter.second;
    const half = (second - first) / 2;
    const isSecond =
      last === undefined
        ? isCloser(second, first, now())
        : Math.abs(second - inSecond) < DAY_MS || backMs > half || first < last - half;
    last = isSecond ? second : first;
    if (isSecond && half > 0) inSecond = second;
    lastLocal = localMs;
    return last;
  };
}

function isCloser(second: number, first: number, now: number): boolean {
  return Math.abs(now - second) < HOUR_MS && Math.abs(now - second) < Math.abs(now - first);
}

/**
 * A function from local time (as if it were UTC) to the zone's offsets in ms: two where it comes twice, because the clocks go back, else
 * twice the same.
 */
function offsetsOfLocal(timeZone: string | undefined): (localMs: number) => { first: number; second: number } {
  const offsetAt = offsetOfZone(timeZone);
  const only = zoneOffset(timeZone);
  return (localMs) => {
    const before = offsetAt(localMs - DAY_MS);
    const after = offsetAt(localMs + DAY_MS);
    const isTwice = before > after && offsetAt(localMs - before) === before && offsetAt(localMs - after) === after;
    if (isTwice) return { first: before, second: after };
    const offset = only(localMs);
    return { first: offset, second: offset };
  };
}

/** A function from local time (as if it were UTC) to the zone's offset in ms. Throws RangeError for no zone. */
export function zoneOffset(timeZone: string | undefined): (localMs: number) => number {
  const offsetAt = offsetOfZone(timeZone);
  // The first answer is for another moment, off by the offset itself: that matters in the night the clocks change.
  return (localMs) => offsetAt(localMs - offsetAt(localMs));
}

/** A function from a moment to the offset of the zone's clocks in ms; this machine's zone without one. Throws RangeError for no zone. */
export function offsetOfZone(timeZone: string | undefined): (ms: number) => number {
  const fixed = timeZone === undefined ? undefined : readOffset(timeZone, 0);
  if (fixed) return () => fixed.offsetMs;
  const format = new Intl.DateTimeFormat('en-US', {
    ...(timeZone === undefined ? {} : { timeZone }),
    timeZoneName: 'longOffset',
  });
  return (ms) => {
    const name = format.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
    return readOffset(name.slice(3), 0)?.offsetMs ?? 0;
  };
}

/** `Z`, `+01:00` or `+0100` at `at`. */
function readOffset(text: string, at: number): { offsetMs: number; next: number } | undefined {
  const sign = text.charCodeAt(at);
  if (sign === 0x5a /* Z */) return { offsetMs: 0, next: at + 1 };
  if (sign !== 0x2b && sign !== 0x2d) return undefined;
  const minuteAt = text.charCodeAt(at + 3) === 0x3a /* : */ ? at + 4 : at + 3;
  const minutes = digits(text, at + 1, at + 3) * 60 + digits(text, minuteAt, minuteAt + 2);
  if (Number.isNaN(minutes)) return undefined;
  return { offsetMs: (sign === 0x2d ? -minutes : minutes) * 60_000, next: minuteAt + 2 };
}

/** `HH:MM:SS` at `at` in ms; NaN when it is none. */
function timeOfDay(line: string, at: number): number {
  if (line.charCodeAt(at + 2) !== 0x3a || line.charCodeAt(at + 5) !== 0x3a) return Number.NaN;
  return (digits(line, at, at + 2) * 3600 + digits(line, at + 3, at + 5) * 60 + digits(line, at + 6, at + 8)) * 1000;
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (!isDigit(code)) return Number.NaN;
    value = value * 10 + code - 48;
  }
  return value;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
