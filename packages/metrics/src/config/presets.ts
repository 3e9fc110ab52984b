/**
 * What evaluation systems mean by the names of their metrics, as tables: for each component type the params that come closest, and
 * the source. A component's own params go before its preset's.
 *
 * Where a system leaves a choice open, the choice made here is listed in docs/assumptions.md; where it cannot be met with the scorers
 * of this package, `differs` says how its numbers differ.
 */

/** One system's choices for one component type. */
export interface PresetType {
  /** As in `MetricComponent.params`. */
  readonly params: Readonly<Record<string, unknown>>;
  /** How the system's own numbers differ from these, where that is known. */
  readonly differs?: string;
}

/** One system's choices. */
export interface Preset {
  readonly name: string;
  /** Where they were read. */
  readonly source: string;
  readonly types: Readonly<Record<string, PresetType>>;
}

const wordTokenize = { tokenizer: "word_tokenize" };
const nltkMeteor = { ...wordTokenize, alpha: 0.9, beta: 3, gamma: 0.5 };
const nltkBleu = { ...wordTokenize, implementation: "nltk", weights: [0.25, 0.25, 0.25, 0.25], smoothing: 0 };
const plainRouge = { use_stemmer: false, split_summaries: false, measure: "fmeasure" };

/** Scale GenAI Platform: the default. */
const sgp: Preset = {
  name: "sgp",
  source: "docs.gp.scale.com/docs/metrics",
  types: {
    rouge: { params: { ...plainRouge, score_types: ["rouge1", "rouge2", "rougeL"] } },
    rouge1: { params: plainRouge },
    rouge2: { params: plainRouge },
    rougeL: { params: plainRouge },
    bleu: { params: nltkBleu },
    meteor: { params: nltkMeteor },
    cosine_similarity: { params: { vectors: "embeddings" } },
    f1: { params: { ...wordTokenize, normalization: "words", lowercase: true } },
  },
};

/** Hugging Face evaluate. */
const huggingface: Preset = {
  name: "huggingface",
  source: "huggingface/evaluate a7dd338, metrics/*",
  types: {
    rouge: {
      params: { ...plainRouge, score_types: ["rouge1", "rouge2", "rougeL", "rougeLsum"] },
      differs: "its corpus figure is the median of an unseeded bootstrap",
    },
    bleu: { params: { implementation: "evaluate", order: 4 } },
    sacrebleu: {
      params: { tokenizer: "13a", smoothing: "exp", use_effective_order: false },
      differs: "it is a corpus figure, of summed counts",
    },
    meteor: { params: nltkMeteor },
    gleu: { params: { tokenizer: "13a", min_len: 1, max_len: 4 } },
    chrf: { params: { char_order: 6, word_order: 0, beta: 2 }, differs: "it is a corpus figure, of summed counts" },
    ter: { params: { normalized: false, no_punct: false }, differs: "it is a corpus figure, of summed counts" },
    f1: { params: { normalization: "squad", version: "1.1" }, differs: "it is shown times 100" },
    exact_match: { params: { normalization: "none" } },
  },
};

/** OpenAI's text similarity graders. */
const openai: Preset = {
  name: "openai",
  source: "OpenAI API reference, TextSimilarityGrader",
  types: {
    rouge: {
      params: { ...plainRouge, score_types: ["rouge1", "rouge2", "rouge3", "rouge4", "rouge5", "rougeL"] },
      differs: "stemming, tokens and measure are not published",
    },
    bleu: {
      params: { implementation: "sacrebleu", use_effective_order: true },
      differs: "variant and smoothing are not published; it is a share of 1, this is of 100",
    },
    gleu: { params: { tokenizer: "13a", min_len: 1, max_len: 4 }, differs: "tokens are not published" },
    meteor: { params: nltkMeteor, differs: "tokens and parameters are not published" },
    cosine_similarity: { params: { vectors: "embeddings" } },
  },
};

/** Google Vertex AI evaluation service. */
const vertex: Preset = {
  name: "vertex",
  source: "Vertex AI API reference, RougeSpec, BleuSpec, ExactMatchSpec",
  types: {
    rouge: {
      params: { ...plainRouge, score_types: ["rouge1", "rougeL", "rougeLsum"] },
      differs: "it computes the one type that is asked for",
    },
    bleu: {
      params: { implementation: "sacrebleu", use_effective_order: false },
      differs: "it is a share of 1, this is of 100",
    },
    exact_match: { params: { normalization: "none" } },
  },
};

/** Azure AI Evaluation. */
const azure: Preset = {
  name: "azure",
  source: "Azure/azure-sdk-for-python, sdk/evaluation/azure-ai-evaluation, _evaluators/*",
  types: {
    rouge: { params: { ...plainRouge, score_types: ["rouge1", "rouge2", "rouge3", "rouge4", "rouge5", "rougeL"] } },
    bleu: { params: { ...nltkBleu, smoothing: 4 } },
    meteor: { params: nltkMeteor },
    gleu: { params: { ...wordTokenize, min_len: 1, max_len: 4 } },
    f1: { params: { normalization: "squad", version: "1.1" } },
  },
};

/** promptfoo's deterministic assertions. */
const promptfoo: Preset = {
  name: "promptfoo",
  source: "promptfoo 0.123.1, assertions",
  types: {
    rouge: {
      params: { ...plainRouge, score_types: ["rouge1"] },
      differs:
        "it uses js-rouge: Penn tokens, case kept, numbers that agree with rouge_score on about 13 % of English pairs",
    },
    bleu: {
      params: { ...nltkBleu, tokenizer: "whitespace", lowercase: true, smoothing: 0 },
      differs: "a precision of zero counts as 1e-7 there, as the smallest double here",
    },
    gleu: {
      params: { tokenizer: "whitespace", min_len: 1, max_len: 4 },
      differs: "it lower-cases, and cuts trailing full stops",
    },
    meteor: {
      params: { ...nltkMeteor, tokenizer: "whitespace" },
      differs: "it cuts trailing full stops, and has other stems and synonyms",
    },
    cosine_similarity: { params: { vectors: "embeddings" } },
    levenshtein: { params: {}, differs: "it compares the distance, this is 1 - distance / longer length" },
  },
};

/** The presets by name. */
export const presets = { sgp, huggingface, openai, vertex, azure, promptfoo } as const;

export type PresetName = keyof typeof presets;
