/**
 * The items of an evaluation: an item's fields, with the results of the tasks beside them under their
 * aliases. A task that fails on an item is an entry of `task_errors`, not a failed request.
 *
 * @source API reference v5, "Evaluation Items".
 */

import * as Endpoint from "../../Endpoint.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, JsonObject, openEnum, optional } from "../../Wire.ts";
import { Files } from "../datasets/Datasets.ts";
import { stored } from "../Entity.ts";
import * as Page from "../Page.ts";

const evaluationItem = {
  ...stored,
  object: optional(Schema.Literal("evaluation.item")),
  evaluation_id: Schema.String,
  data: JsonObject,
  task_errors: optional(JsonObject),
  files: optional(Files),
  dataset_item_id: optional(Schema.String),
  dataset_item_version_num: optional(Schema.Int),
};

export interface EvaluationItem extends Schema.StructType<typeof evaluationItem> {}
export const EvaluationItem: Codec<EvaluationItem> = Schema.Struct(evaluationItem);

export const CompletionStatus = openEnum(["failed", "passed", "all"]);
export type CompletionStatus = typeof CompletionStatus.Type;

export const list = Endpoint.get("v5.evaluationItems.list", {
  path: "/v5/evaluation-items",
  query: Schema.Struct({
    ...Page.query,
    evaluation_id: Schema.optionalKey(Schema.String),
    completion_status: Schema.optionalKey(CompletionStatus),
  }),
  success: Page.of(EvaluationItem),
  paging: "cursor",
});

export const retrieve = Endpoint.get("v5.evaluationItems.retrieve", {
  path: "/v5/evaluation-items/:evaluation_item_id",
  query: Schema.Struct(Page.archived),
  success: EvaluationItem,
});

const exported = {
  evaluation_id: Schema.String,
  /** `json` by default. */
  export_format: optional(Schema.Literals(["csv", "json", "jsonl"])),
  /** `direct`, the default, answers with the file itself. */
  export_method: optional(Schema.Literals(["direct", "signed_url"])),
  include_archived: optional(Schema.Boolean),
};

export interface ExportItems extends Schema.StructType<typeof exported> {}
export const ExportItems: Codec<ExportItems> = Schema.Struct(exported);

/** The items as the text of a file. */
export const exportItems = Endpoint.post("v5.evaluationItems.export", {
  path: "/v5/evaluation-items/export",
  body: ExportItems,
  success: Schema.String,
  isText: true,
});
