/**
 * How sure a mean, or a difference of means, is: by drawing the records again and again.
 *
 * Every draw comes from MT19937 with a given seed, so the same data and seed give the same figures everywhere.
 */
import { MersenneTwister } from "../kernel/MersenneTwister.ts";
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
  /**
   * Estimate of the probability that the better system is none: the resamples in which the difference vanishes or changes sign, and
   * the values as they were given, out of all. At least 1 / (samples + 1): an event that was not drawn is rare, not impossible.
   */
  readonly pValue: number;
}

/** How a long run of draws goes. */
export interface ResampleRun extends ResampleOptions {
  /** Awaited after each sample with the number of those drawn: to show it, to leave room for other work, to end it by throwing. */
  readonly onSample?: ((drawn: number, samples: number) => Promise<unknown> | undefined) | undefined;
}

/** Two systems' mean scores, tested twice. */
export interface MeansCompared extends Comparison {
  /** Of `approximateRandomisation`; `pValue` is the bootstrap's. */
  readonly randomisationPValue: number;
}

const drawsOf = ({ samples = 1000, seed = 12345, confidence = 0.95 }: ResampleOptions) => {
  if (!Number.isInteger(samples) || samples < 1)
    throw new RangeError(`Samples must be a whole number, not ${samples}.`);
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`Confidence must lie in (0, 1), not ${confidence}.`);
  return { samples, random: new MersenneTwister(seed), tail: (1 - confidence) / 2 };
};

/** The share of `count` among so many samples, the values as given counted as one more. Source: Davison and Hinkley 1997, 4.11. */
const pValueOf = (count: number, samples: number): number => (count + 1) / (samples + 1);

/** Draws that give up control after each sample, with the number of those drawn. */
type Draws<A> = Generator<number, A, undefined>;

const atOnce = <A>(draws: Draws<A>): A => {
  for (;;) {
    const step = draws.next();
    if (step.done === true) return step.value;
  }
};

const inSteps = async <A>(draws: Draws<A>, samples: number, onSample: ResampleRun["onSample"]): Promise<A> => {
  for (;;) {
    const step = draws.next();
    if (step.done === true) return step.value;
    const pause = onSample?.(step.value, samples);
    if (pause !== undefined) await pause;
  }
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

/** The means of each column in `samples` resamples, in rising order. All columns see the same rows: one draw serves them all. */
function* resampledMeans(
  columns: ReadonlyArray<ArrayLike<number>>,
  samples: number,
  random: MersenneTwister,
): Draws<ReadonlyArray<Float64Array>> {
  const rows = columns[0]?.length ?? 0;
  const means = columns.map(() => new Float64Array(samples));
  const drawn = new Uint32Array(rows);
  for (let sample = 0; sample < samples; sample++) {
    for (let at = 0; at < rows; at++) drawn[at] = random.below(rows);
    columns.forEach((values, column) => {
      let sum = 0;
      for (let at = 0; at < rows; at++) sum += values[drawn[at]!]!;
      means[column]![sample] = sum / rows;
    });
    yield sample + 1;
  }
  return means.map((column) => column.sort());
}

const intervalOf = (estimate: number, sorted: Float64Array, tail: number): Interval => ({
  estimate,
  low: quantileOfSorted(sorted, tail),
  high: quantileOfSorted(sorted, 1 - tail),
});

const none: Interval = { estimate: Number.NaN, low: Number.NaN, high: Number.NaN };

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
  if (values.length === 0) return none;
  return intervalOf(statistic(values), resampled(values, statistic, samples, random), tail);
};

const checkColumns = (columns: ReadonlyArray<ArrayLike<number>>): void => {
  const lengths = new Set(columns.map((values) => values.length));
  if (lengths.size > 1) throw new RangeError(`Columns must be equally long: ${[...lengths].join(" and ")} are not.`);
};

/**
 * The bootstrap intervals of the means of several metrics over the same records, in steps: each is what `bootstrapInterval` gives, and
 * the draws are shared.
 *
 * @param columns the scores of each metric, record by record
 * @throws RangeError when the columns are not equally long, or `samples`, `confidence` or `seed` make no sense; what `onSample` throws
 * @example
 * ```ts
 * import { bootstrapIntervals } from "@evalwire/metrics/stats"
 *
 * await bootstrapIntervals([[1, 1], [2, 2]]) // => [{ estimate: 1, low: 1, high: 1 }, { estimate: 2, low: 2, high: 2 }]
 * ```
 */
export const bootstrapIntervals = async (
  columns: ReadonlyArray<ArrayLike<number>>,
  options: ResampleRun = {},
): Promise<ReadonlyArray<Interval>> => {
  checkColumns(columns);
  const { samples, random, tail } = drawsOf(options);
  if ((columns[0]?.length ?? 0) === 0) return columns.map(() => none);
  const means = await inSteps(resampledMeans(columns, samples, random), samples, options.onSample);
  return columns.map((values, column) => intervalOf(mean(values), means[column]!, tail));
};

const differencesOf = (left: ArrayLike<number>, right: ArrayLike<number>): Float64Array => {
  if (left.length !== right.length) {
    throw new RangeError(`Paired scores must be equally many: ${left.length} and ${right.length} are not.`);
  }
  if (left.length === 0) throw new RangeError("Nothing to compare: both lists of scores are empty.");
  return Float64Array.from({ length: left.length }, (_, at) => left[at]! - right[at]!);
};

const comparisonOf = (differences: Float64Array, sorted: Float64Array, tail: number): Comparison => {
  const estimate = mean(differences);
  const lost = sorted.filter((difference) => difference * Math.sign(estimate) <= 0).length;
  return { ...intervalOf(estimate, sorted, tail), pValue: pValueOf(lost, sorted.length) };
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
 * pairedBootstrap([0.9, 0.8, 0.7], [0.5, 0.4, 0.3], { samples: 999 }).pValue // => 0.001
 * ```
 */
export const pairedBootstrap = (
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  options: ResampleOptions = {},
): Comparison => {
  const differences = differencesOf(left, right);
  const { samples, random, tail } = drawsOf(options);
  const [sorted] = atOnce(resampledMeans([differences], samples, random));
  return comparisonOf(differences, sorted!, tail);
};

/** How many of `samples` random swaps between two systems give each column a difference at least as large as the one observed. */
function* swapped(
  columns: ReadonlyArray<Float64Array>,
  samples: number,
  random: MersenneTwister,
): Draws<ReadonlyArray<number>> {
  const rows = columns[0]?.length ?? 0;
  const enough = columns.map((differences) => {
    const observed = Math.abs(mean(differences));
    // Sums of the same terms in another order differ in their last bits.
    return observed - 1e-12 * Math.max(1, observed);
  });
  const asLarge = columns.map(() => 0);
  const signs = new Int8Array(rows);
  for (let sample = 0; sample < samples; sample++) {
    for (let at = 0; at < rows; at++) signs[at] = random.next() & 1 ? -1 : 1;
    columns.forEach((differences, column) => {
      let sum = 0;
      for (let at = 0; at < rows; at++) sum += differences[at]! * signs[at]!;
      if (Math.abs(sum / rows) >= enough[column]!) asLarge[column]!++;
    });
    yield sample + 1;
  }
  return asLarge;
}

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
  const [asLarge] = atOnce(swapped([differences], samples, random));
  return { difference: mean(differences), pValue: pValueOf(asLarge!, samples) };
};

/**
 * Two systems compared by several metrics over the same records, in steps: for each what `pairedBootstrap` and
 * `approximateRandomisation` give, and the draws are shared.
 *
 * @param pairs the scores of each metric, of one system and of the other, record by record
 * @param options `onSample` counts the draws of both tests, twice `samples` in all
 * @throws RangeError when lists are empty or not equally long, or options make no sense; what `onSample` throws
 * @example
 * ```ts
 * import { compareMeans } from "@evalwire/metrics/stats"
 *
 * const [compared] = await compareMeans([[[0.9, 0.8, 0.7], [0.9, 0.8, 0.7]]])
 * compared // => { estimate: 0, low: 0, high: 0, pValue: 1, randomisationPValue: 1 }
 * ```
 */
export const compareMeans = async (
  pairs: ReadonlyArray<readonly [left: ArrayLike<number>, right: ArrayLike<number>]>,
  options: ResampleRun = {},
): Promise<ReadonlyArray<MeansCompared>> => {
  const columns = pairs.map(([left, right]) => differencesOf(left, right));
  checkColumns(columns);
  const { samples, random, tail } = drawsOf(options);
  const { onSample } = options;
  const means = await inSteps(resampledMeans(columns, samples, random), 2 * samples, onSample);
  const swaps = swapped(columns, samples, drawsOf(options).random);
  const asLarge = await inSteps(swaps, 2 * samples, (drawn, all) => onSample?.(samples + drawn, all));
  return columns.map((differences, column) => ({
    ...comparisonOf(differences, means[column]!, tail),
    randomisationPValue: pValueOf(asLarge[column]!, samples),
  }));
};
