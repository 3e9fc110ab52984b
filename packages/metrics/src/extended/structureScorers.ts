/** Checks of form and numbers as component types. */
import { highest } from "../config/highest.ts";
import { type Scored, type Scorer, scorerOf } from "../config/Scorer.ts";
import { contains } from "../structure/contains.ts";
import { jsonSimilarity, jsonValid } from "../structure/json.ts";
import { matchesPattern, type PatternOptions } from "../structure/matchesPattern.ts";
import { type NumericOptions, numericDifference } from "../structure/numericDifference.ts";

/** `regex`: the pattern is a param, or else each record's reference. */
const regex: Scorer = {
  prepare: (params, providers) => {
    const pattern = params.text("pattern");
    const options: PatternOptions = {
      mode: params.choice("mode", ["search", "full"], "search"),
      ignoreCase: params.boolean("ignore_case", false),
      dotAll: params.boolean("dot_all", false),
      multiline: params.boolean("multiline", false),
    };
    if (pattern !== undefined) {
      try {
        matchesPattern("", pattern, options);
      } catch (error) {
        throw params.invalid("pattern", (error as Error).message);
      }
    }
    const match = (candidate: string, reference: string): Scored => {
      const { score, signature } = matchesPattern(candidate, pattern ?? reference, options);
      return {
        score,
        signature: `${signature}|pattern:${pattern === undefined ? "reference" : JSON.stringify(pattern)}`,
      };
    };
    return scorerOf(() => ({}), highest(match)).prepare(params, providers);
  },
};

export const structureScorers: Readonly<Record<string, Scorer>> = {
  contains: scorerOf(
    (params) => ({
      mode: params.choice("mode", ["any", "all"], "any"),
      ignoreCase: params.boolean("ignore_case", false),
    }),
    contains,
  ),
  regex,
  numeric_difference: scorerOf(
    (params) => ({ tolerance: params.number("tolerance", 0, 0, Number.MAX_VALUE) }),
    highest((candidate, reference, options: NumericOptions) => numericDifference(candidate, reference, options)),
  ),
  json_similarity: scorerOf(
    () => ({}),
    highest((candidate, reference) => jsonSimilarity(candidate, reference)),
  ),
  json_valid: scorerOf(
    (params) => ({ kind: params.choice("kind", ["any", "container"], "any") }),
    (candidate, _, options) => jsonValid(candidate, options),
  ),
};
