/**
 * NLTK's `word_tokenize`: sentences first, then the words of each by the Penn Treebank conventions.
 *
 * Splitting sentences needs a trained model, which is word data and comes from outside (`@evalwire/metrics/punkt`). Without one
 * the text counts as one sentence and the tokenizer's name says so: only full stops inside the text are treated otherwise.
 */
import type { SentenceSplitter, Tokenizer } from "./Tokenizer.ts";
import { addTreebankWords, treebankWords } from "./treebank.ts";

/**
 * The words and marks of a text: `nltk.word_tokenize(text)` of NLTK 3.8, or with `preserve_line=True` when no splitter is given.
 *
 * @param sentences splits the text into sentences; see `@evalwire/metrics/punkt`
 * @example
 * ```ts
 * import { wordTokenize } from "@evalwire/metrics"
 *
 * wordTokenize("Good muffins cost $3.88.") // => ["Good", "muffins", "cost", "$", "3.88", "."]
 * ```
 */
export const wordTokenize = (text: string, sentences?: SentenceSplitter): Array<string> => {
  if (sentences === undefined) return treebankWords(text);
  const words: Array<string> = [];
  for (const sentence of sentences.split(text)) addTreebankWords(words, sentence);
  return words;
};

/**
 * `wordTokenize` as a tokenizer whose name tells how sentences were found.
 *
 * @example
 * ```ts
 * import { wordTokenizer } from "@evalwire/metrics"
 *
 * wordTokenizer().name // => "word_tokenize(no sentence split)"
 * ```
 */
export const wordTokenizer = (sentences?: SentenceSplitter): Tokenizer => ({
  name: `word_tokenize(${sentences?.name ?? "no sentence split"})`,
  tokenize: (text) => wordTokenize(text, sentences),
});
