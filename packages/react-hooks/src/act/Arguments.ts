/** Arguments of each action on tasks, and its effect on a task's row. */
import type { TaskRow } from "@evalwire/core";
import type { Tasks, TestCaseResults } from "@evalwire/core/contract";
import type { AssignPlanArgs, AssignReport, ClaimArgs, Lease, Movable, SkipArgs, SubmitArgs } from "@evalwire/tasks";

/** A row of a watch, or a task as the API gives it, e.g. that of a `Claimed`. */
export type ActableTask = TaskRow | Tasks.Task | (Movable & Lease.Leasable);

/** The expected effect of a write on a task's row, before the server's answer. */
export interface OptimisticRow extends Partial<Omit<TaskRow, "id">> {
  readonly id: string;
}

/** As for `submit` of `@evalwire/tasks`; the task may be a row of a watch. */
export interface SubmitTaskArgs extends Omit<SubmitArgs, "task"> {
  readonly task: ActableTask;
}

/** The task in hand, and what `skip` of `@evalwire/tasks` takes beside it. */
export interface SkipTaskArgs extends Omit<SkipArgs, "evaluation_id"> {}

export interface ReleaseTaskArgs {
  readonly task_id: string;
}

export interface AssignTaskArgs {
  readonly task_ids: ReadonlyArray<string>;
  /** The user's id. */
  readonly assigned_to: string;
}

/** What `assign` of `@evalwire/tasks` takes beside the evaluation: `plan`, `dryRun`, `resume`, `chunkSize`, `onProgress`. */
export interface AssignTasksArgs extends Omit<AssignPlanArgs, "evaluation_id" | "onProgress"> {
  readonly onProgress?: (report: AssignReport) => void;
}

export interface ClaimRequest {
  /** The id of a task in hand, to be given back to the queue first. */
  readonly skip?: string;
}

/** Inputs of a claim: the request, and the hook's options. */
export interface ClaimArguments extends ClaimRequest, Omit<ClaimArgs, "evaluation_id"> {}

interface Judged {
  /** The task that was handed in, not the audit task. */
  readonly task: ActableTask;
  /** Shown to the annotator; v4 only. */
  readonly comment?: string;
  /** The auditor, if known: no person judges their own work; v4 only. */
  readonly me?: string;
}

export type AuditArgs =
  /** Accepts the work. */
  | (Judged & { readonly verdict: "approve" })
  /** Corrects it: `result` takes the place of the annotator's answers; v4 only. */
  | (Judged & { readonly verdict: "fix"; readonly result: TestCaseResults.Answers })
  /** Sends it back to be done again. */
  | (Judged & { readonly verdict: "requestRevision" });

/** The arguments of a run, by the hook that starts it. */
export interface ArgumentsOf {
  readonly useSubmitTask: SubmitTaskArgs;
  readonly useSaveTask: SubmitTaskArgs;
  readonly useSkipTask: SkipTaskArgs;
  readonly useClaimTask: ClaimArguments;
  readonly useReleaseTask: ReleaseTaskArgs;
  readonly useAudit: AuditArgs;
  readonly useAssignTask: AssignTaskArgs;
  readonly useAssignTasks: AssignTasksArgs;
}

/** The hooks that act. */
export type ActingHook = keyof ArgumentsOf;
