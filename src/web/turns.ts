// Turns on the main thread for work that takes long altogether: whoever waits gets the thread once per round of the event loop, one
// at a time, so that requests of Slack and Postfix wait for one slice of work and never for several.

export interface Turns {
  /** Resolves when it is the caller's turn. */
  next(): Promise<void>;
}

/** How long one turn may take, ms. */
export const TURN_MS = 1;

export function createTurns(): Turns {
  const waiting: Array<() => void> = [];

  function round(): void {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(round);
  }

  return {
    next: () =>
      new Promise((resolve) => {
        if (waiting.push(resolve) === 1) setImmediate(round);
      }),
  };
}
