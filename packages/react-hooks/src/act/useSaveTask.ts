import type { Submission } from "@evalwire/tasks";
import type { EvaluationId, Nothing } from "../watch/Watched.ts";
import type { SubmitTaskArgs } from "./Arguments.ts";
import { type Mutation, type MutationOptions, mutationHook } from "./useMutation.ts";

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
export const useSaveTask: (
  evaluation: EvaluationId | Nothing,
  options?: MutationOptions<Submission, SubmitTaskArgs>,
) => Mutation<SubmitTaskArgs, Submission> = /* @__PURE__ */ mutationHook<SubmitTaskArgs, Submission, unknown>(
  "useSaveTask",
);
