/** Reading and comparing texts for ROUGE: in JavaScript, or in WebAssembly where `@evalwire/metrics/wasm` has installed it. */
import { lcs } from "../kernel/lcs.ts";
import { replaceable } from "../kernel/Replaceable.ts";
import type { Tokenizer } from "../tokenize/Tokenizer.ts";
import { sharedNgrams } from "./ngrams.ts";
import { Tokens } from "./Tokens.ts";
import { tokenLists } from "./tokenLists.ts";
import { unionHits } from "./unionLcs.ts";
import { Vocabulary } from "./Vocabulary.ts";

/** Where a text is read to; what was read there before is gone. */
export type Slot = 0 | 1 | 2 | 3;

/** A text that was read, with its lines: good until another is read to the same slot. */
export interface Read {
  /** Number of words. */
  readonly length: number;
  /** Number of lines that have words. */
  readonly lineCount: number;
}

export interface RougeEngine<Text extends Read = Read> {
  /** Begins with new texts, of which words of one Porter stem are the same where `stems` says so. */
  begin(stems: boolean): void;
  /** Reads a text with its lines. */
  read(text: string, slot: Slot): Text;
  /** Reads sentences as lines; a new line inside a sentence is white space. */
  readLines(lines: ReadonlyArray<string>, slot: Slot): Text;
  /** How many n-grams two texts share, for n = 1 … `longest`, at the index n. */
  sharedNgrams(one: Text, other: Text, longest: number): ArrayLike<number>;
  /** The length of a longest common subsequence. */
  lcs(one: Text, other: Text): number;
  /** See `unionLcs.ts`. */
  unionHits(candidate: Text, reference: Text): number;
}

const engineOf = (
  readerFor: (stems: boolean) => Pick<Vocabulary, "size" | "read" | "readLines">,
): RougeEngine<Tokens> => {
  const slots = [new Tokens(), new Tokens(), new Tokens(), new Tokens()] as const;
  let reader = readerFor(false);
  return {
    begin: (withStems) => {
      reader = readerFor(withStems);
    },
    read: (text, slot) => reader.read(text, slots[slot]),
    readLines: (lines, slot) => reader.readLines(lines, slots[slot]),
    sharedNgrams: (one, other, longest) => sharedNgrams(one, other, longest, reader.size),
    lcs: (one, other) => lcs(one, other, reader.size),
    unionHits: (candidate, reference) => unionHits(candidate, reference, reader.size),
  };
};

const words = new Vocabulary(false);
const stems = new Vocabulary(true);
const javaScript = engineOf((withStems) => {
  const vocabulary = withStems ? stems : words;
  vocabulary.trim();
  return vocabulary;
});

/** An engine for one call, whose tokens come from the caller's tokenizer: that may itself request scores meanwhile. */
export const engineWith = (tokenizer: Tokenizer): RougeEngine => engineOf(() => tokenLists(tokenizer));

/** The engine in use. No call of `rouge` uses what another one has read, so it may change between two. */
export const engine = replaceable<RougeEngine>(javaScript);
