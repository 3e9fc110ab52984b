/**
 * GLEU (Google BLEU) as NLTK computes it, of one sentence or of a corpus, in [0, 1]: shared n-grams of all lengths together, over the
 * larger number of n-grams of the two texts, which is the smaller of precision and recall.
 *
 * Source: NLTK 3.8 and 3.10 `nltk.translate.gleu_score`; Wu et al. 2016, "Google's Neural Machine Translation System", section 4.3.
 */

import { checkBounds, longestNgrams } from "../bounds.ts";
import { checkOptions } from "../checkOptions.ts";
import { counter } from "../kernel/NgramCounter.ts";
import { totalsOf } from "../kernel/Ngrams.ts";
import { listOf, type Pair, type References, type Sum, summed } from "../Pairs.ts";
import { tokenizer13a } from "../tokenize/sacrebleu.ts";
import type { Tokenizer } from "../tokenize/Tokenizer.ts";

/** What `gleu` counts. */
export interface GleuOptions {
  /** Default `13a`, as Hugging Face's `google_bleu`. */
  readonly tokenizer?: Tokenizer | undefined;
  /** Shortest n-grams counted, at least 1; default 1. */
  readonly minimumOrder?: number | undefined;
  /** Longest n-grams counted, at most 100; default 4. */
  readonly maximumOrder?: number | undefined;
}

const optionNames: Record<keyof GleuOptions, true> = { tokenizer: true, minimumOrder: true, maximumOrder: true };

/** A GLEU score. */
export interface GleuScore {
  /** In [0, 1]; 0 when there are no n-grams. */
  readonly score: number;
  /** Shared n-grams. */
  readonly matches: number;
  /** N-grams of the text that has more of them. */
  readonly total: number;
  /** The choices behind the number, in one line. */
  readonly signature: string;
}

const sumFrom = (counts: ReadonlyArray<number>, start: number): number =>
  counts.slice(start).reduce((sum, count) => sum + count, 0);

/** Matches and total against the reference with the best ratio, the first of equals; none when no text has n-grams. */
const countsOf = ({ candidate, references }: Pair, options: GleuOptions): ReadonlyArray<number> => {
  const { tokenizer = tokenizer13a, minimumOrder = 1, maximumOrder = 4 } = options;
  const texts = [candidate, ...listOf(references, candidate)];
  const { lengths, shared } = counter.current.tokens(texts, tokenizer, maximumOrder);
  const size = (length: number) => sumFrom(totalsOf(length, maximumOrder), minimumOrder - 1);
  let best = { matches: 0, total: 0 };
  shared.forEach((counts, at) => {
    const matches = sumFrom(counts, minimumOrder - 1);
    const total = Math.max(size(lengths[0]!), size(lengths[at + 1]!));
    if (total > 0 && (best.total === 0 || matches / total > best.matches / best.total)) best = { matches, total };
  });
  return [best.matches, best.total];
};

const checkOrders = ({ minimumOrder = 1, maximumOrder = 4 }: GleuOptions): void => {
  checkBounds("GLEU's shortest n-gram", minimumOrder, 1, longestNgrams, true);
  checkBounds("GLEU's longest n-gram", maximumOrder, minimumOrder, longestNgrams, true);
};

const scoreOf = ({ counts, references }: Sum, options: GleuOptions): GleuScore => {
  const [matches = 0, total = 0] = counts;
  const { tokenizer = tokenizer13a, minimumOrder = 1, maximumOrder = 4 } = options;
  return {
    score: total === 0 ? 0 : matches / total,
    matches,
    total,
    signature: `gleu|nrefs:${references ?? "var"}|case:mixed|tok:${tokenizer.name}|order:${minimumOrder}-${maximumOrder}|impl:nltk-3.10`,
  };
};

/**
 * GLEU of one text against its best reference, as NLTK's `sentence_gleu`, in [0, 1].
 *
 * @throws RangeError when the list of references is empty, or an order out of bounds
 * @example
 * ```ts
 * import { gleu } from "@evalwire/metrics/extended"
 *
 * gleu("the the the", "the cat").score // => 0.16666666666666666
 * ```
 */
export const gleu = (candidate: string, references: References, options: GleuOptions = {}): GleuScore => {
  checkOptions("gleu", options, optionNames);
  checkOrders(options);
  const counts = countsOf({ candidate, references }, options);
  return scoreOf({ counts, references: listOf(references, candidate).length }, options);
};

/**
 * GLEU of a corpus, as NLTK's `corpus_gleu`, in [0, 1]: of the summed counts against each candidate's best reference.
 *
 * @param pairs any iterable, read once: only the counts are kept
 * @throws RangeError when a list of references is empty
 * @example
 * ```ts
 * import { corpusGleu } from "@evalwire/metrics/extended"
 *
 * const pairs = [{ candidate: "a", references: "a" }, { candidate: "a", references: "b" }]
 * corpusGleu(pairs).score // => 0.5
 * ```
 */
export const corpusGleu = (pairs: Iterable<Pair>, options: GleuOptions = {}): GleuScore => {
  checkOptions("corpusGleu", options, optionNames);
  checkOrders(options);
  const sum = summed(pairs, (pair) => countsOf(pair, options), 2);
  return scoreOf(sum, options);
};
