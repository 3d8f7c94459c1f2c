// How far the reading of the logs is, for the health report and the cards: nobody may be told that an attack is silent by logs that were
// not read up to now. Pure.

import { type LiveStats, NO_STATS } from '../detection/live/live-messages.js';
import { isAhead } from '../incidents/log-times.js';
import type { IntakeLevel } from '../web/health.js';

/**
 * The log worker tells of itself several times a second. Silent for longer than this (wall clock) it is at a long task or gets no share
 * of the processor, and what the relays wrote since is not read.
 */
const STALE_MS = 10_000;

interface ReadingClock {
  /** ms since the epoch, on the clock of the logs. */
  now: number;
  /** How long ago the worker told the statistics, ms of the wall clock. */
  ageMs: number;
  /** Seconds of the logs' clock in a second. */
  speed: number;
}

/**
 * Undefined until the worker has looked for the first time. The age of the last line read is a delay only while unread lines wait: in a
 * quiet night there are none.
 */
export function readingLevel(stats: LiveStats, { now, ageMs, speed }: ReadingClock): IntakeLevel | undefined {
  if (stats === NO_STATS) return undefined;
  const toldAt = ageMs > STALE_MS ? now - ageMs * speed : now;
  const readTo = Math.min(stats.readTo ?? toldAt, now);
  const ahead = stats.newest.filter(({ at }) => isAhead(at, now)).map(({ path, at }) => ({ path, byMs: at - now }));
  return { ...stats, lagMs: now - readTo, readTo, ahead };
}
