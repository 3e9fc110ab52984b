/** ROUGE-S, -SU and -W, and BERTScore, as component types. */
import { measured, measureOf } from "../config/rougeScorers.ts";
import { type Scorer, scorerOf } from "../config/Scorer.ts";
import { bertScore } from "../embedding/bertScore.ts";
import type { References } from "../Pairs.ts";
import { rougeS, rougeSU, rougeW, type SkipOptions } from "../rouge/rougeS.ts";
import type { Score } from "../Score.ts";
import { rougeTokens } from "../tokenize/rouge.ts";
import { rougeTokenizers } from "../tokenize/rougeTokenizers.ts";

const names = Object.keys(rougeTokenizers) as Array<keyof typeof rougeTokenizers>;

const tokens = (params: Parameters<Scorer["prepare"]>[0]) => {
  const name = params.choice("tokenizer", names, "rouge");
  return {
    measure: measureOf(params),
    stemmer: params.boolean("use_stemmer", false),
    tokenizer: name === "rouge" ? undefined : rougeTokenizers[name],
  };
};

/** The scorer, and whether its tokenizer finds anything in a text. */
const overTokens = (scorer: Scorer): Scorer => ({
  prepare: (params, providers) => {
    const { tokenizer } = tokens(params);
    const hasTokens = (text: string) => (tokenizer?.tokenize(text) ?? rougeTokens(text)).length > 0;
    return { ...scorer.prepare(params, providers), hasTokens };
  },
});

const skip = (metric: (candidate: string, references: References, options: SkipOptions) => Score): Scorer =>
  overTokens(
    scorerOf(
      (params) => ({ ...tokens(params), maxSkip: params.integer("max_skip", 4, 0, 1000) }),
      (candidate, references, { measure, ...options }) => measured(metric(candidate, references, options), measure),
    ),
  );

/** `bertscore`: needs `providers.tokenEmbedder`. */
const ofBert: Scorer = {
  prepare: (params, { tokenEmbedder }) => {
    const measure = measureOf(params);
    const baseline = params.number("baseline", 0, -1, 0.999);
    if (tokenEmbedder === undefined) throw params.unavailable("BERTScore needs providers.tokenEmbedder");
    return {
      parts: [undefined],
      signatures: (references) => [
        `bertscore|nrefs:${references}|embed:${tokenEmbedder.name}|idf:no|baseline:${baseline}|measure:${measure}`,
      ],
      score: async ({ candidate, references }) => [
        (await bertScore(candidate, references, tokenEmbedder, { baseline }))[measure],
      ],
    };
  },
};

export const rougeScorers: Readonly<Record<string, Scorer>> = {
  rougeS: skip(rougeS),
  rougeSU: skip(rougeSU),
  rougeW: overTokens(
    scorerOf(
      (params) => ({ ...tokens(params), weight: params.number("weight", 1.2, 1, 10) }),
      (candidate, references, { measure, ...options }) => measured(rougeW(candidate, references, options), measure),
    ),
  ),
  bertscore: ofBert,
};
