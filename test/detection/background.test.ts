import { describe, expect, it } from 'vitest';
import { Background } from '../../src/detection/background.js';
import { DEFAULT_THRESHOLDS } from '../../src/detection/thresholds.js';

const DAY = 24 * 3_600_000;
const MONDAY = Date.UTC(2026, 0, 12);
const USUAL = DEFAULT_THRESHOLDS.honestPerSpam;
const NEAR = 6;
const FAR = 1;

/** Lets each day's customers come near an alarm or not, between eight and six; `alarms` of the near ones end in one. */
function live(background: Background, days: number, { customers = 200, near = 10, alarms = 0 }, from = MONDAY): number {
  let at = from;
  for (let day = 0; day < days; day++) {
    for (let i = 0; i < customers; i++) {
      at = from + day * DAY + 8 * 3_600_000 + Math.floor((i / customers) * 10 * 3_600_000);
      background.see(`c${i}`, i < near ? NEAR : FAR, at);
      if (i < alarms) background.seeAlarm(`c${i}`);
    }
  }
  return at;
}

function honestPerSpam(background: Background): number {
  return background.thresholds.honestPerSpam;
}

describe('the odds of honest mail', () => {
  it('are as configured before anything was seen', () => {
    expect(new Background(DEFAULT_THRESHOLDS).thresholds).toEqual(DEFAULT_THRESHOLDS);
  });

  it('rise where honest customers often come near an alarm, and fall where hardly any do', () => {
    const noisy = new Background(DEFAULT_THRESHOLDS);
    const calm = new Background(DEFAULT_THRESHOLDS);
    live(noisy, 5, { near: 40 });
    live(calm, 5, { near: 1 });
    expect(honestPerSpam(noisy)).toBeGreaterThan(2 * USUAL);
    expect(honestPerSpam(calm)).toBeLessThan(USUAL / 2);
  });

  it('never go beyond the bound, and stay where it is 1', () => {
    const wild = new Background(DEFAULT_THRESHOLDS);
    live(wild, 30, { near: 200 });
    expect(honestPerSpam(wild)).toBeCloseTo(USUAL * DEFAULT_THRESHOLDS.learnedFactor);
    const fixed = new Background({ ...DEFAULT_THRESHOLDS, learnedFactor: 1 });
    live(fixed, 30, { near: 200 });
    expect(honestPerSpam(fixed)).toBe(USUAL);
  });

  it('do not count customers with an alarm: spam makes nobody deaf', () => {
    const attacked = new Background(DEFAULT_THRESHOLDS);
    const calm = new Background(DEFAULT_THRESHOLDS);
    live(attacked, 5, { near: 30, alarms: 28 });
    live(calm, 5, { customers: 172, near: 2 });
    expect(honestPerSpam(attacked)).toBeCloseTo(honestPerSpam(calm), -2);
  });

  it('are learned from the last week more than from the year before', () => {
    const background = new Background(DEFAULT_THRESHOLDS);
    live(background, 60, { near: 40 });
    live(background, 30, { near: 1 }, MONDAY + 60 * DAY);
    expect(honestPerSpam(background)).toBeLessThan(USUAL);
  });

  it('survive a restart', () => {
    const before = new Background(DEFAULT_THRESHOLDS);
    const at = live(before, 3, { near: 30 });
    const after = new Background(DEFAULT_THRESHOLDS);
    for (const [, saved] of before.takeChanges()) after.restore(JSON.parse(JSON.stringify(saved)));
    expect(before.takeChanges()).toEqual([]);
    for (const each of [before, after]) each.see('somebody', FAR, at + 3_600_000);
    expect(honestPerSpam(after)).toBeCloseTo(honestPerSpam(before));
  });

  it('are learned alike from logs that are days apart', () => {
    const together = new Background(DEFAULT_THRESHOLDS);
    const apart = new Background(DEFAULT_THRESHOLDS);
    live(together, 10, { near: 40 });
    live(apart, 10, { near: 40 });
    for (let i = 0; i < 100; i++) {
      apart.see(`c${i}`, FAR, MONDAY + 6 * DAY + i * 60_000);
      apart.see(`c${i}`, FAR, MONDAY + 9.8 * DAY + i * 60_000);
    }
    together.see('c1', FAR, MONDAY + 9.8 * DAY + 99 * 60_000);
    expect(honestPerSpam(apart) / honestPerSpam(together)).toBeCloseTo(1, 1);
  });

  it('are not forgotten because one line is years ahead', () => {
    const background = new Background(DEFAULT_THRESHOLDS);
    const at = live(background, 20, { near: 40 });
    const before = honestPerSpam(background);
    background.see('c1', FAR, at + 3_000 * DAY);
    live(background, 1, { near: 40 }, MONDAY + 20 * DAY);
    expect(honestPerSpam(background)).toBeGreaterThan(USUAL);
    expect(honestPerSpam(background)).toBeLessThanOrEqual(before * 1.05);
  });
});
