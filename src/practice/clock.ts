// The practice workspace's clock: runs faster than the wall clock, so that a day at the relay passes while somebody watches.
import { performance } from 'node:perf_hooks';

export interface Clock {
  /** Practice time, whole ms since the epoch. Never runs backwards, also when the wall clock is set. */
  now(): number;
  /** The practice time at which the wall clock showed `wallMs`. */
  toPracticeTime(wallMs: number): number;
  /** Practice seconds per second. */
  speed: number;
}

interface ClockOptions {
  /** Practice time now, ms; the wall clock's when absent. */
  startAt?: number;
  /** At 60, a second is a minute. */
  speed?: number;
}

/** Starts a clock. It counts the process's own time: a suspended computer suspends the practice workspace too. */
export function startClock({ startAt = Date.now(), speed = 60 }: ClockOptions = {}): Clock {
  const wallStart = Date.now();
  const started = performance.now();
  return {
    now: () => Math.round(startAt + (performance.now() - started) * speed),
    toPracticeTime: (wallMs) => Math.round(startAt + (wallMs - wallStart) * speed),
    speed,
  };
}
