// The plan over many hours, in no time: every list in its interval, no burst, no operator above its limit, whatever the lists are.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Blocklist } from '../../../src/blocklists/operator.js';
import { operators } from '../../../src/blocklists/operators/index.js';
import {
  backOffMs,
  intervalOf,
  minimumOf,
  mostDue,
  nextDueAt,
  operatorGapMs,
  type Place,
  placesOf,
  seededRandom,
  sweepGapMs,
} from '../../../src/blocklists/watch/plan.js';
import { T0 } from '../../helpers/incidents.js';
import { listOf } from './world.js';

const RHYTHM = { criticalMinutes: 5, otherMinutes: 15 };
const HOUR = 3_600_000;
const SECOND = 1_000;

const lists = fc
  .array(
    fc.record({
      isCritical: fc.boolean(),
      minimumMinutes: fc.option(fc.integer({ min: 1, max: 120 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((wishes) =>
    wishes.map(({ isCritical, minimumMinutes }, i): Blocklist => {
      const list = listOf(`list-${i}`, { impact: isCritical ? 'critical' : 'medium' });
      return minimumMinutes === undefined ? list : { ...list, ask: { minimumMinutes } };
    }),
  );
const seed = fc.string();

/** When each list begins a sweep, one start a second at the most, as the watch does it. */
function simulate(all: readonly Blocklist[], random: ReturnType<typeof seededRandom>, hours: number) {
  const places = placesOf(all, RHYTHM, random);
  const due = new Map(all.map(({ id }) => [id, 0]));
  const starts = new Map(all.map(({ id }): [string, number[]] => [id, []]));
  for (let now = T0; now < T0 + hours * HOUR; now += SECOND) {
    const rows = all.map(({ id, impact }) => ({ id, isCritical: impact === 'critical', dueAt: due.get(id) ?? 0 }));
    const next = mostDue(rows, now);
    if (!next) continue;
    starts.get(next.id)?.push(now);
    due.set(next.id, nextDueAt(places.get(next.id) as Place, now, random));
  }
  return starts;
}

describe('the plan', () => {
  it('asks every list within its interval, and never more often than it wants to be asked', () => {
    fc.assert(
      fc.property(lists, seed, (all, seededBy) => {
        const starts = simulate(all, seededRandom(seededBy), 3);
        for (const list of all) {
          const times = starts.get(list.id) ?? [];
          // All lists are due at the beginning: the last waits a second for each before it.
          expect((times[0] ?? 0) - T0).toBeLessThanOrEqual(all.length * SECOND);
          for (const [i, at] of times.slice(1).entries()) {
            const gap = at - (times[i] ?? 0);
            // A start waits for its second, and for those that are due in the same one.
            expect(gap).toBeLessThanOrEqual(intervalOf(list, RHYTHM) + all.length * SECOND);
            expect(gap).toBeGreaterThanOrEqual(minimumOf(list));
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it('never lets more than an interval pass, whenever the last sweep was', () => {
    const place = fc.record({
      id: fc.string(),
      intervalMs: fc.integer({ min: 1_000, max: 100 * HOUR }),
      phase: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      minimumShare: fc.double({ min: 0, max: 0.82, noNaN: true }),
    });
    fc.assert(
      fc.property(place, seed, fc.integer({ min: 0, max: 2 * T0 }), ({ minimumShare, ...rest }, seededBy, sweptAt) => {
        const minimumMs = rest.intervalMs * minimumShare;
        const dueAt = nextDueAt({ ...rest, minimumMs }, sweptAt, seededRandom(seededBy));
        expect(dueAt).toBeLessThanOrEqual(sweptAt + rest.intervalMs);
        expect(dueAt).toBeGreaterThanOrEqual(sweptAt + Math.floor(minimumMs));
        expect(dueAt).toBeGreaterThan(sweptAt);
      }),
    );
  });

  it('spreads the work: no second has more than five times the mean', () => {
    const all = Array.from({ length: 74 }, (_, i) => listOf(`l${i}`, { impact: i < 10 ? 'critical' : 'low' }));
    const targets = 200;
    fc.assert(
      fc.property(seed, (seededBy) => {
        const perSecond = new Map<number, number>();
        for (const [id, times] of simulate(all, seededRandom(seededBy), 4)) {
          const list = all.find((each) => each.id === id) as Blocklist;
          const gapMs = sweepGapMs(targets, intervalOf(list, RHYTHM));
          for (const startedAt of times.filter((at) => at > T0 + HOUR)) {
            for (let i = 0; i < targets; i++) {
              const second = Math.floor((startedAt + i * gapMs) / SECOND);
              perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
            }
          }
        }
        const counts = [...perSecond.values()];
        const mean = counts.reduce((sum, n) => sum + n, 0) / (3 * 3_600);
        expect(Math.max(...counts)).toBeLessThan(5 * mean);
      }),
      { numRuns: 5 },
    );
  });

  it('starts critical lists first when everything is due, one at a time', () => {
    const rows = [
      { id: 'old', isCritical: false, dueAt: 1 },
      { id: 'later', isCritical: true, dueAt: 9 },
      { id: 'critical', isCritical: true, dueAt: 5 },
      { id: 'not yet', isCritical: true, dueAt: 11 },
    ];
    expect(mostDue(rows, 10)?.id).toBe('critical');
    expect(mostDue(rows.slice(0, 1), 10)?.id).toBe('old');
    expect(mostDue(rows.slice(3), 10)).toBeUndefined();
  });

  it('gives other installations other slots', () => {
    const all = [listOf('one')];
    const dueBy = (name: string) =>
      nextDueAt(placesOf(all, RHYTHM, seededRandom(name)).get('one') as Place, T0, seededRandom(name));
    expect(new Set(['a', 'b', 'c', 'd'].map(dueBy)).size).toBe(4);
  });

  it('takes the strictest wish of an operator for all its lists', () => {
    const one = listOf('one', { operator: 'both' });
    const strict: Blocklist = { ...listOf('two', { operator: 'both' }), ask: { perSecond: 2 } };
    expect(operatorGapMs([one, strict], 'both')).toBe(500);
    expect(operatorGapMs([one], 'both')).toBe(20);
  });

  it('backs off from 15 minutes, doubling, to a day', () => {
    const minutes = [1, 2, 3, 7, 8, 100].map((refusals) => backOffMs(refusals) / 60_000);
    expect(minutes).toEqual([15, 30, 60, 960, 1440, 1440]);
  });

  it('has a place for every list of the catalogue', () => {
    const all = operators.flatMap((operator) => operator.lists);
    const places = placesOf(all, RHYTHM, seededRandom('x'));
    expect(places.size).toBe(all.length);
    for (const { phase, intervalMs } of places.values()) {
      expect(phase).toBeGreaterThanOrEqual(0);
      expect(phase).toBeLessThan(1);
      expect(intervalMs).toBeGreaterThanOrEqual(5 * 60_000);
    }
  });
});
