// The three distributions the signals compare, as logarithms of probabilities. All are over-dispersed on purpose: real senders
// differ from each other far more than a plain binomial or Poisson with a common rate would allow. Pure.

/** ln Γ(x) for x > 0 (Lanczos, g = 7, nine terms: about 15 digits). */
export function lnGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x);
  let sum = LANCZOS[0] as number;
  for (let i = 1; i < LANCZOS.length; i++) sum += (LANCZOS[i] as number) / (x - 1 + i);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** What is believed of a share before looking: `yes` and `no` are counts, real or imagined. */
export interface Share {
  yes: number;
  no: number;
}

/** ln P(yes of total) under a share that is itself uncertain (beta-binomial, without the binomial coefficient). */
export function lnShare(yes: number, total: number, believed: Share): number {
  return lnBeta(believed.yes + yes, believed.no + Math.max(0, total - yes)) - lnBeta(believed.yes, believed.no);
}

/** ln of a sum of probabilities given as logarithms. */
export function lnSum(logs: number[]): number {
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}

/** ln P(count) for a bursty count of the given mean (negative binomial); a small `shape` is very bursty, 1 is geometric. */
export function lnBurstyCount(count: number, mean: number, shape: number): number {
  return (
    lnGamma(count + shape) -
    lnGamma(shape) -
    lnGamma(count + 1) +
    shape * Math.log(shape / (shape + mean)) +
    count * Math.log(mean / (shape + mean))
  );
}

/** A share as learned: the belief, plus what was counted, the latter worth at most `strength` observations. */
export function learned(believed: Share, yes: number, total: number, strength: number): Share {
  const scale = total > strength ? strength / total : 1;
  return { yes: believed.yes + yes * scale, no: believed.no + Math.max(0, total - yes) * scale };
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function lnBeta(a: number, b: number): number {
  return lnGamma(a) + lnGamma(b) - lnGamma(a + b);
}
