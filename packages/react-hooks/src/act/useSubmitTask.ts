import type { Submission, SubmitArgs } from "@evalwire/tasks";
import { checkOptions } from "../checkOptions.ts";
import type { EvaluationId, Nothing } from "../watch/Watched.ts";
import { type ActableTask, movable, moved } from "./actable.ts";
import { type Kind, type Mutation, type MutationOptions, mutationNames, onlyV4, useMutation } from "./useMutation.ts";

/** As for `submit` of `@evalwire/tasks`; the task may be a row of a watch. */
export interface SubmitTaskArgs extends Omit<SubmitArgs, "task"> {
  readonly task: ActableTask;
}

const kind: Kind<SubmitTaskArgs, Submission> = {
  name: "useSubmitTask",
  run: async (target, args) => {
    onlyV4(target, "useSubmitTask");
    return target.submit(target.client, { ...args, task: movable("useSubmitTask", target.evaluationId, args.task) });
  },
  optimistic: ({ task }) => moved(task, "submit", { label_status: "COMPLETED" }),
};

/**
 * Hands in the answers to a task: see `submit` of `@evalwire/tasks` for the outcomes, which are values (`Late`, `Invalid`, `Conflict`, …).
 *
 * A watch of the same client shows the task as done at once, and takes that back where the server refuses.
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
export const useSubmitTask = (
  evaluation: EvaluationId | Nothing,
  options: MutationOptions<Submission, SubmitTaskArgs> = {},
): Mutation<SubmitTaskArgs, Submission> => {
  checkOptions("useSubmitTask", options, mutationNames);
  return useMutation(kind, evaluation, options);
};
