// Estimates how many different things were counted, in 32 bytes: linear counting (Whang, Vander-Zanden, Taylor 1990) over 256 bits. Nearly
// exact for a few dozen, 5 % off at 300. It cannot exceed 1,400; see reachOf in activity.ts for what is done then. Saved as JSON.

const WORDS = 8;
const BITS = WORDS * 32;

export interface Distinct {
  /** 256 bits in eight words; empty while nothing was counted. Each thing sets the bit that its hash names. */
  words: number[];
  /** How many bits are set. */
  ones: number;
}

export function newDistinct(): Distinct {
  return { words: [], ones: 0 };
}

/** Counts the thing with this hash (32 bits, well mixed). */
export function countDistinct(distinct: Distinct, hash: number): void {
  if (distinct.words.length === 0) distinct.words = noneYet();
  const { words } = distinct;
  const bit = hash & (BITS - 1);
  const mask = 1 << (bit & 31);
  const word = words[bit >>> 5] as number;
  if ((word & mask) !== 0) return;
  words[bit >>> 5] = word | mask;
  distinct.ones++;
}

export function clearDistinct(distinct: Distinct): void {
  distinct.words.fill(0);
  distinct.ones = 0;
}

/** A literal, because an array that is filled by pushing takes three times the memory. */
function noneYet(): number[] {
  return [0, 0, 0, 0, 0, 0, 0, 0];
}

/** About how many different things were counted. */
export function distinctCount({ ones }: Distinct): number {
  return ESTIMATES[ones] as number;
}

/** By the number of bits set. */
const ESTIMATES = Array.from({ length: BITS + 1 }, (_, ones) => -BITS * Math.log(Math.max(1, BITS - ones) / BITS));

/** Sets `both` to everything that was counted in either; `both` may be one of them. */
export function setUnion(both: Distinct, one: Distinct, other: Distinct): void {
  if (one.ones + other.ones === 0) {
    both.words.length = both.ones = 0;
    return;
  }
  if (both.words.length === 0) both.words = noneYet();
  let ones = 0;
  for (let i = 0; i < WORDS; i++) {
    const word = (one.words[i] ?? 0) | (other.words[i] ?? 0);
    both.words[i] = word;
    ones += bitsOf(word);
  }
  both.ones = ones;
}

/** How many bits of a word are set: sums of 2, then 4, then 8 bits in parallel. */
function bitsOf(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  sum = (sum + (sum >>> 4)) & 0x0f0f0f0f;
  return Math.imul(sum, 0x01010101) >>> 24;
}
