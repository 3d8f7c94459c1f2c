// Chance that can be repeated: the same seed gives the same practice day.

export interface Chance {
  /** 0 ≤ n < 1. */
  next(): number;
  /** Reports whether something of this probability happens. */
  isHit(probability: number): boolean;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  /** Any number from `from` up to `to`. */
  between(from: number, to: number): number;
  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T;
  /** Waiting time until the next of events that come independently of each other, ms. */
  waitMs(perHour: number): number;
  /** `length` characters of the alphabet. */
  text(length: number, alphabet?: string): string;
}

const HOUR_MS = 3_600_000;
const HEX = '0123456789ABCDEF';

/** Makes a source of chance from a seed: the mulberry32 generator, whose 32 bits are plenty for a practice day. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  function pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(next() * list.length)];
    if (item === undefined) throw new Error('chance: nothing to pick from');
    return item;
  }
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    isHit: (probability) => next() < probability,
    whole,
    between: (from, to) => from + next() * (to - from),
    pick,
    waitMs: (perHour) => (-Math.log(1 - next()) * HOUR_MS) / perHour,
    text: (length, alphabet = HEX) => Array.from({ length }, () => pick([...alphabet])).join(''),
  };
}
