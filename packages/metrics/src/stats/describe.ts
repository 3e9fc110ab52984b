/** Summary of a list of scores. An empty list has no mean and no quantile, nor has one with NaN in it: they are NaN. */
import { atRanks } from "./atRanks.ts";
import { codedAtRanks, decoded, isCoded, isWorthCounting, type Values } from "./coded.ts";
import { hasNaN, sum, sumOf } from "./sums.ts";

/**
 * Arithmetic mean; NaN for an empty list.
 *
 * @example
 * ```ts
 * import { mean } from "@evalwire/metrics/stats"
 *
 * mean([1, 2, 6]) // => 3
 * ```
 */
export const mean = (values: ArrayLike<number>): number =>
  values.length === 0 ? Number.NaN : sum(values) / values.length;

/**
 * Standard deviation of a sample (divided by n - 1); NaN for fewer than two values.
 *
 * @example
 * ```ts
 * import { standardDeviation } from "@evalwire/metrics/stats"
 *
 * standardDeviation([2, 4, 4, 4, 5, 5, 7, 9]).toFixed(4) // => "2.1381"
 * ```
 */
export const standardDeviation = (values: ArrayLike<number>): number => {
  if (values.length < 2) return Number.NaN;
  // Differences from one of the values keep the digits that a large offset would cost.
  const first = values[0]!;
  const count = values.length;
  // Nothing is copied: a million numbers take eight megabytes.
  const centre = sumOf(count, (at) => values[at]! - first) / count;
  return Math.sqrt(sumOf(count, (at) => (values[at]! - first - centre) ** 2) / (count - 1));
};

/** The quantile of sorted values at this probability, on the line between its two neighbours, from the nearer one as numpy does. */
export const quantileOfSorted = (sorted: ArrayLike<number>, probability: number): number => {
  if (sorted.length === 0) return Number.NaN;
  const { below, above, rest } = neighbours(sorted.length, probability);
  return between(sorted[below]!, sorted[above]!, rest);
};

/** The places of a quantile's neighbours among so many sorted values, and how far it lies behind the first, from 0 to 1. */
const neighbours = (count: number, probability: number) => {
  const place = (count - 1) * probability;
  const below = Math.floor(place);
  return { below, above: Math.min(below + 1, count - 1), rest: place - below };
};

const between = (low: number, high: number, rest: number): number => {
  return rest < 0.5 ? low + (high - low) * rest : high - (high - low) * (1 - rest);
};

/**
 * Quantiles by linear interpolation between the two nearest values, as numpy's default; NaN for an empty list, or one with NaN.
 *
 * Source: Hyndman and Fan 1996, "Sample Quantiles in Statistical Packages", type 7.
 *
 * @param probabilities each in [0, 1]
 * @throws RangeError when a probability lies outside [0, 1]
 * @example
 * ```ts
 * import { quantiles } from "@evalwire/metrics/stats"
 *
 * quantiles([4, 1, 3, 2], [0, 0.5, 1]) // => [1, 2.5, 4]
 * ```
 */
export const quantiles = (values: Values, probabilities: ReadonlyArray<number>): Array<number> => {
  if (isCoded(values) && isWorthCounting(values)) {
    return ofRanks(values.codes.length, probabilities, (ranks) => codedAtRanks(values, ranks));
  }
  const list = decoded(values);
  if (hasNaN(list)) return quantilesOfSorted([Number.NaN], probabilities);
  if (list.length < worthBuckets) return quantilesOfSorted(new Float64Array(list).sort(), probabilities);
  return ofRanks(list.length, probabilities, (ranks) => atRanks(list, ranks));
};

/** @param find the values at some places of the rising order; `undefined` where one is NaN */
const ofRanks = (
  count: number,
  probabilities: ReadonlyArray<number>,
  find: (ranks: ReadonlyArray<number>) => ReadonlyMap<number, number> | undefined,
): Array<number> => {
  checkProbabilities(probabilities);
  const places = probabilities.map((probability) => neighbours(count, probability));
  const found = find([...new Set(places.flatMap(({ below, above }) => [below, above]))]);
  if (found === undefined) return probabilities.map(() => Number.NaN);
  return places.map(({ below, above, rest }) => between(found.get(below)!, found.get(above)!, rest));
};

/** Fewer values are sorted in less time. */
const worthBuckets = 10_000;

const checkProbabilities = (probabilities: ReadonlyArray<number>): void => {
  for (const probability of probabilities) {
    if (!(probability >= 0 && probability <= 1))
      throw new RangeError(`A quantile's probability must lie in [0, 1]; ${probability} does not.`);
  }
};

/**
 * `quantiles` of values that are in rising order already: nothing is copied.
 *
 * @throws RangeError when a probability lies outside [0, 1]
 * @example
 * ```ts
 * import { quantilesOfSorted } from "@evalwire/metrics/stats"
 *
 * quantilesOfSorted([1, 2, 3, 4], [0, 0.5, 1]) // => [1, 2.5, 4]
 * ```
 */
export const quantilesOfSorted = (sorted: ArrayLike<number>, probabilities: ReadonlyArray<number>): Array<number> => {
  checkProbabilities(probabilities);
  return probabilities.map((probability) => quantileOfSorted(sorted, probability));
};

/** How many values lie in each of equally wide bins. */
export interface Histogram {
  /** Borders of the bins, one more than there are bins. */
  readonly edges: ReadonlyArray<number>;
  /** Each bin holds its lower border, the last one its upper border too. */
  readonly counts: ReadonlyArray<number>;
  /** Values outside the range, NaN among them. */
  readonly outside: number;
}

/**
 * A histogram of equally wide bins.
 *
 * @param range default [0, 1], where most scores lie
 * @throws RangeError when `bins` is not a positive integer or the range is empty
 * @example
 * ```ts
 * import { histogram } from "@evalwire/metrics/stats"
 *
 * histogram([0, 0.1, 0.5, 1], { bins: 2 }).counts // => [2, 2]
 * ```
 */
export const histogram = (
  values: ArrayLike<number>,
  options: { readonly bins?: number; readonly range?: readonly [from: number, to: number] } = {},
): Histogram => {
  const { bins = 10, range = [0, 1] } = options;
  const [from, to] = range;
  if (!Number.isInteger(bins) || bins < 1)
    throw new RangeError(`A histogram needs a whole number of bins, not ${bins}.`);
  if (!(from < to)) throw new RangeError(`A histogram's range must rise; ${from} to ${to} does not.`);
  const edges = Array.from({ length: bins + 1 }, (_, at) => (at === bins ? to : from + ((to - from) * at) / bins));
  const counts = new Array<number>(bins).fill(0);
  let outside = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (!(value >= from && value <= to)) {
      outside++;
      continue;
    }
    let bin = Math.min(bins - 1, Math.floor(((value - from) / (to - from)) * bins));
    // The division may land one bin off where the value is a border.
    if (value < edges[bin]!) bin--;
    else if (bin < bins - 1 && value >= edges[bin + 1]!) bin++;
    counts[bin]!++;
  }
  return { edges, counts, outside };
};
