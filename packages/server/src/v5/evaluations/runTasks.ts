/**
 * The tasks of a v5 evaluation, as far as this server can do them: `metric` tasks are computed here and at once, contributor tasks
 * wait for people, and what needs a model, an agent or foreign code fails on every item with a reason, as a failing task does
 * on the platform.
 *
 * Tasks run in the order given; a later one finds the results of earlier ones under their aliases.
 */
import type { v5 } from "@evalwire/core/contract";
import { MetricError, type MetricPlan } from "@evalwire/metrics";
import * as Effect from "effect/Effect";
import { withMore } from "../../ExactJson.ts";
import type { Answer, Steps } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import { invalid } from "../../http/Refusal.ts";
import { Policy } from "../../Policy.ts";
import { planOf } from "../../planOf.ts";

export type Task = v5.Tasks.Task;
type Data = Readonly<Record<string, unknown>>;

/** A task's results and failures on one item. */
export interface Outcome {
  readonly data: Data;
  readonly errors: Readonly<Record<string, { readonly error: string; readonly error_type: string }>>;
}

export const isContributor = (task: Task): task is v5.Judges.ContributorQuestionTask =>
  task.task_type === "contributor_evaluation.question";

export const isMetric = (task: Task): task is v5.Tasks.MetricTask => task.task_type === "metric";

/** The column a task's results go to: its alias, the metric's type, or the task type with its dots as underscores. */
export const aliasOf = (task: Task): string => {
  if (task.alias) return task.alias;
  return isMetric(task) ? task.configuration.type : String(task.task_type).replaceAll(".", "_");
};

/** The columns of several tasks; 422 when two would write the same. */
export const aliases = (
  tasks: ReadonlyArray<Task>,
  loc: ReadonlyArray<string | number>,
): Answer<ReadonlyArray<string>> => {
  const all = tasks.map(aliasOf);
  const twice = all.findIndex((alias, index) => all.indexOf(alias) !== index);
  return twice < 0
    ? Effect.succeed(all)
    : Effect.fail(invalid(Detail.value([...loc, twice, "alias"], `two tasks are called ${all[twice]}`)));
};

/** Does one task on one item. */
type Runner = (item: Data, id: string) => Effect.Effect<Outcome>;

const failed = (item: Data, alias: string, error: string, error_type: string): Outcome => ({
  data: item,
  errors: { [alias]: { error, error_type } },
});

const measure =
  (plan: MetricPlan, alias: string): Runner =>
  (item, id) =>
    Effect.promise(async () => {
      try {
        const [metric] = await plan.measureAsync({ id, item });
        return { data: withMore(item, { [alias]: metric!.value }), errors: {} };
      } catch (error) {
        // A locator that leads nowhere, or to a value that is no text, is only this item's failure.
        if (error instanceof MetricError) return failed(item, alias, error.message, error.reason._tag);
        throw error;
      }
    });

/** How a task is done; 422 at `loc` when its configuration cannot be. */
const runnerOf = Effect.fnUntraced(function* (task: Task, loc: ReadonlyArray<string | number>): Steps<Runner> {
  const { metrics } = yield* Policy;
  const alias = aliasOf(task);
  if (isContributor(task)) return (item) => Effect.succeed({ data: item, errors: {} });
  if (!isMetric(task)) {
    const problem = `this server runs no ${String(task.task_type)} tasks`;
    return (item) => Effect.succeed(failed(item, alias, problem, "Unavailable"));
  }
  const { type, candidate, reference } = task.configuration;
  const config = { components: [{ name: alias, type, mappings: { candidate, reference } }] };
  const plan = yield* Effect.try({
    try: () => planOf(config, metrics),
    catch: (error) => {
      if (error instanceof MetricError) return invalid(Detail.value([...loc, "configuration"], error.message));
      throw error;
    },
  });
  return measure(plan, alias);
});

/** Results of the tasks for each item, in order. Other requests that need no store get their turn between two items. */
export const runTasks = Effect.fnUntraced(function* (
  tasks: ReadonlyArray<Task>,
  items: ReadonlyArray<{ readonly id: string; readonly data: Data }>,
  loc: (index: number) => ReadonlyArray<string | number>,
): Steps<ReadonlyArray<Outcome>> {
  const runners = yield* Effect.forEach(tasks, (task, index) => runnerOf(task, loc(index)));
  const outcomes: Array<Outcome> = [];
  for (const { id, data } of items) {
    if (outcomes.length > 0 && runners.length > 0) yield* Effect.yieldNow;
    let outcome: Outcome = { data, errors: {} };
    for (const run of runners) {
      const next = yield* run(outcome.data, id);
      outcome = { data: next.data, errors: { ...outcome.errors, ...next.errors } };
    }
    outcomes.push(outcome);
  }
  return outcomes;
});
