/**
 * A violation of a schema by a value, and its place.
 *
 * Promises: 1. everything wrong is named, in the order of the schema's fields, up to the first hundred; 2. of a union only the
 * variant the value was meant to be is complained about: not one that its discriminator does not name, and of the rest the nearest.
 */
import { mismatch, typeOf, typesOf } from "./Expectation.ts";
import { ofNode } from "./guard.ts";
import type { Field, Node } from "./Schema.ts";

/** One thing wrong with a value, at the place where it is. */
export interface Issue {
  /** Keys and indices from the top; empty when it is the value itself. */
  readonly path: ReadonlyArray<string | number>;
  readonly message: string;
  /** `missing`: nothing is there, and something has to be. `invalid`: what is there is not right. */
  readonly kind: "missing" | "invalid";
}

/** The same without words: which schema refuses what, for a message of one's own. */
export interface Mismatch {
  readonly path: ReadonlyArray<string | number>;
  /** The expected value. */
  readonly node: Node;
  /** The value found; `undefined` when there is none. */
  readonly value: unknown;
}

type Path = Issue["path"];
type NodeOf<Kind extends Node["kind"]> = Extract<Node, { kind: Kind }>;
type JsonRecord = Readonly<Record<string, unknown>>;

/** The members of a union, and those of unions among them. */
const membersOf = (node: Node): ReadonlyArray<Node> => {
  if (node.kind === "lazy") return membersOf(node.node());
  return node.kind === "union" ? node.members.flatMap(membersOf) : [node];
};

const literalsOf = (node: Node): ReadonlyArray<Node> => {
  const members = membersOf(node);
  const literals = members.filter(({ kind }) => kind === "literal");
  return members.every(({ kind }) => kind === "literal" || kind === "null") ? literals : [];
};

const isName = (node: Node): boolean => node.kind === "unknownTag" || literalsOf(node).length > 0;

/** The names of a union's variants in the field `name`. */
const namesAt = (variants: ReadonlyArray<Node>, name: string): ReadonlyArray<Node> =>
  variants.flatMap((variant) =>
    variant.kind === "struct" ? variant.fields.filter((field) => field.name === name).map((field) => field.node) : [],
  );

/** The field in which `value` names another variant than this one. */
const contradiction = (variant: Node, variants: ReadonlyArray<Node>, value: unknown): string | undefined => {
  if (variant.kind !== "struct") return undefined;
  const isContradicted = ({ name, node }: Field): boolean => {
    // One that says nothing there is contradicted by a name, too.
    if (!(isName(node) || node.kind === "null") || !(name in (value as JsonRecord))) return false;
    const named = (value as JsonRecord)[name];
    return (typeof named === "string" || node.kind !== "unknownTag") && !ofNode(node)(named);
  };
  return variant.fields.find(
    (field) => isContradicted(field) && namesAt(variants, field.name).filter(isName).length > 1,
  )?.name;
};

/** Whether `value` has a field that this variant says is another's: one that may only be missing or null. */
const excludes = (variant: Node, value: unknown): boolean =>
  variant.kind === "struct" &&
  variant.fields.some(({ name, node }) => node.kind === "null" && ((value as JsonRecord)[name] ?? null) !== null);

/** One variant of a union, and what is wrong with the value if that is what it was meant to be. */
interface Attempt {
  readonly variant: Node;
  readonly found: ReadonlyArray<Mismatch>;
}

/** How many of the value's fields the variant does not declare. */
const unfamiliar = (variant: Node, value: unknown): number => {
  if (variant.kind !== "struct") return 0;
  const declared = new Set(variant.fields.map(({ name }) => name));
  return Object.keys(value as JsonRecord).filter((name) => !declared.has(name)).length;
};

/** How far a value is from a variant: fields it lacks, fields it has too many, all that is wrong, and how near the top. */
const distance = ({ variant, found }: Attempt, path: Path, value: unknown): ReadonlyArray<number> => [
  found.filter((one) => one.value === undefined && one.path.length === path.length + 1).length,
  unfamiliar(variant, value),
  found.length,
  -found.reduce((depth, one) => Math.max(depth, one.path.length), 0),
];

/** The attempt at the variant nearest to fitting; of two equally near, the first. */
const nearest = (attempts: ReadonlyArray<Attempt>, path: Path, value: unknown): Attempt =>
  attempts.reduce((best, next) => {
    const from = distance(best, path, value);
    const to = distance(next, path, value);
    const decisive = to.findIndex((step, index) => step !== from[index]);
    return decisive >= 0 && to[decisive]! < from[decisive]! ? next : best;
  });

const ofUnion = (node: NodeOf<"union">, value: unknown, path: Path, most: number): ReadonlyArray<Mismatch> => {
  const variants = membersOf(node).filter((variant) => typesOf(variant).includes(typeOf(value)));
  if (variants.every(({ kind }) => kind === "literal")) return [{ path, node, value }];
  const meant = variants.filter((variant) => contradiction(variant, variants, value) === undefined);
  if (meant.length > 0) {
    const open = meant.filter((variant) => !excludes(variant, value));
    const attempts = (open.length > 0 ? open : meant).map((variant) => ({
      variant,
      found: ofValue(variant, value, path, most),
    }));
    return nearest(attempts, path, value).found;
  }
  const name = contradiction(variants[0]!, variants, value)!;
  const members = namesAt(variants, name).flatMap(literalsOf);
  return [{ path: [...path, name], node: { kind: "union", members }, value: (value as JsonRecord)[name] }];
};

const ofStruct = (node: NodeOf<"struct">, value: JsonRecord, path: Path, most: number): ReadonlyArray<Mismatch> =>
  ofEach(node.fields, most, ({ name, node: field, mayBeMissing }, left) => {
    const inner = [...path, name];
    if (name in value) return ofValue(field, value[name], inner, left);
    return mayBeMissing ? [] : [{ path: inner, node: field, value: undefined }];
  });

/** What `of` finds in each of `parts`, up to `most` in all. */
const ofEach = <Part>(
  parts: ReadonlyArray<Part>,
  most: number,
  of: (part: Part, left: number, index: number) => ReadonlyArray<Mismatch>,
): ReadonlyArray<Mismatch> => {
  const found: Array<Mismatch> = [];
  for (let index = 0; index < parts.length && found.length < most; index++) {
    found.push(...of(parts[index]!, most - found.length, index));
  }
  return found;
};

// Longer than any way through a value that its guard follows to the end.
const longestPath = 200;

const ofValue = (node: Node, value: unknown, path: Path, most: number): ReadonlyArray<Mismatch> => {
  if (path.length > longestPath || ofNode(node)(value)) return [];
  if (node.kind === "lazy") return ofValue(node.node(), value, path, most);
  if (node.kind === "union") return ofUnion(node, value, path, most);
  if (node.kind === "struct" && typeOf(value) === "object") return ofStruct(node, value as JsonRecord, path, most);
  if (node.kind === "map" && typeOf(value) === "object") {
    const entries = Object.entries(value as JsonRecord);
    return ofEach(entries, most, ([name, field], left) => ofValue(node.values, field, [...path, name], left));
  }
  if (node.kind === "list" && Array.isArray(value) && value.length > 0) {
    return ofEach(value, most, (item, left, index) => ofValue(node.items, item, [...path, index], left));
  }
  return [{ path, node, value }];
};

/** How many things wrong with one value are listed; a list of a million bad items is bad after the first hundred. */
const mostListed = 100;

/** The issues of `value`, in the order of the schema's fields, up to the first hundred; empty when it is valid. */
export const mismatches = (node: Node, value: unknown): ReadonlyArray<Mismatch> =>
  ofNode(node)(value) ? [] : ofValue(node, value, [], mostListed);

const toIssue = ({ path, node, value }: Mismatch): Issue =>
  value === undefined
    ? { path, message: "Missing", kind: "missing" }
    : { path, message: mismatch(node, value), kind: "invalid" };

/** The same, in words. */
export const list = (node: Node, value: unknown): ReadonlyArray<Issue> => {
  if (ofNode(node)(value)) return [];
  const found = mismatches(node, value);
  return found.length > 0 ? found.map(toIssue) : [{ path: [], message: "Expected fewer levels", kind: "invalid" }];
};
