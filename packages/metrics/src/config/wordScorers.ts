/** Words and characters compared, as component types: F1, SQuAD, exact match, cosine, edit distances. */

import { exactMatch } from "../answer/exactMatch.ts";
import { f1 } from "../answer/f1.ts";
import { squad } from "../answer/squad.ts";
import { cosine, embeddingCosine, words } from "../cosine.ts";
import { indel } from "../edit/indel.ts";
import { jaro, jaroWinkler } from "../edit/jaro.ts";
import { levenshtein } from "../edit/levenshtein.ts";
import { type Scored, type Scorer, single, type Texts } from "./Scorer.ts";
import { tokenizerOf } from "./translationScorers.ts";

/** A metric that knows one reference, over several: the highest score, as SQuAD does; the signature says how many there were. */
const highest = (texts: Texts, score: (candidate: string, reference: string) => Scored): Scored => {
  const all = texts.references.map((reference) => score(texts.candidate, reference));
  const best = all.reduce((one, other) => (other.score > one.score ? other : one));
  const count = texts.references.length;
  return count === 1 ? best : { score: best.score, signature: `${best.signature}|nrefs:${count}|of:highest` };
};

const squadVersions = ["1.1", "2.0"] as const;

/** `f1`: of plain words as the platform has it, or of SQuAD's normalised answers. */
const f1Scorer: Scorer = {
  prepare: (params, providers) => {
    const measure = params.choice("measure", ["fmeasure", "precision", "recall"], "fmeasure");
    if (params.choice("normalization", ["words", "squad"], "words") === "squad") {
      const version = params.choice("version", squadVersions, "1.1");
      return single(({ candidate, references }) => {
        const score = squad(candidate, references, { version });
        return { score: score.f1, signature: `${score.signature}|of:f1` };
      });
    }
    const options = {
      tokenizer: tokenizerOf(params, providers, "word_tokenize"),
      lowercase: params.boolean("lowercase", true),
    };
    return single((texts) =>
      highest(texts, (candidate, reference) => {
        const score = f1(candidate, reference, options);
        return { score: score[measure], signature: `${score.signature}|measure:${measure}` };
      }),
    );
  },
};

const exactMatchScorer: Scorer = {
  prepare: (params) => {
    if (params.choice("normalization", ["none", "squad"], "none") === "squad") {
      const version = params.choice("version", squadVersions, "1.1");
      return single(({ candidate, references }) => {
        const score = squad(candidate, references, { version });
        return { score: score.exactMatch, signature: `${score.signature}|of:exact_match` };
      });
    }
    const options = {
      ignoreCase: params.boolean("ignore_case", false),
      ignorePunctuation: params.boolean("ignore_punctuation", false),
      ignoreNumbers: params.boolean("ignore_numbers", false),
    };
    return single(({ candidate, references }) => exactMatch(candidate, references, options));
  },
};

/** `cosine_similarity`: of embeddings as the platform has it, or of word counts when asked for. */
const cosineScorer: Scorer = {
  prepare: (params, { embedder }) => {
    const vectors = params.choice("vectors", ["embeddings", "counts", "tfidf"], "embeddings");
    if (vectors !== "embeddings") {
      const options = { weighting: vectors, tokenizer: words, lowercase: params.boolean("lowercase", true) };
      return single((texts) => highest(texts, (candidate, reference) => cosine(candidate, reference, options)));
    }
    if (embedder === undefined) {
      throw params.unavailable(
        'embeddings need a model: pass one as providers.embedder, or compare word counts with params.vectors "counts"',
      );
    }
    return {
      parts: [undefined],
      score: async (texts) => {
        const scores = texts.references.map((reference) => embeddingCosine(texts.candidate, reference, embedder));
        const found = new Map((await Promise.all(scores)).map((score, index) => [texts.references[index]!, score]));
        const { score, signature } = highest(texts, (_, reference) => found.get(reference)!);
        return [{ value: score, signature }];
      },
    };
  },
};

const plain = (score: (candidate: string, reference: string) => Scored): Scorer => ({
  prepare: () => single((texts) => highest(texts, score)),
});

export const wordScorers: Readonly<Record<string, Scorer>> = {
  f1: f1Scorer,
  exact_match: exactMatchScorer,
  cosine_similarity: cosineScorer,
  levenshtein: plain(levenshtein),
  indel: plain(indel),
  jaro: plain(jaro),
  jaro_winkler: plain(jaroWinkler),
};
