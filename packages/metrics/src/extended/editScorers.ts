/** Edit distances and similarities as component types. */
import { highest } from "../config/highest.ts";
import { type Scored, type Scorer, scorerOf } from "../config/Scorer.ts";
import { errorRateCorpus, errorRates } from "../edit/errorRates.ts";
import { indel } from "../edit/indel.ts";
import { jaro, jaroWinkler } from "../edit/jaro.ts";
import { levenshtein } from "../edit/levenshtein.ts";

const plain = (metric: (candidate: string, reference: string) => Scored): Scorer =>
  scorerOf(() => ({}), highest(metric));

/** A rate: the lowest over several references. */
const errorRate = (rate: "wer" | "mer" | "wil" | "wip" | "cer"): Scorer => ({
  ...scorerOf(
    (params) => ({
      lowercase: params.boolean("lowercase", false),
      noPunctuation: params.boolean("no_punct", false),
    }),
    (candidate, references, options) => {
      const rates = errorRates(candidate, references, options);
      return { score: rates[rate], signature: `${rates.signature}|of:${rate}` };
    },
    (options) => errorRateCorpus(rate, options),
  ),
  isLessBetter: rate !== "wip",
});

export const editScorers: Readonly<Record<string, Scorer>> = {
  wer: errorRate("wer"),
  mer: errorRate("mer"),
  wil: errorRate("wil"),
  wip: errorRate("wip"),
  cer: errorRate("cer"),
  levenshtein: plain(levenshtein),
  indel: plain(indel),
  jaro: plain(jaro),
  jaro_winkler: scorerOf(
    (params) => ({ prefixWeight: params.number("prefix_weight", 0.1, 0, 0.25) }),
    highest(jaroWinkler),
  ),
};
