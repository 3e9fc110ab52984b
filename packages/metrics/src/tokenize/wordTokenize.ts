/**
 * NLTK's `word_tokenize`: sentences first, then the words of each by the Penn Treebank conventions.
 *
 * Splitting sentences needs a trained model, which is word data and comes from outside (`@evalwire/metrics/punkt`). Without one
 * the text counts as one sentence and the tokenizer's name says so: only full stops inside the text are treated otherwise.
 */
import type { NltkVersion, SentenceSplitter, Tokenizer } from "./Tokenizer.ts";
import { addTreebankWords, treebankWords } from "./treebank.ts";

/**
 * The words and marks of a text: `nltk.word_tokenize(text)`, or with `preserve_line=True` when no splitter is given.
 *
 * @param sentences splits the text into sentences; see `@evalwire/metrics/punkt`
 * @param nltk whose rules; default `3.10`
 * @example
 * ```ts
 * import { wordTokenize } from "@evalwire/metrics"
 *
 * wordTokenize("Good muffins cost $3.88.") // => ["Good", "muffins", "cost", "$", "3.88", "."]
 * wordTokenize("6–7 p.m.", undefined, "3.8") // => ["6–7", "p.m", "."]
 * ```
 */
export const wordTokenize = (text: string, sentences?: SentenceSplitter, nltk: NltkVersion = "3.10"): Array<string> =>
  wordTokenizer(sentences, nltk).tokenize(text) as Array<string>;

/**
 * `wordTokenize` as a tokenizer whose name states whose rules it follows and how sentences were found.
 *
 * @example
 * ```ts
 * import { wordTokenizer } from "@evalwire/metrics"
 *
 * wordTokenizer().name // => "word_tokenize-3.10(no sentence split)"
 * ```
 */
export const wordTokenizer = (given?: SentenceSplitter, nltk: NltkVersion = "3.10"): Tokenizer => {
  const known = made[nltk];
  let tokenizer = known.get(given ?? known);
  if (tokenizer === undefined) {
    tokenizer = make(given?.as?.(nltk) ?? given, nltk);
    known.set(given ?? known, tokenizer);
  }
  return tokenizer;
};

/** By splitter; one without is known by the map itself. A tokenizer's cache is shared by all callers with the same splitter. */
const made: Readonly<Record<NltkVersion, WeakMap<object, Tokenizer>>> = { "3.8": new WeakMap(), "3.10": new WeakMap() };

const make = (sentences: SentenceSplitter | undefined, nltk: NltkVersion): Tokenizer => {
  const boundsOf = sentences ? sentences.bounds : (text: string) => [0, text.length];
  const name = `word_tokenize-${nltk}(${sentences?.name ?? "no sentence split"})`;
  if (boundsOf === undefined) {
    return { name, tokenize: (text) => sentences!.split(text).flatMap((one) => treebankWords(one, nltk)) };
  }
  return {
    name,
    tokenize: (text) => {
      const words: Array<string> = [];
      const bounds = boundsOf(text);
      for (let at = 0; at < bounds.length; at += 2) {
        addTreebankWords(words, text, bounds[at]!, bounds[at + 1]!, nltk);
      }
      return words;
    },
    treebank: { nltk, boundsOf },
  };
};
