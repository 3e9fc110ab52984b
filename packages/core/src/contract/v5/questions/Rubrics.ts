/**
 * Rubrics: criteria with weights, by which agents and people judge. A change makes a new version.
 *
 * @source The platform's SDK, `rubrics` and its `criteria`.
 */
import * as Endpoint from "../../Endpoint.ts";
import { Instant } from "../../Instant.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, JsonObject, optional, updateOrRestore } from "../../Wire.ts";
import { Deleted } from "../Entity.ts";
import * as Page from "../Page.ts";

const judged = {
  title: Schema.String,
  annotations: optional(JsonObject),
  /** A factor for scoring. */
  weight: optional(Schema.Finite),
};

const criterion = {
  ...judged,
  id: optional(Schema.String),
  object: optional(Schema.Literal("rubric_criteria")),
  rubric_id: optional(Schema.String),
  version: optional(Schema.Int),
  created_at: optional(Instant),
};

/** One thing to judge; a list of rubrics shows only title and weight. */
export interface Criterion extends Schema.StructType<typeof criterion> {}
export const Criterion: Codec<Criterion> = Schema.Struct(criterion);

export interface CreateCriterion extends Schema.StructType<typeof judged> {}
export const CreateCriterion: Codec<CreateCriterion> = Schema.Struct(judged);

const changedCriterion = {
  title: optional(Schema.String),
  annotations: optional(JsonObject),
  weight: optional(Schema.Finite),
};

export interface UpdateCriterion extends Schema.StructType<typeof changedCriterion> {}
export const UpdateCriterion: Codec<UpdateCriterion> = Schema.Struct(changedCriterion);

const rubric = {
  id: Schema.String,
  object: optional(Schema.Literal("rubric")),
  title: Schema.String,
  tags: optional(Schema.Array(Schema.String)),
  version: optional(Schema.Int),
  criteria: optional(Schema.Array(Criterion)),
  created_at: Instant,
  archived_at: optional(Instant),
};

export interface Rubric extends Schema.StructType<typeof rubric> {}
export const Rubric: Codec<Rubric> = Schema.Struct(rubric);

const createRubric = {
  title: Schema.String,
  tags: optional(Schema.Array(Schema.String)),
  criteria: optional(Schema.NonEmptyArray(CreateCriterion)),
};

export interface CreateRubric extends Schema.StructType<typeof createRubric> {}
export const CreateRubric: Codec<CreateRubric> = Schema.Struct(createRubric);

export const UpdateRubric = updateOrRestore({
  title: optional(Schema.String),
  tags: optional(Schema.Array(Schema.String)),
});
export type UpdateRubric = typeof UpdateRubric.Type;

const collection = "/v5/rubrics";
const one = `${collection}/:rubric_id` as const;
const oneCriterion = `${one}/criteria/:rubric_criteria_id` as const;

export const create = Endpoint.post("v5.rubrics.create", { path: collection, body: CreateRubric, success: Rubric });

export const list = Endpoint.get("v5.rubrics.list", {
  path: collection,
  query: Schema.Struct({
    ...Page.query,
    /** Part of the title, in any case. */
    title: Schema.optionalKey(Schema.String),
    tags: Schema.optionalKey(Schema.Array(Schema.String)),
  }),
  success: Page.of(Rubric),
  paging: "cursor",
});

export const retrieve = Endpoint.get("v5.rubrics.retrieve", { path: one, success: Rubric });

export const update = Endpoint.patch("v5.rubrics.update", { path: one, body: UpdateRubric, success: Rubric });

export const remove = Endpoint.remove("v5.rubrics.delete", { path: one, success: Deleted });

export const createCriterion = Endpoint.post("v5.rubrics.criteria.create", {
  path: `${one}/criteria`,
  body: CreateCriterion,
  success: Criterion,
});

export const updateCriterion = Endpoint.patch("v5.rubrics.criteria.update", {
  path: oneCriterion,
  body: UpdateCriterion,
  success: Criterion,
});

export const removeCriterion = Endpoint.remove("v5.rubrics.criteria.delete", { path: oneCriterion, success: Deleted });
