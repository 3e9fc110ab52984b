/**
 * Where the texts of a metric are found in a record. Two spellings:
 *
 * - v4 `data_loc`, a list of keys: `["test_case_data", "expected_output"]`, `["test_case_output", "output", "summary"]`,
 *   `["trace", "retriever", "output", "text"]`; numbers are written as strings.
 * - v5 locator, a string: `item.answer.text`, or a text with such locators in it: `Q: {{item.question}}`.
 *
 * Undocumented and chosen here: `output` also finds the `generation_output` of a result's data and is transparent to it; a trace is a
 * list of spans with `node_id`, or an object by node id; `input`, `output` and `expected` of a span also find `operation_input`…; when
 * a record has no `item`, it is the item itself.
 */

/** Input of a metric: a test case and its output (v4), or an item (v5). Other fields are allowed. */
export interface MetricRecord {
  /** Names the record in errors and in a corpus. */
  readonly id?: string | undefined;
  /** The test case's data: `{ input, expected_output?, … }`. */
  readonly test_case_data?: unknown;
  /** The application's output: `{ output }`, or a result's `{ generation_output }`. */
  readonly test_case_output?: unknown;
  /** The spans of the run. */
  readonly trace?: unknown;
  /** The v5 evaluation item's data. */
  readonly item?: unknown;
  readonly [field: string]: unknown;
}

/** A `data_loc` (list of keys) or a v5 locator (string). */
export type Location = string | ReadonlyArray<string>;

/** The value found, or the index of the path's key that does not exist. */
export type Located =
  | { readonly found: true; readonly value: unknown }
  | { readonly found: false; readonly missing: string };

/** Other names under which the wire holds the same thing. */
const aliases: ReadonlyMap<string, ReadonlyArray<string>> = new Map([
  ["output", ["generation_output", "operation_output"]],
  ["input", ["operation_input"]],
  ["expected", ["operation_expected"]],
]);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const has = (value: unknown, key: string): value is Record<string, unknown> =>
  isObject(value) && Object.hasOwn(value, key) && (!Array.isArray(value) || /^\d+$/.test(key));

const isSpans = (value: unknown): value is ReadonlyArray<Record<string, unknown>> =>
  Array.isArray(value) && value.some((span) => has(span, "node_id"));

/** One key down. A symbol stands for nothing there, so that a stored `undefined` is nothing as well. */
const nowhere = Symbol("nowhere");
const down = (value: unknown, key: string): unknown => {
  if (has(value, key) && value[key] !== undefined) return value[key];
  if (isSpans(value)) return value.find((span) => span.node_id === key) ?? nowhere;
  for (const alias of aliases.get(key) ?? []) if (has(value, alias)) return value[alias];
  if (has(value, "generation_output")) return down(value.generation_output, key);
  return nowhere;
};

const walk = (start: unknown, path: ReadonlyArray<string>): Located => {
  let value = start;
  for (const key of path) {
    const next = down(value, key);
    if (next === nowhere) return { found: false, missing: key };
    value = next;
  }
  if (has(value, "generation_output")) value = value.generation_output;
  return { found: true, value };
};

const itemPath = /^item\.(.+)$/;
const inBraces = /\{\{([^{}]*)\}\}/g;

const locateItem = (record: MetricRecord, path: string): Located => {
  const item = record.item ?? record;
  // A column whose own name has dots wins over the nested path.
  if (has(item, path)) return { found: true, value: item[path] };
  return walk(item, path.split("."));
};

/**
 * The value a location names in a record.
 *
 * @param location a `data_loc` list or a v5 locator
 * @param record the record to look in
 *
 * @example
 * ```ts
 * import { locate } from "@evalwire/metrics";
 *
 * const record = { test_case_data: { expected_output: "Paris" } };
 * locate(["test_case_data", "expected_output"], record); // => { found: true, value: "Paris" }
 * locate("item.answer", { item: { question: "?" } }); // => { found: false, missing: "answer" }
 * ```
 */
export const locate = (location: Location, record: MetricRecord): Located => {
  if (typeof location !== "string") return walk(record, location);
  const path = itemPath.exec(location);
  if (path !== null) return locateItem(record, path[1]!);
  let missing: string | undefined;
  let isTemplate = false;
  const text = location.replace(inBraces, (whole, inside: string) => {
    const path = itemPath.exec(inside.trim())?.[1];
    if (path === undefined) return whole;
    isTemplate = true;
    const located = locateItem(record, path);
    if (!located.found) missing ??= located.missing;
    return located.found ? (textOf(located.value) ?? JSON.stringify(located.value)) : "";
  });
  if (missing !== undefined) return { found: false, missing };
  return isTemplate ? { found: true, value: text } : { found: false, missing: location };
};

/** A scalar as text; `undefined` for what is none (null, lists, objects). */
export const textOf = (value: unknown): string | undefined =>
  typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "boolean" || typeof value === "bigint"
      ? String(value)
      : undefined;

/** A location as it is written in a message. */
export const spell = (location: Location): string => (typeof location === "string" ? location : location.join("."));
