/**
 * What is wrong with a value that is not what its schema says, and where.
 *
 * Promises: 1. everything wrong is named, in the order of the schema's fields; 2. of a union only the variant the value was
 * meant to be is complained about: not one that its discriminator does not name, and of the rest the nearest.
 */
import { label, mismatch, typeOf, typesOf } from "./Expectation.ts";
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

const isName = (node: Node): boolean => node.kind === "stranger" || literalsOf(node).length > 0;

/** What the variants of a union call themselves in the field `name`. */
const namesAt = (variants: ReadonlyArray<Node>, name: string): ReadonlyArray<Node> =>
  variants.flatMap((variant) =>
    variant.kind === "struct" ? variant.fields.filter((field) => field.name === name).map((field) => field.node) : [],
  );

/** The field in which `value` names another variant than this one. */
const contradiction = (variant: Node, variants: ReadonlyArray<Node>, value: unknown): string | undefined => {
  if (variant.kind !== "struct") return undefined;
  const isContradicted = ({ name, node }: Field): boolean => {
    if (!isName(node) || !(name in (value as JsonRecord))) return false;
    const named = (value as JsonRecord)[name];
    return (typeof named === "string" || node.kind !== "stranger") && !ofNode(node)(named);
  };
  return variant.fields.find(
    (field) => isContradicted(field) && namesAt(variants, field.name).filter(isName).length > 1,
  )?.name;
};

/** One variant of a union, and what is wrong with the value if that is what it was meant to be. */
interface Attempt {
  readonly variant: Node;
  readonly issues: ReadonlyArray<Issue>;
}

/** How many of the value's fields the variant does not declare. */
const unfamiliar = (variant: Node, value: unknown): number => {
  if (variant.kind !== "struct") return 0;
  const declared = new Set(variant.fields.map(({ name }) => name));
  return Object.keys(value as JsonRecord).filter((name) => !declared.has(name)).length;
};

/** How far a value is from a variant: fields it lacks, fields it has too many, all that is wrong, and how near the top. */
const distance = ({ variant, issues }: Attempt, path: Path, value: unknown): ReadonlyArray<number> => [
  issues.filter((issue) => issue.kind === "missing" && issue.path.length === path.length + 1).length,
  unfamiliar(variant, value),
  issues.length,
  -issues.reduce((depth, issue) => Math.max(depth, issue.path.length), 0),
];

/** The attempt at the variant nearest to fitting; of two equally near, the first. */
const nearest = (attempts: ReadonlyArray<Attempt>, path: Path, value: unknown): Attempt =>
  attempts.reduce((best, next) => {
    const from = distance(best, path, value);
    const to = distance(next, path, value);
    const decisive = to.findIndex((step, index) => step !== from[index]);
    return decisive >= 0 && to[decisive]! < from[decisive]! ? next : best;
  });

const ofUnion = (node: NodeOf<"union">, value: unknown, path: Path): ReadonlyArray<Issue> => {
  const variants = membersOf(node).filter((variant) => typesOf(variant).includes(typeOf(value)));
  if (variants.every(({ kind }) => kind === "literal")) return [unexpected(node, value, path)];
  const meant = variants.filter((variant) => contradiction(variant, variants, value) === undefined);
  if (meant.length > 0) {
    const attempts = meant.map((variant) => ({ variant, issues: ofValue(variant, value, path) }));
    return nearest(attempts, path, value).issues;
  }
  const name = contradiction(variants[0]!, variants, value)!;
  const names = namesAt(variants, name).flatMap(literalsOf).map(label);
  return [{ path: [...path, name], message: `Expected ${names.join(" | ")}`, kind: "invalid" }];
};

const ofStruct = (node: NodeOf<"struct">, value: JsonRecord, path: Path): ReadonlyArray<Issue> =>
  node.fields.flatMap((field): ReadonlyArray<Issue> => {
    const inner = [...path, field.name];
    if (field.name in value) return ofValue(field.node, value[field.name], inner);
    return field.mayBeMissing ? [] : [{ path: inner, message: "Missing", kind: "missing" }];
  });

const unexpected = (node: Node, value: unknown, path: Path): Issue => ({
  path,
  message: mismatch(node, value),
  kind: "invalid",
});

// Longer than any way through a value that its guard follows to the end.
const longestPath = 200;

const ofValue = (node: Node, value: unknown, path: Path): ReadonlyArray<Issue> => {
  if (path.length > longestPath || ofNode(node)(value)) return [];
  if (node.kind === "lazy") return ofValue(node.node(), value, path);
  if (node.kind === "union") return ofUnion(node, value, path);
  if (node.kind === "struct" && typeOf(value) === "object") return ofStruct(node, value as JsonRecord, path);
  if (node.kind === "map" && typeOf(value) === "object") {
    return Object.entries(value as JsonRecord).flatMap(([name, field]) => ofValue(node.values, field, [...path, name]));
  }
  if (node.kind === "list" && Array.isArray(value) && value.length > 0) {
    return value.flatMap((item, index) => ofValue(node.items, item, [...path, index]));
  }
  return [unexpected(node, value, path)];
};

/** Everything wrong with `value`, in the order of the schema's fields; nothing when nothing is. */
export const list = (node: Node, value: unknown): ReadonlyArray<Issue> => {
  if (ofNode(node)(value)) return [];
  const issues = ofValue(node, value, []);
  return issues.length > 0 ? issues : [{ path: [], message: "Expected fewer levels", kind: "invalid" }];
};
