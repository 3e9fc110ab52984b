/** The exact test that a mean difference is none: of all ways to swap the two systems record by record, how many differ as much. */
import { leastAsLarge } from "./draws.ts";
import { hasNaN, sum } from "./sums.ts";

/** An exact two-sided test of paired differences. */
export interface SignFlip {
  /** Sign patterns whose mean is at least as far from 0 as the one observed, which is among them. */
  readonly asLarge: number;
  /** All sign patterns, 2 ** n. */
  readonly all: number;
  /** asLarge / all: with n pairs never below 2 ** (1 - n). */
  readonly pValue: number;
}

/** More records than these have too many patterns. */
export const mostExact = 40;

/** All sums of the differences with either sign, in rising order. */
const signedSums = (differences: Float64Array): Float64Array => {
  let sums = new Float64Array(1);
  for (const difference of differences) {
    const size = Math.abs(difference);
    const next = new Float64Array(2 * sums.length);
    // Both halves rise: they are merged.
    let low = 0;
    for (let at = 0; at < next.length; at++) {
      const high = at - low;
      const takesLow = high >= sums.length || (low < sums.length && sums[low]! - size <= sums[high]! + size);
      next[at] = takesLow ? sums[low]! - size : sums[high]! + size;
      if (takesLow) low++;
    }
    sums = next;
  }
  return sums;
};

/**
 * Exact sign-flip test of paired differences, for at most 40 records: time and memory grow with 2 ** (n / 2).
 *
 * Source: Fisher 1935, "The Design of Experiments", section 21; Horowitz and Sahni 1974 for counting by halves.
 *
 * @throws RangeError when there are no differences, or more than 40
 * @example
 * ```ts
 * import { signFlipTest } from "@evalwire/metrics/stats"
 *
 * signFlipTest([0.1, 0.2, 0.3]) // => { asLarge: 2, all: 8, pValue: 0.25 }
 * ```
 */
export const signFlipTest = (differences: ArrayLike<number>): SignFlip => {
  const count = differences.length;
  if (count < 1 || count > mostExact)
    throw new RangeError(`An exact sign-flip test takes 1 to ${mostExact} differences, not ${count}.`);
  const all = 2 ** count;
  if (hasNaN(differences)) return { asLarge: Number.NaN, all, pValue: Number.NaN };
  const given = Float64Array.from(differences);
  const enough = leastAsLarge(given);
  // Less than rounding: every pattern is as large.
  if (!(enough > 0) || sum(given) === 0) return { asLarge: all, all, pValue: 1 };
  const [one, other] = [signedSums(given.subarray(0, count >> 1)), signedSums(given.subarray(count >> 1))];
  let asLarge = 0;
  // For each sum of one half, rising, those of the other that reach what is left begin further and further down.
  let from = other.length;
  for (const half of one) {
    while (from > 0 && half + other[from - 1]! >= enough) from--;
    asLarge += other.length - from;
  }
  // As many are as far below 0.
  return { asLarge: 2 * asLarge, all, pValue: (2 * asLarge) / all };
};
