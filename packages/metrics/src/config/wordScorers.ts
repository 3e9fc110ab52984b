/** Words and characters compared, as component types: F1, SQuAD, exact match, cosine. */

import { exactMatch } from "../answer/exactMatch.ts";
import { type F1Options, f1 } from "../answer/f1.ts";
import { squad } from "../answer/squad.ts";
import { cosine, embeddingCosine, words } from "../cosine.ts";
import { highest, ofHighest } from "./highest.ts";
import { measured, measureOf } from "./rougeScorers.ts";
import { type Scorer, scorerOf } from "./Scorer.ts";
import { tokenizerOf } from "./tokenizerParams.ts";

const ofSquad = (part: "f1" | "exactMatch") =>
  scorerOf(
    (params) => ({ version: params.choice("version", ["1.1", "2.0"], "1.1") }),
    (candidate, references, options) => {
      const score = squad(candidate, references, options);
      return { score: score[part], signature: `${score.signature}|of:${part}` };
    },
  );

const ofWords = scorerOf(
  (params, providers) => ({
    measure: measureOf(params),
    tokenizer: tokenizerOf(params, providers, "word_tokenize"),
    lowercase: params.boolean("lowercase", true),
  }),
  highest(
    (candidate, reference, { measure, ...options }: F1Options & { readonly measure: ReturnType<typeof measureOf> }) =>
      measured(f1(candidate, reference, options), measure),
  ),
);

const asTheyAre = scorerOf(
  (params) => ({
    ignoreCase: params.boolean("ignore_case", false),
    ignorePunctuation: params.boolean("ignore_punctuation", false),
    ignoreNumbers: params.boolean("ignore_numbers", false),
  }),
  exactMatch,
);

/** A scorer that looks at SQuAD's normalised answers when asked to. */
const orSquad = (plain: Scorer, name: string, part: "f1" | "exactMatch"): Scorer => ({
  prepare: (params, providers) => {
    const isSquad = params.choice("normalization", [name, "squad"], name) === "squad";
    return (isSquad ? ofSquad(part) : plain).prepare(params, providers);
  },
});

const ofCounts = (weighting: "counts" | "tfidf"): Scorer => {
  const scorer = scorerOf((params) => ({ weighting, lowercase: params.boolean("lowercase", true) }), highest(cosine));
  const hasTokens = (text: string) => words.tokenize(text).length > 0;
  return { prepare: (params, providers) => ({ ...scorer.prepare(params, providers), hasTokens }) };
};

/** `cosine_similarity`: of embeddings as the platform has it, or of word counts when requested. */
const cosineScorer: Scorer = {
  prepare: (params, providers) => {
    const vectors = params.choice("vectors", ["embeddings", "counts", "tfidf"], "embeddings");
    if (vectors !== "embeddings") return ofCounts(vectors).prepare(params, providers);
    const { embedder } = providers;
    if (embedder === undefined) {
      throw params.unavailable('embeddings need providers.embedder; params.vectors "counts" compares words');
    }
    return {
      parts: [undefined],
      signatures: (references) => [ofHighest(`cosine|embed:${embedder.name}`, references)],
      score: async ({ candidate, references }) => {
        const scores = await Promise.all(
          references.map((reference) => embeddingCosine(candidate, reference, embedder)),
        );
        return [Math.max(...scores.map(({ score }) => score))];
      },
    };
  },
};

export const wordScorers: Readonly<Record<string, Scorer>> = {
  f1: orSquad(ofWords, "words", "f1"),
  exact_match: orSquad(asTheyAre, "none", "exactMatch"),
  cosine_similarity: cosineScorer,
};
