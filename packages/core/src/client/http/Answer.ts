/**
 * What a successful answer holds: JSON that is what the contract says.
 *
 * 1. The value handed on is the parsed JSON itself, unknown fields and all; nothing is transformed.
 * 2. A key `__proto__` does not survive parsing, so that no later copy of the value can be poisoned by it.
 * 3. A value of another shape is an error that names the place.
 */
import * as Result from "effect/Result";
import type * as Endpoint from "../../contract/Endpoint.ts";
import { check as checkSchema } from "../../contract/schema/check.ts";
import { pathText, type Undecodable } from "../SgpError.ts";

// `__proto__` as a key, with any of its letters escaped.
const protoKey =
  /"(?:_|\\u005[fF]){2}(?:p|\\u0070)(?:r|\\u0072)(?:o|\\u006[fF])(?:t|\\u0074)(?:o|\\u006[fF])(?:_|\\u005[fF]){2}"\s*:/;

const withoutProto = (key: string, value: unknown) => (key === "__proto__" ? undefined : value);

export const undecodable = (path: string, description: string, truncated = false): Undecodable => ({
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
