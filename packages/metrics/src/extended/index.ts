/**
 * `@evalwire/metrics/extended`: the metrics that the root leaves out to stay small, and their component types.
 *
 * @example
 * ```ts
 * import { computeMetrics } from "@evalwire/metrics";
 * import { extendedScorers } from "@evalwire/metrics/extended";
 *
 * const config = { components: [{ name: "near", type: "jaro" }] };
 * const record = { test_case_output: { output: "CRATE" }, test_case_data: { expected_output: "TRACE" } };
 * computeMetrics(config, record, { scorers: extendedScorers }).near!.toFixed(4); // => "0.7333"
 * ```
 */

export type { EditCounts } from "../edit/editCounts.ts";
export {
  corpusErrorRates,
  type ErrorRateOptions,
  type ErrorRates,
  errorRateCorpus,
  errorRates,
} from "../edit/errorRates.ts";
export { indel } from "../edit/indel.ts";
export { type JaroScore, type JaroWinklerOptions, jaro, jaroWinkler } from "../edit/jaro.ts";
export { type EditScore, levenshtein } from "../edit/levenshtein.ts";
export {
  type BertScoreOptions,
  bertScore,
  type EmbeddedTokens,
  type TokenEmbedder,
  tokenWeights,
} from "../embedding/bertScore.ts";
export { corpusGleu, type GleuOptions, type GleuScore, gleu } from "../ngram/gleu.ts";
export { corpusRibes, type RibesOptions, type RibesScore, ribes } from "../ngram/ribes.ts";
export { rougeS, rougeSU, rougeW, type SkipOptions, type WeightedLcsOptions } from "../rouge/rougeS.ts";
export { type CheckScore, type ContainsOptions, contains } from "../structure/contains.ts";
export { type JsonValidOptions, jsonSimilarity, jsonValid } from "../structure/json.ts";
export { matchesPattern, type PatternOptions } from "../structure/matchesPattern.ts";
export { type NumericOptions, type NumericScore, numericDifference } from "../structure/numericDifference.ts";
export { corpusTer, type TerOptions, type TerScore, ter } from "../ter/ter.ts";
export { type TercomOptions, tercom } from "../tokenize/tercom.ts";
export { extendedScorers } from "./extendedScorers.ts";
