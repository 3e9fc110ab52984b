/**
 * METEOR as NLTK computes it: words aligned in three greedy stages (equal, equal stem, synonym), then precision, recall and a
 * penalty for every break in the alignment.
 *
 * Each stage goes through both texts from their ends, and the third looks up stems, not words: both belong to the number. Without
 * synonyms there are two stages, and the signature says `match:exact+stem`. Takes time linear in the words.
 *
 * Source: NLTK 3.8 and 3.10 `nltk.translate.meteor_score`; Lavie and Agarwal 2007, "Meteor: An Automatic Metric for MT Evaluation with High
 * Levels of Correlation with Human Judgments".
 */

import { checkBounds } from "./bounds.ts";
import { detachString } from "./detachString.ts";
import { ensureCapacity } from "./kernel/ensureCapacity.ts";
import { intern } from "./kernel/intern.ts";
import { listOf, type References } from "./Pairs.ts";
import { porter } from "./stem/porter.ts";
import type { NltkVersion, Tokenizer } from "./tokenize/Tokenizer.ts";
import { wordTokenizer } from "./tokenize/wordTokenize.ts";

/** Word data for the third stage; see `@evalwire/metrics/wordnet`. */
export interface Synonyms {
  /** What a signature says of it, like `wordnet-3.0`. */
  readonly name: string;
  /** The words that share a meaning with this one, in their own case; with or without the word itself. */
  readonly of: (word: string) => Iterable<string>;
  /** The same word data under the rules of this NLTK; absent where there is but one way to look words up. */
  readonly as?: ((nltk: NltkVersion) => Synonyms) | undefined;
}

/** How `meteor` cuts, matches and weighs. */
export interface MeteorOptions {
  /** Default: NLTK's `word_tokenize` without sentence split. */
  readonly tokenizer?: Tokenizer | undefined;
  /** Whose words and synonyms; default `3.10`. */
  readonly nltk?: NltkVersion | undefined;
  /** Default none: the alignment stops after the stems. */
  readonly synonyms?: Synonyms | undefined;
  /** Weight of precision against recall in [0, 1]; default 0.9, which is nearly all recall. */
  readonly alpha?: number | undefined;
  /** Exponent of the share of breaks, from 0 to 100; default 3. */
  readonly beta?: number | undefined;
  /** Largest penalty, in [0, 1]; default 0.5. */
  readonly gamma?: number | undefined;
}

/** A METEOR score against its best reference, and what it is made of. */
export interface MeteorScore {
  /** In [0, 1]. */
  readonly score: number;
  readonly precision: number;
  readonly recall: number;
  /** Weighted harmonic mean of precision and recall, before the penalty. */
  readonly fmean: number;
  /** In [0, gamma]. */
  readonly penalty: number;
  /** Aligned words. */
  readonly matches: number;
  /** Runs of aligned words that stand side by side in both texts. */
  readonly chunks: number;
  /** The choices behind the number, in one line. */
  readonly signature: string;
}

/** A word that is not aligned yet, as its stem, and where it stands in its text. */
interface Place {
  readonly at: number;
  readonly stem: string;
}

/** What is not aligned yet: of the candidate from its end, of the reference from its start. */
interface Rest {
  readonly candidate: ReadonlyArray<Place>;
  readonly reference: ReadonlyArray<Place>;
}

/** A text's words, and their numbers whatever their case. */
interface Words {
  readonly words: ReadonlyArray<string>;
  readonly numbers: Int32Array;
}

/** Stems kept from call to call, of words up to this length. */
const maximumStems = 1 << 16;
const longestKept = 40;
const stems = new Map<string, string>();

const stemOf = (word: string): string => {
  const known = stems.get(word);
  if (known !== undefined) return known;
  if (word.length > longestKept) return porter(word.toLowerCase());
  if (stems.size >= maximumStems) stems.clear();
  const copy = detachString(word);
  const stem = porter(copy.toLowerCase());
  stems.set(copy, stem);
  return stem;
};

/** One more than the last place of each word in a reference, by its number; all zeros between calls. */
let last = new Int32Array(1024);

/** The first stage: aligns equal words, from the end, and leaves the stems of the rest. */
const alignEqual = (candidate: Words, reference: Words, alignment: Int32Array): Rest => {
  let bound = 0;
  for (const number of candidate.numbers) if (number > bound) bound = number;
  for (const number of reference.numbers) if (number > bound) bound = number;
  last = ensureCapacity(last, bound + 1);
  // One more than the place before, of the same word.
  const previous = new Int32Array(reference.words.length);
  for (let at = 0; at < previous.length; at++) {
    const word = reference.numbers[at]!;
    previous[at] = last[word]!;
    last[word] = at + 1;
  }
  const isFree = new Uint8Array(reference.words.length).fill(1);
  const left: Array<Place> = [];
  for (let at = candidate.words.length - 1; at >= 0; at--) {
    const word = candidate.numbers[at]!;
    const place = last[word]! - 1;
    alignment[at] = place;
    if (place < 0) {
      left.push({ at, stem: stemOf(candidate.words[at]!) });
    } else {
      last[word] = previous[place]!;
      isFree[place] = 0;
    }
  }
  const free: Array<Place> = [];
  for (let at = 0; at < isFree.length; at++) {
    last[reference.numbers[at]!] = 0;
    if (isFree[at] === 1) free.push({ at, stem: stemOf(reference.words[at]!) });
  }
  return { candidate: left, reference: free };
};

/** Where stems stand, each list in rising order. */
const placesByStem = (places: ReadonlyArray<Place>): Map<string, Array<number>> => {
  const byStem = new Map<string, Array<number>>();
  for (const { at, stem } of places) {
    const known = byStem.get(stem);
    if (known === undefined) byStem.set(stem, [at]);
    else known.push(at);
  }
  return byStem;
};

/** A later stage: aligns equal stems or, where `related` tells, related ones, from the end, and leaves the rest. */
const align = (rest: Rest, alignment: Int32Array, related?: (word: string) => Iterable<string>): Rest => {
  if (rest.candidate.length === 0 || rest.reference.length === 0) return rest;
  const byStem = placesByStem(rest.reference);
  const taken = new Set<number>();
  const left: Array<Place> = [];
  for (const place of rest.candidate) {
    let best = byStem.get(place.stem);
    if (related !== undefined && byStem.size > 0) {
      for (const word of related(place.stem)) {
        const other = byStem.get(word);
        if (other !== undefined && (other.at(-1) ?? -1) > (best?.at(-1) ?? -1)) best = other;
      }
    }
    const at = best?.pop();
    if (at === undefined) {
      left.push(place);
    } else {
      alignment[place.at] = at;
      taken.add(at);
    }
  }
  return { candidate: left, reference: rest.reference.filter(({ at }) => !taken.has(at)) };
};

/** `alignment[i]`: the place in the reference of the candidate's word i, or -1. */
const alignmentOf = (candidate: Words, reference: Words, synonyms: Synonyms | undefined): Int32Array => {
  const alignment = new Int32Array(candidate.words.length);
  const rest = align(alignEqual(candidate, reference, alignment), alignment);
  if (synonyms !== undefined) align(rest, alignment, synonyms.of);
  return alignment;
};

/** Runs in which a word and its successor are aligned with a word and its successor. */
const chunksIn = (alignment: Int32Array): number => {
  let chunks = 0;
  for (let at = 0; at < alignment.length; at++) {
    const continues = at > 0 && alignment[at - 1] !== -1 && alignment[at] === alignment[at - 1]! + 1;
    if (alignment[at] !== -1 && !continues) chunks++;
  }
  return chunks;
};

const scoreOf = (
  alignment: Int32Array,
  referenceLength: number,
  { alpha, beta, gamma }: { alpha: number; beta: number; gamma: number },
  signature: string,
): MeteorScore => {
  let matches = 0;
  for (const at of alignment) if (at !== -1) matches++;
  if (matches === 0) {
    return { score: 0, precision: 0, recall: 0, fmean: 0, penalty: 0, matches: 0, chunks: 0, signature };
  }
  const precision = matches / alignment.length;
  const recall = matches / referenceLength;
  const fmean = (precision * recall) / (alpha * precision + (1 - alpha) * recall);
  const chunks = chunksIn(alignment);
  const penalty = gamma * (chunks / matches) ** beta;
  return { score: (1 - penalty) * fmean, precision, recall, fmean, penalty, matches, chunks, signature };
};

/**
 * METEOR of a text against its best reference, as NLTK's `meteor_score`, in [0, 1]; 0 when nothing aligns.
 *
 * @throws RangeError when the list of references is empty, or alpha, beta or gamma lie out of their bounds
 * @example
 * ```ts
 * import { meteor } from "@evalwire/metrics"
 *
 * meteor("the cats sat on the mat", "the cat sat on a mat").matches // => 5
 * ```
 */
export const meteor = (candidate: string, references: References, options: MeteorOptions = {}): MeteorScore => {
  const { nltk = "3.10", alpha = 0.9, beta = 3, gamma = 0.5 } = options;
  const { tokenizer = wordTokenizer(undefined, nltk), synonyms: given } = options;
  const synonyms = given?.as?.(nltk) ?? given;
  checkBounds("METEOR's alpha", alpha, 0, 1);
  checkBounds("METEOR's beta", beta, 0, 100);
  checkBounds("METEOR's gamma", gamma, 0, 1);
  const list = listOf(references);
  const texts = [candidate, ...list].map(tokenizer.tokenize);
  const numbers = intern(texts, true);
  const mine: Words = { words: texts[0]!, numbers: numbers[0]! };
  const match = synonyms === undefined ? "exact+stem" : `exact+stem+${synonyms.name}`;
  const signature = `meteor|nrefs:${list.length}|case:lc|tok:${tokenizer.name}|match:${match}|alpha:${alpha}|beta:${beta}|gamma:${gamma}|impl:nltk-${nltk}`;
  let best: MeteorScore | undefined;
  for (let at = 1; at < texts.length; at++) {
    const other: Words = { words: texts[at]!, numbers: numbers[at]! };
    const alignment = alignmentOf(mine, other, synonyms);
    const score = scoreOf(alignment, other.words.length, { alpha, beta, gamma }, signature);
    if (best === undefined || score.score > best.score) best = score;
  }
  return best!;
};
