/**
 * Fields common to v4 objects: who made them, when, and whether they are archived.
 *
 * @source API reference v4, response fields of "Get Evaluation".
 */

import { Instant } from "../Instant.ts";
import * as Schema from "../schema/Schema.ts";
import { type Codec, openEnum, optional } from "../Wire.ts";

export const IdentityType = openEnum(["user", "service_account"]);
export type IdentityType = typeof IdentityType.Type;

const user = {
  id: Schema.String,
  email: Schema.String,
  first_name: optional(Schema.String),
  last_name: optional(Schema.String),
  preferences: optional(Schema.Record(Schema.Unknown)),
};

/** A person, where the platform expands an id. */
export interface User extends Schema.StructType<typeof user> {}
export const User: Codec<User> = Schema.Struct(user);

/** The fields of every stored object. Some answers (that of "Create Evaluation") leave the identity type out. */
export const stored = {
  id: Schema.String,
  created_at: Instant,
  account_id: Schema.String,
  created_by_user_id: Schema.String,
  created_by_identity_type: optional(IdentityType),
  archived_at: optional(Instant),
};

const deleted = { count: optional(Schema.Int), success: optional(Schema.Boolean) };

/** The answer to a v4 DELETE, which archives. */
export interface Deleted extends Schema.StructType<typeof deleted> {}
export const Deleted: Codec<Deleted> = Schema.Struct(deleted);
