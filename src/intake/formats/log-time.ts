// The time at the head of a log line: RFC 3339 with its zone, or the traditional syslog form (RFC 3164), which has neither
// year nor zone. A log has hundreds of lines in the same second, so the costly part (the day, the zone) is kept between lines.

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

/** A time and where the rest of the line begins. One object is reused for every line. */
export interface ReadTime {
  at: number;
  next: number;
}

/** Reads the time at the head of a line, or undefined when there is none. The answer is valid until the next call. */
export type ReadLogTime = (line: string) => ReadTime | undefined;

/** Builds a reader for one log. It keeps state (last day seen, year roll-over): one per log, not shared. */
export function logTimeReader(options: LogTimeOptions = {}): ReadLogTime {
  const rfc3339 = rfc3339Reader();
  const traditional = traditionalReader(options);
  return (line) => (isDigit(line.charCodeAt(0)) ? rfc3339(line) : traditional(line));
}

// 2026-01-14T00:30:59.388283+01:00 relay1 postfix/anvil[21629]: …
function rfc3339Reader(): ReadLogTime {
  const result: ReadTime = { at: 0, next: 0 };
  let day = '';
  let dayMs = 0;
  return (line) => {
    if (line.charCodeAt(10) !== 0x54 /* T */ || line.length < 20) return undefined;
    if (!line.startsWith(day) || day === '') {
      const ms = Date.UTC(digits(line, 0, 4), digits(line, 5, 7) - 1, digits(line, 8, 10));
      if (Number.isNaN(ms)) return undefined;
      day = line.slice(0, 10);
      dayMs = ms;
    }
    const fraction = readFraction(line, 19);
    const zone = readOffset(line, fraction.next);
    const timeMs = timeOfDay(line, 11);
    if (!zone || Number.isNaN(timeMs) || line.charCodeAt(zone.next) !== 0x20) return undefined;
    result.at = dayMs + timeMs + fraction.ms - zone.offsetMs;
    result.next = zone.next + 1;
    return result;
  };
}

// Jan 14 10:05:03 relay1 postfix/smtpd[16780]: …
function traditionalReader(options: LogTimeOptions): ReadLogTime {
  const result: ReadTime = { at: 0, next: 0 };
  const offsetAt = zoneOffset(options.timeZone);
  const clock = options.now ?? Date.now;
  let day = '';
  let dayMs = 0;
  let year = options.year;
  let lastMonth = -1;
  return (line) => {
    if (line.charCodeAt(3) !== 0x20 || line.charCodeAt(6) !== 0x20 || line.charCodeAt(15) !== 0x20) return undefined;
    if (!line.startsWith(day) || day === '') {
      const month = MONTHS.indexOf(line.slice(0, 3));
      const date = digits(line, line.charCodeAt(4) === 0x20 ? 5 : 4, 6);
      if (month < 0 || Number.isNaN(date)) return undefined;
      // A log that was in December and is in January has turned the year.
      if (year !== undefined && lastMonth - month > 6) year++;
      lastMonth = month;
      day = line.slice(0, 6);
      dayMs = Date.UTC(year ?? closestYear(month, date, clock()), month, date);
    }
    const timeMs = timeOfDay(line, 7);
    if (Number.isNaN(timeMs)) return undefined;
    result.at = dayMs + timeMs - offsetAt(dayMs + timeMs);
    result.next = 16;
    return result;
  };
}

/** The year that brings month and date closest to `now`, with a day's grace for clocks that run ahead. */
function closestYear(month: number, date: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  return Date.UTC(thisYear, month, date) > now + 2 * DAY_MS ? thisYear - 1 : thisYear;
}

/** A function from local time (as if it were UTC) to the zone's offset in ms; hours are cached. Throws RangeError for no zone. */
export function zoneOffset(timeZone: string | undefined): (localMs: number) => number {
  const fixed = timeZone === undefined ? undefined : readOffset(timeZone, 0);
  if (fixed) return () => fixed.offsetMs;
  const format = new Intl.DateTimeFormat('en-US', {
    ...(timeZone === undefined ? {} : { timeZone }),
    timeZoneName: 'longOffset',
  });
  const offsetAt = (ms: number) => {
    const name = format.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
    return readOffset(name.slice(3), 0)?.offsetMs ?? 0;
  };
  const byHour = { hour: -1, offsetMs: 0 };
  return (localMs) => {
    const hour = Math.floor(localMs / 3_600_000);
    if (hour !== byHour.hour) {
      byHour.hour = hour;
      // The first answer is for another moment, off by the offset itself: that matters in the night the clocks change.
      byHour.offsetMs = offsetAt(localMs - offsetAt(localMs));
    }
    return byHour.offsetMs;
  };
}

function readFraction(line: string, at: number): { ms: number; next: number } {
  if (line.charCodeAt(at) !== 0x2e /* . */) return { ms: 0, next: at };
  let ms = 0;
  let scale = 100;
  let i = at + 1;
  for (; isDigit(line.charCodeAt(i)); i++) {
    ms += (line.charCodeAt(i) - 48) * scale;
    scale /= 10;
  }
  return { ms: Math.floor(ms), next: i };
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
