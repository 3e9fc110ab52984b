import type { Claim, ClaimArgs } from "@evalwire/tasks";
import type { EvaluationId, Nothing } from "../watch/Watched.ts";
import type { ClaimArguments, ClaimRequest } from "./Arguments.ts";
import { type Kind, type Mutation, type MutationOptions, mutationNames, useMutation } from "./useMutation.ts";

export interface ClaimTask extends Omit<Mutation<ClaimArguments, Claim>, "mutate" | "mutateAsync"> {
  readonly mutate: (request?: ClaimRequest) => void;
  readonly mutateAsync: (request?: ClaimRequest) => Promise<Claim>;
  /** Claims a task; rejects as `mutateAsync` does. While a claim is under way, another click gets the same one's promise. */
  readonly claim: () => Promise<Claim>;
  /** Gives a task back to the queue and claims another. */
  readonly skip: (taskId: string) => Promise<Claim>;
}

export interface ClaimTaskOptions extends Omit<ClaimArgs, "evaluation_id">, MutationOptions<Claim, ClaimRequest> {}

const names: Record<keyof ClaimTaskOptions, true> = { ...mutationNames, task_type: true, me: true, followUps: true };

const kind: Kind<ClaimArguments, Claim, Pick<ClaimTask, "claim" | "skip">> = {
  names,
  exclusive: true,
  more: (mutateAsync) => ({ claim: () => mutateAsync({}), skip: (skip) => mutateAsync({ skip }) }),
};

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
  const { task_type, me, followUps } = options;
  return useMutation(
    "useClaimTask",
    kind,
    evaluation,
    options,
    (request) => ({ ...request, task_type, me, followUps }) as ClaimArguments,
  ) as ClaimTask;
};
