/**
 * Translation edit rate as sacrebleu 2.6 computes it, of one sentence or of a corpus, in percent of the reference: the fewest edits
 * found that turn the candidate into a reference, where moving a run of words counts as one. Lower is better; it may exceed 100.
 *
 * Source: sacrebleu 2.6.0 `sacrebleu.metrics.ter`; Snover et al. 2006, "A Study of Translation Edit Rate with Targeted Human
 * Annotation".
 */

import { checkOptions } from "../checkOptions.ts";
import { intern } from "../kernel/intern.ts";
import { type CorpusMetric, listOf, type Pair, type References, type Sum, summed } from "../Pairs.ts";
import { type TercomOptions, tercom } from "../tokenize/tercom.ts";
import { trimEnd } from "../tokenize/whitespace.ts";
import { translationEdits } from "./shifts.ts";

/** Normalisation of the texts before they are compared; by default case is folded. */
export interface TerOptions extends TercomOptions {}

/** A TER score and what it is made of. */
export interface TerScore {
  /** 100 × edits / referenceLength; with an empty reference 0 for an empty candidate, else 100. */
  readonly score: number;
  /** Against the reference that needs fewest. */
  readonly edits: number;
  /** In words, the mean over the references. */
  readonly referenceLength: number;
  readonly name: "TER";
  /** sacrebleu's own, like `nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:2.6.0`. */
  readonly signature: string;
}

const optionNames: Record<keyof TerOptions, true> = {
  normalized: true,
  noPunctuation: true,
  asianSupport: true,
  caseSensitive: true,
};

/** Edits against the reference that needs fewest, and the mean reference length: they add up over a corpus. */
const countsOf = ({ candidate, references }: Pair, options: TerOptions): ReadonlyArray<number> => {
  const list = listOf(references, candidate);
  const tokenizer = tercom(options);
  const words = (text: string) => tokenizer.tokenize(trimEnd(text));
  // The reference implementation tokenizes references twice, which matters where a second pass still finds something to set apart.
  const texts = [words(candidate), ...list.map((reference) => words(words(reference).join(" ")))];
  const [mine, ...others] = intern(texts) as [Int32Array, ...Array<Int32Array>];
  return [
    Math.min(...others.map((other) => translationEdits(mine, other))),
    others.reduce((sum, other) => sum + other.length, 0) / others.length,
  ];
};

const scoreOf = ({ counts, references }: Sum, options: TerOptions): TerScore => {
  const [edits = 0, referenceLength = 0] = counts;
  const yes = (choice: boolean | undefined) => (choice === true ? "yes" : "no");
  const rate = referenceLength > 0 ? edits / referenceLength : edits > 0 ? 1 : 0;
  return {
    score: 100 * rate,
    edits,
    referenceLength,
    name: "TER",
    signature: `nrefs:${references ?? "var"}|case:${options.caseSensitive === true ? "mixed" : "lc"}|tok:tercom|norm:${yes(options.normalized)}|punct:${yes(options.noPunctuation !== true)}|asian:${yes(options.asianSupport)}|version:2.6.0`,
  };
};

/**
 * TER of one text against one or several references, as sacrebleu's `TER(…).sentence_score`, in percent.
 *
 * @throws RangeError when the list of references is empty
 * @example
 * ```ts
 * import { ter } from "@evalwire/metrics/extended"
 *
 * ter("on the mat the cat sat", "the cat sat on the mat").edits // => 1
 * ```
 */
export const ter = (candidate: string, references: References, options: TerOptions = {}): TerScore => {
  checkOptions("ter", options, optionNames);
  return corpusTer([{ candidate, references }], options);
};

/**
 * TER of a corpus, as sacrebleu's `TER(…).corpus_score`, in percent: all edits over all reference lengths.
 *
 * @param pairs any iterable, read once: only the counts are kept
 * @throws RangeError when a list of references is empty
 * @example
 * ```ts
 * import { corpusTer } from "@evalwire/metrics/extended"
 *
 * corpusTer([{ candidate: "a b", references: "a b" }, { candidate: "c", references: "d e" }]).score // => 50
 * ```
 */
export const corpusTer = (pairs: Iterable<Pair>, options: TerOptions = {}): TerScore => {
  checkOptions("corpusTer", options, optionNames);
  return scoreOf(summed(pairs, terCorpus(options).countsOf, 2), options);
};

/** `corpusTer` by its counts: for `pairedTest`. */
export const terCorpus = (options: TerOptions = {}): CorpusMetric => {
  checkOptions("terCorpus", options, optionNames);
  return {
    countsOf: (pair) => countsOf(pair, options),
    scoreOf: (counts) => scoreOf({ counts, references: 1 }, options).score,
    signatureOf: (references) => scoreOf({ counts: [], references }, options).signature,
    isLessBetter: true,
    isPercent: true,
  };
};
