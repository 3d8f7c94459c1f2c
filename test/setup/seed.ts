// The seed of the property tests, chosen once for a run: always the same, unless FUZZ_SEED takes another, which is printed.
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    fuzzSeed: number;
  }
}

/** Any number would do. It stays, so that a run says something about the change and not about the draw. */
const SEED = 1;
const SEEDS = 2 ** 31;

export function setup(project: TestProject): void {
  const asked = process.env.FUZZ_SEED;
  const seed = asked ? seedOf(asked) : SEED;
  if (asked) console.log(`Property tests: FUZZ_SEED=${seed}`);
  project.provide('fuzzSeed', seed);
}

function seedOf(asked: string): number {
  if (asked === 'random') return Math.floor(Math.random() * SEEDS);
  const seed = Number(asked);
  if (/^\d+$/.test(asked) && seed < SEEDS) return seed;
  throw new Error(`FUZZ_SEED is a whole number below ${SEEDS}, or "random"; it is "${asked}".`);
}
