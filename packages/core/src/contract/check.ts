/**
 * Whether a JSON value is what a schema says, and if not, where and why.
 *
 * Promises: 1. the value itself is handed back, never a copy; 2. a valid value costs one pass that builds no issue;
 * 3. of a union, only the variant the value was meant to be is complained about; 4. no message carries a value.
 */
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import * as SchemaAST from "effect/SchemaAST";
import * as SchemaIssue from "effect/SchemaIssue";
import * as SchemaParser from "effect/SchemaParser";
import type { Codec } from "./Wire.ts";

/** One thing wrong with a value, at the place where it is. */
export interface Issue {
  /** Keys and indices from the top; empty when it is the value itself. */
  readonly path: ReadonlyArray<string | number>;
  readonly message: string;
  /** `missing`: nothing is there, and something has to be. `invalid`: what is there is not right. */
  readonly kind: "missing" | "invalid";
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: ReadonlyArray<Issue> };

/** An issue, and whether it says that its variant of a union was not the one meant. */
interface Finding extends Issue {
  readonly ofDiscriminator: boolean;
}

const withIndefiniteArticle = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
};

const isLiteralOrNull = (ast: SchemaAST.AST): boolean =>
  SchemaAST.isLiteral(ast) || SchemaAST.isNull(ast) || (SchemaAST.isUnion(ast) && ast.types.every(isLiteralOrNull));

const literalsOf = (ast: SchemaAST.AST): ReadonlyArray<string> => {
  if (SchemaAST.isLiteral(ast)) return [JSON.stringify(ast.literal)];
  return SchemaAST.isUnion(ast) ? ast.types.flatMap(literalsOf) : [];
};

/** What a union's variants call themselves in the field `key`. */
const discriminators = (union: SchemaAST.Union, key: string | number | undefined): ReadonlyArray<string> =>
  union.types.flatMap((type) =>
    SchemaAST.isObjects(type)
      ? type.propertySignatures.filter((field) => field.name === key).flatMap((field) => literalsOf(field.type))
      : [],
  );

type Path = Issue["path"];

/** How far a value is from a variant: fields it lacks, then all that is wrong, then how near the top that is. */
const distance = (findings: ReadonlyArray<Finding>, path: Path): readonly [number, number, number] => [
  findings.filter((one) => one.kind === "missing" && one.path.length === path.length + 1).length,
  findings.length,
  -Math.max(0, ...findings.map((one) => one.path.length)),
];

/** The findings of the variant nearest to fitting; of two equally near, the first. */
const nearest = (variants: ReadonlyArray<ReadonlyArray<Finding>>, path: Path): ReadonlyArray<Finding> =>
  variants.reduce((best, next) => {
    const from = distance(best, path);
    const to = distance(next, path);
    const decisive = to.findIndex((step, index) => step !== from[index]);
    return decisive >= 0 && to[decisive]! < from[decisive]! ? next : best;
  });

const format = SchemaIssue.makeFormatterStandardSchemaV1();

const messageOf = (issue: SchemaIssue.Issue): string => format(issue).issues[0]?.message ?? "Not valid";

const ofUnion = (issue: SchemaIssue.AnyOf, path: Path, root: unknown): ReadonlyArray<Finding> => {
  const ofDiscriminator = isLiteralOrNull(issue.ast);
  if (issue.issues.length === 0 || ofDiscriminator) {
    return [
      {
        path,
        message: `${messageOf(issue)}, got ${withIndefiniteArticle(at(root, path))}`,
        kind: "invalid",
        ofDiscriminator,
      },
    ];
  }
  const variants = issue.issues.map((one) => findings(one, path, root));
  const meant = variants.filter(
    (variant) => !variant.some((one) => one.ofDiscriminator && one.path.length === path.length + 1),
  );
  if (meant.length > 0) return nearest(meant, path);
  const found = variants.flat().filter((one) => one.ofDiscriminator)[0]!;
  const names = discriminators(issue.ast, found.path.at(-1));
  return names.length === 0 ? [found] : [{ ...found, message: `Expected ${names.join(" | ")}` }];
};

const at = (root: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | null | undefined)?.[key], root);

const findings = (issue: SchemaIssue.Issue, path: Path, root: unknown): ReadonlyArray<Finding> => {
  switch (issue._tag) {
    case "Pointer":
      return findings(issue.issue, [...path, ...(issue.path as Path)], root);
    case "Composite":
      return issue.issues.flatMap((one) => findings(one, path, root));
    case "Encoding":
      return findings(issue.issue, path, root);
    case "AnyOf":
      return ofUnion(issue, path, root);
    case "MissingKey":
      return [{ path, message: "Missing", kind: "missing", ofDiscriminator: false }];
    case "InvalidType":
      return [
        {
          path,
          message: `${messageOf(issue)}, got ${withIndefiniteArticle(at(root, path))}`,
          kind: "invalid",
          ofDiscriminator: SchemaAST.isLiteral(issue.ast),
        },
      ];
    case "Filter":
      return [
        {
          path,
          message: messageOf(issue),
          kind: "invalid",
          ofDiscriminator: issue.filter.annotations?.["knownMembers"] !== undefined,
        },
      ];
    case "InvalidValue":
    case "UnexpectedKey":
    case "Forbidden":
    case "OneOf":
      return [{ path, message: messageOf(issue), kind: "invalid", ofDiscriminator: false }];
  }
};

const issuesOf = (schema: Codec<unknown>, value: unknown): ReadonlyArray<Issue> => {
  const result = SchemaParser.decodeUnknownResult(schema, { errors: "all" })(value);
  if (Result.isSuccess(result)) return [];
  return findings(result.failure, [], value).map(({ path, message, kind }) => ({ path, message, kind }));
};

const guards = new WeakMap<Codec<any>, (value: unknown) => boolean>();

/**
 * A checker for `schema`; making it twice costs nothing.
 *
 * @example
 * ```ts
 * import { check, Tasks } from "@evalwire/core/contract";
 *
 * check(Tasks.TaskStatus)("PENDING"); // => { ok: true, value: "PENDING" }
 * check(Tasks.TaskStatus)(7); // => { ok: false, issues: [{ path: [], message: "Expected string, got a number", kind: "invalid" }] }
 * ```
 */
export const check = <T>(schema: Codec<T>): ((value: unknown) => Checked<T>) => {
  const guard = guards.get(schema) ?? Schema.is(schema);
  guards.set(schema, guard);
  return (value) => (guard(value) ? { ok: true, value: value as T } : { ok: false, issues: issuesOf(schema, value) });
};
