import { describe, expect, it } from 'vitest';
import { Background } from '../../src/detection/background.js';
import { DEFAULT_THRESHOLDS } from '../../src/detection/thresholds.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MONDAY = Date.UTC(2026, 0, 12);
const USUAL = DEFAULT_THRESHOLDS.honestPerSpam;
const NEAR = 6;
const FAR = 1;

interface Customers {
  customers?: number;
  /** How many of them come near an alarm each day, and how many of those have one. */
  near?: number;
  alarms?: number;
}

/** Lets the customers of each day send between eight and six. */
function live(
  background: Background,
  days: number,
  { customers = 200, near = 12, alarms = 0 }: Customers,
  from = MONDAY,
) {
  for (let day = 0; day < days; day++) {
    for (let i = 0; i < customers; i++) {
      const at = from + day * DAY + 8 * HOUR + Math.floor((i / customers) * 10 * HOUR);
      background.see(`c${i}`, FAR, at);
      if (i % customers < near) background.see(`c${i}`, NEAR, at + HOUR);
      if (i < alarms) background.seeAlarm(`c${i}`, at + 2 * HOUR);
    }
  }
}

function learnedFrom(days: number, customers: Customers, thresholds = DEFAULT_THRESHOLDS): Background {
  const background = new Background(thresholds);
  live(background, days, customers);
  return background;
}

/** How many times the usual odds. */
function factor(background: Background): number {
  return background.thresholds.honestPerSpam / background.usualThresholds.honestPerSpam;
}

describe('the odds of honest mail', () => {
  it('are as configured before anything was seen', () => {
    expect(new Background(DEFAULT_THRESHOLDS).thresholds).toEqual(DEFAULT_THRESHOLDS);
  });

  it.each([0.1, 1, 10])(
    'stay the usual ones where six of a hundred come near an alarm, for %d days and at any hour',
    (days) => {
      const background = new Background(DEFAULT_THRESHOLDS);
      for (let i = 0; i < days * 1_000; i++) {
        const at = MONDAY + (i / 1_000) * DAY;
        background.see(`c${i % 1_000}`, i % 50 === 7 || i % 50 === 23 || i % 50 === 49 ? NEAR : FAR, at);
        if (i > 100) expect(factor(background)).toBeCloseTo(1, 0);
      }
      expect(factor(background)).toBeCloseTo(1, 1);
    },
  );

  it('are (share / 6 %) to the power of 1 / 0.6 times the usual ones, the usual share counting as 200 customers', () => {
    expect(factor(learnedFrom(1, { near: 24 }))).toBeCloseTo(1.5 ** (1 / 0.6), 5);
    expect(factor(learnedFrom(1, { near: 4 }))).toBeCloseTo((2 / 3) ** (1 / 0.6), 5);
    expect(factor(learnedFrom(60, { near: 24 }))).toBeCloseTo(1.87 ** (1 / 0.6), 1);
  });

  it('never go beyond ten times nor below the square root of that, and stay where the bound is 1', () => {
    expect(factor(learnedFrom(30, { near: 200 }))).toBeCloseTo(10);
    expect(factor(learnedFrom(30, { near: 0 }))).toBeCloseTo(1 / Math.sqrt(10));
    expect(factor(learnedFrom(30, { near: 200 }, { ...DEFAULT_THRESHOLDS, learnedFactor: 1 }))).toBe(1);
  });

  it('do not count customers with an alarm: spam makes nobody deaf', () => {
    const attacked = learnedFrom(5, { near: 38, alarms: 28 });
    const calm = learnedFrom(5, { customers: 172, near: 10 });
    expect(factor(calm)).toBeGreaterThan(0.9);
    expect(factor(attacked)).toBeCloseTo(factor(calm), 5);
  });

  it('go with what is configured', () => {
    const careful = learnedFrom(5, { near: 40 }, { ...DEFAULT_THRESHOLDS, honestPerSpam: 10 * USUAL });
    expect(careful.thresholds.honestPerSpam).toBeCloseTo(10 * learnedFrom(5, { near: 40 }).thresholds.honestPerSpam, 5);
    const bold = learnedFrom(5, { near: 40 }, { ...DEFAULT_THRESHOLDS, honestPerSpam: 500 });
    expect(bold.thresholds.honestPerSpam).toBeLessThan(learnedFrom(5, { near: 40 }).thresholds.honestPerSpam);
  });

  it('are the configured ones where an alarm needs hardly more than what is near', () => {
    const bold = learnedFrom(5, { near: 0 }, { ...DEFAULT_THRESHOLDS, alarmOdds: 0.05 });
    expect(factor(bold)).toBe(1);
  });

  it('are learned from the last week more than from the year before', () => {
    const background = learnedFrom(60, { near: 40 });
    live(background, 30, { near: 1 }, MONDAY + 60 * DAY);
    expect(factor(background)).toBeLessThan(1);
  });
});

describe('what was learned of the odds', () => {
  const restarted = (background: Background) => {
    const rows = new Map(background.takeChanges().map(([key, row]) => [key, JSON.parse(JSON.stringify(row))]));
    return new Background(DEFAULT_THRESHOLDS, (key) => rows.get(key));
  };

  it('survives a restart, in the middle of a day too', () => {
    const before = learnedFrom(3, { near: 30 });
    const after = restarted(before);

    expect(before.takeChanges()).toEqual([]);
    expect(factor(after)).toBe(factor(before));
    for (const each of [before, after]) live(each, 2, { near: 50 }, MONDAY + 2 * DAY);
    expect(factor(after)).toBe(factor(before));
  });

  it('is saved with each change, but of thousands of customers every ten minutes', () => {
    const small = learnedFrom(1, { customers: 20 });
    expect(small.takeChanges()).toHaveLength(1);
    small.see('another', FAR, MONDAY + 18 * HOUR);
    expect(small.takeChanges()).toHaveLength(1);

    const large = learnedFrom(1, { customers: 5_000 });
    expect(large.takeChanges()).toHaveLength(1);
    large.see('another', FAR, MONDAY + 19 * HOUR);
    expect(large.takeChanges()).toHaveLength(1);
    large.see('one more', FAR, MONDAY + 19 * HOUR + 60_000);
    expect(large.takeChanges()).toEqual([]);
    large.see('the last', FAR, MONDAY + 19 * HOUR + 600_000);
    expect(large.takeChanges()).toHaveLength(1);
  });

  it('is the same from logs that are days apart', () => {
    const together = learnedFrom(10, { near: 40 });
    const apart = learnedFrom(10, { near: 40 });
    for (let i = 0; i < 100; i++) {
      apart.see(`c${i}`, NEAR, MONDAY + 5 * DAY + i * 60_000);
      apart.see(`c${i}`, FAR, MONDAY + 9.8 * DAY + i * 60_000);
    }
    expect(factor(apart)).toBe(factor(together));
  });

  it.each([3_000, 6, 2])('is neither forgotten nor made wrong by one line that is %d days ahead', (ahead) => {
    const background = learnedFrom(20, { near: 24 });
    const before = factor(background);
    background.see('c1', FAR, MONDAY + (19 + ahead) * DAY);
    for (let day = 20; day < 32; day++) {
      live(background, 1, { near: 24 }, MONDAY + day * DAY);
      expect(factor(background)).toBeGreaterThan(1.3);
      expect(factor(background)).toBeLessThan(before * 1.3);
    }
    live(background, 20, { near: 2 }, MONDAY + 32 * DAY);
    expect(factor(background)).toBeLessThan(1);
  });

  it('takes what is told of the day before, a log that lags', () => {
    const background = learnedFrom(1, {});
    background.see('c1', FAR, MONDAY + DAY);
    const before = factor(background);
    background.see('late', NEAR, MONDAY + 0.99 * DAY);
    expect(factor(background)).toBeGreaterThan(before);
  });
});
