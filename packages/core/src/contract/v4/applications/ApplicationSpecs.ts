/**
 * The applications evaluations are about.
 *
 * @source API reference v4, "Application Specs".
 */

import * as Endpoint from "../../Endpoint.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, optional, updateOrRestore } from "../../Wire.ts";
import { Deleted, stored } from "../Entity.ts";
import * as Page from "../Page.ts";

const applicationSpec = {
  ...stored,
  name: Schema.String,
  description: Schema.String,
  theme_id: optional(Schema.String),
  run_online_evaluation: optional(Schema.Boolean),
  parent_application_spec_id: optional(Schema.String),
};

export interface ApplicationSpec extends Schema.StructType<typeof applicationSpec> {}
export const ApplicationSpec: Codec<ApplicationSpec> = Schema.Struct(applicationSpec);

const createApplicationSpec = {
  account_id: Schema.String,
  name: Schema.String,
  description: Schema.String,
  theme_id: optional(Schema.String),
  run_online_evaluation: optional(Schema.Boolean),
};

export interface CreateApplicationSpec extends Schema.StructType<typeof createApplicationSpec> {}
export const CreateApplicationSpec: Codec<CreateApplicationSpec> = Schema.Struct(createApplicationSpec);

export const UpdateApplicationSpec = updateOrRestore({
  name: optional(Schema.String),
  description: optional(Schema.String),
  theme_id: optional(Schema.String),
  run_online_evaluation: optional(Schema.Boolean),
});
export type UpdateApplicationSpec = typeof UpdateApplicationSpec.Type;

const collection = "/v4/application-specs";
const one = `${collection}/:application_spec_id` as const;

export const create = Endpoint.post("applicationSpecs.create", {
  path: collection,
  body: CreateApplicationSpec,
  success: ApplicationSpec,
});

export const list = Endpoint.get("applicationSpecs.list", {
  path: collection,
  query: Schema.Struct(Page.query),
  success: Page.of(ApplicationSpec),
  paging: "page",
});

export const retrieve = Endpoint.get("applicationSpecs.retrieve", {
  path: one,
  success: ApplicationSpec,
});

export const update = Endpoint.patch("applicationSpecs.update", {
  path: one,
  body: UpdateApplicationSpec,
  success: ApplicationSpec,
});

export const remove = Endpoint.remove("applicationSpecs.delete", {
  path: one,
  success: Deleted,
});
