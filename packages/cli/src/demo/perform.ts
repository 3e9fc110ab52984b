import type { TaskRow, Watch, WatchEvent, WatchSnapshot, WatchStats } from "@evalwire/core";
import { lifecycle } from "@evalwire/tasks";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Random from "effect/Random";
import * as Annotator from "./Annotator.ts";
import * as Auditor from "./Auditor.ts";
import { cases } from "./cases/index.ts";
import { createEvaluation, type DemoEvaluation } from "./createEvaluation.ts";
import type { Pace } from "./Pace.ts";
import * as Scores from "./Scores.ts";
import type { Stage } from "./Stage.ts";
import * as Tally from "./Tally.ts";

/** The owner of the evaluation, who watches it. */
export const lead = "lead";
export const auditor = "auditor";

/** The annotators with their habits; their names are the user ids their keys stand for. */
export const annotators: ReadonlyArray<Pick<Annotator.Annotator, "name" | "bias" | "walksOff">> = [
  { name: "annotator-1", bias: 0, walksOff: 0 },
  { name: "annotator-2", bias: 0.3, walksOff: 1 },
  { name: "annotator-3", bias: -0.2, walksOff: 0 },
  { name: "annotator-4", bias: 0.6, walksOff: 2 },
  { name: "annotator-5", bias: -0.6, walksOff: 1 },
];

export interface Performance {
  readonly stage: Stage;
  readonly pace: Pace;
  readonly seed: string;
  readonly signal: AbortSignal;
  /** Called once, before the first task is taken. */
  readonly onCreated: (evaluation: DemoEvaluation, watch: Watch) => void;
  readonly onEvent: (event: WatchEvent) => void;
}

export interface Outcome {
  readonly evaluation: DemoEvaluation;
  readonly snapshot: WatchSnapshot;
  readonly stats: WatchStats;
  readonly tally: Tally.Tally;
  readonly scores: Scores.Scores;
  /** Tasks by status, as the server has them at the end. */
  readonly tasks: Readonly<Record<string, number>>;
  /** Tasks whose status or holder the watch shows otherwise than the server does; none is expected. */
  readonly disagreements: number;
  readonly elapsedMillis: number;
}

/** The whole demo, from an empty server to its scores. Rejects when a client or the watch fails, or when aborted. */
export const perform = async (performance: Performance): Promise<Outcome> => {
  const { stage, pace, seed, signal, onCreated, onEvent } = performance;
  const startedAt = stage.now();
  const client = stage.client(lead);
  const evaluation = await createEvaluation(client, cases, signal);
  const tally = Tally.make();
  await using watch = client.watch(evaluation.id, {
    interval: pace.polling,
    requestsPerMinute: pace.requestsPerMinute,
    expiring: [pace.expiring],
    signal,
  });
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => undefined);
  onCreated(evaluation, watch);
  watch.subscribe(
    (event) => {
      tally.add(event);
      onEvent(event);
    },
    {
      capacity: 100_000,
      overflow: "error",
      onEnd: (error) => ended.reject(error ?? new Error("the watch was closed")),
    },
  );
  await Promise.race([watch.ready, ended.promise]);

  const work = annotators.map(({ name, ...habits }) =>
    Annotator.work({ name, ...habits, client: stage.client(name) }, evaluation, pace).pipe(
      Random.withSeed(`${seed} ${name}`),
    ),
  );
  const review = Auditor.review(stage.client(auditor), watch, evaluation, pace).pipe(
    Random.withSeed(`${seed} ${auditor}`),
  );
  // Annotators never end by themselves: the last verdict ends the day.
  const day = Effect.raceFirst(review, Effect.all(work, { concurrency: "unbounded", discard: true }));
  await Promise.race([stage.run(day, signal), ended.promise]);
  await Promise.race([watching(watch, () => isAllDone(watch)), ended.promise]);

  const scores = await Scores.compute(client, evaluation.id, signal);
  const results = client.evaluations.testCaseResults.list(
    { evaluation_id: evaluation.id, view: ["Task"], limit: 1_000 },
    { signal },
  );
  const served: Array<ServedTask> = [];
  for await (const { task } of results) if (task) served.push(task);
  // The last verdicts may have come after the watch's last look: it has the time of three looks to see them.
  const [, longest] = pace.polling;
  const over = new AbortController();
  const threeLooks = Effect.sleep(Duration.times(Duration.fromInputUnsafe(longest), 3));
  const looks = stage.run(threeLooks, AbortSignal.any([signal, over.signal]));
  const agreed = watching(watch, () => disagreements(watch, served) === 0);
  await Promise.race([agreed, looks, ended.promise]).finally(() => over.abort());
  return {
    evaluation,
    snapshot: watch.snapshot(),
    stats: watch.stats(),
    tally,
    scores,
    tasks: Tally.byStatus(served),
    disagreements: disagreements(watch, served),
    elapsedMillis: stage.now() - startedAt,
  };
};

type ServedTask = Pick<TaskRow, "id" | "status">;

/** How many tasks the watch shows otherwise than the server does. */
const disagreements = (watch: Watch, served: ReadonlyArray<ServedTask>): number => {
  const { tasks } = watch.snapshot();
  const isOtherwise = ({ id, status }: ServedTask) => tasks.get(id)?.status !== status;
  return served.filter(isOtherwise).length + Math.abs(tasks.size - served.length);
};

/** Whether the watch has seen the evaluation complete and every task finished. */
const isAllDone = (watch: Watch): boolean => {
  const { tasks, leases, evaluation } = watch.snapshot();
  return (
    leases.size === 0 &&
    evaluation?.status === "COMPLETED" &&
    Array.from(tasks.values()).every(({ status }) => lifecycle.isDone(status))
  );
};

/** Resolves when something holds of what a watch shows. */
const watching = (watch: Watch, holds: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      if (!holds()) return;
      leave();
      resolve();
    };
    const leave = watch.onChange(look);
    look();
  });
