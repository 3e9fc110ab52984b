/**
 * The versions of a dataset one by one. A version is made as a draft of the next number and published when it is done.
 *
 * @source The platform's SDK, `evaluation_datasets.evaluation_dataset_versions`.
 */
import * as Endpoint from "../../Endpoint.ts";
import { Instant } from "../../Instant.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, optional } from "../../Wire.ts";
import * as Page from "../Page.ts";
import { EvaluationDatasetVersion, Publication } from "./EvaluationDatasets.ts";

const createEvaluationDatasetVersion = {
  account_id: optional(Schema.String),
  draft: optional(Schema.Boolean),
  published_at: optional(Instant),
};

export interface CreateEvaluationDatasetVersion extends Schema.StructType<typeof createEvaluationDatasetVersion> {}
export const CreateEvaluationDatasetVersion: Codec<CreateEvaluationDatasetVersion> =
  Schema.Struct(createEvaluationDatasetVersion);

const collection = "/v4/evaluation-datasets/:evaluation_dataset_id/evaluation-dataset-versions";
const one = `${collection}/:evaluation_dataset_version_id` as const;
const group = "evaluationDatasets.evaluationDatasetVersions";

export const create = Endpoint.post(`${group}.create`, {
  path: collection,
  body: CreateEvaluationDatasetVersion,
  success: EvaluationDatasetVersion,
});

export const list = Endpoint.get(`${group}.list`, {
  path: collection,
  query: Schema.Struct(Page.query),
  success: Page.of(EvaluationDatasetVersion),
  paging: "page",
});

export const retrieve = Endpoint.get(`${group}.retrieve`, { path: one, success: EvaluationDatasetVersion });

export const publish = Endpoint.post(`${group}.publish`, {
  path: `${one}/publish`,
  body: Schema.Struct({ force: optional(Schema.Boolean) }),
  success: Publication,
});
