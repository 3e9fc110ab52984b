/**
 * The contract's schemas as schemas of `effect/Schema`, for uses beyond a check: the OpenAPI document,
 * the server's messages, the tests' arbitraries. Kept from browsers by its weight; see `Schema.ts`.
 */
import * as Schema from "effect/Schema";
import { names } from "./names.ts";
import type { Codec, Format, Node } from "./schema/Schema.ts";

export type { Codec } from "./schema/Schema.ts";

declare module "effect/Schema" {
  namespace Annotations {
    interface Annotations {
      /** The members an open enum, or an open discriminator, is known to have. */
      readonly knownMembers?: ReadonlyArray<string> | undefined;
    }
  }
}

type AnySchema = Schema.Codec<any>;
type NodeOf<Kind extends Node["kind"]> = Extract<Node, { kind: Kind }>;

/** Regular expressions for some of a format's texts, to make examples from. */
const examples: Readonly<Record<Format["name"], string>> = {
  "date-time": "^20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|1\\d|2[0-8])T[01]\\d:[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?Z$",
};

const ofText = ({ format }: NodeOf<"text">): AnySchema => {
  if (format === undefined) return Schema.String;
  const { name, expected, test } = format;
  const patterns = [{ source: examples[name], flags: "" }] as const;
  return Schema.String.annotate({ format: name }).pipe(
    Schema.check(Schema.makeFilter(test, { expected, arbitraryConstraint: { patterns } })),
  );
};

const ofNumber = ({ isWhole, minimum, maximum }: NodeOf<"number">): AnySchema => {
  const number = isWhole ? Schema.Int : Schema.Finite;
  return minimum === undefined || maximum === undefined ? number : number.check(Schema.isBetween({ minimum, maximum }));
};

const ofEnum = ({ known }: NodeOf<"enum">): AnySchema =>
  Schema.Union([Schema.Literals(known), Schema.String]).annotate({ expected: "string", knownMembers: known });

const ofStranger = ({ known }: NodeOf<"unknownTag">): AnySchema => {
  const annotations = { expected: `none of ${known.join(", ")}`, knownMembers: known };
  return Schema.String.annotate({ knownMembers: known }).pipe(
    Schema.check(Schema.makeFilter((text: string) => !known.includes(text), annotations)),
  );
};

const ofStruct = ({ fields }: NodeOf<"struct">): AnySchema =>
  Schema.Struct(
    Object.fromEntries(
      fields.map(({ name, node, mayBeMissing }) => [name, mayBeMissing ? Schema.optionalKey(of(node)) : of(node)]),
    ),
  );

const plain = (node: Node): AnySchema => {
  switch (node.kind) {
    case "text":
      return ofText(node);
    case "number":
      return ofNumber(node);
    case "boolean":
      return Schema.Boolean;
    case "null":
      return Schema.Null;
    case "anything":
      return Schema.Unknown;
    case "literal":
      return Schema.Literal(node.value);
    case "enum":
      return ofEnum(node);
    case "unknownTag":
      return ofStranger(node);
    case "struct":
      return ofStruct(node);
    case "map":
      return Schema.Record(Schema.String, of(node.values));
    case "list":
      return node.minimum === 0 ? Schema.Array(of(node.items)) : Schema.NonEmptyArray(of(node.items));
    case "union":
      return Schema.Union(node.members.map(of));
    case "lazy":
      return Schema.suspend(() => of(node.node()));
  }
};

const make = (node: Node): AnySchema => {
  const name = names.get(node);
  return name === undefined ? plain(node) : plain(node).annotate({ identifier: name });
};

const schemas = new WeakMap<Node, AnySchema>();

const of = (node: Node): AnySchema => {
  const known = schemas.get(node);
  if (known !== undefined) return known;
  const schema = make(node);
  schemas.set(node, schema);
  return schema;
};

/**
 * `schema` as one of `effect/Schema`, the same object at each call. Both its sides are the JSON value.
 *
 * @example
 * ```ts
 * import { Tasks } from "@evalwire/core/contract";
 * import { effectSchema } from "@evalwire/core/contract/effect";
 * import * as Schema from "effect/Schema";
 *
 * Schema.is(effectSchema(Tasks.TaskStatus))("PENDING"); // => true
 * ```
 */
export const effectSchema = <T>(schema: Codec<T>): Schema.Codec<T> => of(schema.node);
