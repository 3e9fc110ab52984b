/**
 * BLEU as NLTK computes it, of one sentence or of a corpus: what the platform calls `bleu`.
 *
 * Clipped n-gram precisions, a weighted geometric mean, a brevity penalty against the closest reference length, and the eight ways
 * of Chen and Cherry to smooth a precision of zero. For sacrebleu's BLEU, on a scale of 100, see `sacreBleu`.
 *
 * Source: NLTK 3.10 `nltk.translate.bleu_score` (3.8 gives the same for the same tokens); Papineni et al. 2002; Chen and Cherry 2014,
 * "A Systematic Comparison of Smoothing Techniques for Sentence-Level BLEU".
 */

import { checkBounds, longestNgrams } from "../bounds.ts";
import { checkOptions } from "../checkOptions.ts";
import { sharedTokens } from "../kernel/NgramCounter.ts";
import { totalsOf } from "../kernel/Ngrams.ts";
import { type CorpusMetric, listOf, type Pair, type References, summed } from "../Pairs.ts";
import type { Tokenizer } from "../tokenize/Tokenizer.ts";
import { wordTokenizer } from "../tokenize/wordTokenize.ts";
import { closestLength } from "./closestLength.ts";

/** NLTK's `SmoothingFunction().method0` … `method7`, with its constants (epsilon 0.1, alpha 5, k 5). */
export type BleuSmoothing = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** How `bleu` cuts, weighs and smooths. */
export interface BleuOptions {
  /** Default: `wordTokenizer()`, NLTK's `word_tokenize` without sentence split. */
  readonly tokenizer?: Tokenizer | undefined;
  /**
   * One weight per n-gram length, shortest first, default 0.25 four times; or several such lists for several scores in one call. Then
   * all are smoothed as the longest of them asks, so that methods 5 and 7 give other scores than one call per list.
   */
  readonly weights?: ReadonlyArray<number> | ReadonlyArray<ReadonlyArray<number>> | undefined;
  /** Default 0: a precision of zero counts as the smallest positive double. */
  readonly smoothing?: BleuSmoothing | undefined;
  /** For candidates of fewer than four tokens and the default weights: weighs only the lengths there are. Default false. */
  readonly autoReweigh?: boolean | undefined;
}

const optionNames: Record<keyof BleuOptions, true> = {
  tokenizer: true,
  weights: true,
  smoothing: true,
  autoReweigh: true,
};

/** A BLEU score and what it is made of. */
export interface BleuScore {
  /** In [0, 1]; smoothing 5 and 7 may leave that range for very short texts. */
  readonly score: number;
  /** One for each list of weights, in order; the first is `score`. */
  readonly scores: ReadonlyArray<number>;
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

/** Input of smoothing. Where a corpus has many pairs, some of it is of the last pair only, as in NLTK. */
interface Counts {
  /** Matches and candidates per n-gram length; of each pair one candidate at least. */
  readonly matches: ReadonlyArray<number>;
  readonly totals: ReadonlyArray<number>;
  /** Number of weights, of the longest list. */
  readonly order: number;
  /** Candidate tokens. */
  readonly length: number;
  /** Of the last pair: the precision of 5-grams, and the candidate's tokens. */
  readonly last: { readonly fifth: number; readonly length: number };
}

const smallestNormalDouble = 2 ** -1022;
const epsilon = 0.1;
const alpha = 5;
const k = 5;

const precisionAt = ({ matches, totals }: Counts, index: number): number => matches[index]! / totals[index]!;

const plainPrecisions = (counts: Counts): Array<number> =>
  Array.from({ length: counts.order }, (_, index) => precisionAt(counts, index));

/** Method 4: the n-th zero becomes 1 / (2ⁿ k / ln length), so that short candidates gain less. */
const byLength = (counts: Counts): Array<number> => {
  let zeros = 0;
  return plainPrecisions(counts).map((precision, index) => {
    if (precision > 0 || counts.length <= 1) return precision;
    zeros++;
    return 1 / ((2 ** zeros * k) / Math.log(counts.length)) / counts.totals[index]!;
  });
};

/** Method 5: each precision becomes the mean of itself and its neighbours; the last one's neighbour is always that of 5-grams. */
const byNeighbours = (counts: Counts, precisions: ReadonlyArray<number>): Array<number> => {
  let before = precisions[0]! + 1;
  return precisions.map((precision, index) => {
    const after = index + 1 < counts.order ? precisions[index + 1]! : counts.last.fifth;
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
    const total = Math.max(counts.last.length - index, 0);
    precisions[index] = (counts.matches[index]! + alpha * expected) / (total + alpha);
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
      return plainPrecisions(counts).map((precision, index) => precision || epsilon / totals[index]!);
    case 2:
      return plainPrecisions(counts).map((precision, index) =>
        index === 0 ? precision : (matches[index]! + 1) / (totals[index]! + 1),
      );
    case 3:
      return plainPrecisions(counts).map((precision, index) =>
        precision > 0 ? precision : 1 / (2 ** ++zeros * totals[index]!),
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
  weights.forEach((weight, index) => {
    if (precisions[index]! > 0) sum += weight * Math.log(precisions[index]!);
  });
  return Math.exp(sum);
};

const defaultWeights = [0.25, 0.25, 0.25, 0.25];

/** The lists of weights. @throws RangeError when there is no weight, or one out of bounds */
export const listsOf = (weights: NonNullable<BleuOptions["weights"]>): ReadonlyArray<ReadonlyArray<number>> => {
  const lists = (Array.isArray(weights[0]) ? weights : [weights]) as ReadonlyArray<ReadonlyArray<number>>;
  for (const list of lists) {
    checkBounds("the number of BLEU's weights", list.length, 1, longestNgrams);
    for (const weight of list) checkBounds("a weight of BLEU", weight, 0, 100);
  }
  return lists;
};

/**
 * BLEU of one text against one or several references, as NLTK's `sentence_bleu`, in [0, 1].
 *
 * A text that shares no word with any reference scores 0 under every smoothing. Where NLTK refuses smoothing 6 (no trigram shared,
 * or fewer than three weights) the score is 0, or what the given weights make of the unsmoothed precisions.
 *
 * @throws RangeError when the list of references or of weights is empty, or a weight lies outside [0, 100]
 * @example
 * ```ts
 * import { bleu } from "@evalwire/metrics"
 *
 * bleu("the cat sat on the mat", "the cat sat on a mat").score // => 0.537284965911771
 * bleu("the cat sat", "the cat slept", { weights: [[1], [0.5, 0.5]] }).scores.map((score) => score.toFixed(3)) // => ["0.667", "0.577"]
 * ```
 */
export const bleu = (candidate: string, references: References, options: BleuOptions = {}): BleuScore => {
  checkOptions("bleu", options, optionNames);
  return corpusBleu([{ candidate, references }], options);
};

/**
 * BLEU of a corpus, as NLTK's `corpus_bleu`, in [0, 1]: of summed counts and lengths, not a mean of sentence scores.
 *
 * Smoothing 5 to 7 look at the last pair where they need more than sums, as NLTK does.
 *
 * @param pairs any iterable, read once: only the counts are kept
 * @throws RangeError as `bleu`
 * @example
 * ```ts
 * import { corpusBleu } from "@evalwire/metrics"
 *
 * const pairs = [{ candidate: "a b c d", references: "a b c d" }, { candidate: "x y", references: "x z" }]
 * corpusBleu(pairs, { weights: [0.5, 0.5] }).score.toFixed(4) // => "0.7906"
 * ```
 */
export const corpusBleu = (pairs: Iterable<Pair>, options: BleuOptions = {}): BleuScore => {
  checkOptions("corpusBleu", options, optionNames);
  const { countsOf, size, scoreOf, signatureOf } = counting(options);
  const { counts, references } = summed(pairs, countsOf, size);
  return { ...scoreOf(counts), signature: signatureOf(references) };
};

/**
 * `corpusBleu` by its counts, for `pairedTest`: a metric for each list of weights. Smoothing 5 to 7 have none, for they need more than
 * sums.
 */
export const bleuCorpora = (options: BleuOptions = {}): ReadonlyArray<CorpusMetric> => {
  const { countsOf, scoreOf, signatureOf } = counting(options);
  if (options.smoothing !== undefined && options.smoothing > 4) return [];
  return listsOf(options.weights ?? defaultWeights).map((_, list) => ({
    countsOf,
    scoreOf: (counts) => scoreOf(counts).scores[list]!,
    signatureOf,
    isLessBetter: false,
  }));
};

const counting = (options: BleuOptions) => {
  const { tokenizer = wordTokenizer(), smoothing = 0, autoReweigh = false } = options;
  const lists = listsOf(options.weights ?? defaultWeights);
  const order = Math.max(...lists.map((list) => list.length));
  // Smoothing 5 and 7 look at 5-grams, for any weights.
  const longest = Math.max(order, smoothing === 5 || smoothing === 7 ? 5 : 0);
  let last = { fifth: 0, length: 0 };
  const countsOf = ({ candidate, references }: Pair): ReadonlyArray<number> => {
    const texts = [candidate, ...listOf(references, candidate)];
    const { length, lengths, matches } = sharedTokens(texts, tokenizer, longest);
    const totals = totalsOf(length, longest).map((total) => Math.max(total, 1));
    last = { length, fifth: matches[4]! / totals[4]! };
    return [length, closestLength(lengths, length), ...matches, ...totals];
  };
  const scoreOf = (counts: ReadonlyArray<number>): Omit<BleuScore, "signature"> => {
    const [length = 0, referenceLength = 0] = counts;
    const matches = counts.slice(2, 2 + order);
    const totals = counts.slice(2 + longest, 2 + longest + order);
    const isHopeless = !(matches[0]! > 0) || (smoothing === 6 && order > 2 && matches[2] === 0);
    const precisions = totals[0] === 0 ? matches : smoothed({ matches, totals, order, length, last }, smoothing);
    const brevityPenalty = length > referenceLength ? 1 : length === 0 ? 0 : Math.exp(1 - referenceLength / length);
    const scores = lists.map((list) => {
      const isReweighed = autoReweigh && length < 4 && list.join() === defaultWeights.join();
      const weights = isReweighed ? new Array<number>(length).fill(1 / length) : list;
      return isHopeless ? 0 : brevityPenalty * geometricMean(weights, precisions);
    });
    return {
      ...{ score: scores[0]!, scores, precisions, brevityPenalty },
      ...{ candidateLength: length, referenceLength },
    };
  };
  const signatureOf = (references: number | "var" = "var"): string =>
    `bleu|nrefs:${references}|case:mixed|tok:${tokenizer.name}|smooth:${smoothing}|weights:${lists.map((list) => list.join()).join(";")}${autoReweigh ? "|reweigh:auto" : ""}|impl:nltk-3.10`;
  return { countsOf, size: 2 + 2 * longest, scoreOf, signatureOf };
};
