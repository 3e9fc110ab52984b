/**
 * How long the remaining work will take, with an interval, from how fast work was done so far.
 *
 * Method: completions are taken for a Poisson process of one constant rate. If `done` of them took `elapsedMillis`, the time the next `remaining`
 * take, over `remaining`, divided by the time the last took, over `done`, follows the F distribution with 2·remaining and 2·done degrees of
 * freedom, so its quantiles give a prediction interval that is exact under that assumption. It takes no account of pauses, of people who come
 * and go, and of tasks that get harder.
 *
 * @source Hahn and Meeker, "Statistical Intervals" (1991), chapter on the Poisson distribution: prediction by the F distribution.
 */
import { checkOptions } from "@evalwire/core/contract";

export interface EstimateArgs {
  /** Tasks done in the time looked at. */
  readonly done: number;
  /** That time, in milliseconds. */
  readonly elapsedMillis: number;
  /** Tasks left. */
  readonly remaining: number;
  /** The probability that the interval holds what comes; 0.9 when left out. */
  readonly confidence?: number;
}

const argNames: Record<keyof EstimateArgs, true> = {
  done: true,
  elapsedMillis: true,
  remaining: true,
  confidence: true,
};

export interface Estimate {
  /** `remaining` at the rate so far, in milliseconds; `null` while nothing is done. */
  readonly millis: number | null;
  /** The interval, in milliseconds; its upper end is `null` while nothing is done. */
  readonly low: number;
  readonly high: number | null;
  readonly perHour: number;
  readonly confidence: number;
  readonly method: "poisson-prediction";
}

/** ln Γ(x) for x > 0: Stirling's series, after shifting the argument up. */
const logGamma = (x: number): number => {
  let shift = 0;
  let at = x;
  for (; at < 12; at++) shift -= Math.log(at);
  const square = 1 / (at * at);
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / at;
  return shift + (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series;
};

const tiny = 1e-300;

/** The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), by Lentz's method. */
const fraction = (x: number, a: number, b: number): number => {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || tiny);
  let value = d;
  for (let m = 1; m <= 10_000; m++) {
    for (const term of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / (1 + term * d || tiny);
      c = 1 + term / c || tiny;
      value *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-14) break;
  }
  return value;
};

/** The regularised incomplete beta function I_x(a, b). */
const incompleteBeta = (x: number, a: number, b: number): number => {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b;
};

/** The quantile of the F distribution, found by halving: the value below which a share `p` of it lies. */
export const quantileF = (p: number, degrees1: number, degrees2: number): number => {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, degrees1 / 2, degrees2 / 2) < p) low = middle;
    else high = middle;
  }
  const x = (low + high) / 2;
  return (degrees2 * x) / (degrees1 * (1 - x));
};

/**
 * Estimates how long the remaining tasks take, and between what and what, if work goes on as it did.
 *
 * @throws RangeError for counts or times below 0 or none, and for a confidence that is not between 0 and 1
 *
 * @example
 * ```ts
 * import { queue } from "@evalwire/tasks";
 *
 * const left = queue.estimate({ done: 50, elapsedMillis: 3_600_000, remaining: 100 });
 * left.perHour; // => 50
 * left.millis; // => 7200000
 * [left.low, left.high].map((millis) => Math.round((millis ?? 0) / 60_000)); // => [91, 161]
 * ```
 */
export const estimate = (args: EstimateArgs): Estimate => {
  checkOptions("estimate", args, argNames);
  const { done, elapsedMillis, remaining, confidence = 0.9 } = args;
  for (const [name, value] of Object.entries({ done, elapsedMillis, remaining })) {
    if (!(Number.isFinite(value) && value >= 0)) {
      throw new RangeError(`estimate: ${name} must be a number of 0 or more, not ${value}`);
    }
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`estimate: confidence must lie between 0 and 1, not ${confidence}`);
  }
  const perHour = elapsedMillis === 0 ? 0 : (done * 3_600_000) / elapsedMillis;
  const about = { perHour, confidence, method: "poisson-prediction" } as const;
  if (remaining === 0) return { millis: 0, low: 0, high: 0, ...about };
  if (done === 0) return { millis: null, low: 0, high: null, ...about };
  const millis = remaining * (elapsedMillis / done);
  const at = (p: number) => millis * quantileF(p, 2 * remaining, 2 * done);
  return { millis, low: at((1 - confidence) / 2), high: at((1 + confidence) / 2), ...about };
};
