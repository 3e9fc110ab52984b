/**
 * The keys a list of v5 can be sorted by. The platform's documents call `sort_by` a text and name no values: every field of the listed objects
 * that holds one text, number or boolean can be named.
 */
import type { Endpoint, Schema } from "@evalwire/core/contract";

const scalars: ReadonlySet<string> = new Set(["text", "number", "boolean", "enum"]);

const isScalar = (node: Schema.Node): boolean =>
  node.kind === "union"
    ? node.members.every((one) => one.kind === "null" || isScalar(one)) && node.members.some(isScalar)
    : scalars.has(node.kind);

const fieldsOf = (node: Schema.Node): ReadonlyArray<Schema.Field> => {
  if (node.kind === "lazy") return fieldsOf(node.node());
  if (node.kind === "union") return node.members.flatMap(fieldsOf);
  return node.kind === "struct" ? node.fields : [];
};

/** The keys of this list; `undefined` for an endpoint that is no list of v5. */
export const sortKeys = ({ paging, success }: Endpoint.Any): ReadonlyArray<string> | undefined => {
  if (paging !== "cursor") return undefined;
  const items = fieldsOf(success.node).find(({ name }) => name === "items")?.node;
  if (items?.kind !== "list") return undefined;
  const fields = fieldsOf(items.items).filter(({ name }) => name !== "object");
  const others = new Set(fields.filter(({ node }) => !isScalar(node)).map(({ name }) => name));
  return [...new Set(fields.map(({ name }) => name))].filter((name) => !others.has(name));
};
