/**
 * Evaluations of v5. Their tasks are done by the time the answer is given, so an evaluation is never seen `running`: it is
 * `completed`, or `failed` when some task is of a kind this server cannot do.
 */
import { v5 } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { Answer, CallContext, Handler, Steps } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import * as Input from "../../http/Input.ts";
import { conflict, invalid, notFound, unavailable } from "../../http/Refusal.ts";
import type { Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import { find } from "../archived.ts";
import { evaluations, inputOf, items, tasksOf } from "../collections.ts";
import { mergePatch } from "../mergePatch.ts";
import * as Page from "../Page.ts";
import { stored } from "../stored.ts";
import * as AnnotationTasks from "./AnnotationTasks.ts";
import * as Filter from "./Filter.ts";
import { type Gathered, gather } from "./gather.ts";
import { aliases, aliasOf, isContributor, isMetric, runTasks, type Task } from "./runTasks.ts";

type Evaluation = v5.Evaluations.Evaluation;
type Item = v5.EvaluationItems.EvaluationItem;

/** How the tasks went on the items. */
const standing = (tasks: ReadonlyArray<Task>, all: ReadonlyArray<Item>): Partial<Evaluation> => {
  const failures = all.filter(({ task_errors }) => Object.keys(task_errors ?? {}).length > 0);
  const impossible = tasks.filter((task) => !isMetric(task) && !isContributor(task)).map(aliasOf);
  const runs = tasks.some((task) => !isContributor(task)) ? 1 : 0;
  const isFailed = impossible.length > 0;
  return {
    status: isFailed ? "failed" : "completed",
    ...(isFailed ? { status_reason: `this server cannot do ${impossible.join(", ")}` } : {}),
    error_count: all.reduce((count, { task_errors }) => count + Object.keys(task_errors ?? {}).length, 0),
    progress: {
      items: {
        total: all.length,
        successful: all.length - failures.length,
        failed: failures.length,
        pending: 0,
        failed_items: failures.map(({ id, task_errors }) => ({ item_id: id, ...firstOf(task_errors) })),
      },
      workflows: { total: runs, completed: isFailed ? 0 : runs, failed: isFailed ? runs : 0, pending: 0 },
    },
  };
};

type ItemError = { readonly error?: string; readonly error_type?: string };

const firstOf = (errors: Item["task_errors"]): ItemError =>
  (Object.values(errors ?? {})[0] as ItemError | undefined) ?? {};

/** With its tasks; answers to a change always show them, answers to a question when asked. */
const withTasks = (evaluation: Document<Evaluation>): Evaluation => ({
  ...evaluation.body,
  tasks: tasksOf(evaluation),
});

const shown = (evaluation: Document<Evaluation>, views: ReadonlyArray<string> | undefined): Evaluation =>
  (views ?? []).includes("tasks") ? withTasks(evaluation) : evaluation.body;

const insertItems = Effect.fnUntraced(function* (
  call: CallContext,
  evaluation: Document<Evaluation>,
  tasks: ReadonlyArray<Task>,
  gathered: Gathered,
): Steps<ReadonlyArray<Document<Item>>> {
  const sources = gathered.items;
  const named = sources.map(({ data }, index) => ({ id: `data[${index}]`, data }));
  const outcomes = yield* runTasks(tasks, named, (index) => ["body", "tasks", index]);
  return yield* Entity.createMany(
    items,
    sources.map(({ data, ...origin }, index) => ({
      accountId: evaluation.accountId,
      parentId: evaluation.id,
      hidden: { input: data },
      body: (id) => ({
        ...stored(call, id),
        object: "evaluation.item" as const,
        evaluation_id: evaluation.id,
        ...origin,
        data: outcomes[index]!.data,
        task_errors: outcomes[index]!.errors,
      }),
    })),
  );
});

/** Writes how the tasks stand now. */
const settle = (
  evaluation: Document<Evaluation>,
  tasks: ReadonlyArray<Task>,
  all: ReadonlyArray<Document<Item>>,
): Answer<Document<Evaluation>> => {
  const { status_reason: _, ...body } = evaluation.body;
  const bodies = all.map((item) => item.body);
  return Entity.write(evaluations, evaluation, { ...body, ...standing(tasks, bodies) } as Evaluation, { tasks });
};

export const create: Handler<typeof v5.Evaluations.create> = Effect.fnUntraced(function* (call) {
  const accountId = yield* Entity.accountOf(call, undefined);
  const { name, description, tags, metadata, taxonomy_params } = call.body;
  const tasks = call.body.tasks ?? [];
  yield* aliases(tasks, ["body", "tasks"]);
  yield* AnnotationTasks.checkQuestions(call, tasks);
  const gathered = yield* gather(call, accountId, call.body);
  const made = yield* Entity.create(evaluations, {
    accountId,
    hidden: { tasks },
    body: (id) => ({
      ...stored(call, id),
      object: "evaluation" as const,
      name,
      ...Entity.sent({ description, metadata, taxonomy_params }),
      tags: tags ?? [],
      datasets: gathered.dataset === undefined ? [] : [gathered.dataset],
      status: "completed",
    }),
  });
  const inserted = yield* insertItems(call, made, tasks, gathered);
  yield* AnnotationTasks.enqueue(call, tasks.filter(isContributor), inserted);
  return withTasks(yield* settle(made, tasks, inserted));
});

export const list: Handler<typeof v5.Evaluations.list> = (call) =>
  Effect.map(Page.documents(evaluations, call, { keep: Page.namedFilter(call.query) }), (page) => ({
    ...page,
    items: page.items.map((one) => shown(one, call.query.views)),
  }));

export const retrieve: Handler<typeof v5.Evaluations.retrieve> = (call) =>
  Effect.map(find(evaluations, call, call.params.evaluation_id), (found) => shown(found, call.query.views));

/** Restoring an evaluation restores its items. */
export const update: Handler<typeof v5.Evaluations.update> = Effect.fnUntraced(function* (call) {
  const { documents } = yield* Store;
  const changed = yield* Entity.change(evaluations, call, call.params.evaluation_id, (patch, { body }) =>
    Effect.succeed(patch.metadata ? { ...patch, metadata: mergePatch(body.metadata ?? {}, patch.metadata) } : patch),
  );
  if (call.body.restore === true) {
    const all = yield* documents.list(items, { parentId: changed.id, includeArchived: true });
    yield* Effect.forEach(all, (item) => Entity.restore(items, item), { discard: true });
  }
  return withTasks(changed);
});

/** Archiving an evaluation archives its items. */
export const remove: Handler<typeof v5.Evaluations.remove> = Effect.fnUntraced(function* (call) {
  const { documents } = yield* Store;
  const evaluation = yield* Entity.take(evaluations, call, call.params.evaluation_id);
  const archived = yield* Entity.archive(evaluations, call, evaluation);
  const all = yield* documents.list(items, { parentId: evaluation.id });
  yield* Effect.forEach(all, (item) => Entity.archive(items, call, item), { discard: true });
  return withTasks(archived);
});

/** The evaluation, if its tasks may still change: neither archived, nor any of its contributor tasks begun. */
const open = Effect.fnUntraced(function* (call: CallContext, id: string): Steps<Document<Evaluation>> {
  const { tasks } = yield* Store;
  const evaluation = yield* Entity.take(evaluations, call, id);
  yield* Entity.unarchived(evaluations, evaluation);
  const begun = (yield* tasks.list(id)).find((task) => task.assigned_to !== null || task.status === "COMPLETED");
  if (begun === undefined) return evaluation;
  return yield* conflict(`Evaluation ${id} has contributor tasks that were claimed or completed: its tasks are fixed`);
});

export const addTask: Handler<typeof v5.Evaluations.addTask> = Effect.fnUntraced(function* (call) {
  const { documents } = yield* Store;
  const evaluation = yield* open(call, call.params.evaluation_id);
  const { task } = call.body;
  if (!isContributor(task)) {
    const problem = "only contributor_evaluation.question tasks can be added to an evaluation";
    return yield* invalid(Detail.value(["body", "task", "task_type"], problem));
  }
  const tasks = [...tasksOf(evaluation), task];
  if (tasksOf(evaluation).some((one) => aliasOf(one) === aliasOf(task))) {
    return yield* invalid(Detail.value(["body", "task", "alias"], `there is a task called ${aliasOf(task)} already`));
  }
  yield* AnnotationTasks.checkQuestions(call, [task], () => ["body", "task"]);
  const all = yield* documents.list(items, { parentId: evaluation.id });
  yield* AnnotationTasks.enqueue(call, [task], all);
  return withTasks(yield* settle(evaluation, tasks, all));
});

const whole = Input.reader(v5.Tasks.Task);

/** Runs every task again from the items as they were given. */
const rerun = Effect.fnUntraced(function* (
  evaluation: Document<Evaluation>,
  tasks: ReadonlyArray<Task>,
): Steps<Document<Evaluation>> {
  const { documents } = yield* Store;
  const all = yield* documents.list(items, { parentId: evaluation.id });
  const inputs = all.map((item) => ({ id: item.id, data: inputOf(item) }));
  const outcomes = yield* runTasks(tasks, inputs, () => ["body"]);
  const written = yield* Effect.forEach(all, (item, index) => {
    const { data, errors } = outcomes[index]!;
    return Entity.write(items, item, { ...item.body, data, task_errors: errors });
  });
  return yield* settle(evaluation, tasks, written);
});

export const updateTask: Handler<typeof v5.Evaluations.updateTask> = Effect.fnUntraced(function* (call) {
  const evaluation = yield* open(call, call.params.evaluation_id);
  const { alias } = call.params;
  const tasks = tasksOf(evaluation);
  const old = tasks.find((task) => aliasOf(task) === alias);
  if (old === undefined) return yield* notFound("Task", alias, `in evaluation ${evaluation.id}`);
  // Its results stay in the column they are in, under any name in the configuration.
  const read = whole({ ...old, alias, configuration: call.body.configuration }, "body");
  if ("details" in read) return yield* invalid(...read.details);
  const task = read.value as Task;
  yield* AnnotationTasks.checkQuestions(call, [task], () => ["body"]);
  if (isContributor(task)) yield* AnnotationTasks.requeue(evaluation.id, alias, task);
  return withTasks(
    yield* rerun(
      evaluation,
      tasks.map((one) => (one === old ? task : one)),
    ),
  );
});

const mostFilters = 10;

export const filterList: Handler<typeof v5.Evaluations.filterList> = Effect.fnUntraced(function* (call) {
  const { filters } = call.body;
  if (filters.length > mostFilters) {
    return yield* invalid(
      Detail.value(["body", "filters"], `at most ${mostFilters} filters, and there are ${filters.length}`),
    );
  }
  const found = yield* Page.documents(evaluations, call, {
    keep: (body) => filters.every((one) => Filter.holds(body, one)),
  });
  return { ...found, items: found.items.map((one) => shown(one, call.query.views)) };
});

export const dryRun: Handler<typeof v5.Evaluations.dryRun> = () =>
  Effect.fail(unavailable("A custom function is Python, and this server runs no foreign code"));
