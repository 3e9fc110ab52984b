/**
 * Report cards: how a variant does on datasets, in the platform's own categories of quality.
 *
 * @source The platform's SDK, `application_variant_reports`.
 */
import * as Endpoint from "../../Endpoint.ts";
import { Instant } from "../../Instant.ts";
import * as Schema from "../../schema/Schema.ts";
import { anyJson, type Codec, optional } from "../../Wire.ts";
import * as Page from "../Page.ts";

const createApplicationVariantReport = {
  account_id: optional(Schema.String),
  application_variant_id: Schema.String,
  evaluation_dataset_ids: Schema.Array(Schema.String),
  application_test_case_output_group_ids: optional(Schema.Array(Schema.String)),
};

export interface CreateApplicationVariantReport extends Schema.StructType<typeof createApplicationVariantReport> {}
export const CreateApplicationVariantReport: Codec<CreateApplicationVariantReport> =
  Schema.Struct(createApplicationVariantReport);

const applicationVariantReport = {
  id: Schema.String,
  account_id: optional(Schema.String),
  application_spec_id: optional(Schema.String),
  application_variant_id: optional(Schema.String),
  created_at: optional(Instant),
  score: optional(Schema.Finite),
  category_scores: anyJson,
  evaluation_datasets: anyJson,
};

/** A report; the scores are there when the platform has worked them out. */
export interface ApplicationVariantReport extends Schema.StructType<typeof applicationVariantReport> {}
export const ApplicationVariantReport: Codec<ApplicationVariantReport> = Schema.Struct(applicationVariantReport);

const collection = "/v4/application-variant-reports";

export const create = Endpoint.post("applicationVariantReports.create", {
  path: collection,
  body: CreateApplicationVariantReport,
  success: ApplicationVariantReport,
});

export const list = Endpoint.get("applicationVariantReports.list", {
  path: collection,
  query: Schema.Struct({
    ...Page.query,
    application_spec_id: Schema.optionalKey(Schema.String),
    application_variant_id: Schema.optionalKey(Schema.String),
  }),
  success: Page.of(ApplicationVariantReport),
  paging: "page",
});

export const retrieve = Endpoint.get("applicationVariantReports.retrieve", {
  path: `${collection}/:application_variant_report_id`,
  success: ApplicationVariantReport,
});
