/** Sums that keep what rounding would lose, and scales on which nothing underflows. */

/**
 * The sum of some numbers, with the rounding errors of its steps added up beside it: ten times 0.1 is 1. Infinite or NaN where plain
 * addition is.
 *
 * Source: Neumaier 1974, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen".
 *
 * @example
 * ```ts
 * import { sum } from "@evalwire/metrics/stats"
 *
 * sum([1, 1e100, 1, -1e100]) // => 2
 * ```
 */
export const sum = (values: ArrayLike<number>): number => {
  let total = 0;
  let lost = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return Number.isFinite(total) ? total + lost : total;
};

/** `sum` of as many terms, which need not be in a list. */
export const sumOf = (count: number, term: (at: number) => number): number => {
  let total = 0;
  let lost = 0;
  for (let at = 0; at < count; at++) {
    const value = term(at);
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return Number.isFinite(total) ? total + lost : total;
};

/** Whether one of the values is NaN: then no statistic of them means anything. */
export const hasNaN = (values: ArrayLike<number>): boolean => {
  for (let at = 0; at < values.length; at++) if (Number.isNaN(values[at]!)) return true;
  return false;
};

const largest = (values: ArrayLike<number>): number => {
  let most = 0;
  for (let at = 0; at < values.length; at++) most = Math.max(most, Math.abs(values[at]!));
  return most;
};

/** The values times a power of two that brings the largest near 1: exact, and their squares neither vanish nor overflow. */
export const scaled = (values: Float64Array): Float64Array => {
  const most = largest(values);
  if (!(most > 0 && most < Number.POSITIVE_INFINITY)) return values;
  const exponent = -Math.floor(Math.log2(most));
  // Twice half the way: a single power of two may be out of range.
  const half = 2 ** Math.trunc(exponent / 2);
  const rest = 2 ** (exponent - Math.trunc(exponent / 2));
  return values.map((value) => value * half * rest);
};

/** The values less their mean, on a scale of their own; `undefined` when they do not vary. */
export const centred = (values: ArrayLike<number>): Float64Array | undefined => {
  const given = scaled(Float64Array.from(values));
  const first = given[0] ?? 0;
  if (given.every((value) => value === first)) return undefined;
  // Differences from one of them lose nothing where all are close together.
  const offsets = scaled(given.map((value) => value - first));
  const middle = sum(offsets) / offsets.length;
  return scaled(offsets.map((offset) => offset - middle));
};

/** The sum of products. */
export const dot = (left: Float64Array, right: Float64Array): number =>
  sum(left.map((value, at) => value * right[at]!));
