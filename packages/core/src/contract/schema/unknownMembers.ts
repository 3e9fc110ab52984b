/**
 * The unknown members among the open enums of a JSON value: members the server has and this version does not know.
 *
 * It is total: a value that is not what its schema says, or is nested without end, is looked through as far as it goes.
 * The way to each open enum is worked out once per schema, so that a page of 10,000 items costs a walk to its enums only.
 */
import * as Predicate from "effect/Predicate";
import { ofNode } from "./guard.ts";
import type { Codec, Node } from "./Schema.ts";

/** An open enum's value that is none of the `known` ones, and where it stood. */
export interface UnknownValue {
  readonly path: ReadonlyArray<string | number>;
  readonly value: string;
  readonly known: ReadonlyArray<string>;
}

/** Looks for strangers under `value`, which stands at `path`; `path` is left as it was found. */
type Visit = (value: unknown, path: Array<string | number>, found: Array<UnknownValue>) => void;

type NodeOf<Kind extends Node["kind"]> = Extract<Node, { kind: Kind }>;

const ofNames = (known: ReadonlyArray<string>): Visit => {
  const members = new Set(known);
  return (value, path, found) => {
    if (typeof value === "string" && !members.has(value)) found.push({ path: [...path], value, known });
  };
};

/** The visits of an object's fields; of a map's, whichever there are. */
const ofFields =
  (fieldsOf: (value: Record<string, unknown>) => ReadonlyArray<readonly [name: string, visit: Visit]>): Visit =>
  (value, path, found) => {
    if (!Predicate.isObject(value)) return;
    for (const [name, visit] of fieldsOf(value)) {
      const field = value[name];
      if (field === undefined || field === null) continue;
      path.push(name);
      visit(field, path, found);
      path.pop();
    }
  };

const ofStruct = ({ fields }: NodeOf<"struct">): Visit | undefined => {
  const visits = fields.flatMap(({ name, node }) => {
    const visit = visitor(node);
    return visit === undefined ? [] : [[name, visit] as const];
  });
  return visits.length === 0 ? undefined : ofFields(() => visits);
};

const ofMap = ({ values }: NodeOf<"map">): Visit | undefined => {
  const visit = visitor(values);
  return visit && ofFields((value) => Object.keys(value).map((name) => [name, visit] as const));
};

const ofList = ({ items }: NodeOf<"list">): Visit | undefined => {
  const visit = visitor(items);
  if (visit === undefined) return undefined;
  return (value, path, found) => {
    if (!Array.isArray(value)) return;
    for (let index = 0; index < value.length; index++) {
      path.push(index);
      visit(value[index], path, found);
      path.pop();
    }
  };
};

/**
 * Whether a valid value is this variant of its union. Where a variant must name itself the name is enough, which spares
 * checking the whole value a second time.
 */
const variantTest = (node: Node): ((value: unknown) => boolean) => {
  const names = node.kind === "struct" ? node.fields.filter((field) => !field.mayBeMissing && isName(field.node)) : [];
  if (names.length === 0) return (value) => ofNode(node)(value);
  return (value) => Predicate.isObject(value) && names.every((field) => ofNode(field.node)(value[field.name]));
};

const isName = ({ kind }: Node): boolean => kind === "literal" || kind === "unknownTag";

const ofUnion = ({ members }: NodeOf<"union">): Visit | undefined => {
  const variants = members.map((node) => [visitor(node), variantTest(node)] as const);
  const bearing = variants.filter(([visit]) => visit !== undefined);
  if (bearing.length <= 1) return bearing[0]?.[0];
  return (value, path, found) => variants.find(([, test]) => test(value))?.[0]?.(value, path, found);
};

// As far as a guard follows a schema that refers to itself: what it never looked at may be nested without end.
const mostLevels = 64;
let levels = 0;

const ofLazy =
  ({ node }: NodeOf<"lazy">): Visit =>
  (value, path, found) => {
    if (levels === mostLevels) return;
    levels++;
    try {
      visitor(node())?.(value, path, found);
    } finally {
      levels--;
    }
  };

const visitors = new WeakMap<Node, Visit | undefined>();

const compile = (node: Node): Visit | undefined => {
  switch (node.kind) {
    case "enum":
    case "unknownTag":
      return ofNames(node.known);
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
    case "text":
    case "number":
    case "boolean":
    case "null":
    case "anything":
    case "literal":
      return undefined;
  }
};

const visitor = (node: Node): Visit | undefined => {
  if (!visitors.has(node)) visitors.set(node, compile(node));
  return visitors.get(node);
};

/**
 * A function from any JSON value to the unknown members in it where `schema` has open enums, in the order of the schema's fields.
 *
 * @example
 * ```ts
 * import { Tasks, unknownMembers } from "@evalwire/core/contract";
 *
 * const strangers = unknownMembers(Tasks.TaskView);
 * strangers({ status: "ON_HOLD" }).map(({ path, value }) => `${path.join(".")}: ${value}`); // => ["status: ON_HOLD"]
 * ```
 */
export const unknownMembers = (schema: Codec<unknown>): ((value: unknown) => ReadonlyArray<UnknownValue>) => {
  const visit = visitor(schema.node);
  return (value) => {
    const found: Array<UnknownValue> = [];
    visit?.(value, [], found);
    return found;
  };
};
