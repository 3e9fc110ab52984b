/** Text metrics with the exact numbers of their reference implementations. */

export { type ExactMatchOptions, type ExactMatchScore, exactMatch } from "./answer/exactMatch.ts";
export { type F1Options, f1 } from "./answer/f1.ts";
export { type SquadOptions, type SquadScore, squad, squadNormalize } from "./answer/squad.ts";
export {
  computeMetrics,
  computeMetricsAsync,
  configOfTasks,
  type Metric,
  type MetricConfig,
  type MetricPlan,
  type MetricTask,
  planMetrics,
} from "./config/computeMetrics.ts";
export { type Located, type Location, locate, type MetricRecord } from "./config/locate.ts";
export type { MetricComponent } from "./config/MetricComponent.ts";
export { MetricError, type MetricErrorReason } from "./config/MetricError.ts";
export type { MetricOptions, Preset } from "./config/MetricOptions.ts";
export {
  Params,
  type Prepared,
  type Providers,
  type Scored,
  type Scorer,
  scorerOf,
  single,
  type Texts,
} from "./config/Scorer.ts";
export { scorers } from "./config/scorers.ts";
export {
  type CosineOptions,
  type CosineScore,
  cosine,
  cosineOfVectors,
  type Embedder,
  embeddingCosine,
  words,
} from "./cosine.ts";
export { type MeteorOptions, type MeteorScore, meteor, type Synonyms } from "./meteor.ts";
export { type BleuOptions, type BleuScore, type BleuSmoothing, bleu, corpusBleu } from "./ngram/bleu.ts";
export { type ChrfOptions, type ChrfScore, chrf, corpusChrf } from "./ngram/chrf.ts";
export {
  corpusSacreBleu,
  type SacreBleuOptions,
  type SacreBleuScore,
  sacreBleu,
} from "./ngram/sacreBleu.ts";
export type { Pair, References } from "./Pairs.ts";
export { type RougeOptions, type RougeType, rouge, rougeTypes } from "./rouge/rouge.ts";
export { Score } from "./Score.ts";
export { type PorterMode, porter } from "./stem/porter.ts";
export { rougeTokens } from "./tokenize/rouge.ts";
export { rougeTokenizers } from "./tokenize/rougeTokenizers.ts";
export {
  sacrebleuTokenizers,
  tokenizer13a,
  tokenizerChar,
  tokenizerIntl,
  tokenizerNone,
  tokenizerZh,
} from "./tokenize/sacrebleu.ts";
export {
  type NltkVersion,
  type RougeTokenizer,
  type SentenceSplitter,
  type Tokenizer,
  whitespace,
} from "./tokenize/Tokenizer.ts";
export { treebankWords } from "./tokenize/treebank.ts";
export { splitWhitespace } from "./tokenize/whitespace.ts";
export { wordTokenize, wordTokenizer } from "./tokenize/wordTokenize.ts";
