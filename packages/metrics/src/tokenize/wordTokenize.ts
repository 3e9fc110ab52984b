/**
 * NLTK's `word_tokenize`: sentences first, then the words of each by the Penn Treebank conventions.
 *
 * Splitting sentences needs a trained model, which is word data and comes from outside (`@evalwire/metrics/punkt`). Without one
 * the text counts as one sentence and the tokenizer's name says so: only full stops inside the text are treated otherwise.
 */
import type { NltkVersion, SentenceSplitter, Tokenizer } from "./Tokenizer.ts";
import { addTreebankWords } from "./treebank.ts";

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
 * `wordTokenize` as a tokenizer whose name tells whose rules it follows and how sentences were found.
 *
 * @example
 * ```ts
 * import { wordTokenizer } from "@evalwire/metrics"
 *
 * wordTokenizer().name // => "word_tokenize-3.10(no sentence split)"
 * ```
 */
export const wordTokenizer = (given?: SentenceSplitter, nltk: NltkVersion = "3.10"): Tokenizer => {
  const sentences = given?.as?.(nltk) ?? given;
  return {
    name: `word_tokenize-${nltk}(${sentences?.name ?? "no sentence split"})`,
    tokenize: (text) => {
      const words: Array<string> = [];
      for (const sentence of sentences?.split(text) ?? [text]) addTreebankWords(words, sentence, nltk);
      return words;
    },
  };
};
