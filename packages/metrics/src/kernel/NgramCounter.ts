/** Counting the n-grams that texts share: in JavaScript, or in WebAssembly where `@evalwire/metrics/wasm` has installed it. */
import { codePoints } from "../tokenize/codePoints.ts";
import type { Tokenizer } from "../tokenize/Tokenizer.ts";
import { intern } from "./intern.ts";
import { sharedWithAny, sharedWithEach } from "./Ngrams.ts";
import { replaceable } from "./Replaceable.ts";

/** Counts that a first text shares with each of the others. */
export interface Shared {
  /** Number of tokens, or characters, of each text, the first one's first. */
  readonly lengths: ReadonlyArray<number>;
  /** By other text, by length of n-gram from 1: how many are shared, each counted as often as both have it. */
  readonly shared: ReadonlyArray<ReadonlyArray<number>>;
}

/** A text's tokens as numbers: tokens that differ at most in case have equal numbers, in all texts numbered together. */
export interface Numbered {
  /** Until others are numbered; behind the tokens there may be more. */
  readonly numbers: Int32Array;
  /** Number of tokens. */
  readonly length: number;
  /** The token at a place, in its own case; until others are numbered. */
  readonly tokenAt: (at: number) => string;
  /** Other texts with the same object here have the same numbers for the same tokens; absent where this is not known. */
  readonly since?: object | undefined;
}

export interface NgramCounter {
  /** The tokens of some texts as numbers, ignoring case. */
  numbered(texts: ReadonlyArray<string>, tokenizer: Tokenizer): ReadonlyArray<Numbered>;

  /** N-grams of tokens, up to a length of `order`. */
  tokens(texts: ReadonlyArray<string>, tokenizer: Tokenizer, order: number): Shared;
  /** N-grams of code points, those of white space left out unless they count. */
  characters(texts: ReadonlyArray<string>, whitespace: boolean, order: number): Shared;
}

const sharedOf = (sequences: ReadonlyArray<Int32Array>, order: number): Shared => ({
  lengths: sequences.map(({ length }) => length),
  shared: sharedWithEach(sequences[0]!, sequences.slice(1), order),
});

export const javaScript: NgramCounter = {
  numbered: (texts, tokenizer) => {
    const lists = texts.map(tokenizer.tokenize);
    return intern(lists, true).map((numbers, text) => ({
      numbers,
      length: numbers.length,
      tokenAt: (at) => lists[text]![at]!,
    }));
  },
  tokens: (texts, tokenizer, order) => sharedOf(intern(texts.map(tokenizer.tokenize)), order),
  characters: (texts, whitespace, order) =>
    sharedOf(
      texts.map((text) => codePoints(text, whitespace)),
      order,
    ),
};

/** The counter in use. */
export const counter = replaceable(javaScript);

/** Counts that a first text shares with the others together: an n-gram as often as both it and the one that has most of it have. */
export const sharedTokens = (texts: ReadonlyArray<string>, tokenizer: Tokenizer, order: number) => {
  if (texts.length === 2) {
    const { lengths, shared } = counter.current.tokens(texts, tokenizer, order);
    return { length: lengths[0]!, lengths: [lengths[1]!], matches: shared[0]! };
  }
  const [mine, ...others] = intern(texts.map(tokenizer.tokenize)) as [Int32Array, ...Array<Int32Array>];
  const lengths = others.map(({ length }) => length);
  return { length: mine.length, lengths, matches: sharedWithAny(mine, others, order) };
};
