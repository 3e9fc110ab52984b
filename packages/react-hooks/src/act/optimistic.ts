/** Rows of tasks as they will be after an action. */
import { lifecycle } from "@evalwire/core/contract";
import type { ActableTask, ActingHook, ArgumentsOf, OptimisticRow } from "./Arguments.ts";

type Rows = ReadonlyArray<OptimisticRow>;

/** The row of a task after a move of its life; none where it has no such move. */
const moved = (task: ActableTask, trigger: lifecycle.Trigger, more: Partial<OptimisticRow>): Rows => {
  const status = lifecycle.move(task.status as lifecycle.Status, trigger);
  return status === undefined ? [] : [{ ...more, id: task.id, status }];
};

const unassigned = (id: string): Rows => [{ id, assigned_to: null, assignment_expires_at: null }];

const audited = {
  approve: { audit_status: "APPROVED" },
  fix: { audit_status: "FIXED" },
  requestRevision: { label_status: "PENDING" },
} as const;

const expected: { readonly [Hook in ActingHook]: (args: ArgumentsOf[Hook]) => Rows } = {
  useSubmitTask: ({ task }) => moved(task, "submit", { label_status: "COMPLETED" }),
  useSaveTask: ({ task }) => [{ id: task.id }],
  useSkipTask: ({ task_id }) => unassigned(task_id),
  useClaimTask: ({ skip }) => (skip === undefined ? [] : unassigned(skip)),
  useReleaseTask: ({ task_id }) => unassigned(task_id),
  useAudit: ({ verdict, task }) => moved(task, verdict, audited[verdict]),
  useAssignTask: ({ task_ids, assigned_to }) => task_ids.map((id) => ({ id, assigned_to })),
  useAssignTasks: ({ plan, dryRun }) =>
    dryRun === true ? [] : plan.moves.map(({ taskId, to }) => ({ id: taskId, assigned_to: to })),
};

/** The expected effect of a hook's run on the watch. */
export const rowsOf = (hook: ActingHook, args: unknown): Rows => {
  try {
    return expected[hook](args as never);
  } catch {
    // Arguments that are none have no rows; the run itself says what is wrong with them.
    return [];
  }
};
