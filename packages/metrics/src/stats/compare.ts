/**
 * Two systems over the same records: how far their mean scores differ, and how sure that is.
 */
import { checkOptions } from "../checkOptions.ts";
import { checkColumns, type Interval, type IntervalOptions, intervalNames, meanInterval } from "./bootstrap.ts";
import { mean, standardDeviation } from "./describe.ts";
import { atOnce, drawsOf, inSteps, type ResampleOptions, type ResampleRun, resampledMeans, swapped } from "./draws.ts";
import { signFlipTest } from "./signFlip.ts";
import { hasNaN } from "./sums.ts";

/** Which of two systems is better, and how sure that is. NaN throughout where one of the scores is NaN. */
export interface Comparison extends Interval {
  /**
   * Estimate of the probability that the better system is none: the resamples in which the difference vanishes or changes sign, and
   * the values as they were given, out of all. At least 1 / (samples + 1): an event that was not drawn is rare, not impossible.
   */
  readonly pValue: number;
}

/** Two systems' mean scores, tested twice. */
export interface MeansCompared extends Comparison {
  /** Of all sign patterns for few records (`signFlipTest`), else of `approximateRandomisation`; `pValue` is the bootstrap's. */
  readonly randomisationPValue: number;
  /** Whether `randomisationPValue` is exact. */
  readonly isExact: boolean;
  /** The least `randomisationPValue` that so many records can give: 2 ** (1 - n), or 1 / (samples + 1) where it is not exact. */
  readonly leastPValue: number;
  /** The mean difference in standard deviations of the differences (Cohen's d of pairs); infinite where they do not vary. */
  readonly effectSize: number;
}

/** Up to as many records the sign patterns are counted, which then takes less than drawing them. */
const fewRecords = 20;

/** The share of `count` among so many samples, the values as given counted as one more. Source: Davison and Hinkley 1997, 4.11. */
const pValueOf = (count: number, samples: number): number => (count + 1) / (samples + 1);

const differencesOf = (left: ArrayLike<number>, right: ArrayLike<number>): Float64Array => {
  if (left.length !== right.length) {
    throw new RangeError(`Paired scores must be equally many: ${left.length} and ${right.length} are not.`);
  }
  if (left.length === 0) throw new RangeError("Nothing to compare: both lists of scores are empty.");
  const differences = new Float64Array(left.length);
  for (let at = 0; at < differences.length; at++) differences[at] = left[at]! - right[at]!;
  return differences;
};

const comparisonOf = (
  differences: Float64Array,
  sorted: Float64Array,
  tail: number,
  method?: IntervalOptions["method"],
): Comparison => {
  const interval = meanInterval(differences, sorted, tail, method);
  const direction = Math.sign(interval.estimate);
  const lost = sorted.filter((difference) => difference * direction <= 0).length;
  return { ...interval, pValue: hasNaN(differences) ? Number.NaN : pValueOf(lost, sorted.length) };
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
  options: ResampleOptions & IntervalOptions = {},
): Comparison => {
  checkOptions("pairedBootstrap", options, intervalNames);
  const differences = differencesOf(left, right);
  const { samples, random, tail } = drawsOf(options);
  const [sorted] = atOnce(resampledMeans([differences], samples, random));
  return comparisonOf(differences, sorted!, tail, options.method);
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
  checkOptions("approximateRandomisation", options, { samples: true, seed: true });
  const differences = differencesOf(left, right);
  const { samples, random } = drawsOf(options);
  const [asLarge] = atOnce(swapped([differences], samples, random));
  const pValue = hasNaN(differences) ? Number.NaN : pValueOf(asLarge!, samples);
  return { difference: mean(differences), pValue };
};

/**
 * Two systems compared by several metrics over the same records, in steps: for each what `pairedBootstrap` gives and, beside it, what
 * `approximateRandomisation` or for at most 20 records `signFlipTest` does; the draws are shared. Several metrics at once call for an
 * adjustment of the p values: see `holm`.
 *
 * @param pairs the scores of each metric, of one system and of the other, record by record
 * @param options `onSample` counts the draws of both tests, twice `samples` in all
 * @throws RangeError when lists are empty or not equally long, or options make no sense; what `onSample` throws
 * @example
 * ```ts
 * import { compareMeans } from "@evalwire/metrics/stats"
 *
 * const [compared] = await compareMeans([[[0.9, 0.8, 0.7], [0.9, 0.8, 0.7]]])
 * compared!.randomisationPValue // => 1
 * compared!.leastPValue // => 0.25
 * ```
 */
export const compareMeans = async (
  pairs: ReadonlyArray<readonly [left: ArrayLike<number>, right: ArrayLike<number>]>,
  options: ResampleRun & IntervalOptions = {},
): Promise<ReadonlyArray<MeansCompared>> => {
  checkOptions("compareMeans", options, runNames);
  return tested(
    pairs.map(([left, right]) => differencesOf(left, right)),
    options,
  );
};

/**
 * `compareMeans` of differences that are known already: nothing is copied.
 *
 * @param columns the differences of each metric, record by record
 * @throws RangeError when columns are empty or not equally long, or options make no sense; what `onSample` throws
 * @example
 * ```ts
 * import { compareDifferences } from "@evalwire/metrics/stats"
 *
 * const [compared] = await compareDifferences([Float64Array.of(0.5, 0.25, 0.75)])
 * compared!.estimate // => 0.5
 * compared!.randomisationPValue // => 0.25
 * ```
 */
export const compareDifferences = async (
  columns: ReadonlyArray<Float64Array>,
  options: ResampleRun & IntervalOptions = {},
): Promise<ReadonlyArray<MeansCompared>> => {
  checkOptions("compareDifferences", options, runNames);
  if (columns.some(({ length }) => length === 0)) throw new RangeError("Nothing to compare: there are no differences.");
  return tested(columns, options);
};

const runNames = { ...intervalNames, onSample: true, batches: true } as const;

const tested = async (
  columns: ReadonlyArray<Float64Array>,
  options: ResampleRun & IntervalOptions,
): Promise<ReadonlyArray<MeansCompared>> => {
  checkColumns(columns);
  const { samples, random, tail, batches } = drawsOf(options);
  const { onSample } = options;
  const means = await inSteps(resampledMeans(columns, samples, random, batches), 2 * samples, onSample);
  const rows = columns[0]?.length ?? 0;
  const isExact = rows <= fewRecords;
  const swaps = swapped(columns, isExact ? 0 : samples, drawsOf(options).random, batches);
  const asLarge = await inSteps(swaps, 2 * samples, (drawn, all) => onSample?.(samples + drawn, all));
  if (isExact) await onSample?.(2 * samples, 2 * samples);
  return columns.map((differences, column) => {
    const drawn = hasNaN(differences) ? Number.NaN : pValueOf(asLarge[column]!, samples);
    return {
      ...comparisonOf(differences, means[column]!, tail, options.method),
      randomisationPValue: isExact ? signFlipTest(differences).pValue : drawn,
      isExact,
      leastPValue: isExact ? 2 ** (1 - rows) : 1 / (samples + 1),
      effectSize: mean(differences) / standardDeviation(differences),
    };
  });
};
