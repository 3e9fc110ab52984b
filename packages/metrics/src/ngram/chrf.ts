/**
 * chrF and chrF++ as sacrebleu 2.6 computes them, of one sentence or of a corpus, on a scale of 100: F-measure of character n-grams,
 * and with `wordOrder` of word n-grams too.
 *
 * Characters are code points; white space does not count unless requested. Takes time linear in characters × order.
 *
 * Source: sacrebleu 2.6.0 `sacrebleu.metrics.chrf`; Popović 2015, "chrF: character n-gram F-score for automatic MT evaluation";
 * Popović 2017, "chrF++: words helping character n-grams".
 */

import { checkBounds, longestNgrams } from "../bounds.ts";
import { checkOptions } from "../checkOptions.ts";
import { counter } from "../kernel/NgramCounter.ts";
import { totalsOf } from "../kernel/Ngrams.ts";
import { type CorpusMetric, listOf, type Pair, type References, type Sum, summed } from "../Pairs.ts";
import type { Tokenizer } from "../tokenize/Tokenizer.ts";
import { splitWhitespace } from "../tokenize/whitespace.ts";

/** What `chrf` counts; the defaults are sacrebleu's chrF2. */
export interface ChrfOptions {
  /** Longest character n-grams, at most 100; default 6. */
  readonly characterOrder?: number | undefined;
  /** Longest word n-grams, at most 100; default 0 for chrF, 2 makes chrF++. */
  readonly wordOrder?: number | undefined;
  /** Weight of recall against precision, from 0 to 1000; default 2. */
  readonly beta?: number | undefined;
  /** Default false: case counts. */
  readonly lowercase?: boolean | undefined;
  /** Default false: white space is no character. */
  readonly whitespace?: boolean | undefined;
  /** Average the F-measure of each order, orders without n-grams included, as chrF++.py does. Default false. */
  readonly epsilonSmoothing?: boolean | undefined;
}

const optionNames: Record<keyof ChrfOptions, true> = {
  characterOrder: true,
  wordOrder: true,
  beta: true,
  lowercase: true,
  whitespace: true,
  epsilonSmoothing: true,
};

/** A chrF score. */
export interface ChrfScore {
  /** In [0, 100]. */
  readonly score: number;
  /** sacrebleu's, which states beta and word order: `chrF2`, `chrF2++`. */
  readonly name: string;
  /** sacrebleu's own, like `nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0`. */
  readonly signature: string;
}

type Choices = Required<{ [Name in keyof ChrfOptions]: NonNullable<ChrfOptions[Name]> }>;

/** @throws RangeError for an order or a beta out of bounds */
const withDefaults = ({
  characterOrder = 6,
  wordOrder = 0,
  beta = 2,
  lowercase = false,
  whitespace = false,
  epsilonSmoothing = false,
}: ChrfOptions): Choices => {
  checkBounds("chrF's character order", characterOrder, 0, longestNgrams, true);
  checkBounds("chrF's word order", wordOrder, 0, longestNgrams, true);
  checkBounds("chrF's beta", beta, 0, 1000);
  return { characterOrder, wordOrder, beta, lowercase, whitespace, epsilonSmoothing };
};

const isPunctuation = (unit: number): boolean =>
  (unit > 0x20 && unit < 0x30) ||
  (unit > 0x39 && unit < 0x41) ||
  (unit > 0x5a && unit < 0x61) ||
  (unit > 0x7a && unit < 0x7f);

/** Where a word of these offsets is cut in two: before an ASCII punctuation mark at its end, or else after one at its start. */
const cutOf = (text: string, start: number, end: number): number => {
  if (end - start === 1) return start;
  if (isPunctuation(text.charCodeAt(end - 1))) return end - 1;
  return isPunctuation(text.charCodeAt(start)) ? start + 1 : start;
};

/** The words, a punctuation mark at an end cut off. */
const words: Tokenizer = {
  name: "chrf",
  tokenize: (text) =>
    splitWhitespace(text).flatMap((word) => {
      const cut = cutOf(word, 0, word.length);
      return cut > 0 ? [word.slice(0, cut), word.slice(cut)] : [word];
    }),
  isLocal: () => true,
};

/**
 * The F-measure, in [0, 100], from n-grams of the candidate, then those of the reference, then shared ones; each one number per order,
 * characters first.
 */
const fOf = (counts: ReadonlyArray<number>, { beta, epsilonSmoothing }: Choices): number => {
  const epsilon = 1e-16;
  const factor = beta ** 2;
  const orders = counts.length / 3;
  let [sum, precisions, recalls, effective] = [0, 0, 0, 0];
  for (let at = 0; at < orders; at++) {
    const candidate = counts[at]!;
    const reference = counts[at + orders]!;
    const matches = counts[at + 2 * orders]!;
    const precision = candidate > 0 ? matches / candidate : epsilon;
    const recall = reference > 0 ? matches / reference : epsilon;
    const denominator = factor * precision + recall;
    sum += denominator > 0 ? ((1 + factor) * precision * recall) / denominator : epsilon;
    if (candidate === 0 || reference === 0) continue;
    precisions += precision;
    recalls += recall;
    effective++;
  }
  if (epsilonSmoothing) return orders === 0 ? 0 : (100 * sum) / orders;
  if (effective === 0 || precisions + recalls === 0) return 0;
  const precision = precisions / effective;
  const recall = recalls / effective;
  return 100 * (((1 + factor) * precision * recall) / (factor * precision + recall));
};

/** The counts against the reference with the best F-measure, the first of equals. */
const countsOf = ({ candidate, references }: Pair, choices: Choices): ReadonlyArray<number> => {
  const { characterOrder, wordOrder } = choices;
  const texts = [candidate, ...listOf(references, candidate)].map((text) =>
    choices.lowercase ? text.toLowerCase() : text,
  );
  const ofCharacters = counter.current.characters(texts, choices.whitespace, characterOrder);
  const ofWords = wordOrder > 0 ? counter.current.tokens(texts, words, wordOrder) : undefined;
  const totals = (text: number) => [
    ...totalsOf(ofCharacters.lengths[text]!, characterOrder),
    ...totalsOf(ofWords?.lengths[text] ?? 0, wordOrder),
  ];
  const mine = totals(0);
  let best: { counts: ReadonlyArray<number>; score: number } | undefined;
  ofCharacters.shared.forEach((shared, at) => {
    const reference = totals(at + 1);
    const counts = [
      ...mine.map((total, order) => (reference[order] === 0 ? 0 : total)),
      ...reference,
      ...shared,
      ...(ofWords?.shared[at] ?? []),
    ];
    const score = fOf(counts, choices);
    if (best === undefined || score > best.score) best = { counts, score };
  });
  return best!.counts;
};

const scoreOf = ({ counts, references }: Sum, choices: Choices): ChrfScore => {
  return {
    score: fOf(counts, choices),
    name: `chrF${choices.beta}${"+".repeat(choices.wordOrder)}`,
    signature: `nrefs:${references ?? "var"}|case:${choices.lowercase ? "lc" : "mixed"}|eff:${choices.epsilonSmoothing ? "no" : "yes"}|nc:${choices.characterOrder}|nw:${choices.wordOrder}|space:${choices.whitespace ? "yes" : "no"}|version:2.6.0`,
  };
};

/**
 * chrF of one text against its best reference, as sacrebleu's `CHRF(…).sentence_score`, in [0, 100].
 *
 * @throws RangeError when the list of references is empty
 * @example
 * ```ts
 * import { chrf } from "@evalwire/metrics"
 *
 * chrf("the cat", "the cats", { wordOrder: 2 }).name // => "chrF2++"
 * ```
 */
export const chrf = (candidate: string, references: References, options: ChrfOptions = {}): ChrfScore => {
  checkOptions("chrf", options, optionNames);
  const choices = withDefaults(options);
  return scoreOf(
    { counts: countsOf({ candidate, references }, choices), references: listOf(references, candidate).length },
    choices,
  );
};

/**
 * chrF of a corpus, as sacrebleu's `CHRF(…).corpus_score`, in [0, 100]: of the summed counts against each candidate's best reference.
 *
 * @param pairs any iterable, read once: only the counts are kept
 * @throws RangeError when a list of references is empty
 * @example
 * ```ts
 * import { corpusChrf } from "@evalwire/metrics"
 *
 * corpusChrf([{ candidate: "same", references: "same" }]).score // => 100
 * ```
 */
export const corpusChrf = (pairs: Iterable<Pair>, options: ChrfOptions = {}): ChrfScore => {
  checkOptions("corpusChrf", options, optionNames);
  const choices = withDefaults(options);
  const size = 3 * (choices.characterOrder + choices.wordOrder);
  return scoreOf(
    summed(pairs, (pair) => countsOf(pair, choices), size),
    choices,
  );
};

/** `corpusChrf` by its counts: for `pairedTest`. */
export const chrfCorpus = (options: ChrfOptions = {}): CorpusMetric => {
  checkOptions("chrfCorpus", options, optionNames);
  const choices = withDefaults(options);
  return {
    countsOf: (pair) => countsOf(pair, choices),
    scoreOf: (counts) => fOf(counts, choices),
    signatureOf: (references) => scoreOf({ counts: [], references }, choices).signature,
    isLessBetter: false,
    isPercent: true,
  };
};
