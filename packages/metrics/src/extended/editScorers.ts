/** Edit distances and similarities as component types. */
import { highest } from "../config/highest.ts";
import { type Scored, type Scorer, scorerOf } from "../config/Scorer.ts";
import { indel } from "../edit/indel.ts";
import { jaro, jaroWinkler } from "../edit/jaro.ts";
import { levenshtein } from "../edit/levenshtein.ts";

const plain = (metric: (candidate: string, reference: string) => Scored): Scorer =>
  scorerOf(() => ({}), highest(metric));

export const editScorers: Readonly<Record<string, Scorer>> = {
  levenshtein: plain(levenshtein),
  indel: plain(indel),
  jaro: plain(jaro),
  jaro_winkler: scorerOf(
    (params) => ({ prefixWeight: params.number("prefix_weight", 0.1, 0, 0.25) }),
    highest(jaroWinkler),
  ),
};
