// A histogram of answer times that costs one addition per answer: buckets of powers of two, in microseconds. Pure.

export interface LatencySnapshot {
  count: number;
  /** Upper bounds of the bucket in which that share of the answers lies, microseconds; 0 before the first answer. */
  p50Us: number;
  p99Us: number;
  maxUs: number;
}

interface Latency {
  add(us: number, count: number): void;
  snapshot(): LatencySnapshot;
}

const BUCKETS = 32;

export function createLatency(): Latency {
  const buckets = new Float64Array(BUCKETS);
  let count = 0;
  let maxUs = 0;

  function boundOf(share: number): number {
    let seen = 0;
    for (let i = 0; i < BUCKETS; i++) {
      seen += buckets[i] ?? 0;
      if (count > 0 && seen >= share * count) return 2 ** i;
    }
    return 0;
  }

  return {
    add(us, times) {
      const bucket = us <= 1 ? 0 : BUCKETS - Math.clz32(Math.ceil(us) - 1);
      buckets[Math.min(bucket, BUCKETS - 1)] = (buckets[Math.min(bucket, BUCKETS - 1)] ?? 0) + times;
      count += times;
      maxUs = Math.max(maxUs, us);
    },
    snapshot: () => ({ count, p50Us: boundOf(0.5), p99Us: boundOf(0.99), maxUs: Math.ceil(maxUs) }),
  };
}
