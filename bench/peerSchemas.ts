/** The contract's schemas as those of zod, kept as open: unknown fields and members pass. */
import type { check } from "@evalwire/core/contract";
import * as z from "zod";

type Codec = Parameters<typeof check>[0];
type Node = Codec["node"];

const ofText = ({ format }: Extract<Node, { kind: "text" }>) =>
  format === undefined ? z.string() : z.string().refine(format.test);

const ofNumber = ({ isWhole, minimum, maximum }: Extract<Node, { kind: "number" }>) => {
  const number = isWhole ? z.int() : z.number();
  return minimum === undefined || maximum === undefined ? number : number.min(minimum).max(maximum);
};

const made = new WeakMap<Node, z.ZodType>();

const of = (node: Node): z.ZodType => {
  const known = made.get(node);
  if (known !== undefined) return known;
  const schema = make(node);
  made.set(node, schema);
  return schema;
};

const make = (node: Node): z.ZodType => {
  switch (node.kind) {
    case "text":
      return ofText(node);
    case "number":
      return ofNumber(node);
    case "boolean":
      return z.boolean();
    case "null":
      return z.null();
    case "anything":
      return z.unknown();
    case "literal":
      return z.literal(node.value);
    case "enum":
      return z.string();
    case "unknownTag":
      return z.string().refine((text) => !node.known.includes(text));
    case "struct":
      return z.looseObject(
        Object.fromEntries(
          node.fields.map((field) => [field.name, field.mayBeMissing ? of(field.node).optional() : of(field.node)]),
        ),
      );
    case "map":
      return z.record(z.string(), of(node.values));
    case "list":
      return z.array(of(node.items)).min(node.minimum);
    case "union": {
      const members = node.members.map(of);
      // Its own word for what may be null is the fastest.
      const [one, other] = node.members;
      return members.length === 2 && other?.kind === "null" ? of(one!).nullable() : z.union(members);
    }
    case "lazy":
      return z.lazy(() => of(node.node()));
  }
};

/** `schema` as one of zod. */
export const zodSchema = ({ node }: Codec): z.ZodType => of(node);
