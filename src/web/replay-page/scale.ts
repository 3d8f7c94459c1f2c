// The time axis: where a time stands, in percent of the width, and where the marks on it are. Pure.
import type { PageClock } from './clock.js';

const HOUR_MS = 3_600_000;
const QUARTER_MS = HOUR_MS / 4;
const DAY_MS = 24 * HOUR_MS;
/** More labels than this are not read. */
const MOST_TICKS = 9;

export interface Tick {
  /** Percent of the width. */
  x: number;
  label: string;
}

export interface TimeScale {
  /** Percent of the width, 0 to 100. */
  x: (at: number) => number;
  ticks: Tick[];
}

export function timeScale(from: number, to: number, clock: PageClock): TimeScale {
  const span = Math.max(to - from, HOUR_MS);
  const x = (at: number) => Math.round(Math.min(100, Math.max(0, (100 * (at - from)) / span)) * 1000) / 1000;
  const times = tickTimes(from, from + span, clock);
  const isHours = span <= 2 * DAY_MS;
  const label = (at: number) => (isHours && clock.hour(at) !== 0 ? clock.time(at) : clock.day(at));
  return { x, ticks: times.map((at) => ({ x: x(at), label: label(at) })) };
}

/** Whole hours of the day, or midnights, in the steps a clock and a calendar have. */
function tickTimes(from: number, to: number, clock: PageClock): number[] {
  const hours: number[] = [];
  let first = Math.ceil(from / QUARTER_MS) * QUARTER_MS;
  // There are zones half an hour, and three quarters, beside the others.
  for (let i = 0; i < 3 && !clock.time(first).endsWith(':00'); i++) first += QUARTER_MS;
  for (let at = first; at <= to; at += HOUR_MS) hours.push(at);
  const steps = to - from <= 2 * DAY_MS ? [1, 2, 3, 6, 12] : [];
  for (const step of steps) {
    const times = hours.filter((at) => clock.hour(at) % step === 0);
    if (times.length <= MOST_TICKS) return times;
  }
  const midnights = hours.filter((at) => clock.hour(at) === 0);
  if (midnights.length <= MOST_TICKS) return midnights;
  const mondays = midnights.filter((at) => clock.weekday(at) === 1);
  const step = Math.ceil(mondays.length / MOST_TICKS);
  return mondays.filter((_, i) => i % step === 0);
}
