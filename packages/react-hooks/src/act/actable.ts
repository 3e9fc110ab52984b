/** Rows of tasks as they will be after an action. */
import { lifecycle } from "@evalwire/core/contract";
import type { ActableTask, OptimisticRow } from "./Arguments.ts";

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
