/**
 * Whether a JSON value is what a schema says, and if not, where and why.
 *
 * Promises: 1. the value itself is handed back, never a copy; 2. a valid value costs one pass that builds no issue.
 */
import { guard } from "./guard.ts";
import * as Issue from "./Issue.ts";
import type { Codec } from "./Schema.ts";

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: ReadonlyArray<Issue.Issue> };

/**
 * A checker for `schema`; making it twice costs nothing.
 *
 * @example
 * ```ts
 * import { check, Tasks } from "@evalwire/core/contract";
 *
 * check(Tasks.TaskStatus)("PENDING"); // => { ok: true, value: "PENDING" }
 * check(Tasks.TaskStatus)(7); // => { ok: false, issues: [{ path: [], message: "Expected string, got a number", kind: "invalid" }] }
 * ```
 */
export const check = <T>(schema: Codec<T>): ((value: unknown) => Checked<T>) => {
  const isValid = guard(schema);
  return (value) => (isValid(value) ? { ok: true, value } : { ok: false, issues: Issue.list(schema.node, value) });
};
