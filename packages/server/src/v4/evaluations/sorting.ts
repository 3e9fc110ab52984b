/** `sort_by` of evaluations: `"<field>:asc"` or `"<field>:desc"`, the first deciding; equal ones stay in order of creation. */
import type { Evaluations } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import type { Steps } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import { invalid } from "../../http/Refusal.ts";

type Evaluation = Evaluations.Evaluation;

/** @source API reference v4, `sort_by` of "List Evaluations". */
const fields: ReadonlySet<string> = new Set([
  "status",
  "application_spec_id",
  "application_spec",
  "application_variant_id",
  "application_variant",
  "evaluation_config_id",
  "completed_at",
  "total_test_case_result_count",
  "completed_test_case_result_count",
  "annotation_config",
  "question_id_to_annotation_config",
  "metric_config",
  "evaluation_config_expanded",
  "test_case_results",
  "async_jobs",
  "evaluation_datasets",
  "id",
  "created_at",
  "account_id",
  "created_by_user_id",
  "created_by_identity_type",
  "archived_at",
  "name",
  "description",
  "tags",
  "evaluation_config",
]);

/** Numbers by size, everything else by its text; what is missing comes last. */
const compare = (a: unknown, b: unknown): number => {
  const isMissing = [a, b].map((value) => value === undefined || value === null);
  if (isMissing[0] || isMissing[1]) return Number(isMissing[0]) - Number(isMissing[1]);
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [a, b].map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  return left! < right! ? -1 : left! > right! ? 1 : 0;
};

/** The requested order; `undefined` when there is none. */
export const parse = Effect.fnUntraced(function* (
  sortBy: ReadonlyArray<string>,
): Steps<((a: Evaluation, b: Evaluation) => number) | undefined> {
  const keys: Array<{ readonly field: keyof Evaluation; readonly sign: number }> = [];
  for (const [index, text] of sortBy.entries()) {
    const [field, direction = "asc", ...rest] = text.split(":");
    if (!fields.has(field!) || !(direction === "asc" || direction === "desc") || rest.length > 0) {
      const problem = "expected <field>:asc or <field>:desc with a field evaluations can be sorted by";
      return yield* invalid(Detail.value(["query", "sort_by", index], problem));
    }
    keys.push({ field: field as keyof Evaluation, sign: direction === "asc" ? 1 : -1 });
  }
  if (keys.length === 0) return undefined;
  return (a, b) => {
    for (const { field, sign } of keys) {
      const order = compare(a[field], b[field]) * sign;
      if (order !== 0) return order;
    }
    return 0;
  };
});
