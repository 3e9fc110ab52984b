/**
 * Fields added by the views of a test case result: single annotations with their maker, and metrics that came with the output.
 *
 * @source API reference v4, `view=AnnotationResults` and `view=Metrics` of "Get Test Case Result".
 */

import { Instant } from "../../Instant.ts";
import * as Schema from "../../schema/Schema.ts";
import { anyJson, type Codec, openEnum, optional } from "../../Wire.ts";

const llmAutoEvalMetadata = {
  annotation_result_id: optional(Schema.String),
  llm_reasoning: optional(Schema.String),
  prompt_tokens: optional(Schema.Int),
  completion_tokens: optional(Schema.Int),
  time_elapsed_s: optional(Schema.Finite),
  cost: optional(Schema.Finite),
};

/** How an LLM came to its annotation; `cost` is in cents. */
export interface LlmAutoEvalMetadata extends Schema.StructType<typeof llmAutoEvalMetadata> {}
export const LlmAutoEvalMetadata: Codec<LlmAutoEvalMetadata> = Schema.Struct(llmAutoEvalMetadata);

const annotationResult = {
  id: Schema.String,
  annotation_type: openEnum(["llm_auto", "human"]),
  question_id: Schema.String,
  /** A choice (`{ label, value }`), several, a text or a number; forms and several timestamps have other JSON. */
  selected_choice: anyJson,
  test_case_result_lineage_id: optional(Schema.String),
  created_at: Instant,
  llm_auto_eval_metadata: optional(LlmAutoEvalMetadata),
};

/** One annotator's answer to one question. */
export interface AnnotationResult extends Schema.StructType<typeof annotationResult> {}
export const AnnotationResult: Codec<AnnotationResult> = Schema.Struct(annotationResult);

const customMetric = {
  id: Schema.String,
  name: Schema.String,
  type: Schema.String,
  output: Schema.Finite,
};

/** A figure computed elsewhere and sent with the application's output. */
export interface CustomMetric extends Schema.StructType<typeof customMetric> {}
export const CustomMetric: Codec<CustomMetric> = Schema.Struct(customMetric);
