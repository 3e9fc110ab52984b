/**
 * The parts of a test case that an annotator sees, and their places on the page.
 *
 * Requests and answers have models of their own: a request names places (`document_loc`, `messages_loc`), an answer has
 * them laid out.
 *
 * @source API reference v4, `annotation_config` of "Create Evaluation" and "Get Evaluation".
 */
import * as Schema from "../../schema/Schema.ts";
import { type Codec, openEnum, optional } from "../../Wire.ts";
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
  template: optional(Schema.String),
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

const none = Schema.optionalKey(Schema.Null);

const flexibleLayout = {
  annotation_config_type: optional(Schema.Literal("flexible")),
  /** May be left out: then the platform shows what it shows by default. */
  components: optional(components),
  direction,
  llm_prompt,
  // Fields that mark the other kinds: a layout that is almost one of them is no flexible one either.
  llm_prompt_template: none,
  document_loc: none,
  summary_loc: none,
  original_text_loc: none,
  translation_loc: none,
  messages_loc: none,
};

/** Items in a grid, row by row (or column by column with `direction: "col"`). */
export interface FlexibleLayout extends Schema.StructType<typeof flexibleLayout> {}
export const FlexibleLayout: Codec<FlexibleLayout> = Schema.Struct(flexibleLayout);

const generationLayout = {
  /** The platform's own request has no such field; it may be sent all the same. */
  annotation_config_type: optional(Schema.Literal("generation")),
  llm_prompt_template: Schema.String,
};

/** Input and output side by side, with a prompt for the LLM annotator: the whole request is `{ llm_prompt_template }`. */
export interface GenerationLayout extends Schema.StructType<typeof generationLayout> {}
export const GenerationLayout: Codec<GenerationLayout> = Schema.Struct(generationLayout);

const namedGenerationLayout = {
  annotation_config_type: Schema.Literal("generation"),
  llm_prompt_template: optional(Schema.String),
  components: optional(components),
  direction,
  llm_prompt,
};

/** The same by its name, without a prompt. */
export interface NamedGenerationLayout extends Schema.StructType<typeof namedGenerationLayout> {}
export const NamedGenerationLayout: Codec<NamedGenerationLayout> = Schema.Struct(namedGenerationLayout);

const summarizationLayout = {
  annotation_config_type: optional(Schema.Literal("summarization")),
  document_loc: DataLoc,
  summary_loc: DataLoc,
  expected_summary_loc: optional(DataLoc),
  llm_prompt,
};

export interface SummarizationLayout extends Schema.StructType<typeof summarizationLayout> {}
export const SummarizationLayout: Codec<SummarizationLayout> = Schema.Struct(summarizationLayout);

const translationLayout = {
  annotation_config_type: optional(Schema.Literal("translation")),
  original_text_loc: DataLoc,
  translation_loc: DataLoc,
  expected_translation_loc: optional(DataLoc),
  language_loc: optional(DataLoc),
  llm_prompt,
};

export interface TranslationLayout extends Schema.StructType<typeof translationLayout> {}
export const TranslationLayout: Codec<TranslationLayout> = Schema.Struct(translationLayout);

const multiturnLayout = {
  annotation_config_type: optional(Schema.Literal("multiturn")),
  messages_loc: DataLoc,
  llm_prompt,
};

export interface MultiturnLayout extends Schema.StructType<typeof multiturnLayout> {}
export const MultiturnLayout: Codec<MultiturnLayout> = Schema.Struct(multiturnLayout);

/**
 * The layout that a request defines for annotators. The kinds are distinguished by their fields; the flexible one comes last,
 * since all of its fields may be missing.
 */
export type Layout =
  | GenerationLayout
  | NamedGenerationLayout
  | SummarizationLayout
  | TranslationLayout
  | MultiturnLayout
  | FlexibleLayout;
export const Layout: Codec<Layout> = Schema.Union([
  GenerationLayout,
  NamedGenerationLayout,
  SummarizationLayout,
  TranslationLayout,
  MultiturnLayout,
  FlexibleLayout,
]);

/** Layouts of a request for single questions, by question id. */
export const QuestionIdToLayout = Schema.Record(FlexibleLayout);

const annotationConfig = {
  annotation_config_type: optional(openEnum(annotationConfigTypes)),
  components: optional(components),
  direction,
  llm_prompt,
};

/**
 * The layout in answers: one flat object for all kinds. The platform lays a request's `document_loc`, `messages_loc` and the
 * like out as `components`; they are no fields of an answer.
 */
export interface AnnotationConfig extends Schema.StructType<typeof annotationConfig> {}
export const AnnotationConfig: Codec<AnnotationConfig> = Schema.Struct(annotationConfig);

/** Layouts of an answer for single questions, by question id. */
export const QuestionIdToAnnotationConfig = Schema.Record(AnnotationConfig);
