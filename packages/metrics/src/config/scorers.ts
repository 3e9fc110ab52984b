/** The component types of this package. */
import { type RougeType, rouge } from "../rouge/rouge.ts";
import type { Measurement, Params, Prepared, Providers, Scorer } from "./Scorer.ts";

const rougeTypes: ReadonlyArray<RougeType> = [
  "rouge1",
  "rouge2",
  "rouge3",
  "rouge4",
  "rouge5",
  "rouge6",
  "rouge7",
  "rouge8",
  "rouge9",
  "rougeL",
  "rougeLsum",
];

const prepareRouge = (types: ReadonlyArray<RougeType>, params: Params, providers: Providers): Prepared => {
  const measure = params.choice("measure", ["fmeasure", "precision", "recall"], "fmeasure");
  const stemmer = params.boolean("use_stemmer", false);
  const splits = params.boolean("split_summaries", false);
  if (splits && providers.sentences === undefined) {
    throw params.unavailable("split_summaries needs a sentence splitter: pass one as providers.sentences");
  }
  const options = { types, stemmer, splitSummaries: splits ? providers.sentences : undefined };
  return {
    parts: types,
    score: ({ candidate, references }) => {
      const scores = rouge(candidate, references, options);
      return types.map((part): Measurement => {
        const score = scores[part];
        return { part, value: score[measure], signature: `${score.signature}|measure:${measure}` };
      });
    },
  };
};

/** `rouge`: several types in one component, one number each. */
const rougeScorer: Scorer = {
  prepare: (params, providers) =>
    prepareRouge(params.choices("score_types", rougeTypes, ["rouge1", "rouge2", "rougeL"]), params, providers),
};

/** `rouge1`, `rougeL` …: one type, one number. */
const singleRouge = (type: RougeType): Scorer => ({
  prepare: (params, providers) => {
    const { score } = prepareRouge([type], params, providers);
    const single = (all: ReadonlyArray<Measurement>) => all.map(({ value, signature }) => ({ value, signature }));
    return { parts: [undefined], score: (texts) => single(score(texts) as ReadonlyArray<Measurement>) };
  },
});

/** Scorers by component type. */
export const scorers: Readonly<Record<string, Scorer>> = {
  rouge: rougeScorer,
  ...Object.fromEntries(rougeTypes.map((type) => [type, singleRouge(type)])),
};
