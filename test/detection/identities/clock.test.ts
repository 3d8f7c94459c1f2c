import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Clock, clockShare, slotOf } from '../../../src/detection/identities/clock.js';

const at = (text: string) => Date.parse(`${text}Z`);
const office = Clock.of(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [8 + i, 30])));
const NOBODY = { clock: new Clock(), messages: 0 };

describe('slots', () => {
  it.each([
    ['a Tuesday morning', '2026-03-03T09:59:59', 9],
    ['midnight of a Friday', '2026-03-06T00:00:00', 0],
    ['the last minute before the weekend', '2026-03-06T23:59:00', 23],
    ['Saturday at midnight', '2026-03-07T00:00:00', 24],
    ['Sunday night', '2026-03-08T23:30:00', 47],
    ['Monday again', '2026-03-09T00:10:00', 0],
    ['before 1970', '1969-12-28T05:00:00', 29],
  ])('of %s', (_, text, slot) => {
    expect(slotOf(at(text))).toBe(slot);
  });

  it('are one of 48 at any time', () => {
    fc.assert(
      fc.property(fc.integer({ min: -4e12, max: 4e12 }), (time) => {
        expect(slotOf(time)).toBeGreaterThanOrEqual(0);
        expect(slotOf(time)).toBeLessThan(48);
      }),
    );
  });
});

describe('a clock', () => {
  it('is the same after it was saved', () => {
    const clock = new Clock();
    clock.add(9, 2);
    clock.add(30, 1);
    clock.add(9, 1);
    clock.addAll(office);

    expect(clock.in(9)).toBe(33);
    expect(clock.in(0)).toBe(0);
    expect(Clock.of(JSON.parse(JSON.stringify(clock))).toJSON()).toEqual(clock.toJSON());
  });
});

describe('the share of an hour', () => {
  const own = { clock: office, messages: 270 };
  const firm = own;

  it('is large in office hours, small at night, and at the edges between', () => {
    const [noon, evening, night] = [12, 18, 2].map((slot) => clockShare(slot, own, firm)) as [number, number, number];

    expect(noon).toBeGreaterThan(1 / 24);
    expect(night).toBeLessThan(1 / 24 / 10);
    expect(evening).toBeGreaterThan(night);
    expect(evening).toBeLessThan(noon);
  });

  it('is another at weekends', () => {
    expect(clockShare(24 + 12, own, firm)).toBeLessThan(clockShare(12, own, firm) / 5);
  });

  it('is the customer’s where the sender has not written yet', () => {
    const nightShift = { clock: Clock.of({ 2: 100, 3: 100 }), messages: 200 };

    expect(clockShare(2, own, nightShift)).toBeGreaterThan(1 / 24);
    expect(clockShare(2, NOBODY, nightShift)).toBeGreaterThan(1 / 24);
  });

  it('says nothing where nothing is known', () => {
    expect(clockShare(2, NOBODY, NOBODY)).toBeCloseTo(1 / 24);
  });

  it('is above 0 and below 1 whatever is known', () => {
    const known = fc.record({
      clock: fc.dictionary(fc.nat({ max: 47 }).map(String), fc.nat({ max: 500 })).map((slots) => Clock.of(slots)),
      extra: fc.nat({ max: 50 }),
    });
    const messagesIn = (clock: Clock) => Object.values(clock.toJSON()).reduce((sum, count) => sum + count, 0);
    fc.assert(
      fc.property(fc.nat({ max: 47 }), known, known, (slot, one, other) => {
        const [a, b] = [one, other].map(({ clock, extra }) => ({ clock, messages: messagesIn(clock) + extra }));
        const share = clockShare(slot, a ?? NOBODY, b ?? NOBODY);

        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThan(1);
      }),
    );
  });
});
