/** Krippendorff's alpha, in memory linear in the ratings. */
import { checkOptions } from "../checkOptions.ts";
import { isNaNRating, placesOf, type Rating } from "./agreement.ts";
import { scaled, sum } from "./sums.ts";

/** How far apart two ratings are. */
export type Level = "nominal" | "ordinal" | "interval" | "ratio";

/** The kind of ratings. */
export interface AlphaOptions {
  /**
   * Whether ratings are categories (`nominal`, default), ranks (`ordinal`), numbers with meaningful differences (`interval`), or
   * numbers with a meaningful zero (`ratio`).
   */
  readonly level?: Level | undefined;
  /** For `ordinal`: all steps of the scale in their order, which then need not be numbers. Default: the ratings, sorted. */
  readonly labels?: ReadonlyArray<Rating> | undefined;
}

const optionNames: Record<keyof AlphaOptions, true> = { level: true, labels: true };

/** How often a value occurs. */
interface Weighed {
  readonly value: number;
  readonly count: number;
}

/** Σ over all ordered pairs of different values of the squared difference, times both counts. */
const squaredDifferences = (values: ReadonlyArray<Weighed>): number => {
  const all = sum(values.map(({ count }) => count));
  const middle = sum(values.map(({ value, count }) => value * count)) / all;
  return 2 * all * sum(values.map(({ value, count }) => count * (value - middle) ** 2));
};

/** More different values than these are not compared one by one. */
const fewValues = 2000;

const ratioOf = (one: number, other: number): number => {
  const both = one + other;
  // Two of the largest numbers have no sum of their own.
  return Number.isFinite(both) ? ((one - other) / both) ** 2 : ((one / 2 - other / 2) / (one / 2 + other / 2)) ** 2;
};

const pairwiseRatios = (values: ReadonlyArray<Weighed>): number => {
  let total = 0;
  values.forEach((one, at) => {
    let row = 0;
    for (let next = at + 1; next < values.length; next++) {
      row += values[next]!.count * ratioOf(one.value, values[next]!.value);
    }
    total += one.count * row;
  });
  return 2 * total;
};

/** Values v with tv below this, or above that, leave every sum as it is: each value costs a fixed number of steps, for any range. */
const negligible = 1e-20;
const vanished = 100;

/**
 * The same for many positive values, without pairs: ((a - b) / (a + b))² = 1 - 4ab / (a + b)², and 1 / (a + b)² is the integral of
 * t e^(-t (a + b)) over t > 0, so that one sum over the values at each t serves all pairs. By the trapezoidal rule over ln t, whose
 * error at this step is below rounding.
 */
const integratedRatios = (values: ReadonlyArray<Weighed>): number => {
  const all = sum(values.map(({ count }) => count));
  const [least, most] = [values[0]!.value, values.at(-1)!.value];
  const step = 1 / 4;
  const from = Math.log(1e-10) - Math.log(most);
  const nodes = Math.ceil((Math.log(50) - Math.log(least) - from) / step);
  const terms = new Float64Array(nodes);
  const sizes = Float64Array.from(values, ({ value }) => value);
  const counts = Float64Array.from(values, ({ count }) => count);
  // Of the values in rising order, those from `low` and below `high` are the ones that change a sum at the current t.
  let low = sizes.length;
  let high = sizes.length;
  for (let node = 0; node < nodes; node++) {
    // t itself may be out of range: its root is not.
    const root = Math.exp((from + node * step) / 2);
    while (low > 0 && sizes[low - 1]! * root * root > negligible) low--;
    while (high > 0 && sizes[high - 1]! * root * root > vanished) high--;
    let sums = 0;
    for (let at = low; at < high; at++) {
      const product = sizes[at]! * root * root;
      sums += counts[at]! * product * Math.exp(-product);
    }
    terms[node] = sums * sums;
  }
  return all * all - 4 * step * sum(terms);
};

/** Σ over all ordered pairs of different values of the squared ratio of difference and sum, times both counts. */
const squaredRatios = (values: ReadonlyArray<Weighed>): number => {
  const sorted = values.toSorted((one, other) => one.value - other.value);
  if (sorted.length <= fewValues || sorted[0]!.value < 0) return pairwiseRatios(sorted);
  const zeros = sorted[0]!.value === 0 ? sorted[0]!.count : 0;
  const positive = zeros > 0 ? sorted.slice(1) : sorted;
  // A zero is as far from everything else as can be.
  return integratedRatios(positive) + 2 * zeros * sum(positive.map(({ count }) => count));
};

const differences = (level: Level, values: ReadonlyArray<Weighed>): number => {
  if (level === "ratio") return squaredRatios(values);
  if (level !== "nominal") return squaredDifferences(values);
  return sum(values.map(({ count }) => count)) ** 2 - sum(values.map(({ count }) => count ** 2));
};

const countsOf = (ratings: Iterable<Rating>): Map<Rating, number> => {
  const counts = new Map<Rating, number>();
  for (const rating of ratings) counts.set(rating, (counts.get(rating) ?? 0) + 1);
  return counts;
};

/** The value that stands for each rating in differences; at ordinal level the mean rank, so that ranks between two count half their own. */
const valuesOf = (level: Level, totals: ReadonlyMap<Rating, number>, labels: AlphaOptions["labels"]) => {
  if (level === "nominal") return new Map(Array.from(totals.keys(), (rating, place) => [rating, place]));
  const isScaled = level === "ordinal" && labels !== undefined;
  for (const rating of totals.keys()) {
    if (!isScaled && typeof rating !== "number")
      throw new TypeError(`Ratings at ${level} level must be numbers; ${JSON.stringify(rating)} is not.`);
  }
  if (level === "ratio") return new Map(Array.from(totals.keys(), (rating) => [rating, rating as number]));
  if (level === "interval") {
    // Alpha is the same from any origin and on any scale: on this one squares neither vanish nor overflow.
    const given = scaled(Float64Array.from(totals.keys() as Iterable<number>));
    const offsets = scaled(given.map((value) => value - given[0]!));
    return new Map(Array.from(totals.keys(), (rating, place) => [rating, offsets[place]!]));
  }
  const values = new Map<Rating, number>();
  let below = 0;
  for (const rating of placesOf(new Set(totals.keys()), labels).keys()) {
    const count = totals.get(rating) ?? 0;
    values.set(rating, below + count / 2);
    below += count;
  }
  return values;
};

/**
 * Krippendorff's alpha of any number of annotators, with gaps. NaN where only one category was ever used, and where a rating is NaN.
 *
 * Source: Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability".
 *
 * @param units the ratings of each item; `undefined` or `null` is a gap, and items with fewer than two ratings do not count
 * @throws TypeError when a rating is not a number at another level than `nominal`, or `ordinal` with labels; RangeError when a rating
 * is not among the labels
 * @example
 * ```ts
 * import { krippendorffAlpha } from "@evalwire/metrics/stats"
 *
 * krippendorffAlpha([[1, 1], [2, 2], [3, null]], { level: "ordinal" }) // => 1
 * const scale = { level: "ordinal", labels: ["low", "mid", "high"] } as const
 * krippendorffAlpha([["low", "low"], ["high", "high"], ["mid", "high"]], scale).toFixed(4) // => "0.7778"
 * ```
 */
export const krippendorffAlpha = (
  units: ReadonlyArray<ReadonlyArray<Rating | null | undefined>>,
  options: AlphaOptions = {},
): number => {
  checkOptions("krippendorffAlpha", options, optionNames);
  const { level = "nominal", labels } = options;
  const rated = units
    .map((unit) => unit.filter((rating) => rating !== null && rating !== undefined))
    .filter((unit) => unit.length > 1);
  if (rated.some((unit) => unit.some(isNaNRating))) return Number.NaN;
  const totals = countsOf(rated.flat());
  if (totals.size < 2) return Number.NaN;
  const values = valuesOf(level, totals, labels);
  const weighed = (counts: ReadonlyMap<Rating, number>) =>
    Array.from(counts, ([rating, count]) => ({ value: values.get(rating)!, count }));
  const within = (unit: ReadonlyArray<Rating>): number => {
    const [one, other] = unit as readonly [Rating, Rating];
    if (unit.length > 2) return differences(level, weighed(countsOf(unit))) / (unit.length - 1);
    // Two annotators are the most usual; there may be a great many items.
    if (one === other) return 0;
    return differences(level, [
      { value: values.get(one)!, count: 1 },
      { value: values.get(other)!, count: 1 },
    ]);
  };
  const observed = sum(rated.map(within));
  const all = sum([...totals.values()]);
  return 1 - (observed * (all - 1)) / differences(level, weighed(totals));
};
