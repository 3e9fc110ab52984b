/**
 * What a successful answer holds: JSON that is what the contract says.
 *
 * 1. The value handed on is the parsed JSON itself, unknown fields and all; nothing is transformed.
 * 2. A key `__proto__` does not survive parsing, so that no later copy of the value can be poisoned by it.
 * 3. A value of another shape is an error that names the place; asked item by item, a list loses only its bad items.
 */
import * as Result from "effect/Result";
import { check as checkSchema } from "../../contract/check.ts";
import * as Endpoint from "../../contract/Endpoint.ts";
import { type Issue, pathText, type Undecodable } from "../SgpError.ts";

// `__proto__` as a key, with any of its letters escaped.
const protoKey =
  /"(?:_|\\u005[fF]){2}(?:p|\\u0070)(?:r|\\u0072)(?:o|\\u006[fF])(?:t|\\u0074)(?:o|\\u006[fF])(?:_|\\u005[fF]){2}"\s*:/;

const withoutProto = (key: string, value: unknown) => (key === "__proto__" ? undefined : value);

const undecodable = (path: string, description: string, truncated = false): Undecodable => ({
  _tag: "Undecodable",
  path,
  description,
  truncated,
});

/** The beginning of a text on one line, to be recognised by. */
const beginning = (text: string) => {
  const line = text.slice(0, 200).replaceAll(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
};

/** The JSON value of an answer's text; an empty one is `null`, which a few routes mean by it. */
export const parse = (text: string, contentType: string | undefined): Result.Result<unknown, Undecodable> => {
  if (text.trim() === "") return Result.succeed(null);
  try {
    return Result.succeed(protoKey.test(text) ? JSON.parse(text, withoutProto) : JSON.parse(text));
  } catch (error) {
    // Only taking keys out goes down level by level.
    if (error instanceof RangeError) return Result.fail(undecodable("", "it is nested too deeply"));
    // SyntaxError, the only other thing JSON.parse throws.
    const isCutShort = /^\s*[[{]/.test(text);
    return Result.fail(
      isCutShort
        ? undecodable("", `its JSON breaks off or is broken (${text.length} characters came)`, true)
        : undecodable("", `it is not JSON but ${contentType ?? "of no stated type"}: ${beginning(text)}`),
    );
  }
};

/** The value, when it is what the endpoint answers with. */
export const check = (endpoint: Endpoint.Any, value: unknown): Result.Result<unknown, Undecodable> => {
  const checked = checkSchema(endpoint.success)(value);
  if (checked.ok) return Result.succeed(value);
  const [issue] = checked.issues;
  return Result.fail(undecodable(pathText(issue?.path ?? []), issue?.message ?? "of another shape"));
};

/** An item that is not what the contract says, set apart from those that are. */
export interface Refused extends Issue {
  /** Its index in the answer. */
  readonly index: number;
  readonly value: unknown;
}

export interface Itemwise {
  /** The answer with its good items only. */
  readonly value: unknown;
  readonly refused: ReadonlyArray<Refused>;
}

/** Checks the envelope of a list and each of its items apart. */
export const checkItemwise = (endpoint: Endpoint.Any, value: unknown): Result.Result<Itemwise, Undecodable> => {
  const schema = Endpoint.itemSchema(endpoint);
  const given = (value as { readonly items?: unknown } | null)?.items;
  if (schema === undefined || !Array.isArray(given)) {
    return Result.map(check(endpoint, value), (checked) => ({ value: checked, refused: [] }));
  }
  return Result.map(check(endpoint, { ...(value as object), items: [] }), () => {
    const checkItem = checkSchema(schema);
    const refused = given.flatMap((item: unknown, index): ReadonlyArray<Refused> => {
      const checked = checkItem(item);
      if (checked.ok) return [];
      const [issue] = checked.issues;
      const path = pathText(["items", index, ...(issue?.path ?? [])]);
      return [{ index, path, message: issue?.message ?? "of another shape", value: item }];
    });
    if (refused.length === 0) return { value, refused };
    const bad = new Set(refused.map(({ index }) => index));
    return { value: { ...(value as object), items: given.filter((_, index) => !bad.has(index)) }, refused };
  });
};
