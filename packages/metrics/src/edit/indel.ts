/**
 * Indel distance and ratio over code points: what is left to insert and delete around a longest common subsequence.
 *
 * Takes time proportional to the product of the lengths (over 32), after the common start and end are cut off.
 *
 * Source: python-Levenshtein 0.12.2 `ratio`; Hyyrö 2004, "Bit-parallel LCS-length computation revisited".
 */
import { codePoints } from "../tokenize/codePoints.ts";
import type { EditScore } from "./levenshtein.ts";
import { masksOf, trimmed } from "./masks.ts";

/** Length of a longest common subsequence. A zero bit is a place of the pattern where it has grown. */
const commonLength = (pattern: Int32Array, text: Int32Array): number => {
  const masks = masksOf(pattern);
  const state = new Int32Array((pattern.length + 31) >>> 5).fill(-1);
  for (const point of text) {
    const mask = masks.get(point);
    if (mask === undefined) continue;
    let carry = 0;
    for (let block = 0; block < state.length; block++) {
      const ones = state[block]!;
      const met = ones & mask[block]!;
      const sum = (ones + met + carry) | 0;
      carry = (met | (ones & ~sum)) >>> 31;
      state[block] = sum | (ones ^ met);
    }
  }
  let length = 0;
  for (const ones of state) for (let zeros = ~ones; zeros !== 0; zeros &= zeros - 1) length++;
  return length;
};

/**
 * Indel distance (insertions and deletions of code points), and 1 - distance / sum of the lengths; two empty texts are equal.
 *
 * @example
 * ```ts
 * import { indel } from "@evalwire/metrics"
 *
 * indel("abcd", "bcde").score // => 0.75
 * ```
 */
export const indel = (candidate: string, reference: string): EditScore => {
  const left = codePoints(candidate);
  const right = codePoints(reference);
  const [pattern, text] = trimmed(left, right);
  const sum = left.length + right.length;
  const distance = pattern.length + text.length - 2 * commonLength(pattern, text);
  return { distance, score: sum === 0 ? 1 : (sum - distance) / sum, signature: "indel|case:mixed|unit:codepoint" };
};
