/**
 * `@evalwire/core/forms`: forms checked by JSON Schema, with `@cfworker/json-schema` and `re2js`, optional peers.
 *
 * 1. The validator interprets schemas and compiles no code from text, so a strict content security policy does not stop it. Drafts 4, 7,
 *    2019-09 and 2020-12.
 * 2. No pattern makes it slow: a `pattern` runs in time linear in any text. One that RE2 cannot run (look-around, back
 *    references) and those of `patternProperties` are taken where they are simple: one repetition without bound, and no repeated group.
 *    Others are refused with a sentence that names them.
 */
import { format as formats, type SchemaDraft, Validator } from "@cfworker/json-schema";
import * as Predicate from "effect/Predicate";
import { RE2JS } from "re2js";
import type { FormIssue, FormValidator } from "./contract/answers/checkAnswers.ts";

export type { FormIssue, FormValidator };

const longestPattern = 10_000;

// With one repetition a pattern takes at most the square of the text's length in JavaScript's engine.
const longestText = 2_000;

/** A repetition that may repeat differently often, with what it repeats. */
const repetition = /(\)?)(?:[*+?]|\{\d+(?:,\d*)?\})\??/g;

/** Whether a backtracking engine takes little time for it, on texts that are not long. */
const isSimple = (pattern: string): boolean => {
  const bare = pattern
    .replace(/\\./gsu, "x")
    .replace(/\[[^\]]*\]/gu, "x")
    .replace(/\(\?(?:[:=!]|<[=!]|<\w+>)/gu, "(");
  const found = [...bare.matchAll(repetition)];
  const varying = found.filter(([text]) => !/^\{\d+\}$/.test(text));
  return found.every(([, group]) => group === "") && varying.length <= 1 && bare.split("|").length <= 8;
};

/** A test of texts that takes no longer than the text deserves. Throws for a pattern that is none, and one that could take too long. */
const testOf = (pattern: string): ((text: string) => boolean) => {
  const shown = JSON.stringify(pattern.length > 80 ? `${pattern.slice(0, 80)}…` : pattern);
  if (pattern.length > longestPattern)
    throw new RangeError(`the pattern ${shown} is longer than ${longestPattern} characters`);
  // Says what is wrong with it by the rules JSON Schema goes by.
  const native = new RegExp(pattern, "u");
  let linear: RE2JS | undefined;
  try {
    linear = RE2JS.compile(RE2JS.translateRegExp(pattern));
  } catch {
    linear = undefined;
  }
  if (isSimple(pattern)) {
    // JavaScript's own reading where that is no risk; a text that is too long for it, and for which there is no other, does not match.
    return (text) => (text.length <= longestText ? native.test(text) : (linear?.test(text) ?? false));
  }
  if (linear === undefined) {
    throw new RangeError(
      `the pattern ${shown} could take forever: with look-around or back references it may have one repetition and no repeated group`,
    );
  }
  const re2 = linear;
  return (text) => re2.test(text);
};

/** Keywords whose values are data. */
const dataKeywords = new Set(["const", "enum", "default", "examples"]);
/** Keywords whose values are schemas by names that are free. */
const mapKeywords = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
  "dependencies",
]);

const prefix = "evalwire-pattern ";

type Tests = Map<string, (text: string) => boolean>;

/**
 * The schema with every `pattern` written as a `format` of our own, which the validator looks up by its name: it has no other place to give it an
 * engine for patterns.
 */
const withTests = (schema: unknown, tests: Tests): unknown => {
  if (Array.isArray(schema)) return schema.map((one) => withTests(one, tests));
  if (!Predicate.isObject(schema)) return schema;
  const { pattern, format } = schema;
  const made: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (dataKeywords.has(keyword)) made[keyword] = value;
    else if (mapKeywords.has(keyword) && Predicate.isObject(value)) {
      if (keyword === "patternProperties") {
        for (const name of Object.keys(value)) {
          if (isSimple(name)) continue;
          throw new RangeError(
            `the pattern ${JSON.stringify(name)} of patternProperties may have one repetition and no repeated group`,
          );
        }
      }
      made[keyword] = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withTests(one, tests)]));
    } else if (keyword !== "pattern" || typeof value !== "string") made[keyword] = withTests(value, tests);
  }
  if (typeof pattern === "string") {
    const test = testOf(pattern);
    const other = typeof format === "string" && Object.hasOwn(formats, format) ? formats[format] : undefined;
    const name = `${prefix}${tests.size}`;
    tests.set(name, (text) => test(text) && (other === undefined || other(text)));
    made["format"] = name;
  }
  return made;
};

/** Names of properties that are tested by patterns in JavaScript's engine. */
const longName = (value: unknown): boolean =>
  Predicate.isObject(value)
    ? Object.entries(value).some(([name, one]) => name.length > longestText || longName(one))
    : Array.isArray(value) && value.some(longName);

const draftOf = ({ $schema }: { readonly $schema?: unknown }): SchemaDraft => {
  const name = String($schema ?? "");
  if (name.includes("draft-04")) return "4";
  if (name.includes("draft-06") || name.includes("draft-07")) return "7";
  return name.includes("2019-09") ? "2019-09" : "2020-12";
};

interface Prepared {
  readonly validator: Validator;
  readonly tests: Tests;
}

const prepared = new WeakMap<object, Prepared>();

const prepare = (schema: object): Prepared => {
  const known = prepared.get(schema);
  if (known !== undefined) return known;
  const tests: Tests = new Map();
  const made = { validator: new Validator(withTests(schema, tests) as object, draftOf(schema), false), tests };
  prepared.set(schema, made);
  return made;
};

const validate = ({ validator, tests }: Prepared, value: unknown): ReadonlyArray<FormIssue> => {
  // The table is the validator's, for all who use it: what is ours stays there no longer than it takes.
  for (const [name, test] of tests) formats[name] = test;
  try {
    return validator.validate(value).errors.map(({ instanceLocation, keyword, error }) => ({
      path: instanceLocation.replace(/^#/, ""),
      message: keyword === "format" && error.includes(prefix) ? "String does not match pattern." : error,
    }));
  } finally {
    for (const name of tests.keys()) delete formats[name];
  }
};

/**
 * Checks a form against its `form_schema`; give it to `checkAnswers`, `submit`, or a `TaskWorker` as `forms`.
 *
 * A schema that is none (an unknown `type`, a `$ref` that leads nowhere), or that has a pattern which could take forever, is one issue that says so.
 *
 * @example
 * ```ts
 * import { jsonSchemaForms } from "@evalwire/core/forms";
 *
 * const schema = { type: "object", required: ["name"], properties: { name: { type: "string" } } };
 * jsonSchemaForms(schema, { name: "Ada" }); // => []
 * jsonSchemaForms(schema, { name: 7 })[0]?.path; // => "/name"
 * ```
 */
export const jsonSchemaForms: FormValidator = (schema, value) => {
  try {
    if (longName(value)) return [{ path: "", message: `A property's name is longer than ${longestText} characters.` }];
    const issues = validate(prepare(schema), value);
    // A failure inside an object is listed with the failures of what encloses it: only the innermost say something.
    const isOutermost = ({ path }: FormIssue) => issues.some((other) => other.path.startsWith(`${path}/`));
    return issues.filter((issue) => !isOutermost(issue));
  } catch (error) {
    return [
      { path: "", message: `the schema cannot be used: ${error instanceof Error ? error.message : String(error)}` },
    ];
  }
};
