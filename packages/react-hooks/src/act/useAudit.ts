import type { TestCaseResults } from "@evalwire/core/contract";
import type { TasksChanged, Verdict } from "@evalwire/tasks";
import { checkOptions } from "../checkOptions.ts";
import type { EvaluationId, Nothing } from "../watch/Watched.ts";
import { type ActableTask, movable, moved } from "./actable.ts";
import { invalid, type Kind, type Mutation, type MutationOptions, mutationNames, useMutation } from "./useMutation.ts";

interface Judged {
  /** The task that was handed in, not the audit task. */
  readonly task: ActableTask;
  /** Shown to the annotator; v4 only. */
  readonly comment?: string;
  /** Who audits, if it is known: nobody judges their own work; v4 only. */
  readonly me?: string;
}

export type AuditArgs =
  /** Accepts the work. */
  | (Judged & { readonly verdict: "approve" })
  /** Corrects it: `result` takes the place of the annotator's answers; v4 only. */
  | (Judged & { readonly verdict: "fix"; readonly result: TestCaseResults.Answers })
  /** Sends it back to be done again. */
  | (Judged & { readonly verdict: "requestRevision" });

/** In v4 the outcome of the verdict, in v5 the tasks that it changed. */
export type Audited = Verdict | TasksChanged;

const name = "useAudit";

const kind: Kind<AuditArgs, Audited> = {
  name,
  run: async ({ audit, v5, client, evaluationId, version }, args) => {
    const { verdict, comment, me } = args;
    if (version === "v5") {
      if (verdict === "fix") throw invalid(name, "verdict", "fix is none of v5, which cannot correct answers");
      return v5.audit[verdict](client, { ids: [args.task.id] });
    }
    const about = {
      task: movable(name, evaluationId, args.task),
      ...(comment === undefined ? {} : { comment }),
      ...(me === undefined ? {} : { me }),
    };
    switch (verdict) {
      case "approve":
        return audit.approve(client, about);
      case "fix":
        return audit.fix(client, { ...about, result: args.result });
      case "requestRevision":
        return audit.requestRevision(client, about);
      default:
        throw invalid(name, "verdict", `must be approve, fix or requestRevision, not ${String(verdict)}`);
    }
  },
  optimistic: ({ verdict, task }) => {
    switch (verdict) {
      case "approve":
        return moved(task, "approve", { audit_status: "APPROVED" });
      case "fix":
        return moved(task, "fix", { audit_status: "FIXED" });
      case "requestRevision":
        return moved(task, "requestRevision", { label_status: "PENDING" });
    }
  },
};

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
export const useAudit = (
  evaluation: EvaluationId | Nothing,
  options: MutationOptions<Audited, AuditArgs> = {},
): Mutation<AuditArgs, Audited> => {
  checkOptions(name, options, mutationNames);
  return useMutation(kind, evaluation, options);
};
