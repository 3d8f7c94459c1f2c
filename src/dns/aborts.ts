// Thousands of questions may hang on one signal: it gets one listener, not thousands.

export class Aborts<T> {
  private readonly waiting = new WeakMap<AbortSignal, Map<T, (reason: unknown) => void>>();

  /** Calls `onAbort` with the signal's reason once it is aborted, unless `remove` was called before. */
  add(signal: AbortSignal, one: T, onAbort: (reason: unknown) => void): void {
    const known = this.waiting.get(signal);
    if (known) {
      known.set(one, onAbort);
      return;
    }
    const all = new Map([[one, onAbort]]);
    this.waiting.set(signal, all);
    const abortAll = () => {
      this.waiting.delete(signal);
      for (const abort of all.values()) abort(signal.reason);
    };
    signal.addEventListener('abort', abortAll, { once: true });
  }

  remove(signal: AbortSignal, one: T): void {
    this.waiting.get(signal)?.delete(one);
  }
}
