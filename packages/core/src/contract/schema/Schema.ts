/**
 * What JSON values look like: the few kinds of schema the wire is made of, under the names `effect/Schema` gives them.
 *
 * A schema is data and does nothing. `guard`, `check` and `unknownMembers` read it here; `effectSchema` makes the library's own
 * of it for other uses (OpenAPI, arbitraries, decoding), where its weight does not matter: in a browser
 * `effect/Schema` would be a quarter of everything this package loads.
 */

/** A check of a text beyond its being one. */
export interface Format {
  /** Its name in JSON Schema. */
  readonly name: "date-time";
  /** The expected kind of text, for messages. */
  readonly expected: string;
  readonly test: (text: string) => boolean;
}

export interface Field {
  readonly name: string;
  readonly node: Node;
  readonly mayBeMissing: boolean;
}

/** A schema, as data. */
export type Node =
  | { readonly kind: "text"; readonly format?: Format }
  | { readonly kind: "number"; readonly isWhole: boolean; readonly minimum?: number; readonly maximum?: number }
  | { readonly kind: "boolean" }
  | { readonly kind: "null" }
  | { readonly kind: "anything" }
  | { readonly kind: "literal"; readonly value: string | boolean }
  /** An open enum: any text, of which some are `known`. */
  | { readonly kind: "enum"; readonly known: ReadonlyArray<string> }
  /** The name of a variant that came later: any text but the `known` names. */
  | { readonly kind: "unknownTag"; readonly known: ReadonlyArray<string> }
  /** An object with these fields; any others are kept. */
  | { readonly kind: "struct"; readonly fields: ReadonlyArray<Field> }
  /** An object with names of the caller's own. */
  | { readonly kind: "map"; readonly values: Node }
  | { readonly kind: "list"; readonly items: Node; readonly minimum: 0 | 1 }
  | { readonly kind: "union"; readonly members: ReadonlyArray<Node> }
  | { readonly kind: "lazy"; readonly node: () => Node };

/** A schema of JSON values of type `T`, which are neither copied nor changed. */
export interface Codec<out T> {
  readonly node: Node;
  /** For the compiler only: `typeof schema.Type`. */
  readonly Type: T;
}

/** A field that may be missing. */
export interface OptionalKey<out T> extends Codec<T> {
  readonly isOptional: true;
}

type AnyCodec = Codec<unknown>;

/** The fields of a struct, by name. */
export interface Fields {
  readonly [name: string]: AnyCodec;
}

type Flat<T> = { readonly [Name in keyof T]: T[Name] };

/** The objects that have these fields. */
export type StructType<F extends Fields> = Flat<
  { readonly [Name in keyof F as F[Name] extends OptionalKey<unknown> ? never : Name]: F[Name]["Type"] } & {
    readonly [Name in keyof F as F[Name] extends OptionalKey<unknown> ? Name : never]?: F[Name]["Type"];
  }
>;

/** A schema with this node; what type its values have, the caller says. */
export const make = <T>(node: Node): Codec<T> => ({ node }) as Codec<T>;

export const String: Codec<string> = make({ kind: "text" });
export const Boolean: Codec<boolean> = make({ kind: "boolean" });
export const Finite: Codec<number> = make({ kind: "number", isWhole: false });
/** A number without a fraction, within the range in which JavaScript's numbers are exact. */
export const Int: Codec<number> = make({ kind: "number", isWhole: true });
export const Null: Codec<null> = make({ kind: "null" });
export const Unknown: Codec<unknown> = make({ kind: "anything" });

/** A whole number of this range, the ends included. */
export const IntBetween = (minimum: number, maximum: number): Codec<number> =>
  make({ kind: "number", isWhole: true, minimum, maximum });

export const Literal = <const L extends string | boolean>(value: L): Codec<L> => make({ kind: "literal", value });

export const Literals = <const L extends ReadonlyArray<string>>(values: L): Codec<L[number]> =>
  make({ kind: "union", members: values.map((value) => ({ kind: "literal", value })) });

export const Struct = <const F extends Fields>(fields: F): Codec<StructType<F>> =>
  make({
    kind: "struct",
    fields: Object.entries(fields).map(([name, field]) => ({
      name,
      node: field.node,
      mayBeMissing: "isOptional" in field,
    })),
  });

/** An object with names of the caller's own. */
export const Record = <T>(values: Codec<T>): Codec<{ readonly [name: string]: T }> =>
  make({ kind: "map", values: values.node });

export const Array = <T>(items: Codec<T>): Codec<ReadonlyArray<T>> =>
  make({ kind: "list", items: items.node, minimum: 0 });

export const NonEmptyArray = <T>(items: Codec<T>): Codec<readonly [T, ...ReadonlyArray<T>]> =>
  make({ kind: "list", items: items.node, minimum: 1 });

export const Union = <const M extends ReadonlyArray<AnyCodec>>(members: M): Codec<M[number]["Type"]> =>
  make({ kind: "union", members: members.map(({ node }) => node) });

export const NullOr = <T>(schema: Codec<T>): Codec<T | null> => Union([schema, Null]);

export const optionalKey = <T>({ node }: Codec<T>): OptionalKey<T> => ({ node, isOptional: true }) as OptionalKey<T>;

/** A schema that refers to itself. */
export const suspend = <T>(schema: () => Codec<T>): Codec<T> => make({ kind: "lazy", node: () => schema().node });
