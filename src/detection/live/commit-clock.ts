// When the log worker commits what it has learned. A commit costs time for each row that changed since the one before, and a busy relay
// changes the same few thousand rows all the time: fewer commits cost less, but findings are told only after a commit.

/** Between two commits while the log is followed as it grows: so a line is saved within a second. */
const AT_LEAST_MS = 600;
/** With a finding, a commit comes earlier, as soon as commits take no more than this share of the time. */
const SHARE = 0.15;
/** The same two while the worker catches up with a long log: nobody acts on yesterday's mail within a second. */
const AT_LEAST_BEHIND_MS = 2_000;
const SHARE_BEHIND = 0.02;
/** With more bytes than this unread the worker is catching up. Less may come during a long commit: a busy relay writes it in seconds. */
const BEHIND_BYTES = 4 * 1024 * 1024;
/** A commit after so many lines in any case: they are what is read again after a crash. */
const MOST_LINES = 1_500_000;

/** What has come since the last commit. */
export interface Waiting {
  lines: number;
  findings: number;
  /** Bytes that were written to the logs and not read yet. */
  behindBytes: number;
}

/** Times in ms on a monotonic clock. */
export class CommitClock {
  private committedAt: number;
  private tookMs = 0;
  /** Since when the log is followed as it grows; Infinity while the worker catches up. */
  private followedSince = Number.NEGATIVE_INFINITY;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.committedAt = now();
  }

  isDue({ lines, findings, behindBytes }: Waiting): boolean {
    if (lines >= MOST_LINES) return true;
    const now = this.now();
    if (behindBytes >= BEHIND_BYTES) {
      this.followedSince = Number.POSITIVE_INFINITY;
      return now - this.committedAt >= Math.max(AT_LEAST_BEHIND_MS, this.tookMs / SHARE_BEHIND);
    }
    this.followedSince = Math.min(this.followedSince, now);
    const hasCaughtUp = this.followedSince > this.committedAt;
    // After a long log one commit at its very end, and not another shortly before it.
    if (hasCaughtUp && behindBytes === 0) return true;
    const restedMs = now - Math.max(this.committedAt, this.followedSince);
    return restedMs >= (findings > 0 ? Math.min(AT_LEAST_MS, this.tookMs / SHARE) : AT_LEAST_MS);
  }

  /** Runs a commit and remembers how long it took. Throws what it throws. */
  run(commit: () => void): void {
    const begunAt = this.now();
    commit();
    this.committedAt = this.now();
    this.tookMs = this.committedAt - begunAt;
  }
}
