import { describe, expect, it } from 'vitest';
import { firstUndated, yearsOf } from '../../../src/intake/formats/log-years.js';

const NOW = Date.UTC(2026, 10, 22);
const years = (year: number, ...firsts: string[]) =>
  yearsOf(
    firsts.map((line) => firstUndated(Buffer.from(`${line} 00:00:03 relay1 x\n`), year)),
    year,
    NOW,
  );

describe('the years of several logs', () => {
  it('are one after New Year when they run on over it, in whatever order they are named', () => {
    expect(years(2025, 'Jan  4', 'Dec 28', 'Dec 21')).toEqual([2026, 2025, 2025]);
    expect(years(2025, 'Dec 28', 'Jan  1')).toEqual([2025, 2026]);
    expect(years(2024, 'Nov  1', 'Dec  1', 'Jan  1', 'Feb  1')).toEqual([2024, 2024, 2025, 2025]);
    expect(years(2025, 'Jan  1', 'Dec 28', 'Jan  1', 'Dec 28')).toEqual([2026, 2025, 2026, 2025]);
  });

  it('are the one that was given when they do not', () => {
    const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
    expect(new Set(years(2025, ...months.map((month) => `${month}  1`)))).toEqual(new Set([2025]));
    expect(years(2025, 'Jan 14', 'Sep  1')).toEqual([2025, 2025]);
    expect(years(2025, 'Jan 14')).toEqual([2025]);
    expect(years(2025)).toEqual([]);
  });

  it('never lie in the future', () => {
    expect(years(2026, 'Dec 28', 'Jan  4')).toEqual([2026, 2026]);
  });

  it('leave those alone that say theirs', () => {
    expect(years(2025, '2026-01-04T', 'Dec 28', 'Jan  1')).toEqual([2025, 2025, 2026]);
  });
});

describe('the first time without a year', () => {
  it('is looked for behind rubbish and a priority', () => {
    const bytes = Buffer.from('gibberish\n<22>Jan 14 10:05:03 relay1 x\n');

    expect(firstUndated(bytes, 2026)).toBe(Date.parse('2026-01-14T10:05:03Z'));
    expect(firstUndated(Buffer.from('Jaj 14 10:05:03 x\n'), 2026)).toBeUndefined();
  });
});
