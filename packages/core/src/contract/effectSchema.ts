/**
 * The contract's schemas as schemas of `effect/Schema`, for whoever wants more of them than a check: the OpenAPI document,
 * the server's messages, the tests' arbitraries. Kept from browsers by its weight; see `Schema.ts`.
 */
import * as Schema from "effect/Schema";
import { names } from "./names.ts";
import type { Codec, Node } from "./Schema.ts";

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

const ofText = ({ format }: NodeOf<"text">): AnySchema => {
  if (format === undefined) return Schema.String;
  const { expected, examples } = format;
  const patterns = [{ source: examples, flags: "" }] as const;
  return Schema.String.annotate({ format: format.name }).pipe(
    Schema.check(Schema.makeFilter(format.test, { expected, arbitraryConstraint: { patterns } })),
  );
};

const ofNumber = ({ isWhole, minimum, maximum }: NodeOf<"number">): AnySchema => {
  const number = isWhole ? Schema.Int : Schema.Finite;
  return minimum === undefined || maximum === undefined ? number : number.check(Schema.isBetween({ minimum, maximum }));
};

const ofEnum = ({ known }: NodeOf<"enum">): AnySchema =>
  Schema.Union([Schema.Literals(known), Schema.String]).annotate({ expected: "string", knownMembers: known });

const ofStranger = ({ known }: NodeOf<"stranger">): AnySchema => {
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
    case "stranger":
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
 * `schema` as one of `effect/Schema`, the same each time it is asked for. Both its sides are the JSON value.
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
