/**
 * JSON for programs whose own data has to come back as it was: give it to a client as `json`.
 *
 * 1. Objects list their keys in the order of the answer, also keys such as `"10"`, which JavaScript moves to the front. Such an object is
 *    a `Proxy`: `structuredClone` refuses it, and a copy (`{ ...data }`) has JavaScript's order again.
 * 2. Integers beyond 2^53 are `BigInt`. Other numbers are numbers; an object that is passed back unchanged writes them as they were spelled
 *    (`1.0`, `-0`, `1e400`), also within other objects. A number that was replaced is written as JavaScript does.
 */
import { type JsonFormat, mayReorder, type Numbers, parseOrdered } from "./contract/orderedJson.ts";
import { protoKey } from "./contract/protoKey.ts";

export type { JsonFormat };

const spellings = new WeakMap<object, ReadonlyMap<string, string>>();

/** A spelling that may not be JavaScript's: more digits than it keeps, a zero at the end, an exponent, a negative zero. */
const respellable = /[\d.]{16}|\.\d*0(?!\d)|0\.0{6}|\d[eE]|-0/;

const numbers: Numbers = {
  read: (source) => {
    const value = Number(source);
    return /^-?\d+$/.test(source) && !Number.isSafeInteger(value) ? BigInt(source) : value;
  },
  respelled: (holder, sources) => {
    spellings.set(holder, sources);
  },
};

// Engines have this since 2023; the compiler's library does not know it yet.
const { rawJSON } = JSON as unknown as { readonly rawJSON?: (text: string) => unknown };

function spelled(this: unknown, key: string, value: unknown): unknown {
  if (rawJSON === undefined) return value;
  if (typeof value === "bigint") return rawJSON(String(value));
  if (typeof value !== "number") return value;
  const source = spellings.get(this as object)?.get(key);
  return source !== undefined && Object.is(Number(source), value) ? rawJSON(source) : value;
}

/**
 * Reads and writes JSON without changing the order of keys or the spelling of numbers.
 *
 * @example
 * ```ts
 * import { exactJson } from "@evalwire/core/exact";
 *
 * const data = exactJson.parse('{"b":1.0,"10":12345678901234567890}') as Record<string, unknown>;
 * Object.keys(data); // => ["b", "10"]
 * data["b"]; // => 1
 * exactJson.stringify({ data }); // => '{"data":{"b":1.0,"10":12345678901234567890}}'
 * ```
 */
export const exactJson: JsonFormat = {
  parse: (text) =>
    mayReorder(text) || respellable.test(text) || protoKey.test(text) ? parseOrdered(text, numbers) : JSON.parse(text),
  stringify: (value) => JSON.stringify(value, spelled),
};
