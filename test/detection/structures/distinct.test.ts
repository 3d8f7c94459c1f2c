import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf } from '../../../src/detection/clues/familiar.js';
import { countDistinct, distinctCount, newDistinct, setUnion } from '../../../src/detection/structures/distinct.js';

function counted(names: Iterable<string>) {
  const distinct = newDistinct();
  for (const name of names) countDistinct(distinct, hashOf(name));
  return distinct;
}
const names = (seed: number, count: number) =>
  Array.from({ length: count }, (_, i) => `r${seed}.${i}@far${i % 7}.test`);

describe('counting different things', () => {
  it.each([5, 20, 60, 150, 300])('is within a tenth for %i of them, on the average of many', (count) => {
    const estimates = Array.from({ length: 40 }, (_, seed) => distinctCount(counted(names(seed, count))));
    const mean = estimates.reduce((sum, estimate) => sum + estimate, 0) / estimates.length;
    const error = Math.sqrt(estimates.reduce((sum, estimate) => sum + (estimate / count - 1) ** 2, 0) / 40);

    expect(Math.abs(mean / count - 1)).toBeLessThan(0.03);
    expect(error).toBeLessThan(0.1);
  });

  it('does not count a thing again', () => {
    const [name = ''] = names(1, 1);

    expect(distinctCount(counted(Array(500).fill(name)))).toBeCloseTo(1, 1);
    expect(distinctCount(newDistinct())).toBeCloseTo(0);
  });

  it('gives more for more, and stays finite', () => {
    const estimates = [10, 100, 1_000, 100_000].map((count) => distinctCount(counted(names(3, count))));

    expect(estimates).toEqual(estimates.toSorted((a, b) => a - b));
    expect(estimates.every(Number.isFinite)).toBe(true);
    expect(estimates[3]).toBeGreaterThan(1_000);
  });

  it('of two joined is what counting both gives, whichever is written to', () => {
    const some = fc.array(
      fc.nat({ max: 400 }).map((i) => `x${i}`),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(some, some, (one, other) => {
        const [a, b, all] = [counted(one), counted(other), counted([...one, ...other])];
        const fresh = newDistinct();
        setUnion(fresh, a, b);
        setUnion(a, a, b);

        expect(distinctCount(fresh)).toBe(distinctCount(all));
        expect(distinctCount(a)).toBe(distinctCount(all));
        expect(distinctCount(b)).toBe(distinctCount(counted(other)));
        for (const name of one) countDistinct(fresh, hashOf(name));
        expect(distinctCount(fresh)).toBe(distinctCount(all));
      }),
    );
  });
});
