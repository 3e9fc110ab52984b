/**
 * Fields common to v5 objects: who made them, when, and whether they are archived.
 *
 * @source API reference v5, response fields of "Get Evaluation".
 */

import { Instant } from "../Instant.ts";
import * as Schema from "../schema/Schema.ts";
import { type Codec, openEnum, optional } from "../Wire.ts";

const identity = {
  id: Schema.String,
  type: openEnum(["user", "service_account"]),
  object: optional(Schema.Literal("identity")),
};

/** The creator of an object. */
export interface Identity extends Schema.StructType<typeof identity> {}
export const Identity: Codec<Identity> = Schema.Struct(identity);

/** The fields of every stored object; `created_by_user_id` is the older form of `created_by`. */
export const stored = {
  id: Schema.String,
  created_at: Instant,
  created_by: optional(Identity),
  created_by_user_id: optional(Schema.String),
  archived_at: optional(Instant),
};

const deleted = {
  id: Schema.String,
  /** The kind of the archived object: `dataset`, `dataset.item`, `question`. */
  object: optional(Schema.String),
  deleted: optional(Schema.Boolean),
  archived_at: optional(Instant),
};

/** The answer to a v5 DELETE, which archives; where the platform answers with the whole object, its fields are kept. */
export interface Deleted extends Schema.StructType<typeof deleted> {}
export const Deleted: Codec<Deleted> = Schema.Struct(deleted);
