/** Tasks as the hooks that act take them. */
import type { TaskRow } from "@evalwire/core";
import { lifecycle } from "@evalwire/core/contract";
import type { Lease, Movable } from "@evalwire/tasks";
import type { ActableTask, OptimisticRow } from "./Arguments.ts";

/** What `@evalwire/tasks` needs of a task, or what is wrong with it. */
export const movable = (evaluationId: string, task: ActableTask): (Movable & Lease.Leasable) | string => {
  if (typeof task !== "object" || task === null) return "is missing: pass a row or a task";
  if ("task_entity_id" in task) return task as Movable & Lease.Leasable;
  const { id, status, assigned_to, assignment_expires_at, test_case_result_id } = task as TaskRow;
  if (test_case_result_id === null) return `${id} has no test case result to write on`;
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

/** The row of a task that is no longer assigned. */
export const unassigned = (id: string): ReadonlyArray<OptimisticRow> => [
  { id, assigned_to: null, assignment_expires_at: null },
];
