/** ROUGE as component types: `rouge` with `score_types`, and each type alone. */
import { type RougeType, rouge, rougeTypes } from "../rouge/rouge.ts";
import type { Measurement, Params, Prepared, Providers, Scorer } from "./Scorer.ts";

/** The numbers of a `Score`. */
export const measures = ["fmeasure", "precision", "recall"] as const;

const prepareRouge = (types: ReadonlyArray<RougeType>, params: Params, providers: Providers) => {
  const measure = params.choice("measure", measures, "fmeasure");
  const stemmer = params.boolean("use_stemmer", false);
  const splits = params.boolean("split_summaries", false);
  if (splits && providers.sentences === undefined) {
    throw params.unavailable("split_summaries needs a sentence splitter: pass one as providers.sentences");
  }
  const options = { types, stemmer, splitSummaries: splits ? providers.sentences : undefined };
  return (candidate: string, references: ReadonlyArray<string>): ReadonlyArray<Measurement> => {
    const scores = rouge(candidate, references, options);
    return types.map((part) => {
      const score = scores[part];
      return { part, value: score[measure], signature: `${score.signature}|measure:${measure}` };
    });
  };
};

/** `rouge`: several types in one component, one number each. */
const severalTypes: Scorer = {
  prepare: (params, providers): Prepared => {
    const types = params.choices("score_types", rougeTypes, ["rouge1", "rouge2", "rougeL"]);
    const score = prepareRouge(types, params, providers);
    return { parts: types, score: ({ candidate, references }) => score(candidate, references) };
  },
};

/** `rouge1`, `rougeL` …: one type, one number. */
const oneType = (type: RougeType): Scorer => ({
  prepare: (params, providers) => {
    const score = prepareRouge([type], params, providers);
    return {
      parts: [undefined],
      score: ({ candidate, references }) =>
        score(candidate, references).map(({ value, signature }) => ({ value, signature })),
    };
  },
});

export const rougeScorers: Readonly<Record<string, Scorer>> = {
  rouge: severalTypes,
  ...Object.fromEntries(rougeTypes.map((type) => [type, oneType(type)])),
};
