import type { SGPClient } from "@evalwire/core";
import type { AssignPlanArgs, AssignReport } from "@evalwire/tasks";
import * as React from "react";
import { checkOptions } from "../checkOptions.ts";
import type { EvaluationId, Nothing } from "../watch/Watched.ts";
import { type Kind, type Mutation, type MutationOptions, mutationNames, useMutation } from "./useMutation.ts";

/** What `assign` of `@evalwire/tasks` takes beside the evaluation: `plan`, `dryRun`, `resume`, `chunkSize`, `onProgress`. */
export interface AssignTasksArgs extends Omit<AssignPlanArgs, "evaluation_id" | "onProgress"> {
  readonly onProgress?: (report: AssignReport) => void;
}

export interface AssignTasks extends Mutation<AssignTasksArgs, AssignReport> {
  /** The report of the run that is shown: so far while it runs, whole once it is done. */
  readonly report: AssignReport | undefined;
}

/** Reports of v5 hold the tasks of v5; a plan and a report of one evaluation never meet those of the other version. */
type Assigning = (client: SGPClient, args: any) => Promise<any>;

const kind: Kind<AssignTasksArgs, AssignReport> = {
  name: "useAssignTasks",
  exclusive: true,
  run: async ({ assign, v5, client, evaluationId, version }, args) =>
    version === "v5"
      ? ((v5.assign as Assigning)(client, args) as Promise<AssignReport>)
      : assign(client, { ...args, evaluation_id: evaluationId }),
  optimistic: ({ plan, dryRun }) =>
    dryRun === true ? [] : plan.moves.map(({ taskId, to }) => ({ id: taskId, assigned_to: to })),
};

/**
 * Carries out a plan, chunk by chunk: see `plan` and `assign` of `@evalwire/tasks`. What the server refuses stands in the report; give it
 * as `resume` to send what is not assigned yet. `dryRun` sends nothing.
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
  checkOptions("useAssignTasks", options, mutationNames);
  const mutation = useMutation(kind, evaluation, options);
  const [progress, setProgress] = React.useState<{ readonly of: AssignTasksArgs; readonly report: AssignReport }>();
  const { mutateAsync: send, state } = mutation;
  const mutateAsync = React.useCallback(
    (args: AssignTasksArgs) => {
      const reporting: AssignTasksArgs = {
        ...args,
        onProgress: (report) => {
          setProgress({ of: reporting, report });
          args.onProgress?.(report);
        },
      };
      return send(reporting);
    },
    [send],
  );
  const mutate = React.useCallback(
    (args: AssignTasksArgs) => void mutateAsync(args).catch(() => undefined),
    [mutateAsync],
  );
  const shown = state._tag === "idle" ? undefined : state.args;
  const report = state._tag === "done" ? state.value : progress?.of === shown ? progress?.report : undefined;
  return React.useMemo(() => ({ ...mutation, mutate, mutateAsync, report }), [mutation, mutate, mutateAsync, report]);
};
