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
import { checkOptions } from "./checkOptions.ts";
import { detachString } from "./detachString.ts";
import { ensureCapacity } from "./kernel/ensureCapacity.ts";
import { counter, type Numbered } from "./kernel/NgramCounter.ts";
import { listOf, type References } from "./Pairs.ts";
import { porter } from "./stem/porter.ts";
import type { NltkVersion, Tokenizer } from "./tokenize/Tokenizer.ts";
import { wordTokenizer } from "./tokenize/wordTokenize.ts";

/** Word data for the third stage; see `@evalwire/metrics/wordnet`. */
export interface Synonyms {
  /** Its name in a signature, like `wordnet-3.0`. */
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

const optionNames: Record<keyof MeteorOptions, true> = {
  tokenizer: true,
  nltk: true,
  synonyms: true,
  alpha: true,
  beta: true,
  gamma: true,
};

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

/** Words that are not aligned yet: their places in the text, and what they are compared by. Reused from call to call. */
class Free {
  places = new Int32Array(64);
  numbers = new Int32Array(64);
  count = 0;

  /** All words, from the first or from the last. */
  takeAll({ numbers, length }: Numbered, isFromEnd: boolean): void {
    this.places = ensureCapacity(this.places, length);
    this.numbers = ensureCapacity(this.numbers, length);
    this.count = length;
    for (let at = 0; at < length; at++) {
      const place = isFromEnd ? length - 1 - at : at;
      this.places[at] = place;
      this.numbers[at] = numbers[place]!;
    }
  }

  /** From here on, by their stems. */
  compareStems(text: Numbered): void {
    const stems = stemsOf(text);
    for (let at = 0; at < this.count; at++) this.numbers[at] = stems.of(this.numbers[at]!, text, this.places[at]!);
  }
}

/** So many stems and synonyms are kept as numbers, and so many characters of them. */
const mostKept = 1 << 16;
const mostCharacters = 1 << 22;

/** Stems and words of one meaning, by number from 1. */
const names: Array<string> = [""];
const numbers = new Map<string, number>();
let characters = 0;
/** The number of a word's stem. */
const stems = new Map<string, number>();

/** Of each number, the numbers of the words that share a meaning with it; undefined where they were not looked up. */
type Relations = Array<ReadonlyArray<number> | undefined>;

/** By synonyms. */
let relations = new WeakMap<Synonyms, Relations>();

/** Stems by the numbers that a counter gives. */
class Stems {
  #kept = new Int32Array(256);

  of(number: number, text: Numbered, place: number): number {
    if (text.since === undefined) return stemOf(text.tokenAt(place));
    if (number >= this.#kept.length) {
      const wider = new Int32Array(2 * number);
      wider.set(this.#kept);
      this.#kept = wider;
    }
    // Stems have numbers from 1.
    if (this.#kept[number] === 0) this.#kept[number] = stemOf(text.tokenAt(place));
    return this.#kept[number]!;
  }
}

const none = new Stems();
/** By what the numbers are good for. */
let stemsBy = new WeakMap<object, Stems>();

const stemsOf = ({ since }: Numbered): Stems => {
  if (since === undefined) return none;
  let stems = stemsBy.get(since);
  if (stems === undefined) {
    stems = new Stems();
    stemsBy.set(since, stems);
  }
  return stems;
};

const forget = (): void => {
  names.length = 1;
  characters = 0;
  numbers.clear();
  stems.clear();
  relations = new WeakMap();
  stemsBy = new WeakMap();
};

const numberOf = (name: string): number => {
  let number = numbers.get(name);
  if (number === undefined) {
    number = names.push(name) - 1;
    characters += name.length;
    numbers.set(name, number);
  }
  return number;
};

const stemOf = (word: string): number => {
  let stem = stems.get(word);
  if (stem === undefined) {
    const copy = detachString(word);
    stem = numberOf(porter(copy.toLowerCase()));
    characters += word.length;
    stems.set(copy, stem);
  }
  return stem;
};

/** Relations by these synonyms, those of all free words of the text among them. */
const relatedBy = (synonyms: Synonyms, { numbers, count }: Free): Relations => {
  let known = relations.get(synonyms);
  if (known === undefined) {
    known = [];
    relations.set(synonyms, known);
  }
  // Without holes, or the engine keeps it as a hash table.
  while (known.length < names.length) known.push(undefined);
  for (let at = 0; at < count; at++) {
    known[numbers[at]!] ??= Array.from(synonyms.of(names[numbers[at]!]!), numberOf);
  }
  return known;
};

/** One more than the index of the last free word of each number in a reference; all zeros between calls. */
let last = new Int32Array(1024);

/** In a reference, one more than the index before of the same number; -1 for a word that was aligned. */
let previous = new Int32Array(64);
const mine = new Free();
const theirs = new Free();

/** One stage: aligns words of equal or related numbers, from the end; both keep the rest. */
const align = (alignment: Int32Array, related?: Relations): void => {
  let bound = 0;
  for (let at = 0; at < theirs.count; at++) if (theirs.numbers[at]! > bound) bound = theirs.numbers[at]!;
  last = ensureCapacity(last, bound + 1);
  previous = ensureCapacity(previous, theirs.count);
  for (let at = 0; at < theirs.count; at++) {
    const number = theirs.numbers[at]!;
    previous[at] = last[number]!;
    last[number] = at + 1;
  }
  let left = 0;
  for (let at = 0; at < mine.count; at++) {
    let number = mine.numbers[at]!;
    let best = last[number] ?? 0;
    if (related !== undefined) {
      const others = related[number]!;
      for (let index = 0; index < others.length; index++) {
        const other = others[index]!;
        if (last[other]! > best) {
          number = other;
          best = last[other]!;
        }
      }
    }
    if (best === 0) {
      mine.places[left] = mine.places[at]!;
      mine.numbers[left++] = mine.numbers[at]!;
    } else {
      alignment[mine.places[at]!] = theirs.places[best - 1]!;
      last[number] = previous[best - 1]!;
      previous[best - 1] = -1;
    }
  }
  mine.count = left;
  let free = 0;
  for (let at = 0; at < theirs.count; at++) {
    const number = theirs.numbers[at]!;
    last[number] = 0;
    if (previous[at]! < 0) continue;
    theirs.places[free] = theirs.places[at]!;
    theirs.numbers[free++] = number;
  }
  theirs.count = free;
};

/** Kept from call to call, like the free words: it is read before the next one is made. */
let kept = new Int32Array(64);

/** `alignment[i]`: the place in the reference of the candidate's word i, or -1; behind the words there may be more. */
const alignmentOf = (candidate: Numbered, reference: Numbered, synonyms: Synonyms | undefined): Int32Array => {
  const { length } = candidate;
  kept = ensureCapacity(kept, length);
  const alignment = kept;
  alignment.fill(-1, 0, length);
  mine.takeAll(candidate, true);
  theirs.takeAll(reference, false);
  align(alignment);
  if (mine.count === 0 || theirs.count === 0) return alignment;
  mine.compareStems(candidate);
  theirs.compareStems(reference);
  align(alignment);
  if (synonyms === undefined || mine.count === 0 || theirs.count === 0) return alignment;
  // Before this stage aligns anything: a lookup may throw.
  align(alignment, relatedBy(synonyms, mine));
  return alignment;
};

/** Runs in which a word and its successor are aligned with a word and its successor. */
const chunksIn = (alignment: Int32Array, length: number): number => {
  let chunks = 0;
  for (let at = 0; at < length; at++) {
    const continues = at > 0 && alignment[at - 1] !== -1 && alignment[at] === alignment[at - 1]! + 1;
    if (alignment[at] !== -1 && !continues) chunks++;
  }
  return chunks;
};

const scoreOf = (
  alignment: Int32Array,
  length: number,
  referenceLength: number,
  { alpha, beta, gamma }: Choices,
  signature: string,
): MeteorScore => {
  let matches = 0;
  for (let at = 0; at < length; at++) if (alignment[at] !== -1) matches++;
  if (matches === 0) {
    return { score: 0, precision: 0, recall: 0, fmean: 0, penalty: 0, matches: 0, chunks: 0, signature };
  }
  const precision = matches / length;
  const recall = matches / referenceLength;
  const fmean = (precision * recall) / (alpha * precision + (1 - alpha) * recall);
  const chunks = chunksIn(alignment, length);
  const penalty = gamma * (chunks / matches) ** beta;
  return { score: (1 - penalty) * fmean, precision, recall, fmean, penalty, matches, chunks, signature };
};

/** The choices that a signature names. */
interface Choices {
  readonly nltk: NltkVersion;
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly references: number;
  readonly words: string;
  readonly synonyms: string | undefined;
}

let latest: Choices | undefined;
let latestSignature = "";

/** A corpus has the same one for all its pairs, or nearly. */
const signatureOf = (choices: Choices): string => {
  const { nltk, alpha, beta, gamma, references, words, synonyms } = choices;
  if (
    latest === undefined ||
    latest.references !== references ||
    latest.words !== words ||
    latest.synonyms !== synonyms ||
    latest.nltk !== nltk ||
    latest.alpha !== alpha ||
    latest.beta !== beta ||
    latest.gamma !== gamma
  ) {
    const match = synonyms === undefined ? "exact+stem" : `exact+stem+${synonyms}`;
    latestSignature = `meteor|nrefs:${references}|case:lc|tok:${words}|match:${match}|alpha:${alpha}|beta:${beta}|gamma:${gamma}|impl:nltk-${nltk}`;
    latest = choices;
  }
  return latestSignature;
};

/**
 * METEOR of a text against its best reference, as NLTK's `meteor_score`, in [0, 1]; 0 when nothing aligns.
 *
 * Without `synonyms` words match that are equal or have equal stems, and no others: the score is NLTK's with a WordNet that knows no word, and
 * the signature ends in `match:exact+stem` instead of `match:exact+stem+wordnet-3.0`. Load WordNet with `loadWordNet` of
 * `@evalwire/metrics/wordnet` for the number NLTK and the platform give.
 *
 * @throws RangeError when the list of references is empty, or alpha, beta or gamma lie out of their bounds
 * @example
 * ```ts
 * import { meteor } from "@evalwire/metrics"
 *
 * const score = meteor("the cats sat on the mat", "the cat sat on a mat")
 * score.matches // => 5
 * score.signature.includes("|match:exact+stem|") // => true
 * ```
 */
export const meteor = (candidate: string, references: References, options: MeteorOptions = {}): MeteorScore => {
  checkOptions("meteor", options, optionNames);
  const { nltk = "3.10", alpha = 0.9, beta = 3, gamma = 0.5 } = options;
  const { tokenizer = wordTokenizer(undefined, nltk), synonyms: given } = options;
  const synonyms = given?.as?.(nltk) ?? given;
  checkBounds("METEOR's alpha", alpha, 0, 1);
  checkBounds("METEOR's beta", beta, 0, 100);
  checkBounds("METEOR's gamma", gamma, 0, 1);
  const texts = [candidate, ...listOf(references, candidate)];
  const numbered = counter.current.numbered(texts, tokenizer);
  if (names.length > mostKept || characters > mostCharacters) forget();
  const choices = {
    nltk,
    alpha,
    beta,
    gamma,
    references: texts.length - 1,
    words: tokenizer.name,
    synonyms: synonyms?.name,
  };
  const signature = signatureOf(choices);
  let best: MeteorScore | undefined;
  for (let at = 1; at < numbered.length; at++) {
    const alignment = alignmentOf(numbered[0]!, numbered[at]!, synonyms);
    const score = scoreOf(alignment, numbered[0]!.length, numbered[at]!.length, choices, signature);
    if (best === undefined || score.score > best.score) best = score;
  }
  return best!;
};
