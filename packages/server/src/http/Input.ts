/**
 * The query and body of a request, read by the endpoint's schemas.
 *
 * 1. What passes is handed on as it was sent: numbers and booleans of a query are read from their text, nothing else changes.
 * 2. What does not pass is told completely: one detail for everything wrong, in query and body together.
 * 3. Lists in a query may be comma-joined, as the platform's Python SDK sends them, repeated, as its TypeScript SDK does, or both.
 * 4. What only the server says (a field of the answer that the request does not have) is dropped from a body, so that nobody
 *    writes an id or a count.
 * 5. An enum is open in answers, because servers grow first; in requests a member the contract does not know is refused.
 */
import { guard, type Schema, unknownMembers } from "@evalwire/core/contract";
import { effectSchema } from "@evalwire/core/contract/effect";
import * as Result from "effect/Result";
import * as SchemaAST from "effect/SchemaAST";
import * as SchemaParser from "effect/SchemaParser";
import * as Detail from "./Detail.ts";
import { badRequest, invalid } from "./Refusal.ts";

type AnySchema = Schema.Codec<any>;

/** A value, or what is wrong with it. */
export type Read = { readonly value: unknown } | { readonly details: ReadonlyArray<Detail.Detail> };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads values of one schema; made once per endpoint. */
export const reader = (schema: AnySchema): ((value: unknown, at: string) => Read) => {
  const accepts = guard(schema);
  const parse = SchemaParser.decodeUnknownResult(effectSchema(schema), { errors: "all", reportInput: true });
  const strangers = unknownMembers(schema);
  return (value, at) => {
    if (!accepts(value)) {
      const parsed = parse(value);
      if (Result.isFailure(parsed)) return { details: Detail.fromIssue(parsed.failure, [at]) };
    }
    const details = strangers(value).map(({ path, known }) => Detail.enumeration([at, ...path], known));
    return details.length > 0 ? { details } : { value };
  };
};

const withoutNull = (ast: SchemaAST.AST): SchemaAST.AST => {
  if (ast._tag !== "Union" || SchemaAST.resolveAt("knownMembers")(ast) !== undefined) return ast;
  const members = ast.types.filter((type) => type._tag !== "Null");
  return members.length === 1 ? members[0]! : ast;
};

const booleans: Readonly<Record<string, boolean>> = {
  ...{ "1": true, true: true, t: true, yes: true, y: true, on: true },
  ...{ "0": false, false: false, f: false, no: false, n: false, off: false },
};

/** One text of a query as its schema wants it. */
const readText = (ast: SchemaAST.AST, text: string, loc: ReadonlyArray<string | number>): Read => {
  switch (ast._tag) {
    case "Number": {
      const isWhole = (ast.checks ?? []).some((check) => Detail.checkId(check) === "effect/schema/isInt");
      if (/^\s*[+-]?\d+(\.0+)?\s*$/.test(text) || (!isWhole && /^\s*[+-]?\d*\.?\d+(e[+-]?\d+)?\s*$/i.test(text))) {
        return { value: Number(text) };
      }
      return { details: [Detail.unparsable(loc, isWhole ? "int" : "float")] };
    }
    case "Boolean": {
      const value = Object.hasOwn(booleans, text.toLowerCase()) ? booleans[text.toLowerCase()] : undefined;
      return value === undefined ? { details: [Detail.unparsable(loc, "bool")] } : { value };
    }
    default:
      return { value: text };
  }
};

/** Reads a query by an object schema whose fields are texts, numbers, booleans, or lists of texts. Unknown names are ignored. */
export const queryReader = (schema: AnySchema): ((search: URLSearchParams) => Read) => {
  const { ast: whole } = effectSchema(schema);
  const fields = whole._tag === "Objects" ? whole.propertySignatures : [];
  const read = reader(schema);
  return (search) => {
    const query: Record<string, unknown> = {};
    const details: Array<Detail.Detail> = [];
    for (const field of fields) {
      const name = String(field.name);
      const texts = search.getAll(name);
      if (texts.length === 0) continue;
      const ast = withoutNull(field.type);
      if (ast._tag === "Arrays") {
        query[name] = texts.flatMap((text) => text.split(",")).filter((text) => text !== "");
        continue;
      }
      const one = readText(ast, texts[texts.length - 1]!, ["query", name]);
      if ("details" in one) details.push(...one.details);
      else query[name] = one.value;
    }
    const rest = read(query, "query");
    if (details.length === 0) return rest;
    return { details: "details" in rest ? [...details, ...rest.details] : details };
  };
};

/** How many objects and lists may lie within each other; beyond it JSON cannot be written again without running out of stack. */
const maxDepth = 500;

const isTooDeep = (value: unknown): boolean => {
  let level: ReadonlyArray<unknown> = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
  return false;
};

const parseJson = (text: string): Read => {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    // The engine says where it stopped, except at the end of the text.
    const reason = error instanceof Error ? error.message : String(error);
    const position = Number(/position (\d+)/.exec(reason)?.[1] ?? text.length);
    return {
      details: [{ ...Detail.make(["body", position], "json_invalid", "JSON decode error"), ctx: { error: reason } }],
    };
  }
};

/** Without a content type JSON is assumed; what claims to be something else is not read, as a form of another site would. */
const isJson = (contentType: string | null): boolean =>
  contentType === null || /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(contentType.trim());

/** The names of an object's fields, of any member of a union, of a list's items. */
const fieldNames = (ast: SchemaAST.AST): ReadonlyArray<PropertyKey> => {
  switch (ast._tag) {
    case "Objects":
      return ast.propertySignatures.map(({ name }) => name);
    case "Arrays":
      return ast.rest.flatMap(fieldNames);
    case "Union":
      return ast.types.flatMap(fieldNames);
    default:
      return [];
  }
};

/** Takes the server's own fields out of a body, or of each of its items. */
const withoutOwned = (body: AnySchema, success: AnySchema): ((value: unknown) => unknown) => {
  const writable = new Set(fieldNames(effectSchema(body).ast));
  const owned = fieldNames(effectSchema(success).ast).filter((name) => !writable.has(name));
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (!isObject(value) || !owned.some((name) => Object.hasOwn(value, name))) return value;
    return Object.fromEntries(Object.entries(value).filter(([name]) => !owned.includes(name)));
  };
  return strip;
};

/** Reads the body of a request; no body, or `null`, counts as `{}` where `{}` is enough. */
export const bodyReader = (
  schema: AnySchema,
  success: AnySchema,
): ((bytes: Uint8Array, contentType: string | null) => Read) => {
  const read = reader(schema);
  const strip = withoutOwned(schema, success);
  const accepts = guard(schema);
  return (bytes, contentType) => {
    if (bytes.length > 0 && !isJson(contentType)) {
      return {
        details: [
          Detail.make(["body"], "model_attributes_type", "Input should be JSON (content-type: application/json)"),
        ],
      };
    }
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      // Not UTF-8.
      throw badRequest("There was an error parsing the body: it is not UTF-8");
    }
    const parsed: Read = text.trim() === "" ? { value: null } : parseJson(text);
    if ("details" in parsed) return parsed;
    if (parsed.value === null && !accepts(null)) {
      return accepts({}) ? { value: {} } : { details: [Detail.missing(["body"])] };
    }
    if (isTooDeep(parsed.value))
      throw badRequest(`There was an error parsing the body: more than ${maxDepth} levels deep`);
    return read(strip(parsed.value), "body");
  };
};

/** The values of several readings, or one refusal with everything that is wrong in any of them. */
export const all = <const Reads extends ReadonlyArray<Read>>(reads: Reads): { [Index in keyof Reads]: unknown } => {
  const details = reads.flatMap((read) => ("details" in read ? read.details : []));
  if (details.length > 0) throw invalid(...details);
  return reads.map((read) => ("value" in read ? read.value : undefined)) as never;
};
