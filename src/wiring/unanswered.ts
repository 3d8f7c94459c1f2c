// Changes that another thread was told to make and has not confirmed yet. Each has a number and a promise.

/** How long a confirmation is waited for: long enough for a thread that died to be started again. */
const PATIENCE_MS = 5_000;

interface Waiting {
  resolve: () => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

export class Unanswered {
  /** Number of the last change; 0 before the first. */
  last = 0;
  private waiting = new Map<number, Waiting>();

  /** Tells of a change with a number of its own; resolves when it is done, rejects when that takes too long. */
  ask(tell: (change: number) => void): Promise<void> {
    const change = ++this.last;
    return new Promise((resolve, reject) => {
      const late = () => this.settle(change, ({ reject }) => reject(new Error('the policy server does not run now')));
      this.waiting.set(change, { resolve, reject, timer: setTimeout(late, PATIENCE_MS) });
      tell(change);
    });
  }

  done(change: number): void {
    this.settle(change, ({ resolve }) => resolve());
  }

  /** Every change up to this one is done. */
  doneTo(last: number): void {
    for (const change of this.waiting.keys()) if (change <= last) this.done(change);
  }

  giveUp(why: string): void {
    for (const change of this.waiting.keys()) this.settle(change, ({ reject }) => reject(new Error(why)));
  }

  private settle(change: number, how: (waiting: Waiting) => void): void {
    const waiting = this.waiting.get(change);
    if (!waiting) return;
    this.waiting.delete(change);
    clearTimeout(waiting.timer);
    how(waiting);
  }
}
