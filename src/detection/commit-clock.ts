// When the log worker saves what it has learned. A commit costs by how much has changed since the one before, and a busy relay changes
// the same few thousand rows all the time; so the fewer, the cheaper, and as many as nobody has to wait.

/** While the log is followed: a line is saved within a second. */
const AT_LEAST_MS = 600;
/** Of the time, while the log is followed: a finding waits for a few times what the last commit took, but no longer than a line. */
const SHARE = 0.15;
/** The same two while a long log is caught up with: nobody acts on yesterday's mail within a second. */
const AT_LEAST_BEHIND_MS = 2_000;
const SHARE_BEHIND = 0.02;
/** What comes while a commit takes long; more is behind. A very busy relay writes it in some seconds, and it is read in a tenth of one. */
const BEHIND_BYTES = 4 * 1024 * 1024;
/** What is learned from so many lines may be lost by a crash, and is read again. */
const MOST_LINES = 1_500_000;

/** What has come since the last commit. */
export interface Waiting {
  lines: number;
  findings: number;
  /** Bytes of the logs that are there and not read yet. */
  behindBytes: number;
}

/** Holds state. Times in ms on a clock that nobody sets. */
export class CommitClock {
  private committedAt: number;
  private tookMs = 0;
  /** Since when the log is followed; Infinity while it is caught up with. */
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
    // The end of a long log is a moment away: one commit there, and not one shortly before it too.
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
