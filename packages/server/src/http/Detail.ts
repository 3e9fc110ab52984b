/**
 * What is wrong with a request, said as FastAPI says it: `{ loc, msg, type }`, one entry for each thing wrong.
 *
 * `loc` begins with where the value was sent (`body`, `query`, `path`, `header`); `type` and `msg` are those of pydantic 2.
 *
 * @source https://docs.pydantic.dev/latest/errors/validation_errors/ (types and messages)
 */
import type * as SchemaAST from "effect/SchemaAST";
import type * as SchemaIssue from "effect/SchemaIssue";

export interface Detail {
  readonly loc: ReadonlyArray<string | number>;
  readonly msg: string;
  readonly type: string;
  /** Details of the detail; only `json_invalid` has any. */
  readonly ctx?: { readonly error: string };
}

type Place = ReadonlyArray<string | number>;

export const make = (loc: Place, type: string, msg: string): Detail => ({ loc, msg, type });

export const missing = (loc: Place): Detail => make(loc, "missing", "Field required");

/** For a rule no schema states; the message is a sentence fragment that starts in lower case. */
export const value = (loc: Place, msg: string): Detail => make(loc, "value_error", `Value error, ${msg}`);

/** A text of a query that should have been a number or a truth value. */
export const unparsable = (loc: Place, kind: "int" | "float" | "bool"): Detail => {
  const wanted = {
    int: "integer, unable to parse string as an integer",
    float: "number, unable to parse string as a number",
    bool: "boolean, unable to interpret input",
  };
  return make(loc, `${kind}_parsing`, `Input should be a valid ${wanted[kind]}`);
};

/** A text that is none of an enum's members. */
export const enumeration = (loc: Place, members: ReadonlyArray<string>): Detail =>
  make(loc, "enum", `Input should be ${quoted(members)}`);

/** The name of one of Effect's own checks. */
export const checkId = (check: { readonly annotations?: object | undefined }): string | undefined =>
  representation(check.annotations)?.id;

/** The detail of a part, placed in the whole: its `loc` without the first step follows `loc`. */
export const under = (loc: Place, detail: Detail): Detail => ({ ...detail, loc: [...loc, ...detail.loc.slice(1)] });

const hasCheck = (ast: SchemaAST.AST, id: string): boolean => (ast.checks ?? []).some((check) => checkId(check) === id);

interface Representation {
  readonly id: string;
  readonly payload: Record<string, unknown> | null;
}

/** Effect names its own checks in the annotation `representation`. */
const representation = (annotations: object | undefined): Representation | undefined =>
  (annotations as { readonly representation?: Representation } | undefined)?.representation;

const quoted = (members: ReadonlyArray<unknown>): string => {
  const shown = members.map((member) => (typeof member === "string" ? `'${member}'` : String(member)));
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} or ${shown[shown.length - 1]}` : (shown[0] ?? "");
};

const ofType = (ast: SchemaAST.AST, loc: Place): Detail => {
  switch (ast._tag) {
    case "String":
      return make(loc, "string_type", "Input should be a valid string");
    case "Number":
      return hasCheck(ast, "effect/schema/isInt")
        ? make(loc, "int_type", "Input should be a valid integer")
        : make(loc, "float_type", "Input should be a valid number");
    case "Boolean":
      return make(loc, "bool_type", "Input should be a valid boolean");
    case "Null":
      return make(loc, "none_required", "Input should be None");
    case "Literal":
      return make(loc, "literal_error", `Input should be ${quoted([ast.literal])}`);
    case "Arrays":
      return make(loc, "list_type", "Input should be a valid list");
    case "Objects":
      return ast.propertySignatures.length === 0
        ? make(loc, "dict_type", "Input should be a valid dictionary")
        : make(loc, "model_attributes_type", "Input should be a valid dictionary or object to extract fields from");
    case "Union":
      return ofUnion(ast, loc);
    default:
      return make(loc, "value_error", "Value error, unexpected value");
  }
};

/** None of the members takes the value: a choice of literals is told as one, otherwise the first member speaks for all. */
const ofUnion = (ast: SchemaAST.Union, loc: Place): Detail => {
  const members = ast.types.filter((member) => member._tag !== "Null");
  const literals = members.flatMap((member) => (member._tag === "Literal" ? [member.literal] : []));
  if (literals.length > 0 && literals.length === members.length) {
    return make(loc, "literal_error", `Input should be ${quoted(literals)}`);
  }
  const speaker = members.find((member) => member._tag !== "Literal") ?? members[0];
  if (speaker?._tag === "Objects" && members.every((member) => member._tag === "Objects") && members.length > 1) {
    const tags = members.flatMap((member) => discriminator(member as SchemaAST.Objects));
    if (tags.length > 0) {
      const names = [...new Set(tags.map(([name]) => name))];
      const expected = quoted(tags.map(([, tag]) => tag));
      return make(
        [...loc, ...(names.length === 1 ? names : [])],
        "union_tag_invalid",
        `Input tag does not match any of the expected tags: ${expected}`,
      );
    }
  }
  return speaker === undefined ? make(loc, "value_error", "Value error, unexpected value") : ofType(speaker, loc);
};

const discriminator = (ast: SchemaAST.Objects): ReadonlyArray<readonly [string, unknown]> =>
  ast.propertySignatures.flatMap(({ name, type }) =>
    type._tag === "Literal" ? [[String(name), type.literal] as const] : [],
  );

const atLeast = (loc: Place, minimum: unknown): Detail =>
  make(loc, "greater_than_equal", `Input should be greater than or equal to ${String(minimum)}`);

const ofCheck = ({ filter, input }: SchemaIssue.Filter, loc: Place): Detail => {
  const known = filter.annotations?.["knownMembers"] as ReadonlyArray<string> | undefined;
  if (known !== undefined) return enumeration(loc, known);
  const check = representation(filter.annotations);
  const { payload } = check ?? {};
  switch (check?.id) {
    case "effect/schema/isInt":
      return make(
        loc,
        "int_from_float",
        "Input should be a valid integer, got a number with a fractional part or out of range",
      );
    case "effect/schema/isGreaterThanOrEqualTo":
      return atLeast(loc, payload?.["minimum"]);
    case "effect/schema/isBetween":
      return Number(input) < Number(payload?.["minimum"])
        ? atLeast(loc, payload?.["minimum"])
        : make(loc, "less_than_equal", `Input should be less than or equal to ${String(payload?.["maximum"])}`);
    case "effect/schema/isMinLength":
      return make(loc, "too_short", `Input should have at least ${String(payload?.["minLength"])} item(s)`);
    case "effect/schema/isMaxLength":
      return make(loc, "too_long", `Input should have at most ${String(payload?.["maxLength"])} item(s)`);
    default:
      return value(loc, `expected ${String(filter.annotations?.["expected"] ?? "another value")}`);
  }
};

/** Whether the complaint is that the value names another member of the union. */
const isOfAnother = (detail: Detail, loc: Place): boolean =>
  detail.loc.length === loc.length + 1 && (detail.type === "literal_error" || detail.type === "enum");

/** What is wrong with the value as the member it was meant to be: the one with the fewest complaints, not counting others' names. */
const ofMembers = (union: SchemaIssue.AnyOf, loc: Place): ReadonlyArray<Detail> => {
  const attempts = union.issues.map((issue) => fromIssue(issue, loc));
  const meant = attempts.filter((details) => !details.some((detail) => isOfAnother(detail, loc)));
  const [first, ...others] = meant.length > 0 ? meant : attempts;
  if (first === undefined) return [ofUnion(union.ast, loc)];
  return others.reduce((best, next) => (next.length < best.length ? next : best), first);
};

/** Everything an issue says, placed under `loc`; the parser has to report inputs (`reportInput`) for bounds to be told apart. */
export const fromIssue = (issue: SchemaIssue.Issue, loc: Place): ReadonlyArray<Detail> => {
  switch (issue._tag) {
    case "Pointer":
      return fromIssue(issue.issue, [
        ...loc,
        ...issue.path.map((key) => (typeof key === "number" ? key : String(key))),
      ]);
    case "Composite":
      return issue.issues.flatMap((inner) => fromIssue(inner, loc));
    case "AnyOf":
      return ofMembers(issue, loc);
    case "Encoding":
      return fromIssue(issue.issue, loc);
    case "Filter":
      return [ofCheck(issue, loc)];
    case "MissingKey":
      return [missing(loc)];
    case "InvalidType":
      return [ofType(issue.ast, loc)];
    case "UnexpectedKey":
      return [make(loc, "extra_forbidden", "Extra inputs are not permitted")];
    case "InvalidValue":
    case "Forbidden":
    case "OneOf":
      return [make(loc, "value_error", "Value error, unexpected value")];
  }
};
