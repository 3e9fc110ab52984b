/** How sure a statistic is: intervals from drawing the records again and again. */
import { checkOptions } from "../checkOptions.ts";
import { countOf, decoded, meanOf, type Values } from "./coded.ts";
import { mean, quantileOfSorted } from "./describe.ts";
import { drawsOf, inSteps, type ResampleOptions, type ResampleRun, resampled, resampledMeans } from "./draws.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { centred, dot, hasNaN, sum } from "./sums.ts";

/** An estimate and what it is likely to lie between; NaN and NaN where fewer than two values leave that open. */
export interface Interval {
  /** Of the values as given. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Which interval is made of the resamples. */
export interface IntervalOptions {
  /**
   * `percentile` (default): what lies between two quantiles of the resamples. `basic`: the same, mirrored at the estimate. `bca`:
   * quantiles corrected for bias and skew, NaN where the values do not vary.
   */
  readonly method?: "percentile" | "basic" | "bca" | undefined;
}

/** @internal */
export const intervalNames = { samples: true, seed: true, confidence: true, method: true } as const;

const open = (estimate: number): Interval => ({ estimate, low: Number.NaN, high: Number.NaN });

/**
 * The interval that resamples of a statistic give.
 *
 * @param sorted the resampled statistics, in rising order
 * @param acceleration for `bca`: a sixth of the skew of the jackknifed statistic
 */
export const intervalOf = (
  estimate: number,
  sorted: Float64Array,
  tail: number,
  method: IntervalOptions["method"] = "percentile",
  acceleration = 0,
): Interval => {
  const at = (probability: number) => quantileOfSorted(sorted, probability);
  if (method === "percentile") return { estimate, low: at(tail), high: at(1 - tail) };
  if (method === "basic") return { estimate, low: 2 * estimate - at(1 - tail), high: 2 * estimate - at(tail) };
  const below = sorted.reduce((count, value) => count + (value < estimate ? 1 : 0), 0);
  const notAbove = sorted.reduce((count, value) => count + (value <= estimate ? 1 : 0), 0);
  const bias = normalQuantile((below + notAbove) / (2 * sorted.length));
  const corrected = (probability: number): number => {
    const shifted = bias + normalQuantile(probability);
    const place = normalCdf(bias + shifted / (1 - acceleration * shifted));
    return Number.isNaN(place) || !Number.isFinite(bias) ? Number.NaN : at(place);
  };
  return { estimate, low: corrected(tail), high: corrected(1 - tail) };
};

/** A sixth of the skew of what is left of each value beside the mean; NaN where they do not vary. */
export const accelerationOf = (values: ArrayLike<number>): number => {
  const rest = centred(values);
  if (rest === undefined) return Number.NaN;
  return sum(rest.map((one) => one ** 3)) / (6 * dot(rest, rest) ** 1.5);
};

/** The same of any statistic, left without one value at a time. */
const jackknifed = (values: ArrayLike<number>, statistic: (values: Float64Array) => number): number => {
  const all = Float64Array.from(values);
  const rest = new Float64Array(all.length - 1);
  const statistics = Float64Array.from(all, (_, left) => {
    rest.set(all.subarray(0, left));
    rest.set(all.subarray(left + 1), left);
    return -statistic(rest);
  });
  return accelerationOf(statistics);
};

/**
 * Bootstrap interval of a statistic, the mean unless another is given. All NaN for an empty list or one with NaN in it; without an
 * interval for a single value.
 *
 * Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapters 13 and 14.
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
  options: ResampleOptions &
    IntervalOptions & { readonly statistic?: ((values: ArrayLike<number>) => number) | undefined } = {},
): Interval => {
  checkOptions("bootstrapInterval", options, { ...intervalNames, statistic: true });
  const { statistic = mean, method } = options;
  const { samples, random, tail } = drawsOf(options);
  if (values.length === 0 || hasNaN(values)) return open(Number.NaN);
  const estimate = statistic(values);
  if (values.length === 1) return open(estimate);
  const isMean = statistic === mean;
  const acceleration = method !== "bca" ? 0 : isMean ? accelerationOf(values) : jackknifed(values, statistic);
  return intervalOf(estimate, resampled(values, statistic, samples, random), tail, method, acceleration);
};

/** @throws RangeError when not all columns are equally long */
export const checkColumns = (columns: ReadonlyArray<Values>): void => {
  const lengths = new Set(columns.map(countOf));
  if (lengths.size > 1) throw new RangeError(`Columns must be equally long: ${[...lengths].join(" and ")} are not.`);
};

/** The interval of a mean from its resamples. */
export const meanInterval = (
  values: Values,
  sorted: Float64Array,
  tail: number,
  method?: IntervalOptions["method"],
): Interval => {
  const estimate = meanOf(values);
  if (countOf(values) < 2 || Number.isNaN(estimate)) return open(estimate);
  return intervalOf(estimate, sorted, tail, method, method === "bca" ? accelerationOf(decoded(values)) : 0);
};

/**
 * The bootstrap intervals of the means of several metrics over the same records, in steps: each is what `bootstrapInterval` gives, and
 * the draws are shared. With `batches` the time does not grow with the records.
 *
 * @param columns the scores of each metric, record by record; by codes they are read where they are
 * @throws RangeError when the columns are not equally long, or an option makes no sense; what `onSample` throws
 * @example
 * ```ts
 * import { bootstrapIntervals } from "@evalwire/metrics/stats"
 *
 * await bootstrapIntervals([[1, 1], [2, 2]]) // => [{ estimate: 1, low: 1, high: 1 }, { estimate: 2, low: 2, high: 2 }]
 * ```
 */
export const bootstrapIntervals = async (
  columns: ReadonlyArray<Values>,
  options: ResampleRun & IntervalOptions = {},
): Promise<ReadonlyArray<Interval>> => {
  checkOptions("bootstrapIntervals", options, { ...intervalNames, onSample: true, batches: true });
  checkColumns(columns);
  const { samples, random, tail, batches } = drawsOf(options);
  if (columns[0] === undefined || countOf(columns[0]) === 0) return columns.map(() => open(Number.NaN));
  const means = await inSteps(resampledMeans(columns, samples, random, batches), samples, options.onSample);
  return columns.map((values, column) => meanInterval(values, means[column]!, tail, options.method));
};
