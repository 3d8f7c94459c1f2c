// What the rest of the internet thinks of our outbound addresses. The traffic changes it; blocklists and Microsoft act on it.

/** Spam that left from one outbound address, or under one domain, without a long silence in between. Times are practice ms. */
export interface SpamRun {
  since: number;
  lastAt: number;
  recipients: number;
}

export interface World {
  /** Tells the world that spam for so many recipients left from an outbound address, or under a sender domain. */
  noteSpam(origin: string, at: number, recipients: number): void;
  /** The latest run of spam from an address or domain, over or not. */
  spamFrom(origin: string): SpamRun | undefined;
  /** Puts an address on Microsoft's own list for a while. */
  blockAtMicrosoft(ip: string, from: number, until: number): void;
  isBlockedAtMicrosoft(ip: string, at: number): boolean;
}

/** Silence after which new spam counts as a new run. */
const RUN_GAP_MS = 6 * 3_600_000;

/** Makes a world in which nobody has sent spam. */
export function createWorld(): World {
  const runs = new Map<string, SpamRun>();
  const blocks = new Map<string, { from: number; until: number }>();
  return {
    noteSpam(origin, at, recipients) {
      const run = runs.get(origin);
      if (!run || at - run.lastAt > RUN_GAP_MS) runs.set(origin, { since: at, lastAt: at, recipients });
      else {
        run.lastAt = Math.max(run.lastAt, at);
        run.recipients += recipients;
      }
    },
    spamFrom: (origin) => runs.get(origin),
    blockAtMicrosoft: (ip, from, until) => void blocks.set(ip, { from, until }),
    isBlockedAtMicrosoft(ip, at) {
      const block = blocks.get(ip);
      return block !== undefined && at >= block.from && at < block.until;
    },
  };
}
