// A thread that stands still is told from one that is slow, and from a main thread that itself stood still.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { beat, newPulse, watchPulse } from '../../src/wiring/pulse.js';

describe('a pulse', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is missed once, after the patience, where there was one', () => {
    const pulse = newPulse();
    const onStill = vi.fn();
    watchPulse(pulse, 5_000, onStill);
    beat(pulse);

    vi.advanceTimersByTime(5_000);
    expect(onStill).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(onStill).toHaveBeenCalledOnce();
  });

  it('is not missed while it beats, however slowly within the patience', () => {
    const pulse = newPulse();
    const onStill = vi.fn();
    watchPulse(pulse, 5_000, onStill);
    for (let i = 0; i < 20; i++) {
      beat(pulse);
      vi.advanceTimersByTime(4_000);
    }
    expect(onStill).not.toHaveBeenCalled();
  });

  it('has a minute to begin', () => {
    const onStill = vi.fn();
    watchPulse(newPulse(), 5_000, onStill);
    vi.advanceTimersByTime(59_000);
    expect(onStill).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2_000);
    expect(onStill).toHaveBeenCalledOnce();
  });

  it('is not looked for any more when the thread is done with', () => {
    const pulse = newPulse();
    const onStill = vi.fn();
    const stop = watchPulse(pulse, 5_000, onStill);
    beat(pulse);
    stop();
    vi.advanceTimersByTime(60_000);
    expect(onStill).not.toHaveBeenCalled();
  });
});
