// Turns: questions of one lane (a sweep, an operator) go out one after the other, never closer together than its gap.

/** The bot's clock, and waiting by it. */
export interface WatchClock {
  /** Epoch ms. */
  now(): number;
  /** Resolves after so many ms of this clock; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

interface TurnOptions {
  /** Least time between two turns of the lane, ms. */
  gapMs: number;
  /** Goes before whoever waits in the lane. */
  isUrgent?: boolean;
}

interface Waiting {
  gapMs: number;
  go: () => void;
  fail: (reason: unknown) => void;
}

interface Lane {
  lastAt: number;
  urgent: Waiting[];
  others: Waiting[];
}

/** Lives as long as the watch. After `signal` nobody gets a turn any more. */
export class Turns {
  readonly #lanes = new Map<string, Lane>();

  constructor(
    private readonly clock: WatchClock,
    private readonly signal: AbortSignal,
  ) {}

  /** Resolves when it is the caller's turn; rejects with the signal's reason. */
  take(name: string, { gapMs, isUrgent = false }: TurnOptions): Promise<void> {
    return new Promise((go, fail) => {
      const lane = this.#lanes.get(name);
      const waiting = { gapMs, go, fail };
      if (lane) (isUrgent ? lane.urgent : lane.others).push(waiting);
      else void this.#serve(name, waiting);
    });
  }

  /** Serves a lane until nobody waits and its last gap is over; then it is forgotten. */
  async #serve(name: string, first: Waiting): Promise<void> {
    const lane: Lane = { lastAt: Number.NEGATIVE_INFINITY, urgent: [], others: [first] };
    this.#lanes.set(name, lane);
    let gapMs = 0;
    try {
      for (;;) {
        await this.#pause(lane, gapMs);
        const next = lane.urgent.shift() ?? lane.others.shift();
        if (!next) break;
        lane.lastAt = this.clock.now();
        gapMs = next.gapMs;
        next.go();
      }
      this.#lanes.delete(name);
    } catch (reason) {
      this.#lanes.delete(name);
      for (const { fail } of [...lane.urgent, ...lane.others]) fail(reason);
    }
  }

  /** A timer may be early by a fraction, and the clock may be set back. */
  async #pause(lane: Lane, gapMs: number): Promise<void> {
    this.signal.throwIfAborted();
    for (;;) {
      const now = this.clock.now();
      if (now < lane.lastAt) lane.lastAt = now;
      const waitMs = lane.lastAt + gapMs - now;
      if (waitMs <= 0) return;
      await this.clock.sleep(waitMs, this.signal);
    }
  }
}
