/**
 * How sure a mean, or a difference of means, is: by drawing the records again and again.
 *
 * Every draw comes from MT19937 with a given seed, so the same data and seed give the same figures everywhere.
 */
import { MersenneTwister } from "../rouge/MersenneTwister.ts";
import { mean, quantileOfSorted } from "./describe.ts";

/** How often to draw, and with which seed. */
export interface ResampleOptions {
  /** Default 1000. */
  readonly samples?: number | undefined;
  /** An integer from 0 to 2³² - 1; default 12345. */
  readonly seed?: number | undefined;
  /** Share of the samples inside an interval; default 0.95. */
  readonly confidence?: number | undefined;
}

/** An estimate and what it is likely to lie between. */
export interface Interval {
  /** Of the values as given. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Which of two systems is better, and how sure that is. */
export interface Comparison extends Interval {
  /** Share of the samples in which the difference vanishes or changes sign, in [0, 1]. */
  readonly pValue: number;
}

const drawsOf = ({ samples = 1000, seed = 12345, confidence = 0.95 }: ResampleOptions) => {
  if (!Number.isInteger(samples) || samples < 1)
    throw new RangeError(`Samples must be a whole number, not ${samples}.`);
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`Confidence must lie in (0, 1), not ${confidence}.`);
  return { samples, random: new MersenneTwister(seed), tail: (1 - confidence) / 2 };
};

/** The statistic of `samples` resamples, with replacement, in rising order. */
const resampled = (
  values: ArrayLike<number>,
  statistic: (values: Float64Array) => number,
  samples: number,
  random: MersenneTwister,
): Float64Array => {
  const draw = new Float64Array(values.length);
  return Float64Array.from({ length: samples }, () => {
    for (let at = 0; at < draw.length; at++) draw[at] = values[random.below(draw.length)]!;
    return statistic(draw);
  }).sort();
};

/**
 * Percentile bootstrap interval of a statistic, the mean unless another is given; all NaN for an empty list.
 *
 * Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13.
 *
 * @throws RangeError when `samples`, `confidence` or `seed` make no sense
 * @example
 * ```ts
 * import { bootstrapInterval } from "@evalwire/metrics/stats"
 *
 * bootstrapInterval([0.5, 0.5, 0.5]) // => { estimate: 0.5, low: 0.5, high: 0.5 }
 * ```
 */
export const bootstrapInterval = (
  values: ArrayLike<number>,
  options: ResampleOptions & { readonly statistic?: (values: ArrayLike<number>) => number } = {},
): Interval => {
  const { statistic = mean } = options;
  const { samples, random, tail } = drawsOf(options);
  if (values.length === 0) return { estimate: Number.NaN, low: Number.NaN, high: Number.NaN };
  const sorted = resampled(values, statistic, samples, random);
  return {
    estimate: statistic(values),
    low: quantileOfSorted(sorted, tail),
    high: quantileOfSorted(sorted, 1 - tail),
  };
};

const differencesOf = (left: ArrayLike<number>, right: ArrayLike<number>): Float64Array => {
  if (left.length !== right.length) {
    throw new RangeError(`Paired scores must be equally many: ${left.length} and ${right.length} are not.`);
  }
  if (left.length === 0) throw new RangeError("Nothing to compare: both lists of scores are empty.");
  return Float64Array.from({ length: left.length }, (_, at) => left[at]! - right[at]!);
};

/**
 * Paired bootstrap of the difference of two systems' mean scores on the same records: its interval, and the share of resamples in
 * which the better system is no longer better (1 when there is no better one).
 *
 * Source: Koehn 2004, "Statistical Significance Tests for Machine Translation Evaluation".
 *
 * @param left scores of one system, `right` of the other, record by record
 * @throws RangeError when the lists are empty or not equally long
 * @example
 * ```ts
 * import { pairedBootstrap } from "@evalwire/metrics/stats"
 *
 * pairedBootstrap([0.9, 0.8, 0.7], [0.5, 0.4, 0.3]).pValue // => 0
 * ```
 */
export const pairedBootstrap = (
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  options: ResampleOptions = {},
): Comparison => {
  const differences = differencesOf(left, right);
  const { samples, random, tail } = drawsOf(options);
  const estimate = mean(differences);
  const sorted = resampled(differences, mean, samples, random);
  const lost = sorted.filter((difference) => difference * Math.sign(estimate) <= 0).length;
  return {
    estimate,
    low: quantileOfSorted(sorted, tail),
    high: quantileOfSorted(sorted, 1 - tail),
    pValue: lost / samples,
  };
};

/**
 * Approximate randomisation of the difference of two systems' mean scores on the same records: two-sided, the share of random
 * swaps between the systems that give a difference at least as large, the one observed included.
 *
 * Source: Noreen 1989, "Computer-Intensive Methods for Testing Hypotheses"; Riezler and Maxwell 2005, "On Some Pitfalls in Automatic
 * Evaluation and Significance Testing for MT".
 *
 * @throws RangeError when the lists are empty or not equally long
 * @example
 * ```ts
 * import { approximateRandomisation } from "@evalwire/metrics/stats"
 *
 * approximateRandomisation([1, 2, 3], [1, 2, 3]).pValue // => 1
 * ```
 */
export const approximateRandomisation = (
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  options: Omit<ResampleOptions, "confidence"> = {},
): { readonly difference: number; readonly pValue: number } => {
  const differences = differencesOf(left, right);
  const { samples, random } = drawsOf(options);
  const observed = Math.abs(mean(differences));
  // Sums of the same terms in another order differ in their last bits.
  const enough = observed - 1e-12 * Math.max(1, observed);
  let asLarge = 0;
  for (let sample = 0; sample < samples; sample++) {
    let sum = 0;
    for (const difference of differences) sum += random.next() & 1 ? -difference : difference;
    if (Math.abs(sum / differences.length) >= enough) asLarge++;
  }
  return { difference: mean(differences), pValue: (asLarge + 1) / (samples + 1) };
};
