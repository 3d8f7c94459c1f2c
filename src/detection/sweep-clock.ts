// When to look for what has grown old, and what time it is then. The log's clock is the only one, and single lines of it may be years
// ahead; so it is as late as the earliest line of a long stretch, and a clock that jumps about forgets nothing.

const LEAST_EVENTS = 20_000;
/** For each thing there is to look at: that is a wait for the memory, and as long as an event takes. */
const EVENTS_EACH = 8;

export class SweepClock {
  private events = 0;
  private earliest = Number.POSITIVE_INFINITY;

  /** Takes an event's time; answers the time of a sweep when one is due: the more there is to look through, the more seldom. */
  tick(at: number, size: number): number | undefined {
    if (at < this.earliest) this.earliest = at;
    if (++this.events < Math.max(LEAST_EVENTS, EVENTS_EACH * size)) return undefined;
    const now = this.earliest;
    this.events = 0;
    this.earliest = Number.POSITIVE_INFINITY;
    return now;
  }
}
