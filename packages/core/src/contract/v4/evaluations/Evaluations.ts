/**
 * Evaluations: the outputs of an application variant on a dataset, judged by people, an LLM or metrics.
 *
 * @source API reference v4, "Create Evaluation", "Get Evaluation", "List Evaluations", "Update Evaluation".
 */

import * as Endpoint from "../../Endpoint.ts";
import { Instant } from "../../Instant.ts";
import * as Schema from "../../schema/Schema.ts";
import { anyJson, type Codec, JsonObject, openEnum, optional, updateOrRestore } from "../../Wire.ts";
import { ApplicationSpec } from "../applications/ApplicationSpecs.ts";
import { EvaluationDataset } from "../datasets/EvaluationDatasets.ts";
import { Deleted, stored } from "../Entity.ts";
import * as Page from "../Page.ts";
import { AnnotationConfig, Layout, QuestionIdToAnnotationConfig, QuestionIdToLayout } from "./AnnotationConfig.ts";
import { ExpandedEvaluationConfig, InlineEvaluationConfig } from "./EvaluationConfigs.ts";
import { MetricConfig } from "./MetricConfig.ts";
import { TestCaseResult } from "./TestCaseResults.ts";

export const EvaluationStatus = openEnum(["PENDING", "COMPLETED", "FAILED"]);
export type EvaluationStatus = typeof EvaluationStatus.Type;

const asyncJob = {
  id: Schema.String,
  status: Schema.String,
  status_reason: optional(Schema.String),
  job_type: optional(Schema.String),
  parent_job_id: optional(Schema.String),
  progress: anyJson,
  job_metadata: anyJson,
  created_at: Instant,
  updated_at: Instant,
};

/** Work the platform does for an evaluation in the background. */
export interface AsyncJob extends Schema.StructType<typeof asyncJob> {}
export const AsyncJob: Codec<AsyncJob> = Schema.Struct(asyncJob);

const requested = {
  tags: optional(JsonObject),
  /** Of an older generation of the platform. */
  evaluation_config: optional(JsonObject),
  evaluation_config_id: optional(Schema.String),
  annotation_config: optional(Layout),
  question_id_to_annotation_config: optional(QuestionIdToLayout),
};

const evaluation = {
  ...stored,
  /** An object; older evaluations have other JSON here. */
  tags: anyJson,
  /** Of an older generation of the platform. */
  evaluation_config: anyJson,
  evaluation_config_id: optional(Schema.String),
  annotation_config: optional(AnnotationConfig),
  question_id_to_annotation_config: optional(QuestionIdToAnnotationConfig),
  name: Schema.String,
  description: Schema.String,
  status: EvaluationStatus,
  application_spec_id: Schema.String,
  application_variant_id: optional(Schema.String),
  total_test_case_result_count: Schema.Int,
  completed_test_case_result_count: Schema.Int,
  /** When the last result was done. */
  completed_at: optional(Instant),
  metric_config: optional(MetricConfig),
  application_spec: optional(ApplicationSpec),
  async_jobs: optional(Schema.Array(AsyncJob)),
  evaluation_config_expanded: optional(ExpandedEvaluationConfig),
  evaluation_datasets: optional(Schema.Array(EvaluationDataset)),
  /** With the older view `TestCaseResults`. */
  test_case_results: optional(Schema.Array(TestCaseResult)),
};

export interface Evaluation extends Schema.StructType<typeof evaluation> {}
export const Evaluation: Codec<Evaluation> = Schema.Struct(evaluation);

const created = {
  ...requested,
  account_id: Schema.String,
  application_spec_id: Schema.String,
  name: Schema.String,
  description: Schema.String,
  metric_config: optional(MetricConfig),
};

const buildEvaluation = {
  ...created,
  type: optional(Schema.Literal("builder")),
  application_variant_id: Schema.String,
  evaluation_dataset_id: Schema.String,
  evaluation_dataset_version: optional(Schema.Int),
  application_test_case_output_group_id: optional(Schema.String),
  /** Instead of `evaluation_config_id`: a config made together with the evaluation. */
  inline_evaluation_config: optional(InlineEvaluationConfig),
};

/** The platform makes the results itself, one for each test case of the dataset. */
export interface BuildEvaluation extends Schema.StructType<typeof buildEvaluation> {}
export const BuildEvaluation: Codec<BuildEvaluation> = Schema.Struct(buildEvaluation);

const standaloneEvaluation = {
  ...created,
  type: Schema.Literal("default"),
  application_variant_id: optional(Schema.String),
};

/** An empty evaluation, to which results are added. */
export interface StandaloneEvaluation extends Schema.StructType<typeof standaloneEvaluation> {}
export const StandaloneEvaluation: Codec<StandaloneEvaluation> = Schema.Struct(standaloneEvaluation);

const untypedEvaluation = {
  ...created,
  type: Schema.optionalKey(Schema.Null),
  application_variant_id: optional(Schema.String),
  // An evaluation built from a dataset must not be empty.
  evaluation_dataset_id: Schema.optionalKey(Schema.Null),
  evaluation_dataset_version: Schema.optionalKey(Schema.Null),
  application_test_case_output_group_id: Schema.optionalKey(Schema.Null),
  inline_evaluation_config: Schema.optionalKey(Schema.Null),
};

/** The same without saying so: what says nothing of a dataset either. */
export interface UntypedEvaluation extends Schema.StructType<typeof untypedEvaluation> {}
export const UntypedEvaluation: Codec<UntypedEvaluation> = Schema.Struct(untypedEvaluation);

export type CreateEvaluation = BuildEvaluation | StandaloneEvaluation | UntypedEvaluation;
export const CreateEvaluation: Codec<CreateEvaluation> = Schema.Union([
  BuildEvaluation,
  StandaloneEvaluation,
  UntypedEvaluation,
]);

export const UpdateEvaluation = updateOrRestore({
  ...requested,
  name: optional(Schema.String),
  description: optional(Schema.String),
  application_spec_id: optional(Schema.String),
  application_variant_id: optional(Schema.String),
  /** `llm_benchmark` lets an LLM evaluate beside the people; nothing else is allowed. */
  evaluation_type: optional(Schema.Literal("llm_benchmark")),
});
export type UpdateEvaluation = typeof UpdateEvaluation.Type;

/** Optional views in an answer, besides the evaluation itself. */
export const View = openEnum([
  "ApplicationSpec",
  "AsyncJobs",
  "EvaluationConfig",
  "EvaluationDatasets",
  // Of an older generation of the platform: `test_case_results`.
  "TestCaseResults",
]);
export type View = typeof View.Type;

const view = { view: Schema.optionalKey(Schema.Array(View)) };
const one = "/v4/evaluations/:evaluation_id";

export const create = Endpoint.post("evaluations.create", {
  path: "/v4/evaluations",
  body: CreateEvaluation,
  success: Evaluation,
});

export const list = Endpoint.get("evaluations.list", {
  path: "/v4/evaluations",
  query: Schema.Struct({
    ...Page.query,
    ...view,
    /** `"<field>:asc"` or `"<field>:desc"`. */
    sort_by: Schema.optionalKey(Schema.Array(Schema.String)),
    application_spec_id: Schema.optionalKey(Schema.Union([Schema.String, Schema.Int])),
  }),
  success: Page.of(Evaluation),
  paging: "page",
});

export const retrieve = Endpoint.get("evaluations.retrieve", {
  path: one,
  query: Schema.Struct(view),
  success: Evaluation,
});

export const update = Endpoint.patch("evaluations.update", {
  path: one,
  body: UpdateEvaluation,
  success: Evaluation,
});

export const remove = Endpoint.remove("evaluations.delete", {
  path: one,
  success: Deleted,
});
