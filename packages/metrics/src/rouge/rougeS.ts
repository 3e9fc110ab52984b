/**
 * ROUGE-S, ROUGE-SU and ROUGE-W: pairs of words in order with others between, and common subsequences that stay together.
 *
 * Tokens and stems are those of `rouge`. rouge_score has none of the three; the definitions are Lin's, and so are the figures they are
 * checked with.
 *
 * Source: C.-Y. Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004, sections 4 and 5.
 */

import { checkBounds } from "../bounds.ts";
import { checkOptions } from "../checkOptions.ts";
import { intern } from "../kernel/intern.ts";
import { listOf, type References } from "../Pairs.ts";
import { fmeasure, ofHits, Score } from "../Score.ts";
import { rougeTokens } from "../tokenize/rouge.ts";
import type { Tokenizer } from "../tokenize/Tokenizer.ts";

interface TokenOptions {
  /** Compare Porter stems instead of words (default false); stems are of the `rouge` tokens only. */
  readonly stemmer?: boolean | undefined;
  /** Default: the tokens of `rouge`. */
  readonly tokenizer?: Tokenizer | undefined;
}

/** How skip-bigrams are counted. */
export interface SkipOptions extends TokenOptions {
  /** Most words between the two of a pair, from 0 to 1000, or Infinity for any number; default 4. */
  readonly maxSkip?: number | undefined;
}

const skipNames: Record<keyof SkipOptions, true> = { maxSkip: true, stemmer: true, tokenizer: true };

/** How subsequences are weighed. */
export interface WeightedLcsOptions extends TokenOptions {
  /** A run of k words counts k ** weight; from 1 to 10, default 1.2. */
  readonly weight?: number | undefined;
}

const weightedNames: Record<keyof WeightedLcsOptions, true> = { weight: true, stemmer: true, tokenizer: true };

const tokensOf = (texts: ReadonlyArray<string>, { stemmer = false, tokenizer }: TokenOptions): Array<Int32Array> =>
  intern(texts.map((text) => tokenizer?.tokenize(text) ?? rougeTokens(text, { stemmer })));

const choicesOf = (references: number, { stemmer, tokenizer }: TokenOptions): string =>
  `nrefs:${references}|stem:${stemmer === true && tokenizer === undefined ? "nltk" : "no"}|tok:${tokenizer?.name ?? "rouge"}|impl:lin-2004`;

/** The first of the scores with the highest F-measure. */
const best = (scores: ReadonlyArray<Score>): Score =>
  scores.reduce((one, other) => (other.fmeasure > one.fmeasure ? other : one));

/** How often each token follows each place of `first`, within reach. */
const followers = (tokens: Int32Array, first: number, reach: number, counts: Int32Array): void => {
  let inReach = 0;
  for (let at = 0; at < tokens.length; at++) {
    if (at > reach && tokens[at - reach - 1] === first) inReach--;
    counts[tokens[at]!]! += inReach;
    if (tokens[at] === first) inReach++;
  }
};

/** Pairs that both have, each as often as both have it. Memory is linear; time the words times the different ones among them. */
const sharedPairs = (one: Int32Array, other: Int32Array, reach: number): number => {
  let size = 1;
  for (const tokens of [one, other]) for (const token of tokens) size = Math.max(size, token + 1);
  const [mine, theirs] = [new Int32Array(size), new Int32Array(size)];
  const inOther = new Set(other);
  let shared = 0;
  for (const first of new Set(one)) {
    if (!inOther.has(first)) continue;
    followers(one, first, reach, mine);
    followers(other, first, reach, theirs);
    for (const token of inOther) {
      shared += Math.min(mine[token]!, theirs[token]!);
      theirs[token] = 0;
    }
    for (const token of one) mine[token] = 0;
  }
  return shared;
};

const sharedWords = (one: Int32Array, other: Int32Array): number => {
  const counts = new Map<number, number>();
  for (const token of other) counts.set(token, (counts.get(token) ?? 0) + 1);
  let shared = 0;
  for (const token of one) {
    const left = counts.get(token) ?? 0;
    if (left > 0) shared++;
    counts.set(token, left - 1);
  }
  return shared;
};

/** Pairs of so many words within reach. */
const pairsOf = (length: number, reach: number): number => {
  const most = Math.min(reach, length - 1);
  return most < 1 ? 0 : most * length - (most * (most + 1)) / 2;
};

const skipScore = (candidate: string, references: References, options: SkipOptions, withWords: boolean): Score => {
  const { maxSkip = 4 } = options;
  if (maxSkip !== Number.POSITIVE_INFINITY) checkBounds("ROUGE-S's maxSkip", maxSkip, 0, 1000, true);
  const list = listOf(references, candidate);
  const [mine, ...others] = tokensOf([candidate, ...list], options) as [Int32Array, ...Array<Int32Array>];
  // A pair's second word stands at most so far behind the first; beyond the longest text all are within reach.
  const reach = Math.min(maxSkip + 1, Math.max(mine.length, ...others.map((other) => other.length)));
  const signature = `${withWords ? "rougeSU" : "rougeS"}|skip:${maxSkip === Number.POSITIVE_INFINITY ? "any" : maxSkip}|${choicesOf(list.length, options)}`;
  const count = ({ length }: Int32Array) => pairsOf(length, reach) + (withWords ? length : 0);
  return best(
    others.map((other) => {
      const hits = sharedPairs(mine, other, reach) + (withWords ? sharedWords(mine, other) : 0);
      return ofHits(hits, count(mine), count(other), signature);
    }),
  );
};

/**
 * ROUGE-S: pairs of words in the same order, with up to `maxSkip` others between.
 *
 * @throws RangeError when the list of references is empty or `maxSkip` out of bounds
 * @example
 * ```ts
 * import { rougeS } from "@evalwire/metrics/extended"
 *
 * rougeS("police kill the gunman", "police killed the gunman").fmeasure // => 0.5
 * ```
 */
export const rougeS = (candidate: string, references: References, options: SkipOptions = {}): Score => {
  checkOptions("rougeS", options, skipNames);
  return skipScore(candidate, references, options, false);
};

/**
 * ROUGE-SU: ROUGE-S with single words counted as well, so that two texts that share words and no order do not score 0.
 *
 * @throws RangeError as `rougeS`
 * @example
 * ```ts
 * import { rougeSU } from "@evalwire/metrics/extended"
 *
 * rougeSU("gunman the killed police", "police killed the gunman").fmeasure.toFixed(2) // => "0.40"
 * ```
 */
export const rougeSU = (candidate: string, references: References, options: SkipOptions = {}): Score => {
  checkOptions("rougeSU", options, skipNames);
  return skipScore(candidate, references, options, true);
};

/** The weight of the common subsequence that a walk over the table finds, each run of k words as k ** weight. */
const weightedLcs = (one: Int32Array, other: Int32Array, weight: number): number => {
  let above = new Float64Array(other.length + 1);
  let row = new Float64Array(other.length + 1);
  let runsAbove = new Int32Array(other.length + 1);
  let runs = new Int32Array(other.length + 1);
  for (const token of one) {
    for (let at = 1; at <= other.length; at++) {
      if (other[at - 1] === token) {
        const run = runsAbove[at - 1]!;
        row[at] = above[at - 1]! + (run + 1) ** weight - run ** weight;
        runs[at] = run + 1;
      } else {
        row[at] = Math.max(above[at]!, row[at - 1]!);
        runs[at] = 0;
      }
    }
    [above, row] = [row, above];
    [runsAbove, runs] = [runs, runsAbove];
  }
  return above[other.length]!;
};

/**
 * ROUGE-W: a common subsequence whose words stay together counts for more. Time is the product of the lengths.
 *
 * @throws RangeError when the list of references is empty or `weight` out of bounds
 * @example
 * ```ts
 * import { rougeW } from "@evalwire/metrics/extended"
 *
 * rougeW("a b c d h i k", "a b c d e f g", { weight: 2 }).fmeasure.toFixed(3) // => "0.571"
 * rougeW("a h b k c i d", "a b c d e f g", { weight: 2 }).fmeasure.toFixed(3) // => "0.286"
 * ```
 */
export const rougeW = (candidate: string, references: References, options: WeightedLcsOptions = {}): Score => {
  checkOptions("rougeW", options, weightedNames);
  const { weight = 1.2 } = options;
  checkBounds("ROUGE-W's weight", weight, 1, 10);
  const list = listOf(references, candidate);
  const [mine, ...others] = tokensOf([candidate, ...list], options) as [Int32Array, ...Array<Int32Array>];
  const signature = `rougeW|weight:${weight}|${choicesOf(list.length, options)}`;
  return best(
    others.map((other) => {
      const together = weightedLcs(mine, other, weight);
      const share = (length: number) => (length === 0 ? 0 : Math.min(1, (together / length ** weight) ** (1 / weight)));
      const [precision, recall] = [share(mine.length), share(other.length)];
      return new Score(precision, recall, fmeasure(precision, recall), signature);
    }),
  );
};
