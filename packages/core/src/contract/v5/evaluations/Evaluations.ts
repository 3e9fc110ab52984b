/**
 * Evaluations of v5: items, and the tasks that are run on each of them.
 *
 * @source API reference v5, "Create Evaluation", "Get Evaluation", "List Evaluations", "Update Evaluation".
 */

import * as Endpoint from "../../Endpoint.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, JsonObject, openEnum, optional, updateOrRestore } from "../../Wire.ts";
import { Dataset, Files } from "../datasets/Datasets.ts";
import { stored } from "../Entity.ts";
import * as Page from "../Page.ts";
import { Task } from "../tasks/Tasks.ts";

export const EvaluationStatus = openEnum(["running", "completed", "failed"]);
export type EvaluationStatus = typeof EvaluationStatus.Type;

const counts = { total: Schema.Int, failed: Schema.Int, pending: Schema.Int };

const progress = {
  items: optional(
    Schema.Struct({
      ...counts,
      successful: Schema.Int,
      failed_items: optional(
        Schema.Array(
          Schema.Struct({
            item_id: Schema.String,
            error: optional(Schema.String),
            error_type: optional(Schema.String),
          }),
        ),
      ),
    }),
  ),
  workflows: optional(Schema.Struct({ ...counts, completed: Schema.Int })),
};

/** How far the tasks have come. */
export interface Progress extends Schema.StructType<typeof progress> {}
export const Progress: Codec<Progress> = Schema.Struct(progress);

const evaluation = {
  ...stored,
  object: optional(Schema.Literal("evaluation")),
  name: Schema.String,
  description: optional(Schema.String),
  status: EvaluationStatus,
  status_reason: optional(Schema.String),
  tags: Schema.Array(Schema.String),
  datasets: Schema.Array(Dataset),
  metadata: optional(JsonObject),
  /** Failures of tasks, over all items. */
  error_count: optional(Schema.Int),
  progress: optional(Progress),
  /** Present when requested with `views: ["tasks"]`. */
  tasks: optional(Schema.Array(Task)),
};

export interface Evaluation extends Schema.StructType<typeof evaluation> {}
export const Evaluation: Codec<Evaluation> = Schema.Struct(evaluation);

const created = {
  name: Schema.String,
  description: optional(Schema.String),
  tags: optional(Schema.Array(Schema.String)),
  metadata: optional(JsonObject),
  tasks: optional(Schema.Array(Task)),
  taxonomy_params: optional(JsonObject),
};

const none = Schema.optionalKey(Schema.Null);

const standalone = {
  ...created,
  data: Schema.Array(JsonObject),
  /** As many as `data`, in its order. */
  files: optional(Schema.Array(Files)),
  dataset: none,
  dataset_id: none,
};

/** An item of the dataset, and what to add to it under names of one's own. */
export interface AddedFields {
  readonly dataset_item_id: string;
  readonly [name: string]: unknown;
}

const fromDataset = {
  ...created,
  dataset_id: Schema.String,
  /** Fields to add to items of the dataset. */
  data: optional(Schema.Array(Schema.Struct({ dataset_item_id: Schema.String }) as Codec<AddedFields>)),
  dataset: none,
};

const withNewDataset = {
  ...created,
  data: Schema.Array(JsonObject),
  files: optional(Schema.Array(Files)),
  dataset: Schema.Struct({
    name: Schema.String,
    description: optional(Schema.String),
    tags: optional(Schema.Array(Schema.String)),
    /** The fields that go to the dataset: all when left out. */
    keys: optional(Schema.Array(Schema.String)),
  }),
  dataset_id: none,
};

/** Of items given here. */
export interface StandaloneEvaluation extends Schema.StructType<typeof standalone> {}
export const StandaloneEvaluation: Codec<StandaloneEvaluation> = Schema.Struct(standalone);

/** Of the items of a dataset. */
export interface EvaluationFromDataset extends Schema.StructType<typeof fromDataset> {}
export const EvaluationFromDataset: Codec<EvaluationFromDataset> = Schema.Struct(fromDataset);

/** Of items given here, which become a dataset as well. */
export interface EvaluationWithNewDataset extends Schema.StructType<typeof withNewDataset> {}
export const EvaluationWithNewDataset: Codec<EvaluationWithNewDataset> = Schema.Struct(withNewDataset);

export type CreateEvaluation = StandaloneEvaluation | EvaluationFromDataset | EvaluationWithNewDataset;
export const CreateEvaluation: Codec<CreateEvaluation> = Schema.Union([
  EvaluationFromDataset,
  EvaluationWithNewDataset,
  StandaloneEvaluation,
]);

/** `metadata` is merged as RFC 7396 says; an archived evaluation can only be restored. */
export const UpdateEvaluation = updateOrRestore({
  name: optional(Schema.String),
  description: optional(Schema.String),
  tags: optional(Schema.Array(Schema.String)),
  metadata: optional(JsonObject),
});
export type UpdateEvaluation = typeof UpdateEvaluation.Type;

const views = { views: Schema.optionalKey(Schema.Array(openEnum(["tasks"]))) };
const collection = "/v5/evaluations";
const one = `${collection}/:evaluation_id` as const;

export const create = Endpoint.post("v5.evaluations.create", {
  path: collection,
  body: CreateEvaluation,
  success: Evaluation,
});

export const list = Endpoint.get("v5.evaluations.list", {
  path: collection,
  query: Schema.Struct({
    ...Page.query,
    ...views,
    /** Part of the name, in any case. */
    name: Schema.optionalKey(Schema.String),
    tags: Schema.optionalKey(Schema.Array(Schema.String)),
  }),
  success: Page.of(Evaluation),
  paging: "cursor",
});

export const retrieve = Endpoint.get("v5.evaluations.retrieve", {
  path: one,
  query: Schema.Struct({ ...Page.archived, ...views }),
  success: Evaluation,
});

export const update = Endpoint.patch("v5.evaluations.update", {
  path: one,
  body: UpdateEvaluation,
  success: Evaluation,
});

export const remove = Endpoint.remove("v5.evaluations.delete", {
  path: one,
  success: Evaluation,
});

const filter = {
  /** A key of the metadata, or the built-in `status` or `tag`. */
  key: Schema.String,
  operator: openEnum(["==", "!=", ">=", "<=", "IN", "NOT_IN"]),
  /** For `IN` and `NOT_IN`: members joined by commas. */
  value: Schema.String,
};

/** One condition; all conditions of a request hold. */
export interface Filter extends Schema.StructType<typeof filter> {}
export const Filter: Codec<Filter> = Schema.Struct(filter);

/** The evaluations for which all of up to ten filters hold. */
export const filterList = Endpoint.post("v5.evaluations.filter", {
  path: `${collection}/filter`,
  query: Schema.Struct({ ...Page.query, ...views }),
  body: Schema.Struct({ filters: Schema.Array(Filter) }),
  success: Page.of(Evaluation),
  paging: "cursor",
});

const schemaField = {
  /** The path of the field, its steps joined by dots. */
  field_name: Schema.String,
  data_type: Schema.String,
  item_count: Schema.Int,
  source: optional(openEnum(["data", "task_result_cache"])),
};

const evaluationSchema = {
  fields: Schema.Array(Schema.Struct(schemaField)),
  total_items: Schema.Int,
  is_sampled: optional(Schema.Boolean),
  sample_size: optional(Schema.Int),
};

/** Which fields the items have, and in how many of them. */
export interface EvaluationSchema extends Schema.StructType<typeof evaluationSchema> {}
export const EvaluationSchema: Codec<EvaluationSchema> = Schema.Struct(evaluationSchema);

export const retrieveSchema = Endpoint.get("v5.evaluations.retrieveSchema", {
  path: `${one}/schema`,
  query: Schema.Struct(Page.archived),
  success: EvaluationSchema,
});

const dryRunBody = {
  task_type: Schema.Literal("custom_function"),
  configuration: JsonObject,
  sample_data: Schema.Array(JsonObject),
};

/** Runs a custom function on a few items, and keeps nothing. */
export const dryRun = Endpoint.post("v5.evaluations.tasks.dryRun", {
  path: `${collection}/tasks/dry-run`,
  body: Schema.Struct(dryRunBody),
  success: Schema.Struct({ results: Schema.Array(JsonObject), status: optional(Schema.String) }),
});

export const addTask = Endpoint.post("v5.evaluations.tasks.create", {
  path: `${one}/tasks`,
  body: Schema.Struct({ task: Task }),
  success: Evaluation,
});

export const updateTask = Endpoint.patch("v5.evaluations.tasks.update", {
  path: `${one}/tasks/:alias`,
  body: Schema.Struct({ configuration: JsonObject }),
  success: Evaluation,
});
