/**
 * BERTScore: each token of one text is matched with the one of the other whose embedding is most like it; precision, recall and F are
 * means of these cosines.
 *
 * The embeddings are given: `embedTokens` is a model, local or remote. Which model and layer decides the numbers and stands in the
 * signature; bert_score's own figures need its model and layer (roberta-large, 17).
 *
 * Source: Zhang et al. 2020, "BERTScore: Evaluating Text Generation with BERT"; bert_score (Tiiiger/bert_score, 19e7f55) for markers,
 * idf weights, several references and rescaling. Different from it: F is 0 where precision or recall is not positive.
 */
import { checkOptions } from "../checkOptions.ts";
import { listOf, type References } from "../Pairs.ts";
import { Score } from "../Score.ts";

/** The tokens of a text and their vectors. */
export interface EmbeddedTokens {
  readonly tokens: ReadonlyArray<string>;
  /** One for each token, all of one length; those of markers such as `[CLS]` left out. */
  readonly vectors: ReadonlyArray<ArrayLike<number>>;
  /** Vectors of the markers: a token of the other text may be most like one of them, but they have no weight of their own. */
  readonly markers?: ReadonlyArray<ArrayLike<number>> | undefined;
}

/** Turns texts into the vectors of their tokens, in their order. */
export interface TokenEmbedder {
  /** Its name in a signature: model and layer. */
  readonly name: string;
  readonly embedTokens: (texts: ReadonlyArray<string>) => Promise<ReadonlyArray<EmbeddedTokens>>;
}

/** How tokens are weighed and scores rescaled. */
export interface BertScoreOptions {
  /** Weight of each token, such as its inverse document frequency over the references (`tokenWeights`); 1 when absent. */
  readonly weightOf?: ((token: string) => number) | undefined;
  /** Score of unrelated texts: it becomes 0, by (x - baseline) / (1 - baseline). Below 1. */
  readonly baseline?: number | undefined;
}

const optionNames: Record<keyof BertScoreOptions, true> = { weightOf: true, baseline: true };

/**
 * Weight of each token by the number of these texts that have it: ln((n + 1) / (texts with it + 1)), as bert_score's `idf`.
 *
 * @example
 * ```ts
 * import { tokenWeights } from "@evalwire/metrics/extended"
 *
 * const weightOf = tokenWeights([["a", "b"], ["a"]])
 * [weightOf("a"), weightOf("b").toFixed(4)] // => [0, "0.4055"]
 * ```
 */
export const tokenWeights = (texts: Iterable<ReadonlyArray<string>>): ((token: string) => number) => {
  const counts = new Map<string, number>();
  let all = 0;
  for (const tokens of texts) {
    all++;
    for (const token of new Set(tokens)) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  return (token) => Math.log((all + 1) / ((counts.get(token) ?? 0) + 1));
};

const normalised = (vector: ArrayLike<number>): Float64Array => {
  const values = Float64Array.from(vector);
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? values : values.map((value) => value / length);
};

/** For each token of one text the greatest cosine with any of the other. */
const bestOf = (mine: ReadonlyArray<Float64Array>, theirs: ReadonlyArray<Float64Array>): Float64Array =>
  Float64Array.from(mine, (vector) => {
    let best = Number.NEGATIVE_INFINITY;
    for (const other of theirs) {
      let product = 0;
      for (let at = 0; at < vector.length; at++) product += vector[at]! * other[at]!;
      if (product > best) best = product;
    }
    return Math.max(-1, Math.min(1, best));
  });

const weighed = (cosines: Float64Array, tokens: ReadonlyArray<string>, weightOf: (token: string) => number): number => {
  let [sum, weights] = [0, 0];
  cosines.forEach((cosine, at) => {
    const weight = weightOf(tokens[at]!);
    sum += weight * cosine;
    weights += weight;
  });
  return weights === 0 ? 0 : sum / weights;
};

const checked = (embedder: string, embedded: ReadonlyArray<EmbeddedTokens>, texts: number): void => {
  if (embedded.length !== texts)
    throw new RangeError(`The embedder ${embedder} gave tokens of ${embedded.length} texts for ${texts}.`);
  const lengths = new Set(
    embedded.flatMap(({ vectors, markers = [] }) => [...vectors, ...markers].map((vector) => vector.length)),
  );
  if (lengths.size > 1) throw new RangeError(`The embedder ${embedder} gave vectors of different lengths.`);
  for (const { tokens, vectors } of embedded) {
    if (tokens.length !== vectors.length)
      throw new RangeError(`The embedder ${embedder} gave ${vectors.length} vectors for ${tokens.length} tokens.`);
  }
};

const one = (): number => 1;

/**
 * BERTScore of a text, in [-1, 1]; 0 where one of the texts has no tokens. With several references, precision, recall and F are each the
 * greatest of any of them.
 *
 * @throws RangeError when the list of references is empty, the baseline is not below 1, or the embedder gives other numbers of texts,
 * tokens or vectors than it should
 * @example
 * ```ts
 * import { bertScore } from "@evalwire/metrics/extended"
 *
 * const meanings: Record<string, Array<number>> = { cat: [1, 0], dog: [0.8, 0.6], sleeps: [0, 1] }
 * const toy = {
 *   name: "toy",
 *   embedTokens: async (texts: ReadonlyArray<string>) =>
 *     texts.map((text) => ({ tokens: text.split(" "), vectors: text.split(" ").map((word) => meanings[word]!) })),
 * }
 * (await bertScore("dog sleeps", "cat sleeps", toy)).recall.toFixed(2) // => "0.90"
 * ```
 */
export const bertScore = async (
  candidate: string,
  references: References,
  embedder: TokenEmbedder,
  options: BertScoreOptions = {},
): Promise<Score> => {
  checkOptions("bertScore", options, optionNames);
  const { weightOf = one, baseline = 0 } = options;
  if (!(baseline < 1)) throw new RangeError(`The baseline of BERTScore must be below 1, not ${baseline}.`);
  const list = listOf(references, candidate);
  const embedded = await embedder.embedTokens([candidate, ...list]);
  checked(embedder.name, embedded, list.length + 1);
  const signature = `bertscore|nrefs:${list.length}|embed:${embedder.name}|idf:${weightOf === one ? "no" : "yes"}|baseline:${baseline}`;
  const [mine, ...others] = embedded.map(({ tokens, vectors, markers = [] }) => {
    const own = vectors.map(normalised);
    return { tokens, vectors: own, matched: [...own, ...markers.map(normalised)] };
  });
  const rescaled = (value: number) => (value - baseline) / (1 - baseline);
  const scores = others.map((other) => {
    if (mine!.tokens.length === 0 || other.tokens.length === 0) return new Score(0, 0, 0, signature);
    const precision = weighed(bestOf(mine!.vectors, other.matched), mine!.tokens, weightOf);
    const recall = weighed(bestOf(other.vectors, mine!.matched), other.tokens, weightOf);
    // Cosines may be below 0: the harmonic mean of what is positive.
    const f = precision > 0 && recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
    return new Score(rescaled(precision), rescaled(recall), rescaled(f), signature);
  });
  const greatest = (measure: "precision" | "recall" | "fmeasure") => Math.max(...scores.map((score) => score[measure]));
  return new Score(greatest("precision"), greatest("recall"), greatest("fmeasure"), signature);
};
