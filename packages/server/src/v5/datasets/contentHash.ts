import { createHash } from "node:crypto";
import * as Predicate from "effect/Predicate";
import { isKept } from "../../ExactJson.ts";

/** The same value with its fields in order of name, so that equal data has one text. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (!Predicate.isObject(value) || isKept(value)) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, field]) => [name, sorted(field)]));
};

/** SHA-256 of an item's data in hexadecimal, independent of the order of its fields. */
export const contentHash = (data: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(sorted(data)))
    .digest("hex");
