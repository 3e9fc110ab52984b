/** The typed places of a value: every field and item a schema says something about, found by walking both together. */
import * as EffectSchema from "effect/Schema";
import { effectSchema } from "../../src/contract/effectSchema.ts";
import { Schema } from "../../src/contract/index.ts";

export type Path = ReadonlyArray<string | number>;

export interface Place {
  readonly path: Path;
  readonly node: Schema.Node;
}

type Struct = Extract<Schema.Node, { kind: "struct" }>;

/** The library's verdict, which shares no code with the contract's own guards. */
const is = (node: Schema.Node, value: unknown): boolean => EffectSchema.is(effectSchema(Schema.make(node)))(value);

/** The struct, list, text … a value is: unions are followed to the member it fits. */
const settle = (node: Schema.Node, value: unknown): Schema.Node => {
  if (node.kind === "lazy") return settle(node.node(), value);
  if (node.kind !== "union") return node;
  const member = node.members.find((one) => is(one, value));
  return member === undefined ? node : settle(member, value);
};

/** The nodes of what lies directly within a value. */
const within = (
  node: Schema.Node,
  value: unknown,
): ReadonlyArray<readonly [key: string | number, node: Schema.Node]> => {
  const settled = settle(node, value);
  switch (settled.kind) {
    case "struct":
      return settled.fields.flatMap((field) =>
        field.name in (value as object) ? [[field.name, field.node] as const] : [],
      );
    case "map":
      return Object.keys(value as object).map((name) => [name, settled.values] as const);
    case "list":
      return (value as ReadonlyArray<unknown>).map((_, index) => [index, settled.items] as const);
    default:
      return [];
  }
};

/** The places at and under `value`, a valid value of `node`; the parents before their children. */
export const places = (node: Schema.Node, value: unknown, path: Path = []): ReadonlyArray<Place> => [
  { path, node },
  ...within(node, value).flatMap(([key, inner]) =>
    places(inner, (value as Record<string | number, unknown>)[key], [...path, key]),
  ),
];

/** The declared struct a value is, if it is one. */
export const structAt = (place: Place, value: unknown): Struct | undefined => {
  const settled = settle(place.node, value);
  return settled.kind === "struct" ? settled : undefined;
};

/** The members an open enum, or an open discriminator, knows at this place. */
export const enumAt = (place: Place, value: unknown): ReadonlyArray<string> | undefined => {
  const settled = settle(place.node, value);
  return settled.kind === "enum" || settled.kind === "unknownTag" ? settled.known : undefined;
};

export const get = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], value);

/** A copy of `value` with `change` applied to what lies at `path`. */
export const alter = (value: unknown, path: Path, change: (inner: any) => unknown): unknown => {
  const copy = structuredClone(value);
  if (path.length === 0) return change(copy);
  const parent = get(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  parent[path.at(-1)!] = change(parent[path.at(-1)!]);
  return copy;
};
