/**
 * Whether a JSON value is what a schema says: each schema is turned once into nested closures.
 *
 * Promises: 1. `guard(schema)(value)` is what `effect/Schema` says of the same schema and value; 2. nothing is compiled
 * from text, so a strict content security policy costs nothing; 3. a valid value costs one pass and no memory; 4. a schema
 * that refers to itself is followed 64 levels down and no further, so that no value can exhaust the stack.
 */
import * as Predicate from "effect/Predicate";
import type { Codec, Field, Node } from "./Schema.ts";

export type Guard = (value: unknown) => boolean;

type NodeOf<Kind extends Node["kind"]> = Extract<Node, { kind: Kind }>;

const ofText = ({ format }: NodeOf<"text">): Guard =>
  format === undefined
    ? (value) => typeof value === "string"
    : (value) => typeof value === "string" && format.test(value);

const ofNumber = ({ isWhole, minimum, maximum }: NodeOf<"number">): Guard => {
  const isNumber: Guard = isWhole ? Number.isSafeInteger : Number.isFinite;
  if (minimum === undefined || maximum === undefined) return isNumber;
  return (value) => isNumber(value) && minimum <= (value as number) && (value as number) <= maximum;
};

/** Fields with literals first: they say soonest that a value is of another variant. */
const literalsFirst = (fields: ReadonlyArray<Field>): ReadonlyArray<Field> => [
  ...fields.filter(({ node }) => node.kind === "literal"),
  ...fields.filter(({ node }) => node.kind !== "literal"),
];

const ofStruct = ({ fields }: NodeOf<"struct">): Guard => {
  const sorted = literalsFirst(fields).map((field) => ({ ...field, guard: ofNode(field.node) }));
  return (value) => {
    if (!Predicate.isObject(value)) return false;
    for (const { name, mayBeMissing, guard } of sorted) {
      const field = value[name];
      // JSON has no `undefined`: it is what a field is that is not there.
      if (field === undefined) {
        if (!mayBeMissing) return false;
      } else if (!guard(field)) return false;
    }
    return true;
  };
};

const ofMap = ({ values }: NodeOf<"map">): Guard => {
  if (values.kind === "anything") return Predicate.isObject;
  const guard = ofNode(values);
  return (value) => {
    if (!Predicate.isObject(value)) return false;
    for (const name of Object.keys(value)) if (!guard(value[name])) return false;
    return true;
  };
};

const ofList = ({ items, minimum }: NodeOf<"list">): Guard => {
  const guard = ofNode(items);
  return (value) => Array.isArray(value) && value.length >= minimum && value.every(guard);
};

const ofUnion = ({ members }: NodeOf<"union">): Guard => {
  const guards = members.map(ofNode);
  if (guards.length !== 2) return (value) => guards.some((guard) => guard(value));
  const [one, other] = guards as [Guard, Guard];
  if (members[1]!.kind === "null") return (value) => value === null || one(value);
  return (value) => one(value) || other(value);
};

const mostLevels = 64;
let levels = 0;

const ofLazy =
  ({ node }: NodeOf<"lazy">): Guard =>
  (value) => {
    if (levels === mostLevels) return false;
    levels++;
    try {
      return ofNode(node())(value);
    } finally {
      levels--;
    }
  };

const compile = (node: Node): Guard => {
  switch (node.kind) {
    case "text":
      return ofText(node);
    case "number":
      return ofNumber(node);
    case "boolean":
      return (value) => typeof value === "boolean";
    case "null":
      return (value) => value === null;
    case "anything":
      return () => true;
    case "literal":
      return (value) => value === node.value;
    case "enum":
      return (value) => typeof value === "string";
    case "unknownTag":
      return (value) => typeof value === "string" && !node.known.includes(value);
    case "struct":
      return ofStruct(node);
    case "map":
      return ofMap(node);
    case "list":
      return ofList(node);
    case "union":
      return ofUnion(node);
    case "lazy":
      return ofLazy(node);
  }
};

const guards = new WeakMap<Node, Guard>();

/** The guard of a node, made once. */
export const ofNode = (node: Node): Guard => {
  const known = guards.get(node);
  if (known !== undefined) return known;
  const guard = compile(node);
  guards.set(node, guard);
  return guard;
};

/**
 * Whether a JSON value is what `schema` says. Making a guard twice costs nothing.
 *
 * @example
 * ```ts
 * import { guard, Tasks } from "@evalwire/core/contract";
 *
 * guard(Tasks.TaskStatus)("PENDING"); // => true
 * ```
 */
export const guard = <T>(schema: Codec<T>): ((value: unknown) => value is T) =>
  ofNode(schema.node) as (value: unknown) => value is T;
