// A clock that was ahead and was set right again: what was written down while it was ahead lies in the future. Pure.

/** Clocks of relays and bot are never quite the same. */
const NEARLY_NOW_MS = 5 * 60_000;

/** Reports whether a moment on record is of a clock that was ahead. To wait until it has come would be to be blind for so long. */
export function isAhead(at: number, now: number): boolean {
  return at > now + NEARLY_NOW_MS;
}
