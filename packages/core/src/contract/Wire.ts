/**
 * The few shapes every object of the platform's API is made of.
 *
 * Everything here validates and nothing transforms: the type a schema describes is the JSON value itself, so an
 * object that passes is handed on as it came, unknown fields and all.
 */
import * as Schema from "effect/Schema";

/** A schema whose decoded and encoded sides are the same JSON value. */
export type Codec<T> = Schema.Codec<T, T>;

declare module "effect/Schema" {
  namespace Annotations {
    interface Annotations {
      /** The members known to this version of an open enum; any other string is accepted and reported once. */
      readonly knownMembers?: ReadonlyArray<string> | undefined;
    }
  }
}

/** An object with these fields (any others are kept), under the name it has in the OpenAPI document. */
export const object = <const Fields extends Schema.Struct.Fields>(
  identifier: string,
  fields: Fields,
): Schema.Struct<Fields> => Schema.Struct(fields).annotate({ identifier });

/** A field the platform may leave out or send as `null`; both are common and mean the same. */
export const optional = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema));

/** One of `Members`, or a member that this version does not know yet, kept as its string. */
export type OpenEnum<Members extends string> = Members | (string & {});

/**
 * An enum that may grow on the server before it grows here: every string is valid, and the known members are kept
 * in the annotation `knownMembers` so that a client can report a stranger.
 */
export const openEnum = <const Members extends ReadonlyArray<string>>(
  members: Members,
): Codec<OpenEnum<Members[number]>> =>
  Schema.Union([Schema.Literals(members), Schema.String]).annotate({
    expected: "string",
    knownMembers: members,
  }) as never;

/**
 * A discriminator that no variant of this version has. It is a string at run time (`String(member)` gives it to the
 * compiler too), and a type of its own so that comparing with a known member narrows a union to that variant.
 */
export interface UnknownMember {
  readonly "~unknownMember": true;
  toString(): string;
}

/** The discriminator of the variant for everything that came after this version: any string but the `known` ones. */
export const stranger = (known: ReadonlyArray<string>): Codec<UnknownMember> =>
  Schema.String.annotate({ knownMembers: known }).pipe(
    Schema.check(
      Schema.makeFilter((text: string) => !known.includes(text), { expected: unknownTo(known), knownMembers: known }),
    ),
  ) as never;

const unknownTo = (known: ReadonlyArray<string>): string => `none of ${known.join(", ")}`;

/** A JSON object whose fields are the caller's own. */
export const JsonObject = Schema.Record(Schema.String, Schema.Unknown);
export type JsonObject = typeof JsonObject.Type;

/** A number without a fraction, within the range in which JavaScript's numbers are exact. */
export const Int = Schema.Int;

/**
 * The body of an update route: either some of `fields`, or `{ restore: true }`, which brings an archived object back.
 *
 * @source API reference, "Update …": both shapes are listed for every object that can be archived.
 */
export const updateOrRestore = <const Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.Union([
    Schema.Struct({ restore: Schema.Literal(true) }),
    Schema.Struct({ ...fields, restore: optional(Schema.Literal(false)) }),
  ]);
