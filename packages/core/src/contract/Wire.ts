/**
 * The few shapes every object of the platform's API is made of.
 *
 * Everything here validates and nothing transforms: the type a schema describes is the JSON value itself, so an
 * object that passes is handed on as it came, unknown fields and all.
 */
import * as Schema from "./schema/Schema.ts";

export type { Codec } from "./schema/Schema.ts";

/** A field the platform may leave out or send as `null`; both are common and mean the same. */
export const optional = <T>(schema: Schema.Codec<T>): Schema.OptionalKey<T | null> =>
  Schema.optionalKey(Schema.NullOr(schema));

/** One of `Members`, or a member that this version does not know yet, kept as its string. */
export type OpenEnum<Members extends string> = Members | (string & {});

/** An enum that may grow on the server before it grows here: every string is valid, and a unknownTag can be reported. */
export const openEnum = <const Members extends ReadonlyArray<string>>(
  known: Members,
): Schema.Codec<OpenEnum<Members[number]>> => Schema.make({ kind: "enum", known });

/**
 * A discriminator that no variant of this version has. It is a string at run time (`String(member)` gives it to the
 * compiler too), and a type of its own so that comparing with a known member narrows a union to that variant.
 */
export interface UnknownMember {
  readonly "~unknownMember": true;
  toString(): string;
}

/** The discriminator of the variant for everything that came after this version: any string but the `known` ones. */
export const unknownTag = (known: ReadonlyArray<string>): Schema.Codec<UnknownMember> =>
  Schema.make({ kind: "unknownTag", known });

/** A field that may hold any JSON, or be missing. */
export const anyJson = Schema.optionalKey(Schema.Unknown);

/** A JSON object whose fields are the caller's own. */
export const JsonObject = Schema.Record(Schema.Unknown);
export type JsonObject = typeof JsonObject.Type;

/** What `updateOrRestore` describes. */
export type UpdateOrRestore<F extends Schema.Fields> =
  | { readonly restore: true }
  | (Schema.StructType<F> & { readonly restore?: false | null });

/**
 * The body of an update route: either some of `fields`, or `{ restore: true }`, which brings an archived object back.
 *
 * The type is written out: the one the compiler infers is not valid when printed into a declaration file.
 *
 * @source API reference, "Update …": both shapes are listed for every object that can be archived.
 */
export const updateOrRestore = <const F extends Schema.Fields>(fields: F): Schema.Codec<UpdateOrRestore<F>> =>
  Schema.make({
    kind: "union",
    members: [
      Schema.Struct({ restore: Schema.Literal(true) }).node,
      Schema.Struct({ ...fields, restore: optional(Schema.Literal(false)) }).node,
    ],
  });
