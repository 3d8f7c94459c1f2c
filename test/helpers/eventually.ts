// Waiting for what is to come: for the thing itself and for no time, so that a busy machine only makes a test longer.
import { vi } from 'vitest';

/** Only what never comes takes so long. The same as for expect.poll (vitest.config.ts). */
const WAIT_MS = 60_000;

/** Resolves as soon as `check` passes, with what it returns; rejects with what it last threw. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: WAIT_MS, interval: 20 });
}
