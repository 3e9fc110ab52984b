/**
 * Fields a watch keeps of a task: its identity, its version and the few facts lists are made of, under the wire's names.
 *
 * A row is small on purpose. The letter a task is about (the test case result with its texts) stays on the
 * server, except for the fields requested by `include`.
 */
import * as status from "../../contract/status.ts";

/** One task, as a watch holds it. Rows are immutable: a changed task is another object, an unchanged one the same. */
export interface TaskRow {
  readonly id: string;
  /** `EVALUATION_ANNOTATION`, `EVALUATION_AUDIT`, `CONTRIBUTOR_ANNOTATION`, `CONTRIBUTOR_AUDIT`, or a later member. */
  readonly task_type: string;
  /** `NOT_READY`, `PENDING`, `PENDING_REDO`, `COMPLETED`, `FIXED`, or a later member. */
  readonly status: string;
  readonly priority: number | null;
  /** The id of the user who holds the task, also where the platform sends the whole user. */
  readonly assigned_to: string | null;
  /** ISO 8601, as the platform wrote it. */
  readonly assignment_expires_at: string | null;
  readonly test_case_result_id: string | null;
  readonly test_case_id: string | null;
  /** `PENDING`, `COMPLETED`, `FAILED`, or a later member; of the test case result. */
  readonly label_status: string | null;
  /** `UNAUDITED`, `FIXED`, `APPROVED`, or a later member; of the test case result. */
  readonly audit_status: string | null;
  /** ISO 8601; of the test case result, or of the task where the platform says (v5). */
  readonly updated_at: string | null;
  /** The fields of the test case result that `include` requests, as they came. */
  readonly included?: Readonly<Record<string, unknown>>;
  /**
   * ISO 8601 by the server's clock: the task was like this then. With the option `history` only: when this version began where the history
   * says so, else when a look showed it, if that is known to a few seconds. It is no part of the version.
   */
  readonly as_of?: string;
}

/** A user's hold on an open task: the triple (task, assignee, deadline). Another deadline is another lease. */
export interface Lease {
  readonly taskId: string;
  readonly assignee: string;
  /** ISO 8601 by the server's clock; `null` for an assignment without a deadline, which never expires. */
  readonly expiresAt: string | null;
}

/** The fields that make a row's version, `included` apart. */
export const fields = [
  "task_type",
  "status",
  "priority",
  "assigned_to",
  "assignment_expires_at",
  "test_case_result_id",
  "test_case_id",
  "label_status",
  "audit_status",
  "updated_at",
] as const satisfies ReadonlyArray<keyof TaskRow>;

export type Field = (typeof fields)[number] | "included";

/** A row with `null` for every fact that is not given; all rows are made here, so that they have one shape in memory. */
export const make = (facts: Partial<TaskRow> & Pick<TaskRow, "id">): TaskRow => {
  const row: TaskRow = {
    id: facts.id,
    task_type: facts.task_type ?? "",
    status: facts.status ?? "",
    priority: facts.priority ?? null,
    assigned_to: facts.assigned_to ?? null,
    assignment_expires_at: facts.assignment_expires_at ?? null,
    test_case_result_id: facts.test_case_result_id ?? null,
    test_case_id: facts.test_case_id ?? null,
    label_status: facts.label_status ?? null,
    audit_status: facts.audit_status ?? null,
    updated_at: facts.updated_at ?? null,
  };
  return facts.included === undefined ? row : { ...row, included: facts.included };
};

/** Whether work on the task is still to be done; a finished task has no lease. */
export const isOpen = (row: TaskRow): boolean => status.isOpen(row.status);

/** The lease a row stands for, or `undefined` when the task is not held or nothing is left to do on it. */
export const leaseOf = (row: TaskRow): Lease | undefined =>
  row.assigned_to !== null && isOpen(row)
    ? { taskId: row.id, assignee: row.assigned_to, expiresAt: row.assignment_expires_at }
    : undefined;
