/** ROUGE as component types: `rouge` with `score_types`, and each type by itself. */
import { type RougeType, rougeNumbers, rougePlan, rougeSignature, rougeTypes } from "../rouge/rouge.ts";
import type { Score } from "../Score.ts";
import { rougeTokenizers } from "../tokenize/rougeTokenizers.ts";
import type { Params, Prepared, Providers, Scored, Scorer } from "./Scorer.ts";
import { sentencesOf } from "./tokenizerParams.ts";

/** In the order of `rougeNumbers`. */
const measures = ["precision", "recall", "fmeasure"] as const;

type Measure = (typeof measures)[number];

/** The `measure` param: which of a score's three numbers is meant. */
export const measureOf = (params: Params): Measure => params.choice("measure", measures, "fmeasure");

const tokenizerNames = Object.keys(rougeTokenizers) as Array<keyof typeof rougeTokenizers>;

/** One number of a score. */
export const measured = (score: Score, measure: Measure): Scored => ({
  score: score[measure],
  signature: `${score.signature}|measure:${measure}`,
});

/** Some types at once: each text is read once for all of them. */
const prepare = (
  params: Params,
  providers: Providers,
  types: ReadonlyArray<RougeType>,
  parts: Prepared["parts"],
): Prepared => {
  const splits = params.boolean("split_summaries", false);
  const sentences = sentencesOf(params, providers);
  if (splits && sentences === undefined) throw params.unavailable("split_summaries needs providers.sentences");
  const name = params.choice("tokenizer", tokenizerNames, "rouge");
  const tokenizer = name === "rouge" ? undefined : rougeTokenizers[name];
  const measure = measureOf(params);
  const place = measures.indexOf(measure);
  const plan = rougePlan({
    types,
    tokenizer,
    stemmer: params.boolean("use_stemmer", false),
    splitSummaries: splits ? sentences : undefined,
  });
  return {
    parts,
    hasTokens: (text) => (tokenizer ? tokenizer.tokenize(text).length > 0 : /[a-z0-9\u0130\u212a]/i.test(text)),
    signatures: (references) => types.map((type) => `${rougeSignature(plan, type, references)}|measure:${measure}`),
    score: ({ candidate, references }) => {
      const numbers = rougeNumbers(plan, candidate, references);
      return types.map((_, at) => numbers[3 * at + place]!);
    },
  };
};

export const rougeScorers: Readonly<Record<string, Scorer>> = {
  rouge: {
    prepare: (params, providers) => {
      const types = params.choices("score_types", rougeTypes, ["rouge1", "rouge2", "rougeL"]);
      return prepare(params, providers, types, types);
    },
  },
  ...Object.fromEntries(
    rougeTypes.map((type) => [
      type,
      { prepare: (params: Params, providers: Providers) => prepare(params, providers, [type], [undefined]) },
    ]),
  ),
};
