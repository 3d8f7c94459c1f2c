// Calls to Slack one after the other at a pace: so many a second, short bursts, and a pause when Slack asks for one. By a clock that nobody
// sets.
import { setTimeout as sleep } from 'node:timers/promises';
import { troubleOf } from './web-client.js';

interface PaceOptions {
  perSecond: number;
  /** Calls that may come at once after a rest. */
  burst: number;
}

export class Pace {
  readonly #options: PaceOptions;
  readonly #closing: AbortSignal;
  #tokens: number;
  #atMs = performance.now();
  #pausedUntilMs = 0;
  #turn = Promise.resolve();

  /** `closing` ends every wait, so that a stopping process does not hang in one. */
  constructor(options: PaceOptions, closing: AbortSignal) {
    this.#options = options;
    this.#closing = closing;
    this.#tokens = options.burst;
  }

  /** Makes the call when its turn comes; throws what it throws, and an error when the process stops before that. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    this.#turn = this.#turn.then(() => this.#takeToken());
    await this.#turn;
    if (this.#closing.aborted) throw new Error('stopping: this is sent after the next start');
    try {
      return await call();
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble.kind === 'rate-limited') this.#pausedUntilMs = performance.now() + trouble.retryAfterMs;
      throw error;
    }
  }

  async #takeToken(): Promise<void> {
    const { perSecond, burst } = this.#options;
    const now = performance.now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#atMs) / 1000) * perSecond) - 1;
    this.#atMs = now;
    const waitMs = Math.max(this.#tokens < 0 ? (-this.#tokens / perSecond) * 1000 : 0, this.#pausedUntilMs - now);
    await pause(waitMs, this.#closing);
  }
}

/** Resolves after `ms`; at once where that is none, and when the signal is given. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => {});
}
