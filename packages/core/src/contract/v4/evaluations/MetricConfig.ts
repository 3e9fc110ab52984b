/**
 * Which text metrics an evaluation computes, and on which texts.
 *
 * @source Platform guide "Metrics"; API reference v4, `metric_config` of "Create Evaluation".
 */
import * as Schema from "../../schema/Schema.ts";
import { type Codec, JsonObject, openEnum, optional } from "../../Wire.ts";

export const MetricType = openEnum([
  "rouge",
  "rouge1",
  "rouge2",
  "rougeL",
  "bleu",
  "meteor",
  "cosine_similarity",
  "f1",
]);
export type MetricType = typeof MetricType.Type;

/**
 * Where a text lies, step by step: `["test_case_data", "input", key?]`, `["test_case_data", "expected_output", key?]`,
 * `["test_case_output", "output", key?]` or `["trace", nodeId, "input" | "output" | "expected", key?]`. An index is
 * written as text.
 */
export const DataLoc = Schema.Array(Schema.String);
export type DataLoc = typeof DataLoc.Type;

const metricComponent = {
  name: Schema.String,
  type: MetricType,
  mappings: optional(Schema.Record(DataLoc)),
  /** `score_types` for `rouge`; nothing else is documented. */
  params: optional(JsonObject),
};

/** One metric: `mappings` says where the scorer's parameters (`candidate`, `reference`) are found. */
export interface MetricComponent extends Schema.StructType<typeof metricComponent> {}
export const MetricComponent: Codec<MetricComponent> = Schema.Struct(metricComponent);

const metricConfig = { components: Schema.Array(MetricComponent) };

export interface MetricConfig extends Schema.StructType<typeof metricConfig> {}
export const MetricConfig: Codec<MetricConfig> = Schema.Struct(metricConfig);
