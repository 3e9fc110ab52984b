/** Claiming and assigning: the only routes of v4 that speak of tasks themselves. */
import type { Tasks, TestCaseResults } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import { between, Encoded } from "../../Encoded.ts";
import * as Entity from "../../Entity.ts";
import type { Answer, CallContext, Handler, Steps } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import { invalid, notFound } from "../../http/Refusal.ts";
import * as Lease from "../../Lease.ts";
import { Policy } from "../../Policy.ts";
import type { Document } from "../../store/Documents.ts";
import type { ShownTask } from "../../store/ShownTask.ts";
import { Store } from "../../store/Store.ts";
import type { TaskRow } from "../../store/TaskQueue.ts";
import { evaluations as evaluationsOfV5 } from "../../v5/collections.ts";
import { evaluations, results } from "../collections.ts";

/** The queue of v4; it has no name of its own on the wire. */
const queueId = "default";

/** A task as the `Task` view shows it, and as every v4 answer begins. */
export const toView = (row: ShownTask) => ({
  id: row.id,
  task_type: row.task_type,
  task_entity_parent_id: row.evaluation_id,
  task_entity_id: row.entity_id,
  account_id: row.account_id,
  status: row.status,
  priority: row.priority,
  assigned_to: row.assigned_to,
  assignment_expires_at: row.assignment_expires_at,
});

/** Makes the annotation task of each result. */
export const enqueue = Effect.fnUntraced(function* (
  call: CallContext,
  entities: ReadonlyArray<Document<TestCaseResults.TestCaseResult>>,
): Steps<void> {
  const { tasks, reserve } = yield* Store;
  const { priorityOf } = yield* Policy;
  const taskType = "EVALUATION_ANNOTATION";
  const reserved = yield* reserve("task", entities.length);
  yield* tasks.insert(
    entities.map((entity, index) => ({
      ...reserved[index]!,
      account_id: entity.accountId,
      evaluation_id: entity.parentId!,
      entity_id: entity.id,
      entity_seq: entity.seq,
      task_type: taskType,
      queue_id: queueId,
      alias: "",
      level: 0,
      status: "PENDING",
      priority: priorityOf({ evaluationId: entity.parentId!, taskType, testCaseId: entity.body.test_case_id }),
      place: reserved[index]!.seq,
      assigned_to: null,
      assignment_expires_at: null,
      created_at: call.now,
      updated_at: call.now,
    })),
  );
});

/** A task with the result it stands for. */
const withEntity = ({ id }: TaskRow): Answer<Encoded<Tasks.Task>> =>
  Effect.flatMap(Store, ({ tasks }) => Effect.map(tasks.withEntities([id], results), (pieces) => new Encoded(pieces)));

/**
 * The evaluation, locked: changes of its tasks happen one after the other. An evaluation of v5 will do: the
 * platform's task types include the contributor tasks of v5, and v5 has no route of its own to claim them.
 */
const takeEvaluation = (call: CallContext, id: string): Answer<Document<object>> =>
  Entity.take<object>(evaluations, call, id).pipe(
    Effect.catchTag("Refusal", (refusal) =>
      Effect.mapError(Entity.take<object>(evaluationsOfV5, call, id), (second) =>
        second._tag === "Refusal" ? refusal : second,
      ),
    ),
    Effect.tap((found) => Entity.unarchived<object>(evaluations, found)),
  );

const taskOf = Effect.fnUntraced(function* (evaluationId: string, id: string): Steps<TaskRow> {
  const { tasks } = yield* Store;
  const found = yield* tasks.retrieve(id);
  return found === undefined || found.evaluation_id !== evaluationId ? yield* notFound("Task", id) : found;
});

/** A user id may be anything but nothing. */
const checkUser = (user: string | null | undefined): Answer<void> =>
  user === ""
    ? Effect.fail(invalid(Detail.value(["body", "assigned_to"], "a user id is not empty; null unassigns")))
    : Effect.void;

export const claim: Handler<typeof Tasks.claim> = Effect.fnUntraced(function* (call) {
  const evaluation = yield* takeEvaluation(call, call.params.evaluation_id);
  const key = { evaluationId: evaluation.id, taskType: call.query.task_type ?? "EVALUATION_ANNOTATION" };
  const row = yield* Lease.claim(call, key, call.body.skip_current ?? false);
  return row === null ? null : yield* withEntity(row);
});

export const update: Handler<typeof Tasks.update> = Effect.fnUntraced(function* (call) {
  yield* checkUser(call.body.assigned_to);
  const evaluation = yield* takeEvaluation(call, call.params.evaluation_id);
  const task = yield* taskOf(evaluation.id, call.params.task_id);
  return yield* withEntity(yield* Lease.assign(call, task, call.body.assigned_to));
});

export const batchAssign: Handler<typeof Tasks.batchAssign> = Effect.fnUntraced(function* (call) {
  yield* checkUser(call.body.assigned_to);
  const evaluation = yield* takeEvaluation(call, call.params.evaluation_id);
  const { tasks } = yield* Store;
  const ids = [...new Set(call.body.task_ids)];
  const named = yield* tasks.byStatus(evaluation.id, ids);
  // Looked at one by one only where some are missing, to say which.
  if (named.reduce((sum, { rows }) => sum + rows.length, 0) < ids.length)
    for (const id of ids) yield* taskOf(evaluation.id, id);
  yield* Lease.assignAll(call, named, call.body.assigned_to);
  return between<ReadonlyArray<Tasks.Task>>("[", yield* tasks.withEntities(ids, results), "]");
});
