/**
 * Effects of an update of a result: on the result, its task, and the evaluation's counts. The
 * lifecycle table decides the move.
 *
 * 1. Answers complete the result and its task, unless `label_status: "PENDING"` is sent along.
 * 2. Every update makes a version; the one before it is kept with `invalidated_at`.
 * 3. `completed_at` is there exactly while the result is COMPLETED.
 */
import { lifecycle, type Questions, type TestCaseResults, type Entity as Wire } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { Answer, CallContext, Steps } from "../../Handler.ts";
import * as Lease from "../../Lease.ts";
import { Policy, userOf } from "../../Policy.ts";
import type { Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import type { TaskRow } from "../../store/TaskQueue.ts";
import { resultMemoryOf, results, resultVersions } from "../collections.ts";

type Result = TestCaseResults.TestCaseResult;
type Patch = Partial<Result>;

/** The status a result without a task has for the table: as if its task were as far as its label. */
const statusOf = (result: Result, task: TaskRow | undefined): string =>
  task?.status ?? (result.label_status === "COMPLETED" ? "COMPLETED" : "PENDING");

const labelAfter = (trigger: lifecycle.Trigger | undefined, result: Result, patch: Patch): string => {
  switch (trigger) {
    case "submit":
      return "COMPLETED";
    case "requestRevision":
      return "PENDING";
    case "approve":
    case "fix":
      return result.label_status;
    default:
      return patch.label_status ?? result.label_status;
  }
};

/** Whether some answer is a choice that calls for an audit. */
const callsForAudit = (answers: TestCaseResults.Answers, questions: ReadonlyMap<string, Questions.Question>): boolean =>
  Object.entries(answers).some(([id, answer]) => {
    const values: ReadonlyArray<unknown> = Array.isArray(answer) ? answer : [answer];
    return (questions.get(id)?.choices ?? []).some((choice) => choice.audit_required && values.includes(choice.value));
  });

/** Records the author: the first to submit is the annotator, a later one the editor. */
const signature = (
  { caller }: CallContext,
  trigger: lifecycle.Trigger | undefined,
  patch: Patch,
  user: Wire.User,
): Patch => {
  switch (trigger) {
    case "save":
    case "submit":
      return {
        annotated_by_user_id: patch.annotated_by_user_id ?? caller.userId,
        annotated_by_identity_type: patch.annotated_by_identity_type ?? caller.identityType,
      };
    case "edit":
    case "fix":
      return {
        edited_by_user_id: caller.userId,
        edited_by_identity_type: patch.edited_by_identity_type ?? caller.identityType,
        edited_by: user,
      };
    default:
      return {};
  }
};

const changed = (
  call: CallContext,
  result: Result,
  patch: Patch,
  trigger: lifecycle.Trigger | undefined,
  questions: ReadonlyMap<string, Questions.Question>,
  user: Wire.User,
): Result => {
  const label_status = labelAfter(trigger, result, patch);
  const { completed_at, ...rest } = result;
  const isNowAudited = trigger === "submit" && callsForAudit(patch.result ?? result.result ?? {}, questions);
  return {
    ...rest,
    ...(isNowAudited ? { audit_required: true } : {}),
    ...patch,
    ...signature(call, trigger, patch, user),
    ...(trigger === "requestRevision" && patch.audit_status === undefined ? { audit_status: "UNAUDITED" } : {}),
    label_status,
    updated_at: call.now,
    ...(label_status === "COMPLETED" ? { completed_at: completed_at ?? call.now } : {}),
  } as Result;
};

/** Moves the task as the trigger says. A verdict or a change of what was handed in needs no lease. */
const moveTask = Effect.fnUntraced(function* (
  call: CallContext,
  task: TaskRow,
  trigger: lifecycle.Trigger | undefined,
  after: Result,
): Steps<void> {
  switch (trigger) {
    case undefined:
      return;
    case "save":
      yield* Lease.mayWork(call, task);
      yield* Lease.moved(task, trigger);
      return;
    case "submit":
      yield* Lease.mayWork(call, task);
      yield* Lease.finish(call, task, trigger, after.annotated_by_user_id ?? null);
      return;
    case "requestRevision":
      yield* Lease.sendBack(call, task);
      return;
    default:
      yield* Lease.finish(call, task, trigger, null);
  }
});

/** Keeps the present state as an earlier version, and writes the next one. */
const keepVersion = Effect.fnUntraced(function* (call: CallContext, result: Document<Result>): Steps<void> {
  const { documents, reserve } = yield* Store;
  const [kept] = yield* reserve(resultVersions.kind, 1);
  const body = { ...result.body, invalidated_at: call.now };
  yield* documents.insert(resultVersions, [result.with({ ...kept!, parentId: result.id, body })]);
});

/** The trigger of an update; 409 when the table has no such move. A label of FAILED is only that: it moves no task. */
const triggerFor = (result: Document<Result>, status: string, patch: Patch): Answer<lifecycle.Trigger | undefined> => {
  const trigger = patch.label_status === "FAILED" ? undefined : lifecycle.triggerOf(status, patch);
  return trigger === undefined || lifecycle.move(status, trigger) !== undefined
    ? Effect.succeed(trigger)
    : Effect.fail(Lease.impossible(`Test case result ${result.id}`, status, trigger));
};

export interface Submitted {
  readonly result: Document<Result>;
  /** How many results are done now that were not: 1, 0 or -1. */
  readonly completed: number;
}

/** Applies an update whose fields have been checked. `hidden` replaces what is remembered, apart from the version. */
export const submit = Effect.fnUntraced(function* (
  call: CallContext,
  result: Document<Result>,
  patch: Patch,
  task: TaskRow | undefined,
  questions: ReadonlyMap<string, Questions.Question>,
  hidden: Partial<ReturnType<typeof resultMemoryOf>> = {},
): Steps<Submitted> {
  const trigger = yield* triggerFor(result, statusOf(result.body, task), patch);
  const user = userOf(yield* Policy, call.caller.userId);
  const body = changed(call, result.body, patch, trigger, questions, user);
  if (task !== undefined) yield* moveTask(call, task, trigger, body);
  yield* keepVersion(call, result);
  const memory = resultMemoryOf(result);
  const written = yield* Entity.write(results, result, body, { ...memory, ...hidden, num: memory.num + 1 });
  const isDoneNow = Number(body.label_status === "COMPLETED");
  return { result: written, completed: isDoneNow - Number(result.body.label_status === "COMPLETED") };
});
