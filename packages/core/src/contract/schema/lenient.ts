/**
 * The valid parts of a JSON value that does not fully match its schema.
 *
 * 1. A valid value is handed back itself, and nothing is looked for.
 * 2. A wrong field that may be missing is left out; a wrong item of a list, or entry of a map, is left out where it is an object.
 *    Everything else that is wrong makes what it stands in wrong, up to the next thing that may be left out.
 * 3. The kept parts are valid. The value itself is never changed: containers of something left out are copied.
 * 4. Each thing left out is named once, with its path in the value as it came.
 */
import * as Predicate from "effect/Predicate";
import { ofNode } from "./guard.ts";
import * as Issue from "./Issue.ts";
import type { Codec, Node } from "./Schema.ts";

type Path = ReadonlyArray<string | number>;
type JsonRecord = Readonly<Record<string, unknown>>;

/** Something that was left out. */
export interface LeftOut {
  readonly path: Path;
  /** The issue there, or within it. */
  readonly message: string;
  readonly cost: "field" | "item";
}

export type Lenient<T> =
  | { readonly ok: true; readonly value: T; readonly leftOut: ReadonlyArray<LeftOut> }
  | { readonly ok: false; readonly issues: ReadonlyArray<Issue.Issue> };

/** The kept part of a value, or nothing where it cannot be kept at all. */
type Kept = { readonly value: unknown; readonly leftOut: ReadonlyArray<LeftOut> } | undefined;

const leaveOut = (node: Node, value: unknown, path: Path, cost: LeftOut["cost"]): LeftOut => {
  const [issue] = Issue.list(node, value);
  const within = issue === undefined || issue.path.length === 0 ? "" : ` (at ${issue.path.join(".")})`;
  return { path, message: `${issue?.message ?? "of another shape"}${within}`, cost };
};

/** Whether an item of this kind stands for a thing, and not for a part of the list it is in. */
const isThing = (node: Node): boolean => {
  switch (node.kind) {
    case "struct":
      return true;
    case "union":
      return node.members.some(isThing);
    case "lazy":
      return isThing(node.node());
    default:
      return false;
  }
};

const ofStruct = (node: Extract<Node, { kind: "struct" }>, value: JsonRecord, path: Path): Kept => {
  const kept: Record<string, unknown> = { ...value };
  const leftOut: Array<LeftOut> = [];
  for (const field of node.fields) {
    const inner = value[field.name];
    if (inner === undefined ? field.mayBeMissing : ofNode(field.node)(inner)) continue;
    const at = [...path, field.name];
    const rest = inner === undefined ? undefined : keep(field.node, inner, at);
    if (rest !== undefined) {
      kept[field.name] = rest.value;
      leftOut.push(...rest.leftOut);
    } else if (field.mayBeMissing) {
      delete kept[field.name];
      leftOut.push(leaveOut(field.node, inner, at, "field"));
    } else return undefined;
  }
  return { value: kept, leftOut };
};

const ofList = (node: Extract<Node, { kind: "list" }>, value: ReadonlyArray<unknown>, path: Path): Kept => {
  const kept: Array<unknown> = [];
  const leftOut: Array<LeftOut> = [];
  for (const [index, item] of value.entries()) {
    const at = [...path, index];
    const rest = keep(node.items, item, at);
    if (rest !== undefined) {
      kept.push(rest.value);
      leftOut.push(...rest.leftOut);
    } else if (isThing(node.items)) leftOut.push(leaveOut(node.items, item, at, "item"));
    else return undefined;
  }
  return kept.length < node.minimum ? undefined : { value: kept, leftOut };
};

const ofMap = (node: Extract<Node, { kind: "map" }>, value: JsonRecord, path: Path): Kept => {
  const entries: Array<readonly [string, unknown]> = [];
  const leftOut: Array<LeftOut> = [];
  for (const [name, inner] of Object.entries(value)) {
    const at = [...path, name];
    const rest = keep(node.values, inner, at);
    if (rest === undefined) leftOut.push(leaveOut(node.values, inner, at, "field"));
    else {
      entries.push([name, rest.value]);
      leftOut.push(...rest.leftOut);
    }
  }
  return { value: Object.fromEntries(entries), leftOut };
};

/** As the variant that loses least; of equal ones the first. */
const ofUnion = (node: Extract<Node, { kind: "union" }>, value: unknown, path: Path): Kept => {
  let best: Kept;
  for (const member of node.members) {
    const kept = keep(member, value, path);
    if (kept !== undefined && (best === undefined || kept.leftOut.length < best.leftOut.length)) best = kept;
  }
  return best;
};

const keep = (node: Node, value: unknown, path: Path): Kept => {
  if (ofNode(node)(value)) return { value, leftOut: [] };
  switch (node.kind) {
    case "struct":
      return Predicate.isObject(value) ? ofStruct(node, value, path) : undefined;
    case "list":
      return Array.isArray(value) ? ofList(node, value, path) : undefined;
    case "map":
      return Predicate.isObject(value) ? ofMap(node, value, path) : undefined;
    case "union":
      return ofUnion(node, value, path);
    // A recursive value is kept whole or not at all: its guard limits its depth.
    default:
      return undefined;
  }
};

/**
 * A reader of JSON values that keeps what it can; making it twice costs nothing.
 *
 * @example
 * ```ts
 * import { lenient, Schema } from "@evalwire/core/contract";
 *
 * const Person = Schema.Struct({ name: Schema.String, age: Schema.optionalKey(Schema.Int) });
 * const read = lenient(Schema.Array(Person))([{ name: "Ada", age: "?" }, { age: 7 }]);
 * read.ok && read.value; // => [{ name: "Ada" }]
 * read.ok && read.leftOut.map(({ path }) => path.join(".")); // => ["0.age", "1"]
 * ```
 */
export const lenient =
  <T>(schema: Codec<T>) =>
  (value: unknown): Lenient<T> => {
    const kept = keep(schema.node, value, []);
    return kept === undefined
      ? { ok: false, issues: Issue.list(schema.node, value) }
      : { ok: true, value: kept.value as T, leftOut: kept.leftOut };
  };
