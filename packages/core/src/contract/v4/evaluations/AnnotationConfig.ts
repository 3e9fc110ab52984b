/**
 * What an annotator sees of a test case, and where on the page.
 *
 * The five kinds are told apart by their fields; only `generation` has to name itself.
 *
 * @source API reference v4, `annotation_config` of "Create Evaluation" and "Get Evaluation".
 */
import * as Schema from "../../schema/Schema.ts";
import { type Codec, openEnum, optional, stranger } from "../../Wire.ts";
import { DataLoc } from "./MetricConfig.ts";

export const annotationConfigTypes = ["flexible", "generation", "summarization", "multiturn", "translation"] as const;

const annotationItem = {
  data_loc: DataLoc,
  label: optional(Schema.String),
  optional: optional(Schema.Boolean),
};

/** One thing to show; an `optional` one may be missing from some test cases. */
export interface AnnotationItem extends Schema.StructType<typeof annotationItem> {}
export const AnnotationItem: Codec<AnnotationItem> = Schema.Struct(annotationItem);

const llmPrompt = {
  template: Schema.String,
  variables: optional(
    Schema.Array(Schema.Struct({ name: Schema.String, data_loc: DataLoc, optional: optional(Schema.Boolean) })),
  ),
};

/** The prompt an LLM annotator is given; `variables` say what its placeholders stand for. */
export interface LlmPrompt extends Schema.StructType<typeof llmPrompt> {}
export const LlmPrompt: Codec<LlmPrompt> = Schema.Struct(llmPrompt);

const components = Schema.Array(Schema.Array(AnnotationItem));
const direction = optional(openEnum(["row", "col"]));
const llm_prompt = optional(LlmPrompt);

const flexibleAnnotationConfig = {
  annotation_config_type: optional(Schema.Literal("flexible")),
  components,
  direction,
  llm_prompt,
};

/** Items in a grid, row by row (or column by column with `direction: "col"`). */
export interface FlexibleAnnotationConfig extends Schema.StructType<typeof flexibleAnnotationConfig> {}
export const FlexibleAnnotationConfig: Codec<FlexibleAnnotationConfig> = Schema.Struct(flexibleAnnotationConfig);

const generationAnnotationConfig = {
  annotation_config_type: Schema.Literal("generation"),
  llm_prompt_template: optional(Schema.String),
  components: optional(components),
  direction,
  llm_prompt,
};

/** A request gives `llm_prompt_template`; an answer shows it laid out as components. */
export interface GenerationAnnotationConfig extends Schema.StructType<typeof generationAnnotationConfig> {}
export const GenerationAnnotationConfig: Codec<GenerationAnnotationConfig> = Schema.Struct(generationAnnotationConfig);

const summarizationAnnotationConfig = {
  annotation_config_type: optional(Schema.Literal("summarization")),
  document_loc: DataLoc,
  summary_loc: DataLoc,
  expected_summary_loc: optional(DataLoc),
  llm_prompt,
};

export interface SummarizationAnnotationConfig extends Schema.StructType<typeof summarizationAnnotationConfig> {}
export const SummarizationAnnotationConfig: Codec<SummarizationAnnotationConfig> =
  Schema.Struct(summarizationAnnotationConfig);

const translationAnnotationConfig = {
  annotation_config_type: optional(Schema.Literal("translation")),
  original_text_loc: DataLoc,
  translation_loc: DataLoc,
  expected_translation_loc: optional(DataLoc),
  language_loc: optional(DataLoc),
  llm_prompt,
};

export interface TranslationAnnotationConfig extends Schema.StructType<typeof translationAnnotationConfig> {}
export const TranslationAnnotationConfig: Codec<TranslationAnnotationConfig> =
  Schema.Struct(translationAnnotationConfig);

const multiturnAnnotationConfig = {
  annotation_config_type: optional(Schema.Literal("multiturn")),
  messages_loc: DataLoc,
  llm_prompt,
};

export interface MultiturnAnnotationConfig extends Schema.StructType<typeof multiturnAnnotationConfig> {}
export const MultiturnAnnotationConfig: Codec<MultiturnAnnotationConfig> = Schema.Struct(multiturnAnnotationConfig);

const annotationConfig = Schema.Union([
  FlexibleAnnotationConfig,
  GenerationAnnotationConfig,
  SummarizationAnnotationConfig,
  TranslationAnnotationConfig,
  MultiturnAnnotationConfig,
  Schema.Struct({ annotation_config_type: stranger(annotationConfigTypes) }),
]);
export type AnnotationConfig = typeof annotationConfig.Type;
export const AnnotationConfig: Codec<AnnotationConfig> = annotationConfig;

/** Layouts for single questions, by question id. */
export const QuestionIdToAnnotationConfig = Schema.Record(FlexibleAnnotationConfig);
