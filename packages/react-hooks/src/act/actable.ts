/** Tasks as the hooks that act take them. */
import type { TaskRow } from "@evalwire/core";
import { lifecycle, type Tasks } from "@evalwire/core/contract";
import type { Lease, Movable } from "@evalwire/tasks";
import { invalid, type OptimisticRow } from "./useMutation.ts";

/** A row of a watch, or a task as the API gives it, e.g. that of a `Claimed`. */
export type ActableTask = TaskRow | Tasks.Task | (Movable & Lease.Leasable);

/** What `@evalwire/tasks` needs of a task. */
export const movable = (name: string, evaluationId: string, task: ActableTask): Movable & Lease.Leasable => {
  if (typeof task !== "object" || task === null) throw invalid(name, "task", "is missing: pass a row or a task");
  if ("task_entity_id" in task) return task as Movable & Lease.Leasable;
  const { id, status, assigned_to, assignment_expires_at, test_case_result_id } = task as TaskRow;
  if (test_case_result_id === null) throw invalid(name, "task", `${id} has no test case result to write on`);
  return {
    id,
    status: status as lifecycle.Status,
    assigned_to,
    assignment_expires_at,
    task_entity_parent_id: evaluationId,
    task_entity_id: test_case_result_id,
  };
};

/** The row of a task after a move of its life; none where it has no such move. */
export const moved = (
  task: ActableTask,
  trigger: lifecycle.Trigger,
  more: Partial<OptimisticRow> = {},
): ReadonlyArray<OptimisticRow> => {
  const status = lifecycle.move(task.status as lifecycle.Status, trigger);
  return status === undefined ? [] : [{ ...more, id: task.id, status }];
};

/** The row of a task that is nobody's any more. */
export const unassigned = (id: string): ReadonlyArray<OptimisticRow> => [
  { id, assigned_to: null, assignment_expires_at: null },
];
