/**
 * The few shapes every object of the platform's API is made of.
 *
 * Everything here validates and nothing transforms: the type a schema describes is the JSON value itself, so an
 * object that passes is handed on as it came, unknown fields and all.
 */
import * as Schema from "effect/Schema";

/** A schema whose decoded and encoded sides are the same JSON value. */
export type Codec<T> = Schema.Codec<T, T>;

/** A field the platform may leave out or send as `null`; both are common and mean the same. */
export const optional = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema));

/** One of `Members`, or a member that this version does not know yet, kept as its string. */
export type OpenEnum<Members extends string> = Members | (string & {});

declare module "effect/Schema" {
  namespace Annotations {
    interface Annotations {
      /** The members known to this version of an open enum; any other string is accepted and reported once. */
      readonly knownMembers?: ReadonlyArray<string> | undefined;
    }
  }
}

/**
 * An enum that may grow on the server before it grows here: every string is valid, and the known members are kept
 * in the annotation `knownMembers` so that a client can report a stranger.
 */
export const openEnum = <const Members extends ReadonlyArray<string>>(
  members: Members,
): Schema.Codec<OpenEnum<Members[number]>> =>
  Schema.String.annotate({
    knownMembers: members,
    description: `One of ${members.join(", ")}; later members are kept as they are.`,
  }) as never;

/** An instant as the platform writes it: an ISO 8601 string that names a date, e.g. `2023-11-07T05:31:56Z`. */
export const Instant = Schema.String.pipe(
  Schema.check(
    Schema.makeFilter((text: string) => !Number.isNaN(Date.parse(text)), {
      expected: "an ISO 8601 date and time",
    }),
  ),
).annotate({ format: "date-time" });

/** A JSON object whose fields are the caller's own. */
export const JsonObject = Schema.Record(Schema.String, Schema.Unknown);

/** A number without a fraction, within the range in which JavaScript's numbers are exact. */
export const Int = Schema.Int;
