/**
 * A tokenizer is a name and a function: the name goes into the signature of every score that rests on it.
 *
 * A tokenizer accepts every string, lone surrogates included, and takes time linear in it.
 */
import { splitWhitespace } from "./whitespace.ts";

/** Cuts a text into the tokens that a metric counts. */
export interface Tokenizer {
  /** The part of a signature after `tok:`. Two tokenizers of one name give the same tokens. */
  readonly name: string;
  readonly tokenize: (text: string) => ReadonlyArray<string>;
  /**
   * Whether in this text each stretch between white space gives the same tokens by itself and in any surroundings: a stretch that was
   * cut once is then not cut again. Absent: never.
   */
  readonly isLocal?: ((text: string) => boolean) | undefined;
  /** Set where the tokens are the Penn Treebank's words, of each sentence. */
  readonly treebank?: TreebankSentences | undefined;
}

/** Whose words, and where the sentences start and end, one after the other; absent where that is unknown. */
export interface TreebankSentences {
  readonly nltk: NltkVersion;
  readonly boundsOf: (text: string) => ReadonlyArray<number>;
}

/**
 * Which NLTK: its tokenizers differ on dashes, quotes and apostrophes inside words, its Punkt on curly quotes and guillemets, and its
 * WordNet on how often suffix rules apply. Where nothing is said, the newer.
 */
export type NltkVersion = "3.8" | "3.10";

/** Cuts a text into sentences: the word data `wordTokenize` needs and the root of this package leaves out. */
export interface SentenceSplitter {
  /** Its name in a signature, like `punkt-3.10:english`. */
  readonly name: string;
  readonly split: (text: string) => ReadonlyArray<string>;
  /** Start and end of each sentence in the text, one after the other: nothing but white space stands between them. */
  readonly bounds?: ((text: string) => ReadonlyArray<number>) | undefined;
  /** The same word data under the rules of this NLTK; absent where there is but one way to split. */
  readonly as?: ((nltk: NltkVersion) => SentenceSplitter) | undefined;
}

/** The words between white space, as Python's `str.split()`. */
export const whitespace: Tokenizer = { name: "whitespace", tokenize: splitWhitespace, isLocal: () => true };

/** The names of `rougeTokenizers`. */
export type RougeTokenizer = "rouge" | "whitespace" | "char" | "intl" | "zh" | "words";

/** Those that are loaded, by name: programs that use none of them do not carry them. */
export const named: Partial<Record<RougeTokenizer, Tokenizer>> = Object.create(null);
