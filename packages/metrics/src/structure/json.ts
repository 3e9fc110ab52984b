/** JSON compared by what it says, not by how it is written. */

import { checkOptions } from "../checkOptions.ts";
import { levenshtein } from "../edit/levenshtein.ts";
import { checkText } from "../Pairs.ts";
import type { CheckScore } from "./contains.ts";
import { closeness } from "./numericDifference.ts";

/** Options of the JSON check. */
export interface JsonValidOptions {
  /** `any` (default) value, or only an object or a list (`container`). */
  readonly kind?: "any" | "container" | undefined;
}

const optionNames: Record<keyof JsonValidOptions, true> = { kind: true };

const parsed = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined; // A SyntaxError: that is the answer.
  }
};

const isContainer = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/**
 * 1 if the text is JSON, else 0.
 *
 * @example
 * ```ts
 * import { jsonValid } from "@evalwire/metrics/extended"
 *
 * jsonValid('{ "a": [1, 2] }').score // => 1
 * jsonValid("{ a: 1 }").score // => 0
 * ```
 */
export const jsonValid = (candidate: string, options: JsonValidOptions = {}): CheckScore => {
  checkOptions("jsonValid", options, optionNames);
  checkText(candidate, "candidate");
  const { kind = "any" } = options;
  const found = parsed(candidate);
  const isValid = found !== undefined && (kind === "any" || isContainer(found.value));
  return { score: isValid ? 1 : 0, signature: `json_valid|of:${kind}` };
};

/** Deeper values are compared as the texts they are: nothing that walks them has room for more. */
const deepest = 1000;

/** How deep brackets are nested, those in strings included. */
const nesting = (text: string): number => {
  let [depth, most] = [0, 0];
  for (const mark of text) {
    if (mark === "[" || mark === "{") most = Math.max(most, ++depth);
    else if (mark === "]" || mark === "}") depth--;
  }
  return most;
};

const textOf = (value: unknown): string => {
  if (typeof value === "string") return value;
  // Keys in one order: it says nothing.
  return JSON.stringify(value, (_, one: unknown) =>
    isContainer(one) && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : one,
  );
};

const mean = (scores: ReadonlyArray<number>, count: number): number =>
  count === 0 ? 1 : scores.reduce((sum, score) => sum + score, 0) / count;

const own = (value: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(value, key) ? value[key] : undefined;

const similarity = (one: unknown, other: unknown): number => {
  if (one === other) return 1;
  // Something and nothing, or null, have nothing in common.
  if (one === undefined || other === undefined || one === null || other === null) return 0;
  if (typeof one === "number" && typeof other === "number") return closeness(one, other);
  if (Array.isArray(one) && Array.isArray(other)) {
    const both = Math.min(one.length, other.length);
    const scores = Array.from({ length: both }, (_, at) => similarity(one[at], other[at]));
    return mean(scores, Math.max(one.length, other.length));
  }
  if (isContainer(one) && isContainer(other) && !Array.isArray(one) && !Array.isArray(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return mean(
      keys.map((key) => similarity(own(one, key), own(other, key))),
      keys.length,
    );
  }
  return levenshtein(textOf(one), textOf(other)).score;
};

/**
 * How alike two JSON texts are, in [0, 1]: objects key by key, lists place by place, numbers by `numericDifference`, texts by
 * Levenshtein similarity; the mean at each level. A text that is no JSON counts as a text.
 *
 * Source: autoevals `JSONDiff`.
 *
 * @example
 * ```ts
 * import { jsonSimilarity } from "@evalwire/metrics/extended"
 *
 * jsonSimilarity('{ "a": 1, "b": "x" }', '{"b":"x","a":1}').score // => 1
 * jsonSimilarity('{ "a": 1 }', '{ "a": 1, "b": 2 }').score // => 0.5
 * ```
 */
export const jsonSimilarity = (candidate: string, reference: string): CheckScore => {
  checkText(candidate, "candidate");
  checkText(reference);
  const valueOf = (text: string): unknown => (nesting(text) > deepest ? text : (parsed(text) ?? { value: text }).value);
  return {
    score: similarity(valueOf(candidate), valueOf(reference)),
    signature: "json_similarity|texts:levenshtein|numbers:relative",
  };
};
