import type { Submission } from "@evalwire/tasks";
import { checkOptions } from "../checkOptions.ts";
import type { EvaluationId, Nothing } from "../watch/Watched.ts";
import { movable } from "./actable.ts";
import { type Kind, type Mutation, type MutationOptions, mutationNames, onlyV4, useMutation } from "./useMutation.ts";
import type { SubmitTaskArgs } from "./useSubmitTask.ts";

const kind: Kind<SubmitTaskArgs, Submission> = {
  name: "useSaveTask",
  run: async (target, args) => {
    onlyV4(target, "useSaveTask");
    return target.save(target.client, { ...args, task: movable("useSaveTask", target.evaluationId, args.task) });
  },
  optimistic: ({ task }) => [{ id: task.id }],
};

/**
 * Keeps the answers to a task without handing it in: the task stays in hand. Takes and gives what `useSubmitTask` does.
 *
 * @example
 * ```tsx
 * import type { Claimed } from "@evalwire/tasks";
 * import { useSaveTask } from "@evalwire/react-hooks";
 *
 * const Draft = ({ claimed, answer }: { claimed: Claimed; answer: string }) => {
 *   const { mutate, state } = useSaveTask("ev_1");
 *   return <button onClick={() => mutate({ ...claimed, result: { fluent: answer } })}>Save: {state._tag}</button>;
 * };
 * ```
 */
export const useSaveTask = (
  evaluation: EvaluationId | Nothing,
  options: MutationOptions<Submission, SubmitTaskArgs> = {},
): Mutation<SubmitTaskArgs, Submission> => {
  checkOptions("useSaveTask", options, mutationNames);
  return useMutation(kind, evaluation, options);
};
