/**
 * Cosine similarity: of two texts by the words they use, and of any two vectors.
 *
 * There is no one standard for texts: the tokenizer and the weighting decide, and stand in the signature. For the cosine of sentence
 * embeddings, which is what the platform calls `cosine_similarity`, see `embeddingCosine`.
 */
import { checkOptions } from "./checkOptions.ts";
import { checkText } from "./Pairs.ts";
import type { Tokenizer } from "./tokenize/Tokenizer.ts";

/** How `cosine` cuts and weighs. */
export interface CosineOptions {
  /** Default `words`, scikit-learn's: runs of at least two letters, digits or underscores. */
  readonly tokenizer?: Tokenizer | undefined;
  /**
   * `counts` (default): how often a word occurs. `tfidf`: that, times ln(3 / (1 + texts it occurs in)) + 1, as scikit-learn's
   * `TfidfVectorizer` fitted on the two texts.
   */
  readonly weighting?: "counts" | "tfidf" | undefined;
  /** Whether case is ignored; default true. */
  readonly lowercase?: boolean | undefined;
}

const optionNames: Record<keyof CosineOptions, true> = { tokenizer: true, weighting: true, lowercase: true };

/** A cosine and the choices behind it. */
export interface CosineScore {
  /** In [0, 1] for texts; in [-1, 1] for embeddings. */
  readonly score: number;
  readonly signature: string;
}

/** Runs of at least two word characters: scikit-learn's default `token_pattern`. */
export const words: Tokenizer = {
  name: "sklearn",
  tokenize: (text) => text.match(/[\p{L}\p{N}_]{2,}/gu) ?? [],
};

const counted = (tokens: ReadonlyArray<string>): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
};

/** Rounding may carry a cosine of equal vectors past 1. */
const cosineOf = (left: Iterable<number>, right: Iterable<number>, product: number): number => {
  let [one, other] = [0, 0];
  for (const weight of left) one += weight * weight;
  for (const weight of right) other += weight * weight;
  const lengths = Math.sqrt(one * other);
  return lengths === 0 ? 0 : Math.max(-1, Math.min(1, product / lengths));
};

/**
 * Cosine of two vectors of equal length, in [-1, 1]; 0 when one of them is all zeros.
 *
 * @throws RangeError when their lengths differ
 * @example
 * ```ts
 * import { cosineOfVectors } from "@evalwire/metrics"
 *
 * cosineOfVectors([1, 0], [3, 4]) // => 0.6
 * ```
 */
export const cosineOfVectors = (left: ArrayLike<number>, right: ArrayLike<number>): number => {
  if (left.length !== right.length) {
    throw new RangeError(`Vectors of ${left.length} and ${right.length} numbers have no cosine.`);
  }
  let product = 0;
  for (let at = 0; at < left.length; at++) product += left[at]! * right[at]!;
  return cosineOf(Array.from(left), Array.from(right), product);
};

/**
 * Cosine of two texts by their words, in [0, 1]; 0 when one of them has none.
 *
 * @throws RangeError when one of the two is no text
 *
 * Source: scikit-learn 1.2.1 `CountVectorizer`, `TfidfVectorizer`, `cosine_similarity`.
 *
 * @example
 * ```ts
 * import { cosine } from "@evalwire/metrics"
 *
 * cosine("the cat sat", "the cat slept").score.toFixed(4) // => "0.6667"
 * ```
 */
export const cosine = (candidate: string, reference: string, options: CosineOptions = {}): CosineScore => {
  checkOptions("cosine", options, optionNames);
  checkText(candidate, "candidate");
  checkText(reference);
  const { tokenizer = words, weighting = "counts", lowercase = true } = options;
  const fold = (text: string) => (lowercase ? text.toLowerCase() : text);
  const left = counted(tokenizer.tokenize(fold(candidate)));
  const right = counted(tokenizer.tokenize(fold(reference)));
  const weighed = (counts: Map<string, number>, others: Map<string, number>) =>
    new Map(
      Array.from(counts, ([word, count]) => [
        word,
        weighting === "counts" ? count : count * (Math.log(3 / (others.has(word) ? 3 : 2)) + 1),
      ]),
    );
  const one = weighed(left, right);
  const other = weighed(right, left);
  let product = 0;
  for (const [word, value] of one) product += value * (other.get(word) ?? 0);
  return {
    score: cosineOf(one.values(), other.values(), product),
    signature: `cosine|case:${lowercase ? "lc" : "mixed"}|tok:${tokenizer.name}|weights:${weighting}`,
  };
};

/** Turns texts into vectors of one length, in their order: an embedding model, local or remote. */
export interface Embedder {
  /** Its name in a signature, like `all-MiniLM-L12-v2`. */
  readonly name: string;
  readonly embed: (texts: ReadonlyArray<string>) => Promise<ReadonlyArray<ArrayLike<number>>>;
}

/**
 * Cosine of the embeddings of two texts, in [-1, 1]: what the platform calls `cosine_similarity`, there with all-MiniLM-L12-v2.
 *
 * @throws RangeError when one of the two is no text, or the model gives another number of vectors than there are texts, or vectors of different lengths
 * @example
 * ```ts
 * import { embeddingCosine } from "@evalwire/metrics"
 *
 * const lengths = { name: "length", embed: async (texts: ReadonlyArray<string>) => texts.map((text) => [text.length, 1]) }
 * (await embeddingCosine("one", "two", lengths)).score // => 1
 * ```
 */
export const embeddingCosine = async (
  candidate: string,
  reference: string,
  embedder: Embedder,
): Promise<CosineScore> => {
  checkText(candidate, "candidate");
  checkText(reference);
  const vectors = await embedder.embed([candidate, reference]);
  const [left, right] = vectors;
  if (left === undefined || right === undefined || vectors.length !== 2) {
    throw new RangeError(`The embedder ${embedder.name} gave ${vectors.length} vectors for 2 texts.`);
  }
  return { score: cosineOfVectors(left, right), signature: `cosine|embed:${embedder.name}` };
};
