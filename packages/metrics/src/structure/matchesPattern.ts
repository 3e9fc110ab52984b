/** Regular expressions in time linear in the text, for any pattern: RE2's syntax, without look-around and back references. */

import { RE2JS } from "re2js";
import { checkOptions } from "../checkOptions.ts";
import { checkText } from "../Pairs.ts";
import type { CheckScore } from "./contains.ts";

/** How a pattern is matched. */
export interface PatternOptions {
  /** Whether the pattern is to be found somewhere (`search`, default) or to match the whole text (`full`). */
  readonly mode?: "search" | "full" | undefined;
  /** Default false. */
  readonly ignoreCase?: boolean | undefined;
  /** Whether `.` matches line ends; default false. */
  readonly dotAll?: boolean | undefined;
  /** Whether `^` and `$` match at line ends; default false. */
  readonly multiline?: boolean | undefined;
}

const optionNames: Record<keyof PatternOptions, true> = { mode: true, ignoreCase: true, dotAll: true, multiline: true };

/** A longer pattern takes too much to compile. */
const longestPattern = 10_000;

/** Patterns compiled last, with their flags. */
const compiled = new Map<string, RE2JS>();
const mostCompiled = 256;

const compile = (pattern: string, flags: number): RE2JS => {
  const name = `${flags} ${pattern}`;
  const known = compiled.get(name);
  if (known !== undefined) return known;
  if (pattern.length > longestPattern)
    throw new RangeError(`A pattern may have ${longestPattern} characters; this one has ${pattern.length}.`);
  try {
    const made = RE2JS.compile(RE2JS.translateRegExp(pattern), flags);
    if (compiled.size >= mostCompiled) compiled.clear();
    compiled.set(name, made);
    return made;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RangeError(`The pattern ${JSON.stringify(pattern)} is not one of RE2's: ${why}`, { cause });
  }
};

/**
 * 1 if the pattern matches the text, else 0.
 *
 * @throws RangeError when the pattern is not one of RE2's, or has more than 10,000 characters
 * @example
 * ```ts
 * import { matchesPattern } from "@evalwire/metrics/extended"
 *
 * matchesPattern("Order 1234 shipped", "\\d{4}").score // => 1
 * matchesPattern("Order 1234 shipped", "\\d{4}", { mode: "full" }).score // => 0
 * ```
 */
export const matchesPattern = (candidate: string, pattern: string, options: PatternOptions = {}): CheckScore => {
  checkOptions("matchesPattern", options, optionNames);
  checkText(candidate, "candidate");
  checkText(pattern);
  const { mode = "search", ignoreCase = false, dotAll = false, multiline = false } = options;
  const flags =
    (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (dotAll ? RE2JS.DOTALL : 0) | (multiline ? RE2JS.MULTILINE : 0);
  const matcher = compile(pattern, flags).matcher(candidate);
  const holds = mode === "full" ? matcher.matches() : matcher.find();
  const letters = `${ignoreCase ? "i" : ""}${dotAll ? "s" : ""}${multiline ? "m" : ""}`;
  return { score: holds ? 1 : 0, signature: `regex|of:${mode}|flags:${letters || "none"}|impl:re2` };
};
