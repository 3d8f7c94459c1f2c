// Which year each of several logs begins in, when one year is given for all and their lines have none: it is the year of the earliest.
// Logs that are read together run on from one another, so those after New Year are of the next year. Pure but for the clock.
import { traditionalTimeReader } from './log-time.js';

const DAY_MS = 86_400_000;
const YEAR_MS = 365.25 * DAY_MS;
const LOOK_AHEAD_LINES = 64;
const UNDATED = /^(?:<\d{1,3}>)?([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)/;
/** Logs are packed away once a month at the latest, and one may be missing: what lies further apart does not run on over New Year. */
const RUNS_ON_MS = 62 * DAY_MS;
/** How much longer the pause must be that is taken for the beginning and the end. */
const CLEARLY = 2;

/** Time of a log's first line without a year, in the year given and as if it were UTC; undefined when there is none at its beginning. */
export function firstUndated(bytes: Buffer, year: number): number | undefined {
  const readTime = traditionalTimeReader({ year, timeZone: 'Z' });
  for (const line of bytes.toString('latin1').split('\n', LOOK_AHEAD_LINES)) {
    const text = UNDATED.exec(line)?.[1];
    const at = text === undefined ? undefined : readTime(text);
    if (at !== undefined) return at;
  }
  return undefined;
}

/**
 * The year of each log, by the times of their first lines in `year` (`firstUndated`). It is turned only where that leaves the logs with no
 * long pause at New Year but with one elsewhere, and never into the future.
 */
export function yearsOf(firsts: readonly (number | undefined)[], year: number, now = Date.now()): number[] {
  const turnedUntil = turning(firsts.filter((at) => at !== undefined).toSorted((a, b) => a - b));
  const isFuture = turnedUntil + YEAR_MS > now + 2 * DAY_MS;
  return firsts.map((at) => (at !== undefined && at <= turnedUntil && !isFuture ? year + 1 : year));
}

/** The last of the times that are of the next year; -Infinity for none. */
function turning(times: readonly number[]): number {
  const [first = 0] = times;
  const overNewYear = first + YEAR_MS - (times.at(-1) ?? first);
  let longest = 0;
  let before = Number.NEGATIVE_INFINITY;
  times.slice(1).forEach((at, i) => {
    const earlier = times[i] ?? at;
    if (at - earlier <= longest) return;
    longest = at - earlier;
    before = earlier;
  });
  return overNewYear <= RUNS_ON_MS && longest > CLEARLY * overNewYear ? before : Number.NEGATIVE_INFINITY;
}
