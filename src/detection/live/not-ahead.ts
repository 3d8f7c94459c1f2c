// A relay whose clock is ahead writes of times that have not come yet. Taken as it stands, its mail would go on for as long after it ended,
// for whoever compares it with now. What is read cannot have happened later than now.
import type { MailEvent } from '../../mail/event.js';

/** Clocks of relays and bot are never quite the same. */
const NEARLY_NOW_MS = 5 * 60_000;

/** How the bot's clock goes; the practice workspace runs it faster. */
export interface BotClock {
  /** What it said, ms, and what the wall clock said then. */
  at: number;
  wallAt: number;
  /** Seconds of it in a second. */
  speed: number;
}

/** Hands events on to `take`, none of them later than the look at the logs at which it was read. */
export class NotAhead {
  private lookedAt: number;

  /** Without a clock the times of the logs are taken as they are. */
  constructor(
    private readonly clock: BotClock | undefined,
    private readonly take: (event: MailEvent) => void,
  ) {
    this.lookedAt = this.now();
  }

  /** A look at the logs begins. */
  look(): void {
    this.lookedAt = this.now();
  }

  /** What the bot's clock says now, ms; for ever without one. */
  now(): number {
    const { clock } = this;
    return clock ? clock.at + (Date.now() - clock.wallAt) * clock.speed : Number.POSITIVE_INFINITY;
  }

  /** Puts the times of an event that are ahead to now, in place; of its message, too, for the events that follow. */
  see(event: MailEvent): void {
    const latest = this.lookedAt + NEARLY_NOW_MS;
    if (event.at > latest) event.at = this.lookedAt;
    if ('message' in event && event.message.acceptedAt > latest) event.message.acceptedAt = this.lookedAt;
    this.take(event);
  }
}
