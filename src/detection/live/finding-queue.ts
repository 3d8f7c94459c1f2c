// Findings of the log worker that wait to be taken by the main thread: one after the other, because an update must not overtake the finding
// it updates, and the same one only once at a time, because the worker sends a finding again until it is acknowledged.
import { setImmediate as othersTurn } from 'node:timers/promises';
import { within } from '../../waiting.js';
import type { Finding } from '../finding.js';

export class FindingQueue {
  /** By key and time. */
  private readonly waiting = new Set<string>();
  /** Settled when all findings so far are done with. */
  private taken: Promise<void> = Promise.resolve();
  /** From then on no finding is taken. */
  private endsAt = Number.POSITIVE_INFINITY;

  /** `take` takes a finding, and acknowledges it; what it throws goes to `onError`, and the worker will send that finding again. */
  constructor(
    private readonly take: (finding: Finding) => Promise<void>,
    private readonly onError: (error: Error) => void,
  ) {}

  add(findings: readonly Finding[]): void {
    for (const finding of findings) {
      const name = `${finding.key} ${finding.at}`;
      if (this.waiting.has(name)) continue;
      this.waiting.add(name);
      // Each writes to a database, so between two of them this thread does its other work.
      this.taken = this.taken
        .then(() => (performance.now() < this.endsAt ? this.takeOne(finding) : undefined))
        .then(() => this.waiting.delete(name))
        .then(() => othersTurn());
    }
  }

  /** Waits until all are taken, for `patienceMs` at the most; after that no other is. */
  async end(patienceMs: number): Promise<void> {
    this.endsAt = performance.now() + patienceMs;
    // The finding in hand may never be done, so the wait is bounded.
    await within(patienceMs, this.taken);
  }

  private async takeOne(finding: Finding): Promise<void> {
    try {
      await this.take(finding);
    } catch (error) {
      this.onError(error as Error);
    }
  }
}
