/**
 * The errors of a request, in FastAPI's form: `{ loc, msg, type }`, one entry for each thing wrong.
 *
 * `loc` begins with where the value was sent (`body`, `query`, `path`, `header`); `type` and `msg` are those of pydantic 2.
 *
 * @source https://docs.pydantic.dev/latest/errors/validation_errors/ (types and messages)
 */
import type { Mismatch, Schema } from "@evalwire/core/contract";

export interface Detail {
  readonly loc: ReadonlyArray<string | number>;
  readonly msg: string;
  readonly type: string;
  /** Details of the detail; only `json_invalid` has any. */
  readonly ctx?: { readonly error: string };
}

type Place = ReadonlyArray<string | number>;
type NodeOf<Kind extends Schema.Node["kind"]> = Extract<Schema.Node, { kind: Kind }>;

export const make = (loc: Place, type: string, msg: string): Detail => ({ loc, msg, type });

export const missing = (loc: Place): Detail => make(loc, "missing", "Field required");

/** For a rule no schema states; the message is a sentence fragment that starts in lower case. */
export const value = (loc: Place, msg: string): Detail => make(loc, "value_error", `Value error, ${msg}`);

/** A query string that is not a valid number or boolean. */
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

/** The detail of a part, placed in the whole: its `loc` without the first step follows `loc`. */
export const under = (loc: Place, detail: Detail): Detail => ({ ...detail, loc: [...loc, ...detail.loc.slice(1)] });

const quoted = (members: ReadonlyArray<unknown>): string => {
  const shown = members.map((member) => (typeof member === "string" ? `'${member}'` : String(member)));
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} or ${shown[shown.length - 1]}` : (shown[0] ?? "");
};

const ofNumber = (node: NodeOf<"number">, loc: Place, found: unknown): Detail => {
  if (typeof found !== "number") {
    return node.isWhole
      ? make(loc, "int_type", "Input should be a valid integer")
      : make(loc, "float_type", "Input should be a valid number");
  }
  if (!Number.isFinite(found) && !node.isWhole) return make(loc, "finite_number", "Input should be a finite number");
  if (node.isWhole && !Number.isSafeInteger(found)) {
    const msg = "Input should be a valid integer, got a number with a fractional part or out of range";
    return make(loc, "int_from_float", msg);
  }
  return node.minimum !== undefined && found < node.minimum
    ? make(loc, "greater_than_equal", `Input should be greater than or equal to ${node.minimum}`)
    : make(loc, "less_than_equal", `Input should be less than or equal to ${node.maximum}`);
};

const literalsOf = (nodes: ReadonlyArray<Schema.Node>): ReadonlyArray<string | boolean> =>
  nodes.flatMap((node) => (node.kind === "literal" ? [node.value] : []));

/** None of the members has the value's type: a choice of literals is reported as one, otherwise the first member is reported. */
const ofUnion = ({ members }: NodeOf<"union">, loc: Place, found: unknown): Detail => {
  const others = members.filter(({ kind }) => kind !== "null");
  const literals = literalsOf(others);
  if (literals.length > 0 && literals.length === others.length) {
    return make(loc, "literal_error", `Input should be ${quoted(literals)}`);
  }
  const speaker = others.find(({ kind }) => kind !== "literal");
  return speaker === undefined ? value(loc, "unexpected value") : ofNode(speaker, loc, found);
};

/** Why `found`, which `node` refuses, is refused; what is wrong is the value itself and not something within it. */
const ofNode = (node: Schema.Node, loc: Place, found: unknown): Detail => {
  switch (node.kind) {
    case "text":
      return typeof found === "string" && node.format !== undefined
        ? value(loc, `expected ${node.format.expected}`)
        : make(loc, "string_type", "Input should be a valid string");
    case "number":
      return ofNumber(node, loc, found);
    case "boolean":
      return make(loc, "bool_type", "Input should be a valid boolean");
    case "null":
      return make(loc, "none_required", "Input should be None");
    case "literal":
      return make(loc, "literal_error", `Input should be ${quoted([node.value])}`);
    case "enum":
      return enumeration(loc, node.known);
    case "unknownTag":
      return value(loc, `expected none of ${node.known.join(", ")}`);
    case "struct":
      return make(loc, "model_attributes_type", "Input should be a valid dictionary or object to extract fields from");
    case "map":
      return make(loc, "dict_type", "Input should be a valid dictionary");
    case "list":
      return Array.isArray(found)
        ? make(loc, "too_short", `Input should have at least ${node.minimum} item(s)`)
        : make(loc, "list_type", "Input should be a valid list");
    case "union":
      return ofUnion(node, loc, found);
    case "lazy":
      return ofNode(node.node(), loc, found);
    case "anything":
      return value(loc, "unexpected value");
  }
};

/** The detail of what the contract's schema refuses, placed under `loc`. */
export const ofMismatch = ({ path, node, value: found }: Mismatch, loc: Place): Detail => {
  const at = [...loc, ...path];
  return found === undefined ? missing(at) : ofNode(node, at, found);
};
