/**
 * What is wrong with a value, read off the issue tree of `effect/Schema`.
 *
 * Of a union only the variant the value was meant to be is complained about: not one whose discriminator says another
 * name, and of the rest the nearest.
 */
import * as SchemaAST from "effect/SchemaAST";
import * as SchemaIssue from "effect/SchemaIssue";

/** One thing wrong with a value, at the place where it is. */
export interface Issue {
  /** Keys and indices from the top; empty when it is the value itself. */
  readonly path: ReadonlyArray<string | number>;
  readonly message: string;
  /** `missing`: nothing is there, and something has to be. `invalid`: what is there is not right. */
  readonly kind: "missing" | "invalid";
}

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

/** The literals a field can be, as JSON; none if it can be anything else. */
const literalsOf = (ast: SchemaAST.AST): ReadonlyArray<string> => {
  if (SchemaAST.isLiteral(ast)) return [JSON.stringify(ast.literal)];
  return SchemaAST.isUnion(ast) && isLiteralOrNull(ast) ? ast.types.flatMap(literalsOf) : [];
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
  -findings.reduce((depth, one) => Math.max(depth, one.path.length), 0),
];

/** The findings of the variant nearest to fitting; of two equally near, the first. */
const nearest = (variants: ReadonlyArray<ReadonlyArray<Finding>>, path: Path): ReadonlyArray<Finding> =>
  variants.reduce((best, next) => {
    const from = distance(best, path);
    const to = distance(next, path);
    const decisive = to.findIndex((step, index) => step !== from[index]);
    return decisive >= 0 && to[decisive]! < from[decisive]! ? next : best;
  });

const ofVariants = (issue: SchemaIssue.AnyOf, path: Path, root: unknown): ReadonlyArray<Finding> => {
  const variants = issue.issues.map((one) => findings(one, path, root));
  const isOfAnother = (one: Finding) => one.ofDiscriminator && one.path.length === path.length + 1;
  const meant = variants.filter((variant) => !variant.some(isOfAnother));
  if (meant.length > 0) return nearest(meant, path);
  const found = variants.flat().find(isOfAnother)!;
  const names = discriminators(issue.ast, found.path.at(-1));
  return [names.length === 0 ? found : { ...found, message: `Expected ${names.join(" | ")}` }];
};

const format = SchemaIssue.makeFormatterStandardSchemaV1();

const messageOf = (issue: SchemaIssue.Issue): string => format(issue).issues[0]?.message ?? "Not valid";

const invalid = (path: Path, message: string, ofDiscriminator = false): Finding => ({
  path,
  message,
  kind: "invalid",
  ofDiscriminator,
});

const at = (root: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | null | undefined)?.[key], root);

const ofAnotherType = (issue: SchemaIssue.InvalidType | SchemaIssue.AnyOf, path: Path, root: unknown): Finding =>
  invalid(path, `${messageOf(issue)}, got ${withIndefiniteArticle(at(root, path))}`, literalsOf(issue.ast).length > 0);

/** `path` is where `issue` is found, from `root` down. */
const findings = (issue: SchemaIssue.Issue, path: Path, root: unknown): ReadonlyArray<Finding> => {
  switch (issue._tag) {
    case "Pointer":
      return findings(issue.issue, [...path, ...(issue.path as Path)], root);
    case "Composite":
      return issue.issues.flatMap((one) => findings(one, path, root));
    case "Encoding":
      return findings(issue.issue, path, root);
    case "AnyOf":
      return issue.issues.length === 0 || isLiteralOrNull(issue.ast)
        ? [ofAnotherType(issue, path, root)]
        : ofVariants(issue, path, root);
    case "InvalidType":
      return [ofAnotherType(issue, path, root)];
    case "MissingKey":
      return [{ path, message: "Missing", kind: "missing", ofDiscriminator: false }];
    case "Filter":
      return [invalid(path, messageOf(issue), issue.filter.annotations?.["knownMembers"] !== undefined)];
    case "InvalidValue":
    case "UnexpectedKey":
    case "Forbidden":
    case "OneOf":
      return [invalid(path, messageOf(issue))];
  }
};

/** Everything wrong with `value`, in the order of the schema's fields. */
export const list = (issue: SchemaIssue.Issue, value: unknown): ReadonlyArray<Issue> =>
  findings(issue, [], value).map(({ path, message, kind }) => ({ path, message, kind }));
