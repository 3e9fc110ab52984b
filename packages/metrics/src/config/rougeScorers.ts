/** ROUGE as component types: `rouge` with `score_types`, and each type alone. */
import { type RougeType, rouge, rougeTypes } from "../rouge/rouge.ts";
import type { Score } from "../Score.ts";
import { rougeTokenizers } from "../tokenize/rougeTokenizers.ts";
import { type Params, type Providers, type Scored, type Scorer, scorerOf } from "./Scorer.ts";
import { sentencesOf } from "./tokenizerParams.ts";

type Measure = "fmeasure" | "precision" | "recall";

/** The `measure` param: which of a score's three numbers is meant. */
export const measureOf = (params: Params): Measure =>
  params.choice("measure", ["fmeasure", "precision", "recall"], "fmeasure");

const tokenizerNames = Object.keys(rougeTokenizers) as Array<keyof typeof rougeTokenizers>;

/** One number of a score. */
export const measured = (score: Score, measure: Measure): Scored => ({
  score: score[measure],
  signature: `${score.signature}|measure:${measure}`,
});

const optionsOf = (params: Params, providers: Providers) => {
  const splits = params.boolean("split_summaries", false);
  const sentences = sentencesOf(params, providers);
  const tokenizer = params.choice("tokenizer", tokenizerNames, "rouge");
  if (splits && sentences === undefined) throw params.unavailable("split_summaries needs providers.sentences");
  return {
    measure: measureOf(params),
    stemmer: params.boolean("use_stemmer", false),
    tokenizer: tokenizer === "rouge" ? undefined : rougeTokenizers[tokenizer],
    splitSummaries: splits ? sentences : undefined,
  };
};

/** `rouge`: several types in one component, one number each. */
const severalTypes: Scorer = {
  prepare: (params, providers) => {
    const types = params.choices("score_types", rougeTypes, ["rouge1", "rouge2", "rougeL"]);
    const { measure, ...options } = { ...optionsOf(params, providers), types };
    const scores = (candidate: string, references: ReadonlyArray<string>) => {
      const all = rouge(candidate, references, options);
      return types.map((type) => measured(all[type], measure));
    };
    return {
      parts: types,
      signatures: (references) => scores("", new Array<string>(references).fill("")).map(({ signature }) => signature),
      score: ({ candidate, references }) => {
        const all = rouge(candidate, references, options);
        return types.map((type) => all[type][measure]);
      },
    };
  },
};

/** `rouge1`, `rougeL` …: one type, one number. */
const oneType = (type: RougeType): Scorer =>
  scorerOf(optionsOf, (candidate, references, options) =>
    measured(rouge(candidate, references, { ...options, types: [type] })[type], options.measure),
  );

export const rougeScorers: Readonly<Record<string, Scorer>> = {
  rouge: severalTypes,
  ...Object.fromEntries(rougeTypes.map((type) => [type, oneType(type)])),
};
