import type { Claim } from "@evalwire/tasks";
import type { EvaluationId, Nothing } from "../watch/Watched.ts";
import type { SkipTaskArgs } from "./Arguments.ts";
import { type Mutation, type MutationOptions, mutationHook } from "./useMutation.ts";

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
export const useSkipTask: (
  evaluation: EvaluationId | Nothing,
  options?: MutationOptions<Claim, SkipTaskArgs>,
) => Mutation<SkipTaskArgs, Claim> = /* @__PURE__ */ mutationHook<SkipTaskArgs, Claim, unknown>("useSkipTask", {
  exclusive: true,
});
