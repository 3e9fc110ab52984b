import type { AssignReport } from "@evalwire/tasks";
import * as React from "react";
import type { EvaluationId, Nothing } from "../watch/Watched.ts";
import type { AssignTasksArgs } from "./Arguments.ts";
import { type Kind, type Mutation, type MutationOptions, useMutation } from "./useMutation.ts";

export interface AssignTasks extends Mutation<AssignTasksArgs, AssignReport> {
  /** The report of the run that is shown: so far while it runs, whole once it is done. */
  readonly report: AssignReport | undefined;
}

const kind: Kind<AssignTasksArgs, AssignReport> = { exclusive: true };

/**
 * Executes a plan, chunk by chunk: see `plan` and `assign` of `@evalwire/tasks`. The report lists refused moves; pass it
 * as `resume` to send the remaining moves. `dryRun` sends nothing.
 *
 * @example
 * ```tsx
 * import { useAssignTasks, useTasks } from "@evalwire/react-hooks";
 * import { plan } from "@evalwire/tasks";
 *
 * const Distribute = () => {
 *   const tasks = useTasks("ev_1");
 *   const { mutate, report, isRunning } = useAssignTasks("ev_1");
 *   const made = () => plan({ tasks, people: [{ id: "ada" }, { id: "ben" }] });
 *   return (
 *     <button disabled={isRunning} onClick={() => mutate({ plan: made() })}>
 *       {report === undefined ? "Distribute" : `${report.counts.Assigned} assigned, ${report.counts.Refused} refused`}
 *     </button>
 *   );
 * };
 * ```
 */
export const useAssignTasks = (
  evaluation: EvaluationId | Nothing,
  options: MutationOptions<AssignReport, AssignTasksArgs> = {},
): AssignTasks => {
  const [progress, setProgress] = React.useState<{ readonly of: AssignTasksArgs; readonly report: AssignReport }>();
  const mutation = useMutation("useAssignTasks", kind, evaluation, options, (args) => {
    const reporting: AssignTasksArgs = {
      ...args,
      onProgress: (report) => {
        setProgress({ of: reporting, report });
        args.onProgress?.(report);
      },
    };
    return reporting;
  });
  const { state } = mutation;
  const report =
    state._tag === "done"
      ? state.value
      : state._tag !== "idle" && progress?.of === state.args
        ? progress.report
        : undefined;
  return React.useMemo(() => ({ ...mutation, report }), [mutation, report]);
};
