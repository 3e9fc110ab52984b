import type { Tasks } from "@evalwire/core/contract";
import type { EvaluationId, Nothing } from "../watch/Watched.ts";
import type { ReleaseTaskArgs } from "./Arguments.ts";
import { type Mutation, type MutationOptions, mutationHook } from "./useMutation.ts";

/**
 * Unassigns a task, without claiming another. That `assigned_to: null` does so is not documented by the platform; `useSkipTask` is the
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
export const useReleaseTask: (
  evaluation: EvaluationId | Nothing,
  options?: MutationOptions<Tasks.Task | null, ReleaseTaskArgs>,
) => Mutation<ReleaseTaskArgs, Tasks.Task | null> = /* @__PURE__ */ mutationHook<
  ReleaseTaskArgs,
  Tasks.Task | null,
  unknown
>("useReleaseTask");
