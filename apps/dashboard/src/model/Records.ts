/** The fields of a test case result that the dashboard keeps: inputs of figures and lists, without its long texts. */
import type { TaskRow } from "@evalwire/core";
import type { TestCaseResults, v5 } from "@evalwire/core/contract";
import { millisOf } from "./Time.ts";

export interface Record {
  readonly id: string;
  readonly testCaseId: string;
  readonly title: string;
  /** By metric key. */
  readonly metrics: Readonly<{ [key: string]: number }>;
  /** By question id. */
  readonly answers: Readonly<{ [questionId: string]: unknown }>;
  /** Milliseconds since 1970, by the server's clock. */
  readonly createdAt: number | undefined;
  readonly completedAt: number | undefined;
  readonly updatedAt: number | undefined;
  /** Spent labelling. */
  readonly seconds: number | undefined;
  readonly annotatedBy: string | undefined;
  readonly editedBy: string | undefined;
  readonly auditStatus: string | undefined;
  readonly auditComment: string | undefined;
}

export type Records = ReadonlyMap<string, Record>;

/** The id of the result of a task; in v5 an item is both. */
export const resultIdOf = ({ id, test_case_result_id }: Pick<TaskRow, "id" | "test_case_result_id">): string =>
  test_case_result_id ?? id;

const mostWords = 9;

/** The input's `title` if it has one, else its first words. */
export const titleOf = (input: unknown): string | undefined => {
  if (typeof input === "object" && input !== null) {
    const { title } = input as { readonly title?: unknown };
    if (typeof title === "string" && title !== "") return title;
    return titleOf(Object.values(input).find((value) => typeof value === "string"));
  }
  if (typeof input !== "string" || input.trim() === "") return undefined;
  // Only the beginning is looked at: an input may be a whole book.
  const words = input.slice(0, 400).trim().split(/\s+/);
  return words.length <= mostWords ? words.join(" ") : `${words.slice(0, mostWords).join(" ")}…`;
};

const inputOf = (result: TestCaseResults.TestCaseResult): unknown => {
  const data = result.test_case_version?.test_case_data as { readonly input?: unknown } | undefined;
  return data?.input ?? data;
};

export const recordOf = (result: TestCaseResults.TestCaseResult): Record => ({
  id: result.id,
  testCaseId: result.test_case_id,
  title: titleOf(inputOf(result)) ?? result.test_case_id,
  metrics: result.metrics ?? {},
  answers: result.result ?? {},
  createdAt: millisOf(result.created_at),
  completedAt: millisOf(result.completed_at),
  updatedAt: millisOf(result.updated_at),
  seconds: result.time_spent_labeling_s ?? undefined,
  annotatedBy: result.annotated_by_user_id ?? undefined,
  editedBy: result.edited_by_user_id ?? undefined,
  auditStatus: result.audit_status ?? undefined,
  auditComment: result.audit_comment ?? undefined,
});

/** The numbers among the fields of an item, two levels deep: what its tasks found stands beside what it was given. */
const numbersOf = (data: object): { readonly [key: string]: number } => {
  const found: { [key: string]: number } = {};
  for (const [key, value] of Object.entries(data)) {
    if (typeof value === "number") found[key] = value;
    else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [inner, each] of Object.entries(value)) if (typeof each === "number") found[`${key}.${inner}`] = each;
    }
  }
  return found;
};

/** An item of v5, whose numbers count as its metrics. */
export const recordOfItem = (item: v5.EvaluationItems.EvaluationItem): Record => ({
  id: item.id,
  testCaseId: item.dataset_item_id ?? item.id,
  title: titleOf(item.data) ?? item.id,
  metrics: numbersOf(item.data),
  answers: {},
  createdAt: millisOf(item.created_at),
  completedAt: undefined,
  updatedAt: undefined,
  seconds: undefined,
  annotatedBy: undefined,
  editedBy: undefined,
  auditStatus: undefined,
  auditComment: undefined,
});
