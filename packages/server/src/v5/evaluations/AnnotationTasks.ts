/**
 * The annotation tasks of v5: one for each item and contributor question, and two levels of audit above them. The platform
 * shows no route that lists or claims them; the v4 claim takes a v5 evaluation's id as well.
 *
 * 1. A batch is done whole or not at all.
 * 2. An audit is NOT_READY until what it audits is done: level 1 the annotation, level 2 level 1.
 * 3. Annotator and auditors of an item are different people.
 */
import { lifecycle, type v5 } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { Answer, CallContext, Handler, Steps } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import { conflict, invalid } from "../../http/Refusal.ts";
import * as Lease from "../../Lease.ts";
import { Policy } from "../../Policy.ts";
import type { Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import type { TaskRow } from "../../store/TaskQueue.ts";
import { evaluations, items } from "../collections.ts";
import { questions } from "../questions/Questions.ts";
import { aliasOf, isContributor, type Task } from "./runTasks.ts";

type Item = v5.EvaluationItems.EvaluationItem;
type ContributorTask = v5.Judges.ContributorQuestionTask;

const queueOf = (task: ContributorTask): string => task.configuration.queue_id || "default";

const toWire = (row: TaskRow): v5.AnnotationTasks.AnnotationTask => ({
  id: row.id,
  object: "annotation_task",
  evaluation_id: row.evaluation_id,
  evaluation_item_id: row.entity_id,
  queue_id: row.queue_id,
  priority: row.priority,
  task_type: row.task_type,
  status: row.status,
  updated_at: row.updated_at,
  assigned_to: row.assigned_to,
  assignment_expires_at: row.assignment_expires_at,
});

/** The questions contributors are asked exist. */
export const checkQuestions = Effect.fnUntraced(function* (
  call: CallContext,
  tasks: ReadonlyArray<Task>,
  locOf: (index: number) => ReadonlyArray<string | number> = (index) => ["body", "tasks", index],
): Steps<void> {
  for (const [index, task] of tasks.entries()) {
    if (!isContributor(task)) continue;
    const loc = [...locOf(index), "configuration", "question_id"];
    yield* Entity.refer(questions, call, task.configuration.question_id, loc);
  }
});

/** Inputs of a new task row, apart from its id and number. */
interface Wanted {
  readonly item: Document<Item>;
  readonly task_type: string;
  readonly queue_id: string;
  readonly alias: string;
  readonly level: number;
  readonly status: string;
}

const insert = Effect.fnUntraced(function* (
  call: CallContext,
  wanted: ReadonlyArray<Wanted>,
): Steps<ReadonlyArray<TaskRow>> {
  const { tasks, reserve } = yield* Store;
  const { priorityOf } = yield* Policy;
  const reserved = yield* reserve("annotation_task", wanted.length);
  const rows = wanted.map(({ item, ...fields }, index): TaskRow => {
    const subject = { evaluationId: item.parentId!, taskType: fields.task_type, testCaseId: item.id };
    return {
      ...reserved[index]!,
      ...fields,
      account_id: item.accountId,
      evaluation_id: item.parentId!,
      entity_id: item.id,
      entity_seq: item.seq,
      priority: priorityOf(subject),
      place: reserved[index]!.seq,
      assigned_to: null,
      assignment_expires_at: null,
      created_at: call.now,
      updated_at: call.now,
    };
  });
  yield* tasks.insert(rows);
  return rows;
});

/** Makes the annotation task of each item for each contributor question. */
export const enqueue = (
  call: CallContext,
  contributor: ReadonlyArray<ContributorTask>,
  all: ReadonlyArray<Document<Item>>,
): Answer<void> =>
  Effect.asVoid(
    insert(
      call,
      contributor.flatMap((task) =>
        all.map((item) => ({
          item,
          task_type: "CONTRIBUTOR_ANNOTATION",
          queue_id: queueOf(task),
          alias: aliasOf(task),
          level: 0,
          status: "PENDING",
        })),
      ),
    ),
  );

/** Puts the annotation tasks of one question into the queue its new configuration names. */
export const requeue = Effect.fnUntraced(function* (
  evaluationId: string,
  alias: string,
  task: ContributorTask,
): Steps<void> {
  const { tasks } = yield* Store;
  for (const row of yield* tasks.list(evaluationId)) {
    if (row.alias === alias) yield* tasks.update(row, { queue_id: queueOf(task) });
  }
});

const ofItem = (evaluationId: string, itemSeq: number): Answer<ReadonlyArray<TaskRow>> =>
  Effect.flatMap(Store, ({ tasks }) => tasks.list(evaluationId, { first: itemSeq, last: itemSeq }));

const isBelow = (level: number, queue: string) => (row: TaskRow) => row.level === level - 1 && row.queue_id === queue;

/** Whether an audit of this level could begin. */
const isReady = (rows: ReadonlyArray<TaskRow>, level: number, queue: string): boolean =>
  rows.filter(isBelow(level, queue)).every(({ status }) => lifecycle.isDone(status));

/** Audits waiting for what has just been done become open. */
const makeReady = Effect.fnUntraced(function* (call: CallContext, done: TaskRow): Steps<void> {
  const rows = yield* ofItem(done.evaluation_id, done.entity_seq);
  const above = rows.filter(({ level, queue_id }) => level === done.level + 1 && queue_id === done.queue_id);
  for (const audit of above) {
    if (audit.status === "NOT_READY" && isReady(rows, audit.level, audit.queue_id)) yield* Lease.ready(call, audit);
  }
});

/** The rows that exist, their evaluations taken; ids that are not known to the caller are passed over. */
const known = Effect.fnUntraced(function* (
  call: CallContext,
  ids: ReadonlyArray<string>,
): Steps<ReadonlyArray<TaskRow>> {
  const { tasks } = yield* Store;
  const rows = yield* tasks.retrieveMany(ids);
  const found = [...new Set(ids)].flatMap((id) => rows.get(id) ?? []);
  const contributor = found.filter(({ task_type }) => task_type.startsWith("CONTRIBUTOR_"));
  const evaluationIds = [...new Set(contributor.map(({ evaluation_id }) => evaluation_id))];
  yield* Effect.forEach(evaluationIds, (id) => Entity.take(evaluations, call, id), { discard: true });
  return contributor;
});

const moveTo = Effect.fnUntraced(function* (
  call: CallContext,
  row: TaskRow,
  status: "PENDING_REDO" | "COMPLETED",
): Steps<TaskRow> {
  if (row.status === status) return row;
  if (status === "PENDING_REDO") return yield* Lease.sendBack(call, row);
  const done = yield* Lease.finish(call, row, "submit", row.assigned_to ?? call.caller.userId);
  yield* makeReady(call, done);
  return done;
});

/** A new holder; naming the one it has already changes nothing but the deadline, and nothing at all once it is done. */
const assign = (call: CallContext, row: TaskRow, user: string | null | undefined): Answer<TaskRow> =>
  lifecycle.isDone(row.status) && user === row.assigned_to ? Effect.succeed(row) : Lease.assign(call, row, user);

/** A task sent back is assigned afterwards, a completed one before: each time while it is open. */
const changeOne = Effect.fnUntraced(function* (
  call: CallContext,
  row: TaskRow,
  changes: v5.AnnotationTasks.ChangeTasks,
): Steps<TaskRow> {
  const { assigned_to, status } = changes;
  if (status === "PENDING_REDO") return yield* assign(call, yield* moveTo(call, row, status), assigned_to);
  const assigned = yield* assign(call, row, assigned_to);
  return status ? yield* moveTo(call, assigned, status) : assigned;
});

const changeAll = Effect.fnUntraced(function* (
  call: CallContext,
  changes: v5.AnnotationTasks.ChangeTasks,
): Steps<ReadonlyArray<TaskRow>> {
  if (changes.assigned_to === undefined && (changes.status ?? undefined) === undefined) {
    return yield* invalid(Detail.value(["body"], "give assigned_to, status, or both"));
  }
  return yield* Effect.forEach(yield* known(call, changes.ids), (row) => changeOne(call, row, changes));
});

type Assignment = v5.AnnotationTasks.AssignAudits["audit_assignment"];

/** The audit of a level, made when it is missing, with its auditor. */
const audit = Effect.fnUntraced(function* (
  call: CallContext,
  item: Document<Item>,
  level: 1 | 2,
  assignment: Assignment,
  auditor: string,
): Steps<TaskRow> {
  const rows = yield* ofItem(item.parentId!, item.seq);
  const { queue_id } = assignment;
  const below = rows.filter(isBelow(level, queue_id));
  if (below.length === 0) {
    const what = level === 1 ? "annotation task" : "level 1 audit";
    return yield* conflict(`Item ${item.id} has no ${what} in queue ${queue_id} to audit`);
  }
  const inQueue = rows.filter((row) => row.queue_id === queue_id && row.level !== level);
  if (inQueue.some(({ assigned_to }) => assigned_to === auditor)) {
    return yield* conflict(`${auditor} has worked on item ${item.id} already: its auditor has to be someone else`);
  }
  const existing = rows.find((row) => row.level === level && row.queue_id === queue_id);
  const status = isReady(rows, level, queue_id) ? "PENDING" : "NOT_READY";
  const alias = below[0]!.alias;
  const wanted = { item, task_type: "CONTRIBUTOR_AUDIT", queue_id, alias, level, status };
  const row = existing ?? (yield* insert(call, [wanted]))[0]!;
  return yield* assign(call, row, auditor);
});

const assignAudits = Effect.fnUntraced(function* (
  call: CallContext,
  assignment: Assignment,
): Steps<ReadonlyArray<TaskRow>> {
  const loc = ["body", "audit_assignment"];
  yield* Entity.refer(evaluations, call, assignment.evaluation_id, [...loc, "evaluation_id"]);
  yield* Entity.take(evaluations, call, assignment.evaluation_id);
  const rows: Array<TaskRow> = [];
  for (const [index, id] of assignment.evaluation_item_ids.entries()) {
    const at = [...loc, "evaluation_item_ids", index];
    const item = yield* Entity.refer(items, call, id, at);
    if (item.parentId !== assignment.evaluation_id) {
      return yield* invalid(Detail.value(at, `item ${id} is not one of evaluation ${assignment.evaluation_id}`));
    }
    const first = assignment.level_1_assigned_to ?? undefined;
    const second = assignment.level_2_assigned_to ?? undefined;
    if (first !== undefined) rows.push(yield* audit(call, item, 1, assignment, first));
    if (second !== undefined) rows.push(yield* audit(call, item, 2, assignment, second));
  }
  return rows;
});

export const batch: Handler<typeof v5.AnnotationTasks.batch> = Effect.fnUntraced(function* (call) {
  const { body } = call;
  const rows = body.audit_assignment
    ? yield* assignAudits(call, body.audit_assignment)
    : yield* changeAll(call, body as v5.AnnotationTasks.ChangeTasks);
  return { object: "list" as const, items: rows.map(toWire) };
});
