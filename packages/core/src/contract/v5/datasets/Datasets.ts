/**
 * Named collections of items, in versions.
 *
 * @source API reference v5, "Datasets".
 */

import * as Endpoint from "../../Endpoint.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, JsonObject, optional, updateOrRestore } from "../../Wire.ts";
import { Deleted, stored } from "../Entity.ts";
import * as Page from "../Page.ts";

const dataset = {
  ...stored,
  object: optional(Schema.Literal("dataset")),
  name: Schema.String,
  description: optional(Schema.String),
  tags: Schema.Array(Schema.String),
  current_version_num: Schema.Int,
};

export interface Dataset extends Schema.StructType<typeof dataset> {}
export const Dataset: Codec<Dataset> = Schema.Struct(dataset);

/** File ids by the item's field. */
export const Files = Schema.Record(Schema.String);
export type Files = typeof Files.Type;

const createDataset = {
  name: Schema.String,
  data: Schema.NonEmptyArray(JsonObject),
  description: optional(Schema.String),
  /** As many as `data`, in its order. */
  files: optional(Schema.Array(Files)),
  tags: optional(Schema.Array(Schema.String)),
};

/** The items become version 1. */
export interface CreateDataset extends Schema.StructType<typeof createDataset> {}
export const CreateDataset: Codec<CreateDataset> = Schema.Struct(createDataset);

export const UpdateDataset = updateOrRestore({
  name: optional(Schema.String),
  description: optional(Schema.String),
  tags: optional(Schema.Array(Schema.String)),
});
export type UpdateDataset = typeof UpdateDataset.Type;

const collection = "/v5/datasets";
const one = `${collection}/:dataset_id` as const;

export const create = Endpoint.post("v5.datasets.create", {
  path: collection,
  body: CreateDataset,
  success: Dataset,
});

export const list = Endpoint.get("v5.datasets.list", {
  path: collection,
  query: Schema.Struct({
    ...Page.query,
    name: Schema.optionalKey(Schema.String),
    tags: Schema.optionalKey(Schema.Array(Schema.String)),
  }),
  success: Page.of(Dataset),
  paging: "cursor",
});

export const retrieve = Endpoint.get("v5.datasets.retrieve", {
  path: one,
  query: Schema.Struct(Page.archived),
  success: Dataset,
});

export const update = Endpoint.patch("v5.datasets.update", {
  path: one,
  body: UpdateDataset,
  success: Dataset,
});

export const remove = Endpoint.remove("v5.datasets.delete", {
  path: one,
  success: Deleted,
});
