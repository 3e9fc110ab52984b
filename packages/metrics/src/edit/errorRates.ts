/**
 * Error rates of speech recognition and handwriting: WER, MER, WIL, WIP over words and CER over characters, with jiwer's numbers.
 *
 * WER and CER follow from the fewest edits; MER, WIL and WIP depend on which of several alignments with as few edits is taken, and
 * that is RapidFuzz's, as in jiwer. Lower is better, but for WIP.
 *
 * Source: jiwer 4.0; Morris, Maier and Green 2004, "From WER and RIL to MER and WIL".
 */
import { checkOptions } from "../checkOptions.ts";
import { intern } from "../kernel/intern.ts";
import { type CorpusMetric, listOf, type Pair, type References, type Sum, summed } from "../Pairs.ts";
import { codePoints } from "../tokenize/codePoints.ts";
import { trim, whitespaceCharacters } from "../tokenize/whitespace.ts";
import { type EditCounts, editCounts } from "./editCounts.ts";

/** Normalisation of the texts before they are compared; by default only superfluous white space is removed. */
export interface ErrorRateOptions {
  /** Default false: case counts. */
  readonly lowercase?: boolean | undefined;
  /** Remove what Unicode calls punctuation; default false. */
  readonly noPunctuation?: boolean | undefined;
}

const optionNames: Record<keyof ErrorRateOptions, true> = { lowercase: true, noPunctuation: true };

/** The rates, and the counts they are made of. */
export interface ErrorRates {
  /** Word error rate: edits per word of the reference; may exceed 1. Without words in the reference, the edits themselves. */
  readonly wer: number;
  /** Match error rate, in [0, 1]: edits per step of the alignment. */
  readonly mer: number;
  /** Word information lost, in [0, 1]: 1 - wip. */
  readonly wil: number;
  /** Word information preserved, in [0, 1]. */
  readonly wip: number;
  /** Character error rate, as wer. */
  readonly cer: number;
  readonly words: EditCounts;
  readonly characters: EditCounts;
  /** The choices behind the numbers, in one line. */
  readonly signature: string;
}

const whitespaceRuns = new RegExp(`[${whitespaceCharacters}]{2,}`, "g");

const prepared = (text: string, { lowercase, noPunctuation }: ErrorRateOptions): string => {
  const folded = lowercase === true ? text.toLowerCase() : text;
  return noPunctuation === true ? folded.replace(/\p{P}/gu, "") : folded;
};

/** Several white-space characters count as one blank; a single tab or line end stays inside a word. */
const joined = (text: string): string => trim(text.replace(whitespaceRuns, " "));

const wordsOf = (text: string): Array<string> =>
  joined(text)
    .split(" ")
    .filter((word) => word !== "");

/** Blanks count, and as many as there are, but where punctuation that has gone leaves several. */
const charactersOf = (text: string, { noPunctuation }: ErrorRateOptions): Int32Array =>
  codePoints(noPunctuation === true ? joined(text) : trim(text));

const tallied = ({ hits, substitutions, deletions, insertions }: EditCounts): ReadonlyArray<number> => [
  hits,
  substitutions,
  deletions,
  insertions,
];

/** The counts over words, then over characters, against the reference with the fewest word edits per word, the first of equals. */
const countsOf = ({ candidate, references }: Pair, options: ErrorRateOptions): ReadonlyArray<number> => {
  const list = listOf(references, candidate);
  const mine = prepared(candidate, options);
  const all = list.map((reference) => {
    const theirs = prepared(reference, options);
    const [words, others] = intern([wordsOf(theirs), wordsOf(mine)]) as [Int32Array, Int32Array];
    const ofWords = tallied(editCounts(words, others));
    return [...ofWords, ...tallied(editCounts(charactersOf(theirs, options), charactersOf(mine, options)))];
  });
  return all.reduce((best, one) => (rateOf(one.slice(0, 4)) < rateOf(best.slice(0, 4)) ? one : best));
};

/** Edits per token of the reference. */
const rateOf = ([hits = 0, substitutions = 0, deletions = 0, insertions = 0]: ReadonlyArray<number>): number =>
  (substitutions + deletions + insertions) / (hits + substitutions + deletions || 1);

const named = ([hits = 0, substitutions = 0, deletions = 0, insertions = 0]: ReadonlyArray<number>): EditCounts => ({
  hits,
  substitutions,
  deletions,
  insertions,
});

const signatureOf = (options: ErrorRateOptions, references: Sum["references"]): string =>
  `error_rates|nrefs:${references ?? "var"}|case:${options.lowercase === true ? "lc" : "mixed"}|punct:${options.noPunctuation === true ? "no" : "yes"}|impl:jiwer-4.0+rapidfuzz-3.14`;

const ratesOf = ({ counts, references }: Sum, options: ErrorRateOptions): ErrorRates => {
  const [ofWords, ofCharacters] = [counts.slice(0, 4), counts.slice(4)];
  const words = named(ofWords);
  const { hits, substitutions, deletions, insertions } = words;
  const edits = substitutions + deletions + insertions;
  const [inReference, inHypothesis] = [hits + substitutions + deletions, hits + substitutions + insertions];
  const isEmpty = inReference === 0 && inHypothesis === 0;
  const wip = isEmpty ? 1 : hits === 0 ? 0 : (hits / inReference) * (hits / inHypothesis);
  return {
    wer: rateOf(ofWords),
    mer: isEmpty ? 0 : edits / (hits + edits),
    wil: 1 - wip,
    wip,
    cer: rateOf(ofCharacters),
    words,
    characters: named(ofCharacters),
    signature: signatureOf(options, references),
  };
};

/**
 * Error rates of a hypothesis against a reference; of several, the one with the lowest word error rate.
 *
 * @throws RangeError when the list of references is empty
 * @example
 * ```ts
 * import { errorRates } from "@evalwire/metrics/extended"
 *
 * const { wer, words } = errorRates("the cat sat on mat", "the cat sat on the mat")
 * wer.toFixed(4) // => "0.1667"
 * words // => { hits: 5, substitutions: 0, deletions: 1, insertions: 0 }
 * ```
 */
export const errorRates = (candidate: string, references: References, options: ErrorRateOptions = {}): ErrorRates => {
  checkOptions("errorRates", options, optionNames);
  return corpusErrorRates([{ candidate, references }], options);
};

/**
 * Error rates of a corpus: of summed counts, as jiwer gives for lists.
 *
 * @param pairs any iterable, read once: only the counts are kept
 * @throws RangeError when a list of references is empty
 * @example
 * ```ts
 * import { corpusErrorRates } from "@evalwire/metrics/extended"
 *
 * corpusErrorRates([{ candidate: "a", references: "a" }, { candidate: "b c", references: "b d" }]).wer.toFixed(4) // => "0.3333"
 * ```
 */
export const corpusErrorRates = (pairs: Iterable<Pair>, options: ErrorRateOptions = {}): ErrorRates => {
  checkOptions("corpusErrorRates", options, optionNames);
  return ratesOf(
    summed(pairs, (pair) => countsOf(pair, options), 8),
    options,
  );
};

/** One of the rates of a corpus by its counts. */
export const errorRateCorpus = (
  rate: "wer" | "mer" | "wil" | "wip" | "cer",
  options: ErrorRateOptions = {},
): CorpusMetric => {
  checkOptions("errorRateCorpus", options, optionNames);
  return {
    countsOf: (pair) => countsOf(pair, options),
    scoreOf: (counts) => ratesOf({ counts, references: 1 }, options)[rate],
    signatureOf: (references) => `${signatureOf(options, references)}|of:${rate}`,
    isLessBetter: rate !== "wip",
  };
};
