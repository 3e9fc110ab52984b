/**
 * Acting on evaluation tasks: claim, submit, assign and audit them, and views of their queue.
 *
 * The functions here are promises over a client; `@evalwire/tasks/effect` has the same as Effect functions.
 */
import type { SGPClient, SgpError, Transport } from "@evalwire/core";
import type { v5 as ContractV5, Tasks } from "@evalwire/core/contract";
import type * as Effect from "effect/Effect";
import * as Assign from "./assign.ts";
import {
  type AssignAuditorsArgs,
  type AuditorsAssigned,
  approveAudits,
  assignAuditors,
  type ChangeTasksArgs,
  conflicts,
  type RevisionArgs,
  type SamePerson,
  sendBack,
  type TasksChanged,
} from "./audit/levels.ts";
import { sample } from "./audit/sample.ts";
import * as Audit from "./audit/verdict.ts";
import * as Claiming from "./claim.ts";
import { type AssignPlanArgs, type AssignPlanV5Args, type AssignReport, assignPlanV5 } from "./plan/assignPlan.ts";
import { type Promised, type PromiseOptions, promised } from "./promised.ts";
import * as Submitting from "./submit.ts";

export { lifecycle } from "@evalwire/core/contract";
export type { AssignArgs } from "./assign.ts";
export type {
  AssignAuditorsArgs,
  AuditItem,
  AuditorsAssigned,
  ChangeTasksArgs,
  RevisionArgs,
  SamePerson,
  TasksChanged,
} from "./audit/levels.ts";
export type { SampleOptions } from "./audit/sample.ts";
export type { FixArgs, NotAllowed, Verdict, VerdictArgs } from "./audit/verdict.ts";
export type { Movable, Outcome } from "./carryOut.ts";
export type { Claim, ClaimArgs, Claimed, SkipArgs } from "./claim.ts";
export type { FollowedWatch } from "./FollowedWatch.ts";
export type { HeldLease } from "./lease/HeldLease.ts";
export * as Lease from "./lease/index.ts";
export type {
  AssignOutcome,
  AssignPlanArgs,
  AssignPlanV5Args,
  AssignReport,
  CarryOutPlanArgs,
} from "./plan/assignPlan.ts";
export { type Move, type Person, type Plan, type PlanArgs, plan, type Unassigned } from "./plan/plan.ts";
export { type DatasetRowsArgs, datasetRows, datasetRowsV5 } from "./preflight/datasetRows.ts";
export {
  type Locate,
  type PlaceIssue,
  type PreflightArgs,
  type PreflightReport,
  type PreflightRow,
  preflight,
} from "./preflight/preflight.ts";
export type { Fault, Location, Requirement } from "./preflight/Requirement.ts";
export type { Promised, PromiseOptions } from "./promised.ts";
export * as queue from "./queue/index.ts";
export type { Submission, SubmitArgs } from "./submit.ts";
export type { Handler, HandlerResult, WorkContext, WorkerOptions } from "./worker/Options.ts";
export { type StopOptions, TaskWorker, type WorkerProgress, type WorkerReport } from "./worker/TaskWorker.ts";
export type { WorkerCounts, WorkerEvent } from "./worker/WorkerEvent.ts";

const claimNames = { evaluation_id: true, task_type: true, me: true, followUps: true } as const;
const verdictNames = { task: true, comment: true, me: true } as const;
const planNames = { plan: true, chunkSize: true, dryRun: true, resume: true, onProgress: true } as const;
const submitNames = {
  task: true,
  heldUntil: true,
  result: true,
  time_spent_labeling_s: true,
  annotated_by_user_id: true,
  annotated_by_identity_type: true,
  late: true,
  questions: true,
  forms: true,
  // A `Claimed` may be spread into the arguments.
  _tag: true,
  overAt: true,
  errorMillis: true,
  how: true,
} as const;

/**
 * Claims a task for the user the client's key belongs to: one that is already theirs, else the next in the queue.
 *
 * Never sent again blindly: when the answer is lost, the claim's outcome is found out first, so that one claim
 * leads to at most one task.
 *
 * @param args - `evaluation_id`; `task_type` (default `EVALUATION_ANNOTATION`); `me`, the user's id, if it is known
 * @returns `Claimed` with the task and `heldUntil`, in milliseconds of the client's clock; `Lapsed` when the lease was over
 *   before the answer was read; `NothingLeft`
 * @throws SgpError when the server refuses, or when its answers stay lost: then a task may be ours, and claiming again is safe
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { claim } from "@evalwire/tasks";
 *
 * const task = {
 *   id: "t1", task_type: "EVALUATION_ANNOTATION", status: "PENDING", priority: 0, account_id: "a1",
 *   task_entity_parent_id: "e1", task_entity_id: "r1", assigned_to: "ada",
 * };
 * const client = new SGPClient({ apiKey: "a key", fetch: async () => Response.json(task) });
 * const claimed = await claim(client, { evaluation_id: "e1" });
 * claimed._tag; // => "Claimed"
 * claimed._tag === "Claimed" && claimed.task.id; // => "t1"
 * ```
 */
export const claim: Promised<Claiming.ClaimArgs, Claiming.Claim> = promised(
  "claim",
  ["evaluation_id"],
  claimNames,
  Claiming.claim,
);

/**
 * Gives a task in hand back to the end of the queue and claims another.
 *
 * Sent at most once. When its answer is lost, what is found to be ours is what counts: another task is `Claimed`; if it is
 * still the one to be skipped, the call fails with what went wrong.
 *
 * @param args - as for `claim`, and `task_id`, the task in hand
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { skip } from "@evalwire/tasks";
 *
 * const client = new SGPClient({ apiKey: "a key", fetch: async () => Response.json(null) });
 * await skip(client, { evaluation_id: "e1", task_id: "t1" }); // => { _tag: "NothingLeft" }
 * ```
 */
export const skip: Promised<Claiming.SkipArgs, Claiming.Claim> = promised(
  "skip",
  ["evaluation_id", "task_id"],
  { ...claimNames, task_id: true },
  Claiming.skip,
);

/**
 * Hands in the answers to a task.
 *
 * The lease is looked at first: answers that come too late are not sent, unless requested (`late: "send"`).
 *
 * @param args - `task` and `heldUntil` of a `Claimed`; `result`, the answers by question id; `time_spent_labeling_s`
 * @returns `Done` with the result; `Late` or `NotPossible` when nothing was sent; `Conflict` when the server says the task is not
 *   what we thought, e.g. another user's by now
 * @throws SgpError for anything else that goes wrong; sending again is safe
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { submit } from "@evalwire/tasks";
 *
 * const client = new SGPClient({ apiKey: "a key", fetch: async () => Response.json(null) });
 * const task = { id: "t1", status: "PENDING", task_entity_parent_id: "e1", task_entity_id: "r1" };
 * await submit(client, { task, heldUntil: 0, result: { fluent: "yes" } }); // => { _tag: "Late", heldUntil: 0 }
 *
 * const done = { ...task, status: "COMPLETED" };
 * const outcome = await submit(client, { task: done, result: { fluent: "yes" } });
 * outcome._tag; // => "NotPossible"
 * ```
 */
export const submit: Promised<Submitting.SubmitArgs, Submitting.Submission> = promised(
  "submit",
  ["task", "result"],
  submitNames,
  Submitting.submit,
);

/**
 * Keeps the answers to a task without handing it in. Takes, returns and throws what `submit` does; the task stays in hand.
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { save } from "@evalwire/tasks";
 *
 * const client = new SGPClient({ apiKey: "a key", fetch: async () => Response.json(null) });
 * const task = { id: "t1", status: "NOT_READY", task_entity_parent_id: "e1", task_entity_id: "r1" };
 * await save(client, { task, result: {} }); // => { _tag: "NotPossible", status: "NOT_READY", possible: ["ready", "assign"] }
 * ```
 */
export const save: Promised<Submitting.SubmitArgs, Submitting.Submission> = promised(
  "save",
  ["task", "result"],
  submitNames,
  Submitting.save,
);

type AnnotationTask = ContractV5.AnnotationTasks.AnnotationTask;

export interface Assigning {
  (client: SGPClient, args: Assign.AssignArgs, options?: PromiseOptions): Promise<ReadonlyArray<Tasks.Task>>;
  (client: SGPClient, args: AssignPlanArgs, options?: PromiseOptions): Promise<AssignReport>;
}

/**
 * Gives tasks to a user, one or many in one request; or carries out a plan, chunk by chunk.
 *
 * With a `plan` the report has the outcome of each task, and the promise does not reject for what the server refuses. It can be
 * given to a later call as `resume`, which sends only what is not assigned yet.
 *
 * @param args - `evaluation_id`, `task_ids`, and `assigned_to`, the user's id; or `evaluation_id` and `plan`, with `chunkSize` (100),
 *   `dryRun`, `resume` and `onProgress`
 * @returns the tasks as the server answers them, none where it answers `null`; or the report
 * @throws SgpError for what the server refuses, without a plan; with one only when aborted
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { assign, plan } from "@evalwire/tasks";
 *
 * const client = new SGPClient({ apiKey: "a key", fetch: async () => Response.json(null) });
 * await assign(client, { evaluation_id: "e1", task_ids: ["t1", "t2"], assigned_to: "ada" }); // => []
 *
 * const tasks = [{ id: "t1", status: "PENDING" }, { id: "t2", status: "PENDING" }];
 * const made = plan({ tasks, people: [{ id: "ada" }, { id: "ben" }] });
 * const report = await assign(client, { evaluation_id: "e1", plan: made, dryRun: true });
 * report.requests; // => 2
 * report.counts.NotSent; // => 2
 * ```
 */
export const assign: Assigning = promised<any, any>(
  "assign",
  ["evaluation_id"],
  { evaluation_id: true, task_ids: true, assigned_to: true, ...planNames },
  Assign.assign as (args: any) => Effect.Effect<any, SgpError, Transport>,
  Assign.wrong,
);

export interface Auditing {
  /** Accepts the work. */
  readonly approve: Promised<Audit.VerdictArgs, Audit.Verdict>;
  /** Corrects the work: the answers in `result` take the place of the annotator's. */
  readonly fix: Promised<Audit.FixArgs, Audit.Verdict>;
  /** Sends the work back to be done again. */
  readonly requestRevision: Promised<Audit.VerdictArgs, Audit.Verdict>;
  /** Draws the work to audit. */
  readonly sample: typeof sample;
}

/**
 * Reviewing work that was handed in, in v4, and drawing what to review. Each verdict takes `{ task, comment, me }`, the task being the one that was
 * handed in, and returns `Done` with the result; `NotPossible` when the task is in no state for it, or `NotAllowed` when `me` did the work, and
 * nothing was sent; `Conflict` when the server says it is in another state by now. v4 assigns no auditors: see `v5.audit`.
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { audit } from "@evalwire/tasks";
 *
 * const client = new SGPClient({ apiKey: "a key", fetch: async () => Response.json(null) });
 * const task = { id: "t1", status: "COMPLETED", assigned_to: "ada", task_entity_parent_id: "e1", task_entity_id: "r1" };
 * const outcome = await audit.approve(client, { task, me: "ada" });
 * outcome; // => { _tag: "NotAllowed", person: "ada", reason: "ada did task t1: its auditor has to be someone else" }
 * ```
 */
export const audit: Auditing = {
  approve: promised("audit.approve", ["task"], verdictNames, Audit.approve),
  fix: promised("audit.fix", ["task", "result"], { ...verdictNames, result: true }, Audit.fix),
  requestRevision: promised("audit.requestRevision", ["task"], verdictNames, Audit.requestRevision),
  sample,
};

export interface AuditingV5 {
  /** Gives items to auditors of one or two levels; `NotAllowed`, and nothing sent, where one person would work on an item twice. */
  readonly assign: Promised<AssignAuditorsArgs, AuditorsAssigned>;
  /** Accepts: the audits become COMPLETED, all or none. */
  readonly approve: Promised<ChangeTasksArgs, TasksChanged>;
  /** Sends annotations back to be done again, all or none. */
  readonly requestRevision: Promised<RevisionArgs, TasksChanged>;
  /** The people who would work on an item twice. */
  readonly conflicts: (args: AssignAuditorsArgs) => ReadonlyArray<SamePerson>;
}

/**
 * The operations of v5 on tasks: carry out a plan over annotation tasks, and audit on two levels. It cannot correct answers or leave a comment (`audit.fix`
 * and `comment` of v4), and no public route claims or lists its tasks.
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { v5 } from "@evalwire/tasks";
 *
 * const client = new SGPClient({ apiKey: "a key", fetch: async () => Response.json({ object: "list", items: [] }) });
 * await v5.audit.approve(client, { ids: ["t1"] }); // => { tasks: [], ignored: ["t1"] }
 * ```
 */
export const v5: {
  readonly assign: Promised<AssignPlanV5Args, AssignReport<AnnotationTask>>;
  readonly audit: AuditingV5;
} = {
  assign: promised("v5.assign", ["plan"], planNames, assignPlanV5),
  audit: {
    assign: promised(
      "v5.audit.assign",
      ["evaluation_id", "queue_id", "items", "level_1_assigned_to"],
      { evaluation_id: true, queue_id: true, items: true, level_1_assigned_to: true, level_2_assigned_to: true },
      assignAuditors,
    ),
    approve: promised("v5.audit.approve", ["ids"], { ids: true }, approveAudits),
    requestRevision: promised("v5.audit.requestRevision", ["ids"], { ids: true, assigned_to: true }, sendBack),
    conflicts,
  },
};
