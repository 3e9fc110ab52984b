/**
 * Jaro and Jaro-Winkler similarity over code points, as python-Levenshtein computes them. Takes time linear in the texts.
 *
 * Implementations differ in which of several equal characters are paired, in the reach of the pairing, and in how long a common
 * start may count; the signature names the one meant here. A character of the longer text takes the earliest free equal one of
 * the shorter text that is no further than half of it away, rounded up.
 *
 * Source: python-Levenshtein 0.12.2 `jaro`, `jaro_winkler`; Jaro 1989, JASA 84; Winkler 1990.
 */
import { codePoints } from "../tokenize/codePoints.ts";

/** How much a common start counts. */
export interface JaroWinklerOptions {
  /** What each character of the common start adds of the rest to 1; default 0.1. */
  readonly prefixWeight?: number | undefined;
  /** Longest common start that counts; default none. Winkler's paper has 4. */
  readonly maximumPrefix?: number | undefined;
}

/** A similarity and the choices behind it. */
export interface JaroScore {
  /** In [0, 1]; 1 for equal texts. */
  readonly score: number;
  readonly signature: string;
}

/** For each place of the shorter text, which character of the longer one took it: 1 for the first that took any, 0 for none. */
const pairs = (shorter: Int32Array, longer: Int32Array): Int32Array => {
  const places = new Map<number, { readonly at: Array<number>; next: number }>();
  shorter.forEach((point, at) => {
    const known = places.get(point);
    if (known === undefined) places.set(point, { at: [at], next: 0 });
    else known.at.push(at);
  });
  const reach = (shorter.length + 1) >> 1;
  const taken = new Int32Array(shorter.length);
  let count = 0;
  longer.forEach((point, at) => {
    const same = places.get(point);
    if (same === undefined) return;
    while (same.next < same.at.length && same.at[same.next]! < at - reach) same.next++;
    const place = same.at[same.next];
    if (place === undefined || place > at + reach) return;
    taken[place] = ++count;
    same.next++;
  });
  return taken;
};

const similarity = (left: Int32Array, right: Int32Array): number => {
  const [shorter, longer] = left.length <= right.length ? [left, right] : [right, left];
  if (shorter.length === 0) return longer.length === 0 ? 1 : 0;
  let matches = 0;
  let moved = 0;
  for (const order of pairs(shorter, longer)) {
    if (order === 0) continue;
    matches++;
    if (order !== matches) moved++;
  }
  if (matches === 0) return 0;
  return (matches / shorter.length + matches / longer.length + 1 - moved / matches / 2) / 3;
};

/**
 * Jaro similarity, in [0, 1].
 *
 * @example
 * ```ts
 * import { jaro } from "@evalwire/metrics"
 *
 * jaro("MARTHA", "MARHTA").score.toFixed(4) // => "0.9444"
 * ```
 */
export const jaro = (candidate: string, reference: string): JaroScore => ({
  score: similarity(codePoints(candidate), codePoints(reference)),
  signature: "jaro|case:mixed|unit:codepoint|impl:python-Levenshtein-0.12.2",
});

/**
 * Jaro-Winkler similarity, in [0, 1]: Jaro, raised for a common start, which may be of any length as in python-Levenshtein.
 *
 * @example
 * ```ts
 * import { jaroWinkler } from "@evalwire/metrics"
 *
 * jaroWinkler("MARTHA", "MARHTA").score.toFixed(4) // => "0.9611"
 * ```
 */
export const jaroWinkler = (candidate: string, reference: string, options: JaroWinklerOptions = {}): JaroScore => {
  const { prefixWeight = 0.1, maximumPrefix = Number.POSITIVE_INFINITY } = options;
  const left = codePoints(candidate);
  const right = codePoints(reference);
  const plain = similarity(left, right);
  const most = Math.min(left.length, right.length, maximumPrefix);
  let prefix = 0;
  while (prefix < most && left[prefix] === right[prefix]) prefix++;
  return {
    score: Math.min(1, plain + (1 - plain) * prefix * prefixWeight),
    signature: `jaro_winkler|case:mixed|unit:codepoint|prefix:${prefixWeight}x${maximumPrefix === Number.POSITIVE_INFINITY ? "any" : maximumPrefix}|impl:python-Levenshtein-0.12.2`,
  };
};
