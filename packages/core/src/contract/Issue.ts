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

/** An issue, and whether it lies where an object may say which variant of a union it is. */
interface Finding extends Issue {
  readonly isOfName: boolean;
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

/** What the variants of a union say of the field `key`. */
const fieldsNamed = (union: SchemaAST.Union, key: string | number | undefined): ReadonlyArray<SchemaAST.AST> =>
  union.types.flatMap((type) =>
    SchemaAST.isObjects(type)
      ? type.propertySignatures.filter(({ name }) => name === key).map((field) => field.type)
      : [],
  );

const isName = (ast: SchemaAST.AST): boolean =>
  literalsOf(ast).length > 0 || ast.annotations?.["knownMembers"] !== undefined;

/** Whether a union's variants tell themselves apart by the field `key`. */
const isDiscriminator = (union: SchemaAST.Union, key: string | number | undefined): boolean =>
  fieldsNamed(union, key).filter(isName).length > 1;

type Path = Issue["path"];

/** One variant of a union, and what is wrong with the value if that is what it was meant to be. */
interface Attempt {
  readonly issue: SchemaIssue.Issue;
  readonly findings: ReadonlyArray<Finding>;
}

/** How many of the value's fields the variant does not declare. */
const unfamiliar = ({ issue }: Attempt, value: unknown): number => {
  if (issue._tag !== "Composite" || !SchemaAST.isObjects(issue.ast)) return 0;
  const declared = new Set(issue.ast.propertySignatures.map(({ name }) => name));
  return Object.keys(value as object).filter((name) => !declared.has(name)).length;
};

/** How far a value is from a variant: fields it lacks, fields it has too many, all that is wrong, and how near the top. */
const distance = (attempt: Attempt, path: Path, value: unknown): ReadonlyArray<number> => [
  attempt.findings.filter((one) => one.kind === "missing" && one.path.length === path.length + 1).length,
  unfamiliar(attempt, value),
  attempt.findings.length,
  -attempt.findings.reduce((depth, one) => Math.max(depth, one.path.length), 0),
];

/** The attempt at the variant nearest to fitting; of two equally near, the first. */
const nearest = (attempts: ReadonlyArray<Attempt>, path: Path, value: unknown): Attempt =>
  attempts.reduce((best, next) => {
    const from = distance(best, path, value);
    const to = distance(next, path, value);
    const decisive = to.findIndex((step, index) => step !== from[index]);
    return decisive >= 0 && to[decisive]! < from[decisive]! ? next : best;
  });

const ofVariants = (union: SchemaIssue.AnyOf, path: Path, root: unknown): ReadonlyArray<Finding> => {
  const attempts = union.issues.map((issue) => ({ issue, findings: findings(issue, path, root) }));
  const isOfAnother = (one: Finding) =>
    one.isOfName && one.path.length === path.length + 1 && isDiscriminator(union.ast, one.path.at(-1));
  const meant = attempts.filter((attempt) => !attempt.findings.some(isOfAnother));
  if (meant.length > 0) return nearest(meant, path, at(root, path)).findings;
  const found = attempts.flatMap((attempt) => attempt.findings).find(isOfAnother)!;
  const names = fieldsNamed(union.ast, found.path.at(-1)).flatMap(literalsOf);
  return [names.length === 0 ? found : { ...found, message: `Expected ${names.join(" | ")}` }];
};

const format = SchemaIssue.makeFormatterStandardSchemaV1();

const messageOf = (issue: SchemaIssue.Issue): string => format(issue).issues[0]?.message ?? "Not valid";

const invalid = (path: Path, message: string, isOfName = false): Finding => ({
  path,
  message,
  kind: "invalid",
  isOfName,
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
      return [{ path, message: "Missing", kind: "missing", isOfName: false }];
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
