// Two suites: `unit` runs anywhere; `e2e` drives Debian's servers and a browser (test/e2e).
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** A wait ends when what it waits for is there; this long only when it never comes, on a machine that is busy with other things. */
const WAIT_MS = 60_000;
/** A test has several such waits, and each ends by itself. */
const TEST_MS = 300_000;
/** Half of a test's time is waiting, for servers and programs that it starts: two files more than there are cores. */
const WORKERS = availableParallelism() + 2;

export default defineConfig({
  test: {
    reporters: ['default', './test/setup/second-try.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          maxWorkers: WORKERS,
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/e2e/**'],
          globalSetup: ['test/setup/seed.ts'],
          setupFiles: ['test/setup/properties.ts', 'test/setup/umask.ts'],
          testTimeout: TEST_MS,
          hookTimeout: TEST_MS,
          expect: { poll: { timeout: WAIT_MS } },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/build.ts'],
          testTimeout: TEST_MS,
          hookTimeout: TEST_MS,
          expect: { poll: { timeout: WAIT_MS } },
          fileParallelism: false,
        },
      },
    ],
  },
});
