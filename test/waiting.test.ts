import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Slots, Unanswered, within } from '../src/waiting.js';

describe('what is unanswered', () => {
  it('gives each question the answer with its number, and the others an error when nobody is there any more', async () => {
    const asked: number[] = [];
    const unanswered = new Unanswered<string>();
    const all = Promise.allSettled([1, 2, 3].map(() => unanswered.ask((question) => asked.push(question))));
    unanswered.answer(2, 'two');
    unanswered.fail(1, 'not known');
    unanswered.giveUp('ended');
    unanswered.answer(3, 'too late');

    expect(asked).toEqual([1, 2, 3]);
    expect(unanswered.last).toBe(3);
    expect(await all).toMatchObject([
      { reason: { message: 'not known' } },
      { value: 'two' },
      { reason: { message: 'ended' } },
    ]);
  });

  it('answers all up to one, and fails what waits too long', async () => {
    const unanswered = new Unanswered({ afterMs: 20, why: 'does not run now' });
    const [first, second, third] = [1, 2, 3].map(() => unanswered.ask(() => {}));
    unanswered.answerTo(2);

    await expect(Promise.all([first, second])).resolves.toHaveLength(2);
    await expect(third).rejects.toThrow('does not run now');
  });
});

describe('slots', () => {
  it('run so many at a time, the others in turn, also after one that failed', async () => {
    const slots = new Slots(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const work = (n: number) => () =>
      new Promise<void>((resolve, reject) => {
        begun.push(n);
        ends.push(n === 1 ? () => reject(new Error('failed')) : resolve);
      });
    const all = Promise.allSettled([1, 2, 3, 4].map((n) => slots.run(work(n))));

    expect(begun).toEqual([1, 2]);
    expect(slots.waiting).toBe(2);
    ends[0]?.();
    await sleep(0);
    expect(begun).toEqual([1, 2, 3]);
    for (const end of ends) end();
    await sleep(0);
    ends.at(-1)?.();
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  });
});

describe('within', () => {
  it('is what is awaited, or nothing when that comes later', async () => {
    expect(await within(5_000, Promise.resolve('soon'))).toBe('soon');
    expect(await within(5, new Promise(() => {}))).toBeUndefined();
    await expect(within(5_000, Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  });
});
