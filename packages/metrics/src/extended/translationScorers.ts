/** Further metrics of machine translation as component types. */
import { longestNgrams } from "../bounds.ts";
import { type Scorer, scorerOf } from "../config/Scorer.ts";
import { tokenizerOf } from "../config/tokenizerParams.ts";
import { gleu } from "../ngram/gleu.ts";

export const translationScorers: Readonly<Record<string, Scorer>> = {
  gleu: scorerOf((params, providers) => {
    const minimumOrder = params.integer("min_len", 1, 1, longestNgrams);
    const maximumOrder = params.integer("max_len", Math.max(4, minimumOrder), minimumOrder, longestNgrams);
    return { minimumOrder, maximumOrder, tokenizer: tokenizerOf(params, providers, "13a") };
  }, gleu),
};
