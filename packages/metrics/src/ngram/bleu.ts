/**
 * BLEU of one sentence as NLTK computes it: what the platform calls `bleu`.
 *
 * Clipped n-gram precisions, a weighted geometric mean, a brevity penalty against the closest reference length, and the eight ways
 * of Chen and Cherry to smooth a precision of zero. For sacrebleu's BLEU, on a scale of 100 and for whole corpora, see `sacreBleu`.
 *
 * Source: NLTK 3.8 `nltk.translate.bleu_score`; Papineni et al. 2002; Chen and Cherry 2014, "A Systematic Comparison of Smoothing
 * Techniques for Sentence-Level BLEU".
 */

import { intern } from "../kernel/intern.ts";
import { sharedWithAny, totalsOf } from "../kernel/Ngrams.ts";
import { listOf, type References } from "../Pairs.ts";
import type { Tokenizer } from "../tokenize/Tokenizer.ts";
import { wordTokenizer } from "../tokenize/wordTokenize.ts";
import { closestLength } from "./closestLength.ts";

/** NLTK's `SmoothingFunction().method0` … `method7`, with its constants (epsilon 0.1, alpha 5, k 5). */
export type BleuSmoothing = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** How `bleu` cuts, weighs and smooths. */
export interface BleuOptions {
  /** Default: `wordTokenizer()`, NLTK's `word_tokenize` without sentence split. */
  readonly tokenizer?: Tokenizer | undefined;
  /** One weight per n-gram length, shortest first. Default 0.25 four times. */
  readonly weights?: ReadonlyArray<number> | undefined;
  /** Default 0: a precision of zero counts as the smallest positive double. */
  readonly smoothing?: BleuSmoothing | undefined;
}

/** A BLEU score and what it is made of. */
export interface BleuScore {
  /** In [0, 1]; smoothing 5 and 7 may leave that range for very short texts. */
  readonly score: number;
  /** Smoothed precision per n-gram length, shortest first. */
  readonly precisions: ReadonlyArray<number>;
  readonly brevityPenalty: number;
  /** In tokens. */
  readonly candidateLength: number;
  /** In tokens, of the reference closest in length; the shorter one on a tie. */
  readonly referenceLength: number;
  /** The choices behind the number, in one line. */
  readonly signature: string;
}

/** What smoothing looks at: matches and candidates per n-gram length, for as many lengths as it needs. */
interface Counts {
  readonly matches: ReadonlyArray<number>;
  readonly totals: ReadonlyArray<number>;
  /** Number of weights. */
  readonly order: number;
  /** Candidate tokens. */
  readonly length: number;
}

const smallestNormalDouble = 2 ** -1022;
const epsilon = 0.1;
const alpha = 5;
const k = 5;

const precisionAt = ({ matches, totals }: Counts, index: number): number =>
  matches[index]! / Math.max(totals[index]!, 1);

const plainPrecisions = (counts: Counts): Array<number> =>
  Array.from({ length: counts.order }, (_, index) => precisionAt(counts, index));

/** Method 4: the n-th zero becomes 1 / (2ⁿ k / ln length), so that short candidates gain less. */
const byLength = (counts: Counts): Array<number> => {
  let zeros = 0;
  return plainPrecisions(counts).map((precision, index) => {
    if (precision > 0 || counts.length <= 1) return precision;
    zeros++;
    return 1 / ((2 ** zeros * k) / Math.log(counts.length)) / Math.max(counts.totals[index]!, 1);
  });
};

/** Method 5: each precision becomes the mean of itself and its neighbours; the last one's neighbour is always that of 5-grams. */
const byNeighbours = (counts: Counts, precisions: ReadonlyArray<number>): Array<number> => {
  let before = precisions[0]! + 1;
  return precisions.map((precision, index) => {
    const after = index + 1 < counts.order ? precisions[index + 1]! : precisionAt(counts, 4);
    before = (before + precision + after) / 3;
    return before;
  });
};

/** Method 6: from trigrams up, towards what the ratio of the two precisions before lets expect. */
const byRatio = (counts: Counts): Array<number> => {
  const precisions = plainPrecisions(counts);
  for (let index = 2; index < counts.order; index++) {
    const [older, newer] = [precisions[index - 2]!, precisions[index - 1]!];
    const expected = older === 0 ? 0 : newer ** 2 / older;
    precisions[index] = (counts.matches[index]! + alpha * expected) / (counts.totals[index]! + alpha);
  }
  return precisions;
};

const smoothed = (counts: Counts, smoothing: BleuSmoothing): Array<number> => {
  const { matches, totals } = counts;
  let zeros = 0;
  switch (smoothing) {
    case 0:
      return plainPrecisions(counts).map((precision) => precision || smallestNormalDouble);
    case 1:
      return plainPrecisions(counts).map((precision, index) => precision || epsilon / Math.max(totals[index]!, 1));
    case 2:
      return plainPrecisions(counts).map((precision, index) =>
        index === 0 ? precision : (matches[index]! + 1) / (Math.max(totals[index]!, 1) + 1),
      );
    case 3:
      return plainPrecisions(counts).map((precision, index) =>
        precision > 0 ? precision : 1 / (2 ** ++zeros * Math.max(totals[index]!, 1)),
      );
    case 4:
      return byLength(counts);
    case 5:
      return byNeighbours(counts, plainPrecisions(counts));
    case 6:
      return byRatio(counts);
    case 7:
      return byNeighbours(counts, byLength(counts));
  }
};

/** exp(Σ wᵢ ln pᵢ) over the precisions above 0. */
const geometricMean = (weights: ReadonlyArray<number>, precisions: ReadonlyArray<number>): number => {
  let sum = 0;
  precisions.forEach((precision, index) => {
    if (precision > 0) sum += weights[index]! * Math.log(precision);
  });
  return Math.exp(sum);
};

/**
 * BLEU of one text against one or several references, as NLTK's `sentence_bleu`, in [0, 1].
 *
 * A text that shares no word with any reference scores 0 under every smoothing. Where NLTK refuses smoothing 6 (no trigram shared,
 * or fewer than three weights) the score is 0, or what the given weights make of the unsmoothed precisions.
 *
 * @throws RangeError when the list of references or of weights is empty
 * @example
 * ```ts
 * import { bleu } from "@evalwire/metrics"
 *
 * bleu("the cat sat on the mat", "the cat sat on a mat").score // => 0.537284965911771
 * ```
 */
export const bleu = (candidate: string, references: References, options: BleuOptions = {}): BleuScore => {
  const { tokenizer = wordTokenizer(), weights = [0.25, 0.25, 0.25, 0.25], smoothing = 0 } = options;
  if (weights.length === 0) throw new RangeError("bleu needs a weight for one n-gram length at least.");
  const texts = [candidate, ...listOf(references)];
  const [tokens, ...others] = intern(texts.map(tokenizer.tokenize)) as [Int32Array, ...Array<Int32Array>];
  const length = tokens.length;
  const referenceLength = closestLength(
    others.map((other) => other.length),
    length,
  );
  // Smoothing 5 and 7 look at 5-grams, whatever the weights.
  const longest = smoothing === 5 || smoothing === 7 ? Math.max(weights.length, 5) : weights.length;
  const matches = sharedWithAny(tokens, others, longest);
  const counts: Counts = { matches, totals: totalsOf(length, longest), order: weights.length, length };
  const brevityPenalty = length > referenceLength ? 1 : length === 0 ? 0 : Math.exp(1 - referenceLength / length);
  const precisions = smoothed(counts, smoothing);
  const hopeless = matches[0] === 0 || (smoothing === 6 && weights.length > 2 && matches[2] === 0);
  return {
    score: hopeless ? 0 : brevityPenalty * geometricMean(weights, precisions),
    precisions,
    brevityPenalty,
    candidateLength: length,
    referenceLength,
    signature: `bleu|nrefs:${others.length}|case:mixed|tok:${tokenizer.name}|smooth:${smoothing}|weights:${weights.join(",")}|impl:nltk-3.8`,
  };
};
