/**
 * How far two series go together, such as a metric and human ratings of the same records: in [-1, 1]; NaN when one of them does not
 * vary, has fewer than two values or has NaN among them.
 */
import { centred, dot, hasNaN } from "./sums.ts";

const checkPaired = (left: ArrayLike<number>, right: ArrayLike<number>): void => {
  if (left.length !== right.length) {
    throw new RangeError(`Correlated series must be equally long: ${left.length} and ${right.length} are not.`);
  }
};

/** A ratio of rounded sums may leave [-1, 1] by its last bits. */
const bounded = (value: number): number => Math.max(-1, Math.min(1, value));

/**
 * Pearson's correlation: how close to a straight line.
 *
 * @throws RangeError when the series are not equally long
 * @example
 * ```ts
 * import { pearson } from "@evalwire/metrics/stats"
 *
 * pearson([1, 2, 3], [2, 4, 6]) // => 1
 * ```
 */
export const pearson = (left: ArrayLike<number>, right: ArrayLike<number>): number => {
  checkPaired(left, right);
  const [x, y] = [centred(left), centred(right)];
  return x === undefined || y === undefined ? Number.NaN : bounded(dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y)));
};

/** Infinite values are equal to themselves, which their difference does not say. */
const byOrder = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Ranks from 1, ties sharing the mean of the ranks they take up; all NaN where one of the values is. */
export const ranks = (values: ArrayLike<number>): Float64Array => {
  if (hasNaN(values)) return new Float64Array(values.length).fill(Number.NaN);
  const order = Array.from({ length: values.length }, (_, at) => at).sort((a, b) => byOrder(values[a]!, values[b]!));
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let at = start; at < end; at++) result[order[at]!] = (start + end + 1) / 2;
    start = end;
  }
  return result;
};

/**
 * Spearman's rank correlation: Pearson's of the ranks, ties sharing their mean rank.
 *
 * @throws RangeError when the series are not equally long
 * @example
 * ```ts
 * import { spearman } from "@evalwire/metrics/stats"
 *
 * spearman([1, 10, 100], [3, 4, 9]) // => 1
 * ```
 */
export const spearman = (left: ArrayLike<number>, right: ArrayLike<number>): number => {
  checkPaired(left, right);
  return pearson(ranks(left), ranks(right));
};

/** Pairs within runs of equal values: Σ t (t - 1) / 2. */
const tiedPairs = (count: number, isEqual: (at: number) => boolean): number => {
  let pairs = 0;
  let run = 1;
  for (let at = 1; at <= count; at++) {
    if (at < count && isEqual(at)) {
      run++;
    } else {
      pairs += (run * (run - 1)) / 2;
      run = 1;
    }
  }
  return pairs;
};

/** Sorts in place and counts the exchanges of neighbours that needs: merge sort, O(n log n). */
const exchanges = (values: Float64Array, spare: Float64Array, start: number, end: number): number => {
  if (end - start < 2) return 0;
  const middle = (start + end) >> 1;
  let count = exchanges(values, spare, start, middle) + exchanges(values, spare, middle, end);
  spare.set(values.subarray(start, end), start);
  let [left, right] = [start, middle];
  for (let at = start; at < end; at++) {
    if (right >= end || (left < middle && spare[left]! <= spare[right]!)) {
      values[at] = spare[left++]!;
    } else {
      count += middle - left;
      values[at] = spare[right++]!;
    }
  }
  return count;
};

/**
 * Kendall's tau-b: agreement about the order of pairs, corrected for ties.
 *
 * Source: Kendall 1945, "The treatment of ties in ranking problems"; Knight 1966, in O(n log n).
 *
 * @throws RangeError when the series are not equally long
 * @example
 * ```ts
 * import { kendall } from "@evalwire/metrics/stats"
 *
 * kendall([1, 2, 3, 4], [1, 2, 4, 3]).toFixed(4) // => "0.6667"
 * ```
 */
export const kendall = (left: ArrayLike<number>, right: ArrayLike<number>): number => {
  checkPaired(left, right);
  if (hasNaN(left) || hasNaN(right)) return Number.NaN;
  const count = left.length;
  const order = Array.from({ length: count }, (_, at) => at).sort(
    (a, b) => byOrder(left[a]!, left[b]!) || byOrder(right[a]!, right[b]!),
  );
  const x = Float64Array.from(order, (at) => left[at]!);
  const y = Float64Array.from(order, (at) => right[at]!);
  const pairs = (count * (count - 1)) / 2;
  const tiedLeft = tiedPairs(count, (at) => x[at] === x[at - 1]);
  const tiedBoth = tiedPairs(count, (at) => x[at] === x[at - 1] && y[at] === y[at - 1]);
  const discordant = exchanges(y, new Float64Array(count), 0, count);
  const tiedRight = tiedPairs(count, (at) => y[at] === y[at - 1]);
  const concordance = pairs - tiedLeft - tiedRight + tiedBoth - 2 * discordant;
  return bounded(concordance / (Math.sqrt(pairs - tiedLeft) * Math.sqrt(pairs - tiedRight)));
};
