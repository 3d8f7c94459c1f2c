// How far the reading of the logs is: by what waits in them, and by when the log worker told of itself.
import { expect, it } from 'vitest';
import { NO_STATS } from '../../src/detection/live/live-messages.js';
import { readingLevel } from '../../src/wiring/reading-level.js';

const NOW = Date.UTC(2026, 2, 3, 14);
const READ = { ...NO_STATS, linesRead: 9, lastLineAt: NOW - 3 * 3_600_000 };
const clock = { now: NOW, ageMs: 300, speed: 1 };

it('is up to now when nothing waits, however old the last line is', () => {
  expect(readingLevel(READ, clock)).toMatchObject({ lagMs: 0, readTo: NOW });
  expect(readingLevel(NO_STATS, clock)).toBeUndefined();
});

it('is behind by the log that is furthest behind, whatever comes by HTTP meanwhile', () => {
  const stats = { ...READ, behindBytes: 5_000, readTo: NOW - 7_200_000, lastLineAt: NOW };
  expect(readingLevel(stats, clock)).toMatchObject({ lagMs: 7_200_000, readTo: NOW - 7_200_000 });
});

it('is behind since the log worker told nothing more: on a machine that is too busy it gets no turn', () => {
  expect(readingLevel(READ, { ...clock, ageMs: 180_000 })).toMatchObject({ lagMs: 180_000, readTo: NOW - 180_000 });
  expect(readingLevel(READ, { ...clock, ageMs: 20_000, speed: 60 })).toMatchObject({ lagMs: 1_200_000 });
});
