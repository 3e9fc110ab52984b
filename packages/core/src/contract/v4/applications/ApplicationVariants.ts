/**
 * The variants of an application. One that runs elsewhere has `version: "OFFLINE"` and an empty `configuration`.
 *
 * @source API reference v4, "Application Variants".
 */

import * as Endpoint from "../../Endpoint.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, JsonObject, openEnum, optional, updateOrRestore } from "../../Wire.ts";
import { Deleted, stored } from "../Entity.ts";
import * as Page from "../Page.ts";

export const VariantVersion = openEnum(["V0", "V1", "OFFLINE", "AGENTS_SERVICE"]);
export type VariantVersion = typeof VariantVersion.Type;

const applicationVariant = {
  ...stored,
  application_spec_id: Schema.String,
  name: Schema.String,
  description: optional(Schema.String),
  version: VariantVersion,
  configuration: JsonObject,
};

export interface ApplicationVariant extends Schema.StructType<typeof applicationVariant> {}
export const ApplicationVariant: Codec<ApplicationVariant> = Schema.Struct(applicationVariant);

const createApplicationVariant = {
  account_id: Schema.String,
  application_spec_id: Schema.String,
  name: Schema.String,
  description: optional(Schema.String),
  version: VariantVersion,
  configuration: JsonObject,
};

export interface CreateApplicationVariant extends Schema.StructType<typeof createApplicationVariant> {}
export const CreateApplicationVariant: Codec<CreateApplicationVariant> = Schema.Struct(createApplicationVariant);

export const UpdateApplicationVariant = updateOrRestore({
  name: optional(Schema.String),
  description: optional(Schema.String),
  configuration: optional(JsonObject),
});
export type UpdateApplicationVariant = typeof UpdateApplicationVariant.Type;

const collection = "/v4/application-variants";
const one = `${collection}/:application_variant_id` as const;

export const create = Endpoint.post("applicationVariants.create", {
  path: collection,
  body: CreateApplicationVariant,
  success: ApplicationVariant,
});

export const list = Endpoint.get("applicationVariants.list", {
  path: collection,
  query: Schema.Struct({ ...Page.query, application_spec_id: Schema.optionalKey(Schema.String) }),
  success: Page.of(ApplicationVariant),
  paging: "page",
});

export const retrieve = Endpoint.get("applicationVariants.retrieve", {
  path: one,
  success: ApplicationVariant,
});

export const update = Endpoint.patch("applicationVariants.update", {
  path: one,
  body: UpdateApplicationVariant,
  success: ApplicationVariant,
});

export const remove = Endpoint.remove("applicationVariants.delete", {
  path: one,
  success: Deleted,
});
