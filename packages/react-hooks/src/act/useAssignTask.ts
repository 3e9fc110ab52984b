import type { Tasks, v5 } from "@evalwire/core/contract";
import type { EvaluationId, Nothing } from "../watch/Watched.ts";
import type { AssignTaskArgs } from "./Arguments.ts";
import { type Mutation, type MutationOptions, mutationHook } from "./useMutation.ts";

/** The tasks as the server answers them, by version. */
export type Assigned = ReadonlyArray<Tasks.Task | v5.AnnotationTasks.AnnotationTask>;

export interface AssignTask extends Mutation<AssignTaskArgs, Assigned> {
  /** Assigns one task, or several, to a user; rejects as `mutateAsync` does. */
  readonly assign: (taskIds: string | ReadonlyArray<string>, userId: string) => Promise<Assigned>;
}

/**
 * Assigns tasks of an evaluation to one user. A watch of the same client shows it at once. `useAssignTasks` executes a plan.
 *
 * @example
 * ```tsx
 * import { useAssignTask } from "@evalwire/react-hooks";
 *
 * const GiveToAda = ({ taskId }: { taskId: string }) => {
 *   const { mutate, error } = useAssignTask("ev_1");
 *   return (
 *     <button onClick={() => mutate({ task_ids: [taskId], assigned_to: "user_ada" })}>
 *       {error?.message ?? "Give to Ada"}
 *     </button>
 *   );
 * };
 * ```
 */
export const useAssignTask: (
  evaluation: EvaluationId | Nothing,
  options?: MutationOptions<Assigned, AssignTaskArgs>,
) => AssignTask = /* @__PURE__ */ mutationHook<AssignTaskArgs, Assigned, Pick<AssignTask, "assign">>("useAssignTask", {
  more: (mutateAsync) => ({
    assign: (taskIds, assigned_to) => mutateAsync({ task_ids: [taskIds].flat(), assigned_to }),
  }),
});
