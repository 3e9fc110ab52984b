/**
 * Levenshtein distance over code points, 32 cells at a time.
 *
 * Takes time proportional to the product of the lengths (over 32), after the common start and end are cut off.
 *
 * Source: Myers 1999, "A fast bit-vector algorithm for approximate string matching based on dynamic programming", JACM 46, in
 * blocks as Hyyrö 2003 gives it.
 */
import { checkText } from "../Pairs.ts";
import { codePoints } from "../tokenize/codePoints.ts";
import { masksOf, trimmed } from "./masks.ts";

/** A distance in edits and the similarity made of it. */
export interface EditScore {
  /** Fewest edits that turn one text into the other. */
  readonly distance: number;
  /** In [0, 1]; 1 for equal texts. */
  readonly score: number;
  /** The choices behind the number, in one line. */
  readonly signature: string;
}

const distanceOf = (left: Int32Array, right: Int32Array): number => {
  const [pattern, text] = trimmed(left, right);
  if (pattern.length === 0) return text.length;
  const masks = masksOf(pattern);
  const blocks = (pattern.length + 31) >>> 5;
  const none = new Int32Array(blocks);
  // Bit i: the cell below is one more (plus), or one less (minus), than the cell above it.
  const plus = new Int32Array(blocks).fill(-1);
  const minus = new Int32Array(blocks);
  const bottom = 1 << ((pattern.length - 1) & 31);
  let distance = pattern.length;
  for (const point of text) {
    const mask = masks.get(point) ?? none;
    // Difference that enters a block from above: the first row grows by one per column.
    let rises = 1;
    let falls = 0;
    for (let block = 0; block < blocks; block++) {
      const up = plus[block]!;
      const down = minus[block]!;
      const equal = mask[block]!;
      const vertical = equal | down;
      const entered = equal | falls;
      const horizontal = (((entered & up) + up) ^ up) | entered;
      let right1 = down | ~(horizontal | up);
      let left1 = up & horizontal;
      const last = block === blocks - 1 ? bottom : 1 << 31;
      const nextRises = (right1 & last) === 0 ? 0 : 1;
      const nextFalls = (left1 & last) === 0 ? 0 : 1;
      right1 = (right1 << 1) | rises;
      left1 = (left1 << 1) | falls;
      plus[block] = left1 | ~(vertical | right1);
      minus[block] = right1 & vertical;
      rises = nextRises;
      falls = nextFalls;
    }
    distance += rises - falls;
  }
  return distance;
};

/**
 * Levenshtein distance (insertions, deletions and substitutions of code points), and 1 - distance / longer length; two empty texts
 * are equal.
 *
 * @example
 * ```ts
 * import { levenshtein } from "@evalwire/metrics/extended"
 *
 * levenshtein("kitten", "sitting").distance // => 3
 * ```
 */
export const levenshtein = (candidate: string, reference: string): EditScore => {
  checkText(candidate, "candidate");
  checkText(reference);
  const left = codePoints(candidate);
  const right = codePoints(reference);
  const distance = distanceOf(left, right);
  const longer = Math.max(left.length, right.length);
  return {
    distance,
    score: longer === 0 ? 1 : 1 - distance / longer,
    signature: "levenshtein|case:mixed|unit:codepoint",
  };
};
