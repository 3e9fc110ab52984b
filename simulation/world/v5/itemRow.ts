/** How an item of v5 reads as the row of a watch: the columns of the evaluation's tasks decide how far it is. */
import type { Row } from "../Database.ts";

/** As much of an item as a watch reads. */
export interface Item {
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly task_errors?: Readonly<Record<string, unknown>> | null;
  readonly dataset_item_id?: string;
}

export interface Task {
  readonly task_type: string;
  readonly alias?: string | null;
  readonly configuration: { readonly type?: string };
}

/** The columns that the results of tasks go to. */
export const columnsOf = (tasks: ReadonlyArray<Task>): ReadonlyArray<string> =>
  tasks.map(({ alias, task_type, configuration }) => {
    if (alias) return alias;
    return task_type === "metric" ? String(configuration.type) : task_type.replaceAll(".", "_");
  });

export const rowOf = ({ id, data, task_errors, dataset_item_id }: Item, columns: ReadonlyArray<string>): Row => {
  const errors = task_errors ?? {};
  const isDone = columns.length > 0 && columns.every((column) => data[column] != null || column in errors);
  const hasFailed = Object.keys(errors).length > 0;
  return {
    id,
    task_type: "evaluation.item",
    status: isDone ? "COMPLETED" : "PENDING",
    priority: null,
    assigned_to: null,
    assignment_expires_at: null,
    test_case_result_id: id,
    test_case_id: dataset_item_id ?? null,
    label_status: hasFailed ? "FAILED" : isDone ? "COMPLETED" : "PENDING",
    audit_status: null,
    updated_at: null,
  };
};
