/**
 * The query and body of a request, read by the endpoint's schemas.
 *
 * 1. Valid input is passed on as it was sent: numbers and booleans of a query are read from their text, nothing else changes;
 *    numbers in the caller's own data keep their spelling.
 * 2. Invalid input is reported completely: one detail for everything wrong, in query and body together, up to a hundred.
 * 3. Lists in a query may be comma-joined, as the platform's Python SDK sends them, repeated, as its TypeScript SDK does, or both;
 *    lists of free text (tags) are only split where a member cannot hold a comma. Each member counts once.
 * 4. Fields set only by the server (of the answer, but not of the request) are dropped from a body, so that no caller
 *    writes an id or a count.
 * 5. An enum is open in answers, because servers grow first; in requests a member the contract does not know is refused.
 */
import { guard, mismatches, type Schema, unknownMembers } from "@evalwire/core/contract";
import * as Predicate from "effect/Predicate";
import * as ExactJson from "../ExactJson.ts";
import * as Detail from "./Detail.ts";
import { badRequest, invalid } from "./Refusal.ts";

type AnySchema = Schema.Codec<any>;

/** A value, or what is wrong with it. */
export type Read = { readonly value: unknown } | { readonly details: ReadonlyArray<Detail.Detail> };

/** Reads values of one schema; made once per endpoint. */
export const reader = (schema: AnySchema): ((value: unknown, at: string) => Read) => {
  const accepts = guard(schema);
  const unknownNames = unknownMembers(schema);
  return (value, at) => {
    if (!accepts(value)) {
      const wrong = mismatches(schema.node, value).map((one) => Detail.ofMismatch(one, [at]));
      return { details: wrong.length > 0 ? wrong : [Detail.value([at], "nested too deeply")] };
    }
    const details = unknownNames(value).map(({ path, known }) => Detail.enumeration([at, ...path], known));
    return details.length > 0 ? { details } : { value };
  };
};

const withoutNull = (node: Schema.Node): Schema.Node => {
  if (node.kind !== "union") return node;
  const members = node.members.filter(({ kind }) => kind !== "null");
  return members.length === 1 ? members[0]! : node;
};

const booleans: Readonly<Record<string, boolean>> = {
  ...{ "1": true, true: true, t: true, yes: true, y: true, on: true },
  ...{ "0": false, false: false, f: false, no: false, n: false, off: false },
};

/** The number a text spells in decimal, as pydantic reads one; `undefined` when it spells none. */
const numberOf = (text: string, isWhole: boolean): number | undefined => {
  const spelled = text.trim();
  if (isWhole) return /^[+-]?\d+(\.0+)?$/.test(spelled) ? Number(spelled) : undefined;
  const number = /^[+\-.\de]+$/i.test(spelled) ? Number(spelled) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
};

/** One text of a query as its schema wants it. */
const readText = (node: Schema.Node, text: string, loc: ReadonlyArray<string | number>): Read => {
  switch (node.kind) {
    case "number": {
      const value = numberOf(text, node.isWhole);
      return value === undefined ? { details: [Detail.unparsable(loc, node.isWhole ? "int" : "float")] } : { value };
    }
    case "boolean": {
      const value = Object.hasOwn(booleans, text.toLowerCase()) ? booleans[text.toLowerCase()] : undefined;
      return value === undefined ? { details: [Detail.unparsable(loc, "bool")] } : { value };
    }
    default:
      return { value: text };
  }
};

/** Lists of free text whose members never hold a comma: keys to sort by, and ids. */
const listsOfKeys: ReadonlySet<string> = new Set(["sort_by", "ids"]);

/** The members of a list in a query, each once: asking twice for a view gets it once. */
const membersOf = (name: string, { items }: Extract<Schema.Node, { kind: "list" }>, texts: ReadonlyArray<string>) => {
  const isJoined = withoutNull(items).kind !== "text" || listsOfKeys.has(name);
  const members = isJoined ? texts.flatMap((text) => text.split(",")) : texts;
  return [...new Set(members.filter((member) => member !== ""))];
};

/**
 * Reads a query by an object schema whose fields are texts, numbers, booleans, or lists of texts. Unknown names are ignored.
 *
 * @param sortKeys what `sort_by` may be, where it is one text
 */
export const queryReader = (
  schema: AnySchema,
  sortKeys?: ReadonlyArray<string>,
): ((search: URLSearchParams) => Read) => {
  const fields = schema.node.kind === "struct" ? schema.node.fields : [];
  const read = reader(schema);
  return (search) => {
    const query: Record<string, unknown> = {};
    const details: Array<Detail.Detail> = [];
    for (const field of fields) {
      const { name } = field;
      const texts = search.getAll(name);
      if (texts.length === 0) continue;
      const node = withoutNull(field.node);
      if (node.kind === "list") {
        query[name] = membersOf(name, node, texts);
        continue;
      }
      const text = texts[texts.length - 1]!;
      const one =
        name === "sort_by" && sortKeys !== undefined && !sortKeys.includes(text)
          ? { details: [Detail.enumeration(["query", name], sortKeys)] }
          : readText(node, text, ["query", name]);
      if ("details" in one) details.push(...one.details);
      else query[name] = one.value;
    }
    const rest = read(query, "query");
    if (details.length === 0) return rest;
    return { details: "details" in rest ? [...details, ...rest.details] : details };
  };
};

/** How many objects and lists may lie within each other; beyond it JSON cannot be written again without a stack overflow. */
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
const fieldNames = (node: Schema.Node): ReadonlyArray<string> => {
  switch (node.kind) {
    case "struct":
      return node.fields.map(({ name }) => name);
    case "list":
      return fieldNames(node.items);
    case "union":
      return node.members.flatMap(fieldNames);
    default:
      return [];
  }
};

/** Takes the server's own fields out of a body, or of each of its items. */
const withoutOwned = (body: AnySchema, success: AnySchema): ((value: unknown) => unknown) => {
  const writable = new Set(fieldNames(body.node));
  const owned = fieldNames(success.node).filter((name) => !writable.has(name));
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (!Predicate.isObject(value) || !owned.some((name) => Object.hasOwn(value, name))) return value;
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
    const accepted = read(strip(parsed.value), "body");
    return "value" in accepted ? { value: strip(ExactJson.within(schema, accepted.value, text)) } : accepted;
  };
};

/** A caller who sends a million bad items learns it from the first hundred. */
const mostDetails = 100;

/** The values of several readings, or one refusal with everything that is wrong in any of them. */
export const all = <const Reads extends ReadonlyArray<Read>>(reads: Reads): { [Index in keyof Reads]: unknown } => {
  const details = reads.flatMap((read) => ("details" in read ? read.details : []));
  if (details.length > 0) throw invalid(...details.slice(0, mostDetails));
  return reads.map((read) => ("value" in read ? read.value : undefined)) as never;
};
