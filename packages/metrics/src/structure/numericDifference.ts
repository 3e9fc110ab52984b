/** Numbers compared by size, however they are written. */

import { checkOptions } from "../checkOptions.ts";
import { checkText } from "../Pairs.ts";

/** How close two numbers have to be. */
export interface NumericOptions {
  /** A difference up to this counts as none; at least 0, default 0. */
  readonly tolerance?: number | undefined;
}

const optionNames: Record<keyof NumericOptions, true> = { tolerance: true };

/** How close two numbers are. */
export interface NumericScore {
  /** 1 - |a - b| / (|a| + |b|), in [0, 1]; 1 for equal numbers and within the tolerance, 0 where one text is no number. */
  readonly score: number;
  /** |a - b|; NaN where one text is no number. */
  readonly difference: number;
  readonly signature: string;
}

/** A number and nothing else, with blanks around it: `1`, `-2.50`, `1e3`, `1,234.5`. Anything else is NaN. */
export const numberIn = (text: string): number => {
  const trimmed = text.trim();
  const isGrouped = /^[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(trimmed);
  const plain = isGrouped ? trimmed.replaceAll(",", "") : trimmed;
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
};

/** Scaled first: a sum of two large numbers may overflow, a quotient of two small ones lose its digits. */
export const closeness = (one: number, other: number): number => {
  const most = Math.max(Math.abs(one), Math.abs(other));
  if (one === other) return 1;
  if (!(most < Number.POSITIVE_INFINITY)) return 0;
  const [a, b] = [one / most, other / most];
  return 1 - Math.abs(a - b) / (Math.abs(a) + Math.abs(b));
};

/**
 * How close the number in the candidate is to the one in the reference, relative to their size.
 *
 * Source: autoevals `NumericDiff`.
 *
 * @throws RangeError when the tolerance is below 0 or NaN
 * @example
 * ```ts
 * import { numericDifference } from "@evalwire/metrics/extended"
 *
 * numericDifference("1,100", "900").score // => 0.9
 * numericDifference("about 3", "3").score // => 0
 * ```
 */
export const numericDifference = (candidate: string, reference: string, options: NumericOptions = {}): NumericScore => {
  checkOptions("numericDifference", options, optionNames);
  checkText(candidate, "candidate");
  checkText(reference);
  const { tolerance = 0 } = options;
  if (!(tolerance >= 0)) throw new RangeError(`tolerance must be a number from 0, not ${tolerance}`);
  const [one, other] = [numberIn(candidate), numberIn(reference)];
  const difference = one === other ? 0 : Math.abs(one - other);
  const score = Number.isNaN(difference) ? 0 : difference <= tolerance ? 1 : closeness(one, other);
  return { score, difference, signature: `numeric_difference|of:relative|tolerance:${tolerance}` };
};
