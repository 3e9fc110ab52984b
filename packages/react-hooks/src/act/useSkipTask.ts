import type { Claim, SkipArgs } from "@evalwire/tasks";
import { checkOptions } from "../checkOptions.ts";
import type { EvaluationId, Nothing } from "../watch/Watched.ts";
import { unassigned } from "./actable.ts";
import { type Kind, type Mutation, type MutationOptions, mutationNames, onlyV4, useMutation } from "./useMutation.ts";

/** The task in hand, and what `skip` of `@evalwire/tasks` takes beside it. */
export interface SkipTaskArgs extends Omit<SkipArgs, "evaluation_id"> {}

const kind: Kind<SkipTaskArgs, Claim> = {
  name: "useSkipTask",
  exclusive: true,
  run: async (target, args) => {
    onlyV4(target, "useSkipTask");
    return target.skip(target.client, { ...args, evaluation_id: target.evaluationId });
  },
  optimistic: ({ task_id }) => unassigned(task_id),
};

/**
 * Gives a task in hand back to the end of the queue, and claims another: see `skip` of `@evalwire/tasks`. Sent at most once: while one is
 * under way, another click gets its promise.
 *
 * @example
 * ```tsx
 * import { useSkipTask } from "@evalwire/react-hooks";
 *
 * const Skip = ({ taskId }: { taskId: string }) => {
 *   const { mutate, state } = useSkipTask("ev_1");
 *   const isLast = state._tag === "done" && state.value._tag === "NothingLeft";
 *   return <button disabled={isLast} onClick={() => mutate({ task_id: taskId })}>Skip</button>;
 * };
 * ```
 */
export const useSkipTask = (
  evaluation: EvaluationId | Nothing,
  options: MutationOptions<Claim, SkipTaskArgs> = {},
): Mutation<SkipTaskArgs, Claim> => {
  checkOptions("useSkipTask", options, mutationNames);
  return useMutation(kind, evaluation, options);
};
