/**
 * `@evalwire/core/forms`: forms checked by JSON Schema, with `@cfworker/json-schema`, an optional peer.
 *
 * The validator interprets schemas and compiles no code from text, so a strict content security policy does not stop it. Drafts 4, 7, 2019-09
 * and 2020-12. A schema's `pattern` runs as a JavaScript regular expression: take schemas from people you trust.
 */
import { type SchemaDraft, Validator } from "@cfworker/json-schema";
import type { FormIssue, FormValidator } from "./contract/answers/checkAnswers.ts";

export type { FormIssue, FormValidator };

const draftOf = ({ $schema }: { readonly $schema?: unknown }): SchemaDraft => {
  const name = String($schema ?? "");
  if (name.includes("draft-04")) return "4";
  if (name.includes("draft-06") || name.includes("draft-07")) return "7";
  return name.includes("2019-09") ? "2019-09" : "2020-12";
};

const validators = new WeakMap<object, Validator>();

/**
 * Checks a form against its `form_schema`; give it to `checkAnswers`, `submit`, or a `TaskWorker` as `forms`.
 *
 * A schema that is none (an unknown `type`, a `$ref` that leads nowhere) is one issue that says so.
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
    let validator = validators.get(schema);
    if (validator === undefined) {
      validator = new Validator(schema, draftOf(schema), false);
      validators.set(schema, validator);
    }
    // A failure inside an object is listed with the failures of what encloses it: only the innermost say something.
    const issues = validator
      .validate(value)
      .errors.map(({ instanceLocation, error }) => ({ path: instanceLocation.replace(/^#/, ""), message: error }));
    const isOutermost = ({ path }: FormIssue) => issues.some((other) => other.path.startsWith(`${path}/`));
    return issues.filter((issue) => !isOutermost(issue));
  } catch (error) {
    return [
      { path: "", message: `the schema cannot be used: ${error instanceof Error ? error.message : String(error)}` },
    ];
  }
};
