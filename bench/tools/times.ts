// How long something took, many times over: the middle, the slow ones, the slowest.

export interface Times {
  /** ms, as are the others. */
  p50: number;
  p99: number;
  max: number;
  count: number;
}

export function timesOf(times: number[]): Times {
  const sorted = Float64Array.from(times).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1), count: times.length };
}

/** A line of the result, with what it was to stay under. */
export function timesLine(what: string, { p50, p99, max, count }: Times, goalMs?: number): string {
  const goal = goalMs === undefined ? '' : `  goal p99 < ${goalMs} ms: ${p99 < goalMs ? 'met' : 'MISSED'}`;
  const of = count > 0 ? `  of ${count.toLocaleString('en')}` : '';
  return `${what.padEnd(38)} p50 ${ms(p50)}  p99 ${ms(p99)}  most ${ms(max)}${of}${goal}`;
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`.padStart(8);
}
