import type { Tasks } from "@evalwire/core/contract";
import { assign } from "@evalwire/tasks";
import { useCallback, useMemo } from "react";
import { useEvalwire } from "./EvalwireProvider.tsx";
import type { ActionState } from "./stores/Action.ts";
import { useAction } from "./useAction.ts";
import { useLatest } from "./useLatest.ts";

export interface AssignTask {
  /** Assigns one task, or several, to a user. A watch of the same client shows it at once. */
  readonly assign: (taskIds: string | ReadonlyArray<string>, userId: string) => Promise<ReadonlyArray<Tasks.Task>>;
  /** What became of the last assignment. */
  readonly state: ActionState<ReadonlyArray<Tasks.Task>>;
  readonly reset: () => void;
}

/**
 * Assigns tasks of an evaluation to users.
 *
 * @example
 * ```tsx
 * import { useAssignTask } from "@evalwire/react-hooks";
 *
 * const GiveToAda = ({ taskId }: { taskId: string }) => {
 *   const { assign, state } = useAssignTask("ev_1");
 *   return (
 *     <button onClick={() => assign(taskId, "user_ada").catch(() => undefined)}>
 *       {state._tag === "failed" ? String(state.error) : "Give to Ada"}
 *     </button>
 *   );
 * };
 * ```
 */
export const useAssignTask = (evaluationId: string): AssignTask => {
  const { client } = useEvalwire();
  const [action, state] = useAction<ReadonlyArray<Tasks.Task>>();
  const latest = useLatest({ client, evaluationId });
  const start = useCallback(
    (taskIds: string | ReadonlyArray<string>, userId: string) => {
      const { client, evaluationId } = latest.current;
      const task_ids = typeof taskIds === "string" ? [taskIds] : taskIds;
      return action.run(() => assign(client, { evaluation_id: evaluationId, task_ids, assigned_to: userId }));
    },
    [action, latest],
  );
  return useMemo(() => ({ assign: start, state, reset: action.reset }), [start, state, action]);
};
