/**
 * BLEU as sacrebleu 2.6 computes it, of one sentence or of a corpus, on a scale of 100.
 *
 * A corpus has one score, from its summed counts: it is not a mean of sentence scores. Name and signature together are sacrebleu's
 * own, so that a number can be put beside a published one. For the platform's BLEU (NLTK's, in [0, 1]) see `bleu`.
 *
 * Source: sacrebleu 2.6.0 `sacrebleu.metrics.bleu`; Papineni et al. 2002; Post 2018, "A Call for Clarity in Reporting BLEU Scores".
 */

import { checkBounds, longestNgrams } from "../bounds.ts";
import { checkOptions } from "../checkOptions.ts";
import { sharedTokens } from "../kernel/NgramCounter.ts";
import { totalsOf } from "../kernel/Ngrams.ts";
import { type CorpusMetric, listOf, type Pair, type References, type Sum, summed } from "../Pairs.ts";
import { sacrebleuTokenizers } from "../tokenize/sacrebleu.ts";
import type { Tokenizer } from "../tokenize/Tokenizer.ts";
import { trimEnd } from "../tokenize/whitespace.ts";
import { closestLength } from "./closestLength.ts";

/** How `sacreBleu` cuts, counts and smooths; the defaults are sacrebleu's. */
export interface SacreBleuOptions {
  /** By sacrebleu's name, or any tokenizer. Default `13a`. */
  readonly tokenizer?: keyof typeof sacrebleuTokenizers | Tokenizer | undefined;
  /** Replacement for a precision of zero; default `exp`, which halves with each further zero. */
  readonly smoothing?: "exp" | "floor" | "add-k" | "none" | undefined;
  /** For `floor` (default 0.1) and `add-k` (default 1). */
  readonly smoothingValue?: number | undefined;
  /** Default false: case counts. */
  readonly lowercase?: boolean | undefined;
  /** Longest n-grams, from 1 to 100; default 4. */
  readonly order?: number | undefined;
  /** Leave out n-gram lengths that the candidate is too short for: advised for sentences. Default false. */
  readonly effectiveOrder?: boolean | undefined;
}

const optionNames: Record<keyof SacreBleuOptions, true> = {
  tokenizer: true,
  smoothing: true,
  smoothingValue: true,
  lowercase: true,
  order: true,
  effectiveOrder: true,
};

/** A BLEU score and what it is made of. */
export interface SacreBleuScore {
  /** In [0, 100]. */
  readonly score: number;
  /** Shared n-grams per length, shortest first; with `add-k`, what was added to them included. */
  readonly matches: ReadonlyArray<number>;
  /** The candidate's n-grams per length, likewise. */
  readonly totals: ReadonlyArray<number>;
  /** In tokens. */
  readonly candidateLength: number;
  /** In tokens, of the reference closest in length to each candidate. */
  readonly referenceLength: number;
  /** In [0, 100] per n-gram length. */
  readonly precisions: ReadonlyArray<number>;
  readonly brevityPenalty: number;
  /** `BLEU`, or `BLEU-2` for another order than 4, which sacrebleu's signature leaves out. */
  readonly name: string;
  /** sacrebleu's own, like `nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0`. */
  readonly signature: string;
}

const tokenizerOf = (choice: SacreBleuOptions["tokenizer"] = "13a"): Tokenizer =>
  typeof choice === "string" ? sacrebleuTokenizers[choice] : choice;

/** Lengths of candidate and closest reference, then matches and totals per n-gram length: they add up over a corpus. */
const countsOf = ({ candidate, references }: Pair, options: SacreBleuOptions): ReadonlyArray<number> => {
  const tokenizer = tokenizerOf(options.tokenizer);
  const { lowercase = false, order = 4 } = options;
  const texts = [candidate, ...listOf(references, candidate)].map((text) =>
    trimEnd(lowercase ? text.toLowerCase() : text),
  );
  const { length, lengths, matches } = sharedTokens(texts, tokenizer, order);
  return [length, closestLength(lengths, length), ...matches, ...totalsOf(length, order)];
};

const checkOrder = ({ order = 4 }: SacreBleuOptions): void =>
  checkBounds("BLEU's order", order, 1, longestNgrams, true);

/** sacrebleu's stand-in for ln 0: nothing that it is added to survives. */
const logOrNothing = (value: number): number => (value === 0 ? -9999999999 : Math.log(value));

const smoothingDefaults = { exp: undefined, floor: 0.1, "add-k": 1, none: undefined };

const signatureOf = (options: SacreBleuOptions, references: Sum["references"]): string => {
  const smoothing = options.smoothing ?? "exp";
  const value = smoothingDefaults[smoothing] && (options.smoothingValue ?? smoothingDefaults[smoothing]);
  const smooth = smoothing + (value === undefined ? "" : `[${value.toFixed(2)}]`);
  return `nrefs:${references ?? "var"}|case:${options.lowercase === true ? "lc" : "mixed"}|eff:${options.effectiveOrder === true ? "yes" : "no"}|tok:${tokenizerOf(options.tokenizer).name}|smooth:${smooth}|version:2.6.0`;
};

const scoreOf = ({ counts, references }: Sum, options: SacreBleuOptions): SacreBleuScore => {
  const { smoothing = "exp", effectiveOrder = false, order = 4 } = options;
  const value = options.smoothingValue ?? smoothingDefaults[smoothing] ?? 0;
  const [candidateLength = 0, referenceLength = 0] = counts;
  const matches = counts.slice(2, 2 + order);
  const totals = counts.slice(2 + order);
  const precisions = new Array<number>(order).fill(0);
  const short = candidateLength < referenceLength;
  const brevityPenalty = short ? (candidateLength > 0 ? Math.exp(1 - referenceLength / candidateLength) : 0) : 1;
  const hopeless = matches.every((count) => count === 0);
  let used = order;
  let zeros = 0;
  for (let index = 0; index < order && !hopeless; index++) {
    if (smoothing === "add-k" && index > 0) {
      matches[index]! += value;
      totals[index]! += value;
    }
    const total = totals[index]!;
    if (total === 0) break;
    if (effectiveOrder) used = index + 1;
    if (matches[index] !== 0) precisions[index] = (100 * matches[index]!) / total;
    else if (smoothing === "exp") precisions[index] = 100 / (2 ** ++zeros * total);
    else if (smoothing === "floor") precisions[index] = (100 * value) / total;
  }
  const logs = precisions.slice(0, used).reduce((all, precision) => all + logOrNothing(precision), 0);
  return {
    score: hopeless ? 0 : brevityPenalty * Math.exp(logs / used),
    precisions,
    brevityPenalty,
    matches,
    totals,
    candidateLength,
    referenceLength,
    name: order === 4 ? "BLEU" : `BLEU-${order}`,
    signature: signatureOf(options, references),
  };
};

/**
 * BLEU of one text against one or several references, as sacrebleu's `BLEU(…).sentence_score`, in [0, 100].
 *
 * Without `effectiveOrder` a candidate of fewer than four tokens scores 0.
 *
 * @throws RangeError when the list of references is empty, or the order out of bounds
 * @example
 * ```ts
 * import { sacreBleu } from "@evalwire/metrics"
 *
 * sacreBleu("The cat sat.", "The cat sat.").score.toFixed(2) // => "100.00"
 * ```
 */
export const sacreBleu = (
  candidate: string,
  references: References,
  options: SacreBleuOptions = {},
): SacreBleuScore => {
  checkOptions("sacreBleu", options, optionNames);
  checkOrder(options);
  const counts = countsOf({ candidate, references }, options);
  return scoreOf({ counts, references: listOf(references, candidate).length }, options);
};

/**
 * BLEU of a corpus, as sacrebleu's `BLEU(…).corpus_score`, in [0, 100]; each candidate has its own references, not necessarily
 * equally many.
 *
 * @param pairs any iterable, read once: only the counts are kept
 * @throws RangeError when a list of references is empty
 * @example
 * ```ts
 * import { corpusSacreBleu } from "@evalwire/metrics"
 *
 * const pairs = [{ candidate: "a b c d e", references: "a b c d e" }, { candidate: "x", references: ["y", "z"] }]
 * corpusSacreBleu(pairs).signature // => "nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0"
 * ```
 */
export const corpusSacreBleu = (pairs: Iterable<Pair>, options: SacreBleuOptions = {}): SacreBleuScore => {
  checkOptions("corpusSacreBleu", options, optionNames);
  return scoreOf(summed(pairs, sacreBleuCorpus(options).countsOf, 2 + 2 * (options.order ?? 4)), options);
};

/** `corpusSacreBleu` by its counts: for `pairedTest`. */
export const sacreBleuCorpus = (options: SacreBleuOptions = {}): CorpusMetric => {
  checkOptions("sacreBleuCorpus", options, optionNames);
  checkOrder(options);
  return {
    countsOf: (pair) => countsOf(pair, options),
    scoreOf: (counts) => scoreOf({ counts, references: 1 }, options).score,
    signatureOf: (references) => signatureOf(options, references),
    isLessBetter: false,
    isPercent: true,
  };
};
