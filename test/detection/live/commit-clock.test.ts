import { describe, expect, it } from 'vitest';
import { CommitClock } from '../../../src/detection/live/commit-clock.js';

const FOLLOWING = { lines: 5, findings: 0, behindBytes: 300 };
const BEHIND = { lines: 50_000, findings: 3, behindBytes: 100 * 1024 * 1024 };

/** A clock whose last commit took `tookMs`, and how long it waits for the next. */
function waitAfter(tookMs: number, waiting: typeof FOLLOWING): number {
  let now = 1_000_000;
  const clock = new CommitClock(() => now);
  clock.run(() => {
    now += tookMs;
  });
  const from = now;
  while (!clock.isDue(waiting)) now++;
  return now - from;
}

describe('when to save', () => {
  it('saves within a second while the log is followed, however long it takes', () => {
    expect(waitAfter(10, FOLLOWING)).toBe(600);
    expect(waitAfter(400, FOLLOWING)).toBe(600);
    expect(waitAfter(400, { ...FOLLOWING, findings: 1 })).toBe(600);
  });

  it('saves a finding within a few times what a commit takes', () => {
    expect(waitAfter(0, { ...FOLLOWING, findings: 1 })).toBe(0);
    expect(waitAfter(30, { ...FOLLOWING, findings: 1 })).toBe(200);
  });

  it('spends little of the time on saving while a long log is caught up with, findings or none', () => {
    expect(waitAfter(200, BEHIND)).toBe(10_000);
    expect(waitAfter(10, BEHIND)).toBe(2_000);
  });

  it('saves the end of a long log when it is there, once, and lines that keep coming within a second', () => {
    let now = 0;
    const clock = new CommitClock(() => now);
    const isDue = (at: number, behindBytes: number) => {
      now = at;
      return clock.isDue({ lines: 50_000, findings: 0, behindBytes });
    };

    expect(isDue(1_900, 5_000_000)).toBe(false);
    expect(isDue(1_950, 3_000_000)).toBe(false);
    expect(isDue(2_100, 300)).toBe(false);
    expect(isDue(2_101, 0)).toBe(true);
    clock.run(() => {});
    expect(isDue(2_200, 0)).toBe(false);
    expect(isDue(2_800, 0)).toBe(true);
    clock.run(() => {});
    expect(isDue(4_700, 5_000_000)).toBe(false);
    expect(isDue(4_750, 300)).toBe(false);
    expect(isDue(5_349, 300)).toBe(false);
    expect(isDue(5_350, 300)).toBe(true);
  });

  it('never holds more lines than can be read again in a moment', () => {
    expect(waitAfter(200, { ...BEHIND, lines: 1_500_000 })).toBe(0);
  });

  it('remembers nothing of a commit that failed', () => {
    const clock = new CommitClock(() => 5);
    expect(() =>
      clock.run(() => {
        throw new Error('disk full');
      }),
    ).toThrow('disk full');
    expect(clock.isDue({ ...FOLLOWING, findings: 1 })).toBe(true);
  });
});
