/**
 * Indel distance and ratio over code points: what is left to insert and delete around a longest common subsequence.
 *
 * Takes time proportional to the product of the lengths (over 32), after the common start and end are cut off.
 *
 * Source: python-Levenshtein 0.12.2 `ratio`; Hyyrö 2004, "Bit-parallel LCS-length computation revisited".
 */

import { lcs } from "../kernel/lcs.ts";
import { checkText } from "../Pairs.ts";
import { codePoints } from "../tokenize/codePoints.ts";
import type { EditScore } from "./levenshtein.ts";
import { trimmed } from "./masks.ts";

const sequence = (points: Int32Array) => ({ ids: points, length: points.length });

const boundOf = (points: Int32Array): number => points.reduce((bound, point) => Math.max(bound, point + 1), 0);

/**
 * Indel distance (insertions and deletions of code points), and 1 - distance / sum of the lengths; two empty texts are equal.
 *
 * @example
 * ```ts
 * import { indel } from "@evalwire/metrics/extended"
 *
 * indel("abcd", "bcde").score // => 0.75
 * ```
 */
export const indel = (candidate: string, reference: string): EditScore => {
  checkText(candidate, "candidate");
  checkText(reference);
  const left = codePoints(candidate);
  const right = codePoints(reference);
  const [pattern, text] = trimmed(left, right);
  const sum = left.length + right.length;
  const size = Math.max(boundOf(pattern), boundOf(text));
  const distance = pattern.length + text.length - 2 * lcs(sequence(pattern), sequence(text), size);
  return { distance, score: sum === 0 ? 1 : (sum - distance) / sum, signature: "indel|case:mixed|unit:codepoint" };
};
