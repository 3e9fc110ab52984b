import type { Tasks } from "@evalwire/core/contract";
import { checkOptions } from "../checkOptions.ts";
import type { EvaluationId, Nothing } from "../watch/Watched.ts";
import { unassigned } from "./actable.ts";
import {
  invalid,
  type Kind,
  type Mutation,
  type MutationOptions,
  mutationNames,
  onlyV4,
  useMutation,
} from "./useMutation.ts";

export interface ReleaseTaskArgs {
  readonly task_id: string;
}

const kind: Kind<ReleaseTaskArgs, Tasks.Task | null> = {
  name: "useReleaseTask",
  run: async (target, { task_id }) => {
    onlyV4(target, "useReleaseTask");
    if (typeof task_id !== "string" || task_id === "") throw invalid("useReleaseTask", "task_id", "is missing");
    const args = { evaluation_id: target.evaluationId, task_id, assigned_to: null };
    // Sent once: sent again after a lost answer it could take the task from whoever claimed it meanwhile.
    return target.client.evaluations.tasks.update(args, { maxRetries: 0 });
  },
  optimistic: ({ task_id }) => unassigned(task_id),
};

/**
 * Makes a task nobody's, without claiming another. That `assigned_to: null` does so is not documented by the platform; `useSkipTask` is the
 * documented way for one's own task. The value is the task as the server answers it, or `null`.
 *
 * @example
 * ```tsx
 * import { useReleaseTask } from "@evalwire/react-hooks";
 *
 * const Release = ({ taskId }: { taskId: string }) => {
 *   const { mutate, optimistic } = useReleaseTask("ev_1");
 *   return <button onClick={() => mutate({ task_id: taskId })}>{optimistic.has(taskId) ? "Releasing…" : "Release"}</button>;
 * };
 * ```
 */
export const useReleaseTask = (
  evaluation: EvaluationId | Nothing,
  options: MutationOptions<Tasks.Task | null, ReleaseTaskArgs> = {},
): Mutation<ReleaseTaskArgs, Tasks.Task | null> => {
  checkOptions("useReleaseTask", options, mutationNames);
  return useMutation(kind, evaluation, options);
};
