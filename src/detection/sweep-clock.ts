// When the detector sweeps out what is too old to keep in memory, and what time counts then. The only clock is that of the log, and single
// lines of it may be years ahead; so the time of a sweep is the earliest of all events since the last sweep, and a clock that jumps
// about makes nothing be forgotten too early.

/** Events between two sweeps, at least. */
const LEAST_EVENTS = 20_000;
/** And for each identity in memory: to look at one takes about as long as an event, so a sweep costs an eighth of the time. */
const EVENTS_EACH = 8;

export class SweepClock {
  private events = 0;
  private earliest = Number.POSITIVE_INFINITY;

  /** Takes an event's time; returns the time for a sweep when one is due. `size` is how many identities a sweep looks at. */
  tick(at: number, size: number): number | undefined {
    if (at < this.earliest) this.earliest = at;
    if (++this.events < Math.max(LEAST_EVENTS, EVENTS_EACH * size)) return undefined;
    const now = this.earliest;
    this.events = 0;
    this.earliest = Number.POSITIVE_INFINITY;
    return now;
  }
}
