/**
 * METEOR as NLTK computes it: words aligned in three greedy stages (equal, equal stem, synonym), then precision, recall and a
 * penalty for every break in the alignment.
 *
 * Each stage goes through both texts from their ends, and the third looks up stems, not words: both belong to the number. Without
 * synonyms there are two stages, and the signature says `match:exact+stem`. Takes time linear in the words.
 *
 * Source: NLTK 3.8 `nltk.translate.meteor_score`; Lavie and Agarwal 2007, "Meteor: An Automatic Metric for MT Evaluation with High
 * Levels of Correlation with Human Judgments".
 */
import { listOf, type References } from "./Pairs.ts";
import { porter } from "./stem/porter.ts";
import type { Tokenizer } from "./tokenize/Tokenizer.ts";
import { wordTokenizer } from "./tokenize/wordTokenize.ts";

/** Word data for the third stage; see `@evalwire/metrics/wordnet`. */
export interface Synonyms {
  /** What a signature says of it, like `wordnet-3.0`. */
  readonly name: string;
  /** The words that share a meaning with this one, in their own case; with or without the word itself. */
  readonly of: (word: string) => Iterable<string>;
}

/** How `meteor` cuts, matches and weighs. */
export interface MeteorOptions {
  /** Default: `wordTokenizer()`, NLTK's `word_tokenize` without sentence split. */
  readonly tokenizer?: Tokenizer | undefined;
  /** Default none: the alignment stops after the stems. */
  readonly synonyms?: Synonyms | undefined;
  /** Weight of precision against recall in [0, 1]; default 0.9, which is nearly all recall. */
  readonly alpha?: number | undefined;
  /** Exponent of the share of breaks; default 3. */
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

/** A word that is not aligned yet and where it stands in its text. */
interface Place {
  readonly at: number;
  readonly word: string;
}

/** Where the words of the reference stand, the last place first to go. */
const placesByWord = (places: ReadonlyArray<Place>): Map<string, Array<number>> => {
  const byWord = new Map<string, Array<number>>();
  for (const { at, word } of places) {
    const known = byWord.get(word);
    if (known === undefined) byWord.set(word, [at]);
    else known.push(at);
  }
  return byWord;
};

/**
 * One stage: aligns what it can, from the end, and leaves the rest. `alignment[i]` becomes the place in the reference of the
 * candidate's word i.
 */
const align = (
  candidate: ReadonlyArray<Place>,
  reference: ReadonlyArray<Place>,
  alignment: Int32Array,
  related?: (word: string) => Iterable<string>,
): { candidate: Array<Place>; reference: Array<Place> } => {
  const byWord = placesByWord(reference);
  const taken = new Set<number>();
  const left: Array<Place> = [];
  for (let index = candidate.length - 1; index >= 0; index--) {
    const place = candidate[index]!;
    let best = byWord.get(place.word);
    if (related !== undefined && byWord.size > 0) {
      for (const word of related(place.word)) {
        const other = byWord.get(word);
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
  return { candidate: left.reverse(), reference: reference.filter(({ at }) => !taken.has(at)) };
};

const maximumStems = 1 << 16;
const stems = new Map<string, string>();

const stemOf = (word: string): string => {
  const known = stems.get(word);
  if (known !== undefined) return known;
  if (stems.size >= maximumStems) stems.clear();
  const stem = porter(word);
  if (word.length <= 40) stems.set(word, stem);
  return stem;
};

const stemmed = (places: ReadonlyArray<Place>): Array<Place> =>
  places.map(({ at, word }) => ({ at, word: stemOf(word) }));

/** `alignment[i]`: the place in the reference of the candidate's word i, or -1. */
const alignmentOf = (
  candidate: ReadonlyArray<Place>,
  reference: ReadonlyArray<Place>,
  synonyms: Synonyms | undefined,
): Int32Array => {
  const alignment = new Int32Array(candidate.length).fill(-1);
  let left = align(candidate, reference, alignment);
  left = align(stemmed(left.candidate), stemmed(left.reference), alignment);
  if (synonyms !== undefined) align(left.candidate, left.reference, alignment, synonyms.of);
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
 * @example
 * ```ts
 * import { meteor } from "@evalwire/metrics"
 *
 * meteor("the cats sat on the mat", "the cat sat on a mat").matches // => 5
 * ```
 */
export const meteor = (candidate: string, references: References, options: MeteorOptions = {}): MeteorScore => {
  const { tokenizer = wordTokenizer(), synonyms, alpha = 0.9, beta = 3, gamma = 0.5 } = options;
  const places = (text: string): Array<Place> =>
    tokenizer.tokenize(text).map((word, at) => ({ at, word: word.toLowerCase() }));
  const words = places(candidate);
  const list = listOf(references);
  const match = synonyms === undefined ? "exact+stem" : `exact+stem+${synonyms.name}`;
  const signature = `meteor|nrefs:${list.length}|case:lc|tok:${tokenizer.name}|match:${match}|alpha:${alpha}|beta:${beta}|gamma:${gamma}|impl:nltk-3.8`;
  let best: MeteorScore | undefined;
  for (const text of list) {
    const others = places(text);
    const alignment = alignmentOf(words, others, synonyms);
    const score = scoreOf(alignment, others.length, { alpha, beta, gamma }, signature);
    if (best === undefined || score.score > best.score) best = score;
  }
  return best!;
};
