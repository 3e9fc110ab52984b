/**
 * `@evalwire/metrics/presets`: what evaluation systems mean by the names of their metrics, as tables: for each component type the params that come closest to the
 * system's own numbers. A component's own params go before its preset's. Some types and implementations are in `extendedScorers`.
 *
 * Each table names where its choices were read, and how the system's numbers differ where the scorers of this package cannot meet
 * them or the system does not say (docs/assumptions.md).
 *
 * @example
 * ```ts
 * import { computeMetrics } from "@evalwire/metrics";
 * import { presets } from "@evalwire/metrics/presets";
 *
 * const config = { components: [{ name: "f", type: "f1" }] };
 * const record = { test_case_output: { output: "The cat." }, test_case_data: { expected_output: "cat" } };
 * computeMetrics(config, record); // => { f: 0.5 }
 * computeMetrics(config, record, { preset: presets.azure }); // => { f: 1 }
 * ```
 */

import type { Preset } from "./config/MetricOptions.ts";

export type { Preset };

const plainRouge = { use_stemmer: false, split_summaries: false, measure: "fmeasure" };
const rouge = (...types: ReadonlyArray<string>) => ({ ...plainRouge, score_types: types });
const words = { tokenizer: "word_tokenize", nltk: "3.10" };
const spaces = { tokenizer: "whitespace" };
const nltkBleu = { ...words, implementation: "nltk", weights: [0.25, 0.25, 0.25, 0.25], smoothing: 0 };
const nltkMeteor = { ...words, alpha: 0.9, beta: 3, gamma: 0.5 };
const googleGleu = { tokenizer: "13a", min_len: 1, max_len: 4 };
const corpusBleu = { implementation: "sacrebleu", use_effective_order: false, percent: false };
const embeddings = { vectors: "embeddings" };
const squad = { normalization: "squad", version: "1.1" };
const asItIs = { normalization: "none" };

/**
 * Scale GenAI Platform; the scorers' own defaults. Source: docs.gp.scale.com/docs/metrics.
 *
 * Not said there: BLEU's smoothing and case, ROUGE's stemmer and which of its three numbers is meant, METEOR's tokens.
 */
const sgp = {
  rouge: rouge("rouge1", "rouge2", "rougeL"),
  rouge1: plainRouge,
  rouge2: plainRouge,
  rougeL: plainRouge,
  bleu: nltkBleu,
  meteor: nltkMeteor,
  cosine_similarity: embeddings,
  f1: { ...words, normalization: "words", lowercase: true },
};

/**
 * Hugging Face evaluate. Source: huggingface/evaluate a7dd338, `metrics/*`.
 *
 * Its ROUGE of a corpus is the median of an unseeded bootstrap; its sacrebleu, chrF and TER are of a corpus, from summed counts; its
 * SQuAD is shown times 100.
 */
const huggingface = {
  rouge: rouge("rouge1", "rouge2", "rougeL", "rougeLsum"),
  bleu: { implementation: "evaluate", order: 4 },
  sacrebleu: { tokenizer: "13a", smoothing: "exp", use_effective_order: false },
  meteor: nltkMeteor,
  gleu: googleGleu,
  chrf: { char_order: 6, word_order: 0, beta: 2 },
  ter: { normalized: false, no_punct: false },
  f1: squad,
  exact_match: asItIs,
};

/**
 * OpenAI's text similarity graders. Source: OpenAI API reference, `TextSimilarityGrader`.
 *
 * Not published: stems, tokens and measure of ROUGE; variant and smoothing of BLEU, which is in [0, 1]; tokens and parameters of GLEU and
 * METEOR.
 */
const openai = {
  rouge: rouge("rouge1", "rouge2", "rouge3", "rouge4", "rouge5", "rougeL"),
  bleu: { implementation: "sacrebleu", use_effective_order: true, percent: false },
  gleu: googleGleu,
  meteor: nltkMeteor,
  cosine_similarity: embeddings,
};

/**
 * Google Vertex AI. Source: Vertex AI API reference, `RougeSpec`, `BleuSpec`, `ExactMatchSpec`.
 *
 * It computes one ROUGE type, the requested one; its BLEU is in [0, 1].
 */
const vertex = {
  rouge: rouge("rouge1", "rougeL", "rougeLsum"),
  bleu: corpusBleu,
  exact_match: asItIs,
};

/** Azure AI Evaluation. Source: Azure/azure-sdk-for-python, sdk/evaluation/azure-ai-evaluation, `_evaluators/*`. */
const azure = {
  rouge: rouge("rouge1", "rouge2", "rouge3", "rouge4", "rouge5", "rougeL"),
  bleu: { ...nltkBleu, smoothing: 4 },
  meteor: nltkMeteor,
  gleu: { ...words, min_len: 1, max_len: 4 },
  f1: squad,
};

/**
 * promptfoo's assertions. Source: promptfoo 0.123.1.
 *
 * Its ROUGE is js-rouge's: Penn tokens, case kept, in agreement with rouge_score on some 13 % of English pairs. A BLEU precision of zero
 * counts as 1e-7 there, as the smallest double here. Its GLEU and METEOR cut trailing full stops, and METEOR has other stems and
 * synonyms. It compares the Levenshtein distance, this is 1 - distance / longer length.
 */
const promptfoo = {
  rouge: rouge("rouge1"),
  bleu: { ...nltkBleu, ...spaces, lowercase: true },
  gleu: { ...spaces, min_len: 1, max_len: 4 },
  meteor: { ...nltkMeteor, ...spaces },
  cosine_similarity: embeddings,
  levenshtein: {},
};

/** The presets by name. */
export const presets = { sgp, huggingface, openai, vertex, azure, promptfoo } satisfies Readonly<
  Record<string, Preset>
>;

export type PresetName = keyof typeof presets;
