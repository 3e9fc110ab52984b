/**
 * F1 over the words two texts share, each word counted as often as both have it: what the platform calls `f1`.
 */
import { checkOptions } from "../checkOptions.ts";
import { intern } from "../kernel/intern.ts";
import { counter } from "../kernel/NgramCounter.ts";
import { sharedWithAny } from "../kernel/Ngrams.ts";
import { checkText } from "../Pairs.ts";
import { ofHits, type Score } from "../Score.ts";
import type { Tokenizer } from "../tokenize/Tokenizer.ts";
import { wordTokenizer } from "../tokenize/wordTokenize.ts";

/** How `f1` cuts and compares words. */
export interface F1Options {
  /** Default: `wordTokenizer()`, NLTK's `word_tokenize` without sentence split. */
  readonly tokenizer?: Tokenizer | undefined;
  /** Whether case is ignored. Default true, as on the platform. */
  readonly lowercase?: boolean | undefined;
}

const optionNames: Record<keyof F1Options, true> = { tokenizer: true, lowercase: true };

/**
 * Token F1: precision, recall and their harmonic mean over the multiset of words, in [0, 1]; 0 when no word is shared.
 *
 * @throws RangeError when one of the two is no text
 *
 * Source: the platform's metric list (`f1`: `word_tokenize`, lower case, multiset).
 *
 * @example
 * ```ts
 * import { f1 } from "@evalwire/metrics"
 *
 * f1("The cat sat.", "the cat slept").precision // => 0.5
 * ```
 */
export const f1 = (candidate: string, reference: string, options: F1Options = {}): Score => {
  checkOptions("f1", options, optionNames);
  checkText(candidate, "candidate");
  checkText(reference);
  const { tokenizer = wordTokenizer(), lowercase = true } = options;
  const texts = [candidate, reference];
  const [found, wanted] = (
    lowercase
      ? counter.current.numbered(texts, tokenizer).map(({ numbers, length }) => numbers.subarray(0, length))
      : intern(texts.map(tokenizer.tokenize))
  ) as [Int32Array, Int32Array];
  const signature = `f1|case:${lowercase ? "lc" : "mixed"}|tok:${tokenizer.name}`;
  return ofHits(sharedWithAny(found, [wanted], 1)[0]!, found.length, wanted.length, signature);
};
