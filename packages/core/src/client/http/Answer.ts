/**
 * The content of a successful answer: JSON that matches the contract.
 *
 * 1. The value handed on is the parsed JSON itself, unknown fields and all; nothing is transformed but what 3 leaves out.
 * 2. A key `__proto__` does not survive parsing, so that no later copy of the value can be poisoned by it.
 * 3. A wrong field that may be missing is left out, and so is a wrong row of a list; both are reported. A value of which nothing
 *    can be kept is an error that names the place.
 */

import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import type * as Endpoint from "../../contract/Endpoint.ts";
import type { JsonFormat } from "../../contract/orderedJson.ts";
import { protoKey } from "../../contract/protoKey.ts";
import type { LeftOut } from "../../contract/schema/lenient.ts";
import { OnDemand } from "../OnDemand.ts";
import { pathText, type Undecodable } from "../SgpError.ts";

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

/** How integers are read that JavaScript's numbers cannot hold: rounded, or as `BigInt`. */
export type Integers = "number" | "bigint";

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

// Engines that do not show a reviver the source leave the number rounded.
const withBigInts: Reviver = (key, value, context) =>
  typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")
    ? BigInt(context!.source!)
    : withoutProto(key, value);

const reviverFor = (text: string, integers: Integers): Reviver | undefined => {
  if (integers === "bigint" && /\d{16}/.test(text)) return withBigInts;
  return protoKey.test(text) ? withoutProto : undefined;
};

/** The JSON value of an answer's text; an empty one is `null`, which a few routes mean by it. */
export const parse = (
  text: string,
  contentType: string | undefined,
  integers: Integers = "number",
  json?: JsonFormat,
): Result.Result<unknown, Undecodable> => {
  if (text.trim() === "") return Result.succeed(null);
  try {
    return Result.succeed(json === undefined ? JSON.parse(text, reviverFor(text, integers)) : json.parse(text));
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

/** The decoded value of an answer. */
export interface Reading {
  readonly value: unknown;
  /** Nothing, mostly. */
  readonly leftOut: ReadonlyArray<LeftOut>;
}

/** The value as it came, unchecked. */
export const unchecked = (_: Endpoint.Any, value: unknown): Effect.Effect<Reading, Undecodable> =>
  Effect.succeed({ value, leftOut: [] });

const lenience = new OnDemand(() => import("../../contract/schema/lenient.ts"));

const originals = new WeakMap<object, unknown>();

/** A value as it came, before anything was left out of it. */
export const originalOf = (value: object): unknown => originals.get(value) ?? value;

/** The value when it is what the endpoint answers with, else what can be kept of it; how to keep that is loaded when it is needed. */
export const check = (endpoint: Endpoint.Any, value: unknown): Effect.Effect<Reading, Undecodable> => {
  if (endpoint.isSuccess(value)) return unchecked(endpoint, value);
  return lenience.load.pipe(
    Effect.mapError(() => undecodable("", "of another shape than the contract says")),
    Effect.flatMap(({ lenient }) => {
      const read = lenient(endpoint.success)(value);
      if (!read.ok) {
        const [issue] = read.issues;
        return Effect.fail(undecodable(pathText(issue?.path ?? []), issue?.message ?? "of another shape"));
      }
      if (typeof read.value === "object" && read.value !== null) originals.set(read.value, value);
      return Effect.succeed({ value: read.value, leftOut: read.leftOut });
    }),
  );
};
