// Every property of a test file draws from the seed of the run (seed.ts).
import fc from 'fast-check';
import { inject } from 'vitest';

fc.configureGlobal({ seed: inject('fuzzSeed') });
