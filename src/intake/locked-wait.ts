// How long a rotated file that may not be read is waited for. What is saved of it with the position lets a restart go on with the wait.
import type { Position } from './position.js';

/**
 * Whoever is told can give the right meanwhile, and logrotate may be at work on it. The newer lines wait as long, for they must come after
 * it; a theft must not go unseen for longer.
 */
const PATIENCE_MS = 10 * 60_000;

export const NEVER_ALLOWED = `could not be read by this user for ${PATIENCE_MS / 60_000} minutes`;

type Saved = Pick<Position, 'lockedSince' | 'lockedSeenAt'>;

export class LockedWait {
  private since: number | undefined;
  private seenAt: number | undefined;

  constructor(
    saved: Saved | undefined,
    private readonly now: () => number,
  ) {
    const seenAt = saved?.lockedSeenAt ?? saved?.lockedSince ?? undefined;
    // Over a stop that was as long as the whole wait nobody was told: it begins anew.
    if (seenAt === undefined || Math.abs(now() - seenAt) >= PATIENCE_MS) return;
    this.since = saved?.lockedSince ?? undefined;
    this.seenAt = seenAt;
  }

  /** What is to be saved of it with the position. */
  get saved(): Saved {
    return { lockedSince: this.since, lockedSeenAt: this.seenAt };
  }

  /** The file may not be read now. Reports whether it is still to be waited for. */
  goesOn(): boolean {
    this.seenAt = this.now();
    this.since ??= this.seenAt;
    return Math.abs(this.seenAt - this.since) < PATIENCE_MS;
  }

  /** There is a file to read again. */
  end(): void {
    this.since = undefined;
    this.seenAt = undefined;
  }
}
