/**
 * The items of datasets; changing one makes a version.
 *
 * @source API reference v5, "Dataset Items".
 */

import * as Endpoint from "../../Endpoint.ts";
import { Instant } from "../../Instant.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, JsonObject, optional } from "../../Wire.ts";
import { Deleted, stored } from "../Entity.ts";
import * as Page from "../Page.ts";
import { Files } from "./Datasets.ts";

const datasetItem = {
  ...stored,
  object: optional(Schema.Literal("dataset.item")),
  dataset_id: optional(Schema.String),
  /** The item's fields; items from elsewhere may be other JSON. */
  data: Schema.Unknown,
  /** A hash of `data`; the same for the same data. */
  content_hash: optional(Schema.String),
  files: optional(Files),
  version_num: optional(Schema.Int),
  updated_at: optional(Instant),
};

export interface DatasetItem extends Schema.StructType<typeof datasetItem> {}
export const DatasetItem: Codec<DatasetItem> = Schema.Struct(datasetItem);

const collection = "/v5/dataset-items";
const one = `${collection}/:dataset_item_id` as const;

export const batch = Endpoint.post("v5.datasetItems.batch", {
  path: `${collection}/batch`,
  body: Schema.Struct({
    dataset_id: Schema.String,
    data: Schema.Array(JsonObject),
    files: optional(Schema.Array(Files)),
  }),
  success: Page.batchOf(DatasetItem),
});

export const list = Endpoint.get("v5.datasetItems.list", {
  path: collection,
  query: Schema.Struct({
    ...Page.query,
    dataset_id: Schema.optionalKey(Schema.String),
    version: Schema.optionalKey(Schema.Int),
  }),
  success: Page.of(DatasetItem),
  paging: "cursor",
});

export const retrieve = Endpoint.get("v5.datasetItems.retrieve", {
  path: one,
  query: Schema.Struct({ ...Page.archived, version: Schema.optionalKey(Schema.Int) }),
  success: DatasetItem,
});

export const update = Endpoint.patch("v5.datasetItems.update", {
  path: one,
  body: Schema.Struct({ data: JsonObject, files: optional(Files) }),
  success: DatasetItem,
});

export const remove = Endpoint.remove("v5.datasetItems.delete", {
  path: one,
  success: Deleted,
});
