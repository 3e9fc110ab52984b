import type { SGPClient } from "@evalwire/core";
import { type Claim, type ClaimArgs, claim, skip } from "@evalwire/tasks";
import { useCallback, useMemo } from "react";
import { useEvalwire } from "./EvalwireProvider.tsx";
import type { ActionState } from "./stores/Action.ts";
import { useAction } from "./useAction.ts";
import { useLatest } from "./useLatest.ts";

export interface ClaimTask {
  /** Claims a task. While a claim is under way, another click gets the same one's promise. */
  readonly claim: () => Promise<Claim>;
  /** Gives a task back to the queue and claims another. */
  readonly skip: (taskId: string) => Promise<Claim>;
  /** What became of the last claim. */
  readonly state: ActionState<Claim>;
  /** Resets the state to idle. */
  readonly reset: () => void;
}

/**
 * Claims tasks of an evaluation, safely: see `claim` of `@evalwire/tasks`.
 *
 * A claim is not cancelled when the component goes: the server may have given the task already, and the promise says which.
 *
 * @example
 * ```tsx
 * import { useClaimTask } from "@evalwire/react-hooks";
 *
 * const Next = () => {
 *   const { claim, state } = useClaimTask("ev_1", { me: "user_ada" });
 *   return (
 *     <button disabled={state._tag === "running"} onClick={() => claim().catch(() => undefined)}>
 *       {state._tag === "done" && state.value._tag === "NothingLeft" ? "All done" : "Next task"}
 *     </button>
 *   );
 * };
 * ```
 */
export const useClaimTask = (evaluationId: string, options: Omit<ClaimArgs, "evaluation_id"> = {}): ClaimTask => {
  const { client } = useEvalwire();
  const [action, state] = useAction<Claim>({ exclusive: true });
  const latest = useLatest({ client, args: { ...options, evaluation_id: evaluationId } });
  const start = useCallback(
    (run: (client: SGPClient, args: ClaimArgs) => Promise<Claim>) => {
      const { client, args } = latest.current;
      return action.run(() => run(client, args));
    },
    [action, latest],
  );
  return useMemo(
    () => ({
      claim: () => start(claim),
      skip: (taskId) => start((client, args) => skip(client, { ...args, task_id: taskId })),
      state,
      reset: action.reset,
    }),
    [start, state, action],
  );
};
