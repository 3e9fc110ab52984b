/** Counting the n-grams that texts share: in JavaScript, or in WebAssembly where `@evalwire/metrics/wasm` has installed it. */
import { codePoints } from "../tokenize/codePoints.ts";
import type { Tokenizer } from "../tokenize/Tokenizer.ts";
import { intern } from "./intern.ts";
import { sharedWithEach } from "./Ngrams.ts";

/** What a first text shares with each of the others. */
export interface Shared {
  /** Number of tokens, or characters, of each text, the first one's first. */
  readonly lengths: ReadonlyArray<number>;
  /** By other text, by length of n-gram from 1: how many are shared, each counted as often as both have it. */
  readonly shared: ReadonlyArray<ReadonlyArray<number>>;
}

export interface NgramCounter {
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
  tokens: (texts, tokenizer, order) => sharedOf(intern(texts.map(tokenizer.tokenize)), order),
  characters: (texts, whitespace, order) =>
    sharedOf(
      texts.map((text) => codePoints(text, whitespace)),
      order,
    ),
};

/** The counter in use. */
export let counter: NgramCounter = javaScript;

/** Puts another counter in use; without one, that in JavaScript. */
export const use = (other: NgramCounter = javaScript): void => {
  counter = other;
};
