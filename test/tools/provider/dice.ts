// Chance from a seed: the same seed draws the same provider. Nothing here knows what is drawn.

export type Dice = ReturnType<typeof dice>;

/** Sfc32 behind the distributions that traffic follows. */
export function dice(seed: number) {
  const next = sfc32(seed);
  const is = (probability: number) => next() < probability;
  const between = (low: number, high: number) => low + next() * (high - low);
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const exponential = (mean: number) => -mean * Math.log(1 - next());
  /** Box and Muller. */
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const logNormal = (median: number, sigma: number) => median * Math.exp(sigma * normal());
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  return {
    next,
    is,
    between,
    int,
    exponential,
    normal,
    logNormal,
    pick,
    /** As `between`, but as many small values as large ones. */
    betweenLog: (low: number, high: number) => Math.exp(between(Math.log(low), Math.log(high))),
    intLog: (low: number, high: number) => Math.round(Math.exp(between(Math.log(low), Math.log(high)))),
    /** Few come often, most rarely: an index below `count`. */
    rank: (count: number) => Math.min(count - 1, Math.floor(count * next() ** 2.6)),
    poisson(mean: number): number {
      if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = next(); product > limit; product *= next()) count++;
      return count;
    },
    weighted<T>(list: readonly (readonly [number, T])[]): T {
      let left = next() * list.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of list) {
        left -= weight;
        if (left < 0) return value;
      }
      return (list.at(-1) as readonly [number, T])[1];
    },
    /** `count` different members, fewer when there are fewer. */
    some<T>(list: readonly T[], count: number): T[] {
      const left = [...list];
      const taken: T[] = [];
      while (taken.length < count && left.length > 0) taken.push(...left.splice(int(0, left.length - 1), 1));
      return taken;
    },
    /** Characters of an alphabet. */
    text(alphabet: string, length: number): string {
      let text = '';
      for (let i = 0; i < length; i++) text += alphabet[Math.floor(next() * alphabet.length)];
      return text;
    },
  };
}

function sfc32(seed: number): () => number {
  let [a, b, c, counter] = [seed | 0, 0x9e3779b9, 0x243f6a88, 1];
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 20; i++) next();
  return next;
}
