/**
 * Jaro and Jaro-Winkler similarity over code points, with RapidFuzz's numbers. Takes time linear in the texts.
 *
 * Characters are paired when they are equal and no further apart than half the longer text less one; a character of the second text
 * takes the earliest free equal one of the first. Half the paired characters that are out of order, rounded down, are transpositions.
 *
 * Source: RapidFuzz 3.14 `distance.Jaro`, `distance.JaroWinkler`; Jaro 1989, JASA 84; Winkler 1990, "String Comparator Metrics".
 */

import { checkOptions } from "../checkOptions.ts";
import { checkText } from "../Pairs.ts";
import { codePoints } from "../tokenize/codePoints.ts";

/** How much a common start counts. */
export interface JaroWinklerOptions {
  /** Weight of each common character among the first four: the share it adds of the rest to 1; from 0 to 0.25, default 0.1. */
  readonly prefixWeight?: number | undefined;
}

const optionNames: Record<keyof JaroWinklerOptions, true> = { prefixWeight: true };

/** A similarity and the choices behind it. */
export interface JaroScore {
  /** In [0, 1]; 1 for equal texts. */
  readonly score: number;
  readonly signature: string;
}

/** The characters of the second text that took one of the first, in order; the places they took are marked. */
const pairedOf = (first: Int32Array, second: Int32Array, isTaken: Uint8Array): ReadonlyArray<number> => {
  const places = new Map<number, { readonly at: Array<number>; next: number }>();
  first.forEach((point, at) => {
    const known = places.get(point);
    if (known === undefined) places.set(point, { at: [at], next: 0 });
    else known.at.push(at);
  });
  const reach = Math.max((Math.max(first.length, second.length) >> 1) - 1, 0);
  const paired: Array<number> = [];
  second.forEach((point, at) => {
    const same = places.get(point);
    if (same === undefined) return;
    while (same.next < same.at.length && same.at[same.next]! < at - reach) same.next++;
    const place = same.at[same.next];
    if (place === undefined || place > at + reach) return;
    isTaken[place] = 1;
    paired.push(point);
    same.next++;
  });
  return paired;
};

const similarity = (first: Int32Array, second: Int32Array): number => {
  if (first.length === 0 && second.length === 0) return 1;
  const isTaken = new Uint8Array(first.length);
  const paired = pairedOf(first, second, isTaken);
  const matches = paired.length;
  if (matches === 0) return 0;
  let seen = 0;
  let moved = 0;
  isTaken.forEach((taken, at) => {
    if (taken === 1 && first[at] !== paired[seen++]) moved++;
  });
  return (matches / first.length + matches / second.length + (matches - (moved >> 1)) / matches) / 3;
};

/**
 * Jaro similarity, in [0, 1].
 *
 * @example
 * ```ts
 * import { jaro } from "@evalwire/metrics/extended"
 *
 * jaro("CRATE", "TRACE").score.toFixed(4) // => "0.7333"
 * ```
 */
export const jaro = (candidate: string, reference: string): JaroScore => {
  checkText(candidate, "candidate");
  checkText(reference);
  return {
    score: similarity(codePoints(candidate), codePoints(reference)),
    signature: "jaro|case:mixed|unit:codepoint|impl:rapidfuzz-3.14",
  };
};

/** A common start counts this far, and only for texts more alike than this. */
const longestPrefix = 4;
const threshold = 0.7;

/**
 * Jaro-Winkler similarity, in [0, 1]: Jaro, where it exceeds 0.7 raised for a common start of up to four characters.
 *
 * @throws RangeError when `prefixWeight` lies outside [0, 0.25]: the score would leave [0, 1]
 * @example
 * ```ts
 * import { jaroWinkler } from "@evalwire/metrics/extended"
 *
 * jaroWinkler("MARTHA", "MARHTA").score.toFixed(4) // => "0.9611"
 * ```
 */
export const jaroWinkler = (candidate: string, reference: string, options: JaroWinklerOptions = {}): JaroScore => {
  checkOptions("jaroWinkler", options, optionNames);
  checkText(candidate, "candidate");
  checkText(reference);
  const { prefixWeight = 0.1 } = options;
  if (!(prefixWeight >= 0 && prefixWeight <= 0.25))
    throw new RangeError(`prefixWeight must lie in [0, 0.25]; ${prefixWeight} does not.`);
  const first = codePoints(candidate);
  const second = codePoints(reference);
  const plain = similarity(first, second);
  let prefix = 0;
  while (prefix < longestPrefix && prefix < first.length && first[prefix] === second[prefix]) prefix++;
  return {
    score: plain > threshold ? Math.min(1, plain + prefix * prefixWeight * (1 - plain)) : plain,
    signature: `jaro_winkler|case:mixed|unit:codepoint|prefix:${longestPrefix}x${prefixWeight}|above:${threshold}|impl:rapidfuzz-3.14`,
  };
};
