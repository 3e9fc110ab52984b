import type { TasksChanged, Verdict } from "@evalwire/tasks";
import type { EvaluationId, Nothing } from "../watch/Watched.ts";
import type { AuditArgs } from "./Arguments.ts";
import { type Mutation, type MutationOptions, mutationHook } from "./useMutation.ts";

/** In v4 the outcome of the verdict, in v5 the tasks that it changed. */
export type Audited = Verdict | TasksChanged;

/**
 * Judges work that was handed in: see `audit` of `@evalwire/tasks` for the outcomes of v4, `v5.audit` for those of v5.
 *
 * @example
 * ```tsx
 * import type { TaskRow } from "@evalwire/core";
 * import { useAudit } from "@evalwire/react-hooks";
 *
 * const Verdict = ({ task }: { task: TaskRow }) => {
 *   const { mutate, isRunning, error } = useAudit("ev_1");
 *   return (
 *     <p>
 *       <button disabled={isRunning} onClick={() => mutate({ verdict: "approve", task })}>Approve</button>
 *       <button disabled={isRunning} onClick={() => mutate({ verdict: "requestRevision", task })}>Send back</button>
 *       {error?.message}
 *     </p>
 *   );
 * };
 * ```
 */
export const useAudit: (
  evaluation: EvaluationId | Nothing,
  options?: MutationOptions<Audited, AuditArgs>,
) => Mutation<AuditArgs, Audited> = /* @__PURE__ */ mutationHook<AuditArgs, Audited, unknown>("useAudit");
