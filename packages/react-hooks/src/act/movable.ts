/** Tasks as the hooks that act take them. */
import type { TaskRow } from "@evalwire/core";
import type { lifecycle } from "@evalwire/core/contract";
import type { Lease, Movable } from "@evalwire/tasks";
import type { ActableTask } from "./Arguments.ts";

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
