/**
 * Evaluations put side by side.
 *
 * @source The platform's SDK, `evaluation_groups`.
 */
import * as Endpoint from "../../Endpoint.ts";
import { Instant } from "../../Instant.ts";
import * as Schema from "../../schema/Schema.ts";
import { anyJson, type Codec, JsonObject, openEnum, optional } from "../../Wire.ts";
import * as Page from "../Page.ts";

const named = {
  name: Schema.String,
  description: optional(Schema.String),
  metadata: optional(JsonObject),
  tags: optional(Schema.Array(Schema.String)),
};

const member = { evaluation_id: Schema.String, evaluation: anyJson };
const rowIdentifier = { evaluation_id: Schema.String, column_name: optional(Schema.String) };

const evaluationGroup = {
  ...named,
  id: Schema.String,
  object: optional(Schema.Literal("evaluation_group")),
  account_id: optional(Schema.String),
  created_at: Instant,
  deleted_at: optional(Instant),
  archived_at: optional(Instant),
  /** With `views: ["members"]`. */
  members: optional(Schema.Array(Schema.Struct(member))),
  /** With `views: ["row_identifiers"]`. */
  row_identifiers: optional(Schema.Array(Schema.Struct(rowIdentifier))),
};

export interface EvaluationGroup extends Schema.StructType<typeof evaluationGroup> {}
export const EvaluationGroup: Codec<EvaluationGroup> = Schema.Struct(evaluationGroup);

/** Columns to join rows by, by evaluation id. */
const row_identifiers = optional(Schema.Record(Schema.String));

const createEvaluationGroup = { ...named, evaluation_ids: Schema.Array(Schema.String), row_identifiers };

export interface CreateEvaluationGroup extends Schema.StructType<typeof createEvaluationGroup> {}
export const CreateEvaluationGroup: Codec<CreateEvaluationGroup> = Schema.Struct(createEvaluationGroup);

const updateEvaluationGroup = { ...named, name: optional(Schema.String), row_identifiers };

/** The members stay: a group of others is another group. */
export interface UpdateEvaluationGroup extends Schema.StructType<typeof updateEvaluationGroup> {}
export const UpdateEvaluationGroup: Codec<UpdateEvaluationGroup> = Schema.Struct(updateEvaluationGroup);

const views = {
  views: Schema.optionalKey(Schema.Array(openEnum(["members", "row_identifiers"]))),
  include_deleted: Schema.optionalKey(Schema.Boolean),
};

const collection = "/v5/evaluation-groups";
const one = `${collection}/:group_id` as const;

export const create = Endpoint.post("v5.evaluationGroups.create", {
  path: collection,
  body: CreateEvaluationGroup,
  success: EvaluationGroup,
});

export const list = Endpoint.get("v5.evaluationGroups.list", {
  path: collection,
  query: Schema.Struct({
    ...Page.query,
    ...views,
    name: Schema.optionalKey(Schema.String),
    tags: Schema.optionalKey(Schema.Array(Schema.String)),
    /** Groups this evaluation is a member of. */
    evaluation_id: Schema.optionalKey(Schema.String),
  }),
  success: Page.of(EvaluationGroup),
  paging: "cursor",
});

export const retrieve = Endpoint.get("v5.evaluationGroups.retrieve", {
  path: one,
  query: Schema.Struct(views),
  success: EvaluationGroup,
});

export const update = Endpoint.patch("v5.evaluationGroups.update", {
  path: one,
  body: UpdateEvaluationGroup,
  success: EvaluationGroup,
});

export const remove = Endpoint.remove("v5.evaluationGroups.delete", { path: one, success: EvaluationGroup });
