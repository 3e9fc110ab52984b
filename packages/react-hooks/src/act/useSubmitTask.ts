import type { Submission } from "@evalwire/tasks";
import type { EvaluationId, Nothing } from "../watch/Watched.ts";
import type { SubmitTaskArgs } from "./Arguments.ts";
import { type Mutation, type MutationOptions, mutationHook } from "./useMutation.ts";

/**
 * Hands in the answers to a task: see `submit` of `@evalwire/tasks` for the outcomes, which are values (`Late`, `Invalid`, `Conflict`, …).
 *
 * `optimistic` shows the task as done at once, until the watch does, and takes that back where the server refuses.
 *
 * @example
 * ```tsx
 * import type { Claimed } from "@evalwire/tasks";
 * import { useSubmitTask } from "@evalwire/react-hooks";
 *
 * const Fluent = ({ claimed }: { claimed: Claimed }) => {
 *   const { mutate, isRunning, error } = useSubmitTask("ev_1");
 *   return (
 *     <button disabled={isRunning} onClick={() => mutate({ ...claimed, result: { fluent: "yes" } })}>
 *       {error?.message ?? "Fluent"}
 *     </button>
 *   );
 * };
 * ```
 */
export const useSubmitTask: (
  evaluation: EvaluationId | Nothing,
  options?: MutationOptions<Submission, SubmitTaskArgs>,
) => Mutation<SubmitTaskArgs, Submission> = /* @__PURE__ */ mutationHook<SubmitTaskArgs, Submission, unknown>(
  "useSubmitTask",
);
