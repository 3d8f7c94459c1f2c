// The probability distributions that signals compare, as natural logarithms: beta-binomial for a share, negative binomial for a count.
// They are wider than the plain binomial and Poisson on purpose: real senders differ from each other far more than those allow. Pure.

const HALF_LN_2PI = 0.5 * Math.log(2 * Math.PI);
/** From here on the series below is right to eleven digits. */
const LARGE = 8;

/** ln Γ(x) for x > 0. The hottest function of the assessment; results for small multiples of a half, as counts are, are kept in a table. */
export function lnGamma(x: number): number {
  const halves = 2 * x;
  return halves < REMEMBERED && halves === Math.floor(halves) ? (OF_HALVES[halves] as number) : lnGammaOf(x);
}

/** By Stirling's series; smaller numbers are first raised to LARGE by Γ(x + 1) = x Γ(x). */
function lnGammaOf(x: number): number {
  let large = x;
  let product = 1;
  while (large < LARGE) product *= large++;
  const inverse = 1 / large;
  const square = inverse * inverse;
  const rest = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  const ln = (large - 0.5) * Math.log(large) - large + HALF_LN_2PI + rest;
  return product === 1 ? ln : ln - Math.log(product);
}

const REMEMBERED = 2_048;
const OF_HALVES = Float64Array.from({ length: REMEMBERED }, (_, halves) => lnGammaOf(halves / 2));

/** A belief about a share (such as that of unknown users), as a beta distribution: as if `yes` and `no` cases had been counted before. */
export interface Share {
  yes: number;
  no: number;
  /** ln B(yes, no), kept once it was computed. */
  lnBeta?: number | undefined;
}

/** ln P(`yes` of `total`) under the believed share: beta-binomial, without the binomial coefficient, which cancels in a ratio. */
export function lnShare(yes: number, total: number, believed: Share): number {
  believed.lnBeta ??= lnBeta(believed.yes, believed.no);
  return lnBeta(believed.yes + yes, believed.no + Math.max(0, total - yes)) - believed.lnBeta;
}

/**
 * A weight, but none for spam where `yes` of `total` is no more than the share that is believed of honest mail. Spam has its own mean, and of
 * whose mail has more than that a ratio would take less than usual for spam.
 */
export function beyondUsual(weight: number, yes: number, total: number, honest: Share): number {
  return weight > 0 && yes * (honest.yes + honest.no) <= honest.yes * total ? 0 : weight;
}

/** ln of a sum of probabilities given as logarithms. */
export function lnSum(logs: number[]): number {
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}

/** ln of a mixture of two cases: `one` with probability `share`, else `other`; both are logarithms of probabilities. */
export function lnEither(share: number, one: number, other: number): number {
  const most = Math.max(one, other);
  return most + Math.log(share * Math.exp(one - most) + (1 - share) * Math.exp(other - most));
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

/** The belief after `yes` of `total` were counted; the count is worth at most `strength` observations, so that no past is absolute. */
export function learned(believed: Share, yes: number, total: number, strength: number): Share {
  const scale = total > strength ? strength / total : 1;
  const no = believed.no + Math.max(0, total - yes) * scale;
  return { yes: believed.yes + yes * scale, no, lnBeta: undefined };
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function lnBeta(a: number, b: number): number {
  return lnGamma(a) + lnGamma(b) - lnGamma(a + b);
}
