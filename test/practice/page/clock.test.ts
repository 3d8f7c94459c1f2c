// Message stamps follow the practice clock; date tokens are the bot's own practice times already.
import { describe, expect, it } from 'vitest';
import { dateToken, type PageClock, stampOf } from '../../../src/practice/page/clock.js';

const start = Date.UTC(2026, 2, 2, 9, 0);
const fast: PageClock = { toPracticeTime: (ms) => start + (ms - start) * 60, timeZone: 'UTC' };
const inSeconds = (ms: number) => Math.floor(ms / 1000);

it('a message posted a minute in stands an hour later', () => {
  expect(stampOf(start + 60_000, fast)).toMatchObject({ time: '10:00', day: 'Monday 2 March' });
});

describe('a date token', () => {
  it.each([
    ['{date_short_pretty} {time}', 0, 'today 09:00'],
    ['{date_pretty}', -24, 'yesterday'],
    ['{date_short_pretty}', 24, 'tomorrow'],
    ['{date_short_pretty}', -24 * 30, '31 Jan'],
    ['{date_num} {time_secs}', 0, '02/03/2026 09:00:00'],
    ['{ago}', -2, '2 h ago'],
    ['{ago}', 0, 'now'],
    ['{ago}', 3, 'in 3 h'],
    ['{ago}', 72, 'in 3 days'],
    ['{nonsense}', 0, '{nonsense}'],
  ])('%s, %i hours away', (format, hours, text) => {
    expect(dateToken(inSeconds(start) + hours * 3600, format, fast, start)).toBe(text);
  });

  it('is read in the page’s zone, over the change to summer time', () => {
    const oslo = { ...fast, timeZone: 'Europe/Oslo' };
    expect(dateToken(Date.UTC(2026, 2, 29, 0, 30) / 1000, '{time}', oslo, start)).toBe('01:30');
    expect(dateToken(Date.UTC(2026, 2, 29, 1, 30) / 1000, '{time}', oslo, start)).toBe('03:30');
  });
});
