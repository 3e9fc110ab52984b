import type { Tasks, v5 } from "@evalwire/core/contract";
import { useCallback, useMemo } from "react";
import { checkOptions } from "../checkOptions.ts";
import type { EvaluationId, Nothing } from "../watch/Watched.ts";
import { type Kind, type Mutation, type MutationOptions, mutationNames, useMutation } from "./useMutation.ts";

export interface AssignTaskArgs {
  readonly task_ids: ReadonlyArray<string>;
  /** The user's id. */
  readonly assigned_to: string;
}

/** The tasks as the server answers them, by version. */
export type Assigned = ReadonlyArray<Tasks.Task | v5.AnnotationTasks.AnnotationTask>;

export interface AssignTask extends Mutation<AssignTaskArgs, Assigned> {
  /** Assigns one task, or several, to a user; rejects as `mutateAsync` does. */
  readonly assign: (taskIds: string | ReadonlyArray<string>, userId: string) => Promise<Assigned>;
}

const kind: Kind<AssignTaskArgs, Assigned> = {
  name: "useAssignTask",
  run: async ({ assign, client, evaluationId, version }, { task_ids, assigned_to }) => {
    if (version === "v4") return assign(client, { evaluation_id: evaluationId, task_ids, assigned_to });
    return (await client.v5.annotationTasks.batch({ ids: task_ids, assigned_to })).items;
  },
  optimistic: ({ task_ids, assigned_to }) => task_ids.map((id) => ({ id, assigned_to })),
};

/**
 * Assigns tasks of an evaluation to one user. A watch of the same client shows it at once. `useAssignTasks` carries out a plan.
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
export const useAssignTask = (
  evaluation: EvaluationId | Nothing,
  options: MutationOptions<Assigned, AssignTaskArgs> = {},
): AssignTask => {
  checkOptions("useAssignTask", options, mutationNames);
  const mutation = useMutation(kind, evaluation, options);
  const { mutateAsync } = mutation;
  const assign = useCallback(
    (taskIds: string | ReadonlyArray<string>, assigned_to: string) =>
      mutateAsync({ task_ids: typeof taskIds === "string" ? [taskIds] : taskIds, assigned_to }),
    [mutateAsync],
  );
  return useMemo(() => ({ ...mutation, assign }), [mutation, assign]);
};
