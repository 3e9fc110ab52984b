import type { Claim, ClaimArgs } from "@evalwire/tasks";
import { useCallback, useMemo } from "react";
import { checkOptions } from "../checkOptions.ts";
import type { EvaluationId, Nothing } from "../watch/Watched.ts";
import { unassigned } from "./actable.ts";
import { type Kind, type Mutation, type MutationOptions, mutationNames, onlyV4, useMutation } from "./useMutation.ts";

export interface ClaimRequest {
  /** The id of a task in hand, to be given back to the queue first. */
  readonly skip?: string;
}

export interface ClaimTask extends Omit<Mutation<ClaimRequest, Claim>, "mutate" | "mutateAsync"> {
  readonly mutate: (request?: ClaimRequest) => void;
  readonly mutateAsync: (request?: ClaimRequest) => Promise<Claim>;
  /** Claims a task; rejects as `mutateAsync` does. While a claim is under way, another click gets the same one's promise. */
  readonly claim: () => Promise<Claim>;
  /** Gives a task back to the queue and claims another. */
  readonly skip: (taskId: string) => Promise<Claim>;
}

export interface ClaimTaskOptions extends Omit<ClaimArgs, "evaluation_id">, MutationOptions<Claim, ClaimRequest> {}

const names: Record<keyof ClaimTaskOptions, true> = { ...mutationNames, task_type: true, me: true, followUps: true };

const kindOf = (own: Omit<ClaimArgs, "evaluation_id">): Kind<ClaimRequest, Claim> => ({
  name: "useClaimTask",
  exclusive: true,
  run: async (target, { skip }) => {
    onlyV4(target, "useClaimTask");
    const args = { ...own, evaluation_id: target.evaluationId };
    return skip === undefined
      ? target.claim(target.client, args)
      : target.skip(target.client, { ...args, task_id: skip });
  },
  optimistic: ({ skip }) => (skip === undefined ? [] : unassigned(skip)),
});

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
 *   const { mutate, isRunning, state, error } = useClaimTask("ev_1", { me: "user_ada" });
 *   return (
 *     <button disabled={isRunning} onClick={() => mutate()}>
 *       {error?.message ?? (state._tag === "done" && state.value._tag === "NothingLeft" ? "All done" : "Next task")}
 *     </button>
 *   );
 * };
 * ```
 */
export const useClaimTask = (evaluation: EvaluationId | Nothing, options: ClaimTaskOptions = {}): ClaimTask => {
  checkOptions("useClaimTask", options, names);
  const { task_type, me, followUps } = options;
  const kind = useMemo(() => {
    const own = { task_type, me, followUps };
    return kindOf(Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)));
  }, [task_type, me, followUps]);
  const mutation = useMutation(kind, evaluation, options);
  const { mutate: start, mutateAsync: startAsync } = mutation;
  const mutate = useCallback((request: ClaimRequest = {}) => start(request), [start]);
  const mutateAsync = useCallback((request: ClaimRequest = {}) => startAsync(request), [startAsync]);
  return useMemo(
    () => ({ ...mutation, mutate, mutateAsync, claim: () => mutateAsync(), skip: (skip) => mutateAsync({ skip }) }),
    [mutation, mutate, mutateAsync],
  );
};
