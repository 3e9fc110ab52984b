/** When a task's assignment ends, read once a row: rows are compared by it again and again. */
import type { TaskRow } from "@evalwire/core";
import { millisOf } from "./Time.ts";

const known = new WeakMap<TaskRow, number>();

/** In milliseconds since 1970; `Infinity` without a deadline. */
export const deadlineOf = (task: TaskRow): number => {
  let deadline = known.get(task);
  if (deadline === undefined) {
    deadline = millisOf(task.assignment_expires_at) ?? Number.POSITIVE_INFINITY;
    known.set(task, deadline);
  }
  return deadline;
};
