import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Turns, type WatchClock } from '../../../src/blocklists/watch/turns.js';

/** A clock that stands still unless somebody sleeps; sleepers wake in order, some of them late. */
function steppedClock(lateMs: number): WatchClock & { set(to: number): void } {
  let now = 1_000_000;
  const sleepers: { at: number; wake: () => void }[] = [];
  let isTurning = false;
  const turn = async () => {
    if (isTurning) return;
    isTurning = true;
    // Everybody who is ready has had time to fall asleep.
    for (;;) {
      for (let i = 0; i < 20; i++) await Promise.resolve();
      sleepers.sort((a, b) => a.at - b.at);
      const next = sleepers.shift();
      if (!next) break;
      now = Math.max(now, next.at);
      next.wake();
    }
    isTurning = false;
  };
  return {
    now: () => now,
    set: (to) => {
      now = to;
    },
    sleep: (ms, signal) =>
      new Promise((wake, fail) => {
        signal.addEventListener('abort', () => fail(signal.reason), { once: true });
        sleepers.push({ at: now + ms + lateMs, wake });
        void turn();
      }),
  };
}

const never = new AbortController().signal;
setMaxListeners(0, never);

describe('turns', () => {
  it('never lets more through in a second than a lane takes, however late timers are', async () => {
    const plan = fc.record({
      perSecond: fc.constantFrom(1, 2, 5, 20, 50),
      questions: fc.integer({ min: 1, max: 120 }),
      lateMs: fc.constantFrom(0, 3, 17),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ perSecond, questions, lateMs }) => {
        const clock = steppedClock(lateMs);
        const turns = new Turns(clock, never);
        const at: number[] = [];
        const ask = async (isUrgent: boolean) => {
          await turns.take('lane', { gapMs: 1000 / perSecond, isUrgent });
          at.push(clock.now());
        };
        await Promise.all(Array.from({ length: questions }, (_, i) => ask(i % 5 === 0)));
        expect(at).toHaveLength(questions);
        for (const from of at) {
          expect(at.filter((time) => time >= from && time < from + 999).length).toBeLessThanOrEqual(perSecond);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('lets the urgent go first, and lanes do not wait for each other', async () => {
    const clock = steppedClock(0);
    const turns = new Turns(clock, never);
    const order: string[] = [];
    const take = (lane: string, name: string, isUrgent = false) =>
      turns.take(lane, { gapMs: 100, isUrgent }).then(() => order.push(`${name} ${clock.now() - 1_000_000}`));
    await take('a', 'first');
    await Promise.all([take('a', 'second'), take('a', 'urgent', true), take('b', 'other')]);
    expect(order.toSorted()).toEqual(['first 0', 'other 0', 'second 200', 'urgent 100']);
  });

  it('does not wait for hours when the clock is set back', async () => {
    const clock = steppedClock(0);
    const turns = new Turns(clock, never);
    await turns.take('a', { gapMs: 100 });
    const second = turns.take('a', { gapMs: 100 });
    clock.set(0);
    await second;
    expect(clock.now()).toBeLessThan(1_000_300);
  });

  it('gives nobody a turn once it is stopped', async () => {
    const stopping = new AbortController();
    const turns = new Turns(steppedClock(1_000), stopping.signal);
    await turns.take('a', { gapMs: 100 });
    const waiting = turns.take('a', { gapMs: 100 });
    stopping.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await expect(turns.take('b', { gapMs: 100 })).rejects.toThrow('stopped');
  });
});
