/** The output of a demo run: as lines for a reader, or as JSON for a program. Both contain the same. */
import { instantOf, type Watch, type WatchEvent } from "@evalwire/core";
import { eventLine } from "../eventLine.ts";
import * as Table from "../terminal/Table.ts";
import type { Terminal } from "../terminal/Terminal.ts";
import type { DemoEvaluation } from "./createEvaluation.ts";
import type { Outcome } from "./perform.ts";
import { progressLine } from "./progressLine.ts";

export interface Report {
  /** Where everything is, before anything happens. */
  opened(places: ReadonlyArray<readonly [name: string, value: string]>): void;
  created(evaluation: DemoEvaluation, watch: Watch): void;
  event(event: WatchEvent): void;
  /** Called now and then while the run goes on. */
  tick(nowMillis: number): void;
  closed(outcome: Outcome): void;
}

/** One JSON object a line: every event as the watch gave it, and last the summary. */
export const json = (terminal: Terminal, seed: string): Report => ({
  opened: () => undefined,
  created: () => undefined,
  event: (event) => terminal.line(JSON.stringify(event)),
  tick: () => undefined,
  closed: (outcome) => terminal.line(JSON.stringify(summary(outcome, seed))),
});

/** The last line of `--json`: wire names for what the server counts, ours for the rest. Scores are means over all texts. */
const summary = (outcome: Outcome, seed: string) => {
  const { evaluation, tally, tasks, scores, stats } = outcome;
  return {
    type: "summary",
    seed,
    evaluationId: evaluation.id,
    elapsedMillis: outcome.elapsedMillis,
    events: Object.fromEntries(tally.byType),
    tasks,
    users: Object.fromEntries(Array.from(tally.byUser).sort(([a], [b]) => (a < b ? -1 : 1))),
    scores: scores.means,
    checks: {
      scoresCompared: scores.compared,
      largestScoreDifference: scores.largestDifference,
      tasksSeenOtherwise: outcome.disagreements,
    },
    requests: stats.requests,
  };
};

/** Further apart than this, the two ends of a line are no longer read as one. */
const widest = 96;

const metricNames: Readonly<Record<string, string>> = { rouge1: "ROUGE-1", rouge2: "ROUGE-2", rougeL: "ROUGE-L" };

export const human = (terminal: Terminal, startedAt: number, scoreOf: (title: string) => string): Report => {
  const { paint } = terminal;
  const seconds = (millis: number) => `${(millis / 1_000).toFixed(1)} s`;
  const titles = new Map<string, string>();
  let watch: Watch | undefined;
  return {
    opened(places) {
      for (const [name, value] of places) terminal.line(`${paint.dim(name.padEnd(10))}  ${value}`);
    },
    created(evaluation, watching) {
      watch = watching;
      for (const [id, { title }] of evaluation.cases) titles.set(id, title);
      terminal.line(`${paint.dim("evaluation")}  ${evaluation.id}`);
      terminal.line(`${paint.dim("          ")}  ${evaluation.name}, ${evaluation.cases.size} test cases`);
      terminal.line();
    },
    event(event) {
      const title = (id: string | null) => titles.get(id ?? "") ?? id ?? "";
      const line = eventLine(event, {
        paint,
        columns: Math.min(terminal.columns, widest),
        clock: ({ time }) => seconds((instantOf(time) ?? startedAt) - startedAt).padStart(7),
        title: (task) => title(task.test_case_id),
        note: (task) => (task.status === "COMPLETED" ? scoreOf(title(task.test_case_id)) : undefined),
      });
      if (line !== undefined) terminal.line(line);
    },
    tick(nowMillis) {
      if (watch !== undefined) terminal.progress(progressLine(watch, nowMillis, terminal));
    },
    closed(outcome) {
      terminal.progress(undefined);
      for (const line of closing(outcome, terminal)) terminal.line(line);
    },
  };
};

const closing = (outcome: Outcome, { paint }: Terminal): ReadonlyArray<string> => {
  const { tally, scores, stats, snapshot } = outcome;
  const right = (head: string) => ({ head, align: "right" }) as const;
  const figure = (value: number) => value.toFixed(3);
  const agree =
    scores.largestDifference === 0
      ? paint.green(`The server's ${scores.compared} scores are the same, to the last bit.`)
      : paint.red(`The server's scores differ, by up to ${scores.largestDifference}.`);
  const seen =
    outcome.disagreements === 0
      ? paint.green("What the watch shows is what the server has, task by task.")
      : paint.red(`Tasks that the watch shows otherwise than the server: ${outcome.disagreements}.`);
  return [
    "",
    paint.bold(`${snapshot.tasks.size} tasks done in ${Math.round(outcome.elapsedMillis / 1_000)} s`),
    "",
    ...Table.lines(
      [{ head: "Status" }, right("Tasks")],
      Object.entries(outcome.tasks).map(([status, tasks]) => [status, String(tasks)]),
      paint,
    ),
    `  ${seen} ${paint.dim(`${stats.requests} requests`)}`,
    "",
    ...Table.lines(
      [{ head: "User" }, right("Finished"), right("Redone"), right("Skipped"), right("Ran out")],
      Array.from(tally.byUser)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([user, { finished, redone, skipped, expired }]) => [
          user,
          ...[finished, redone, skipped, expired].map(String),
        ]),
      paint,
    ),
    "",
    ...Table.lines(
      [{ head: "Metric" }, right("Precision"), right("Recall"), right("F-measure"), right("Median F")],
      Object.entries(scores.means).map(([name, { precision, recall, fmeasure, median }]) => [
        metricNames[name] ?? name,
        ...[precision, recall, fmeasure, median].map(figure),
      ]),
      paint,
    ),
    `  ${agree}`,
    "",
  ];
};
