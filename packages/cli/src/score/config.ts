/** The `metric_config` of a file: by itself, or in the evaluation it belongs to, v4 or v5. */

import { readFileSync } from "node:fs";
import {
  configOfTasks,
  type MetricConfig,
  MetricError,
  type MetricOptions,
  type MetricPlan,
  type MetricTask,
  planMetrics,
} from "@evalwire/metrics";
import * as Predicate from "effect/Predicate";
import { CommandFailure, fileProblem } from "../CommandFailure.ts";

const wrong = (file: string, problem: string, cause?: unknown): CommandFailure =>
  new CommandFailure(`${file}: ${problem}`, 2, { cause });

const isMetricTask = (task: unknown): task is MetricTask =>
  Predicate.isObject(task) && (task["task_type"] ?? "metric") === "metric" && Predicate.isObject(task["configuration"]);

/** Of a v5 evaluation's tasks the `metric` ones are computed; the others need people, judges or the platform. */
const ofTasks = (file: string, tasks: ReadonlyArray<unknown>): MetricConfig => {
  const metrics = tasks.filter(isMetricTask);
  if (metrics.length === 0) throw wrong(file, `none of the ${tasks.length} tasks is a metric task`);
  return configOfTasks(metrics);
};

/** @throws CommandFailure for a file that has none */
export const readConfig = (file: string): MetricConfig => {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8").replace(/^\ufeff/, ""));
  } catch (error) {
    throw wrong(file, error instanceof SyntaxError ? `not JSON: ${error.message}` : fileProblem(error), error);
  }
  if (Array.isArray(value)) return ofTasks(file, value);
  if (!Predicate.isObject(value)) throw wrong(file, "needs a metric_config: an object with components");
  const config = value["metric_config"] ?? value;
  if (!Predicate.isObject(config)) throw wrong(file, "metric_config must be an object with components");
  if (!Object.hasOwn(config, "components") && Array.isArray(value["tasks"])) return ofTasks(file, value["tasks"]);
  if (Array.isArray(config["components"]) && config["components"].length === 0) {
    throw wrong(file, "metric_config: components is empty, there is nothing to compute");
  }
  return config as unknown as MetricConfig;
};

/** Which option gives what a component needs, in the library's words. */
const optionOf: Readonly<Record<string, string>> = {
  "providers.sentences": "--punkt FOLDER",
  "providers.embedder": "--embeddings MODEL",
  "providers.tokenEmbedder": "--embeddings MODEL",
};

/** @param options with the scorers of `scorersFor` @throws CommandFailure naming the component that cannot be computed */
export const checkedPlan = (file: string, config: MetricConfig, options: MetricOptions): MetricPlan => {
  try {
    return planMetrics(config, options);
  } catch (error) {
    if (!(error instanceof MetricError)) throw error;
    throw wrong(
      file,
      error.message.replace(/providers\.\w+/, (name) => optionOf[name] ?? name),
      error,
    );
  }
};

/** Whether some component has a side that no mapping names: its text must stand at the usual place. */
export const needsUsualPlaces = ({ components }: MetricConfig): boolean =>
  components.some(({ mappings }) => !mappings?.["candidate"] || !mappings["reference"]);

/** Whether no mapping names a place: then a file's own are all there is. */
export const hasNoMappings = ({ components }: MetricConfig): boolean =>
  components.every(({ mappings }) => !mappings?.["candidate"] && !mappings?.["reference"]);

/**
 * Refuses an option for the place of a text where each metric has a mapping of its own: the option would change nothing.
 *
 * @throws CommandFailure naming the option
 */
export const refuseUnusedPlaces = (
  file: string,
  { components }: MetricConfig,
  places: { readonly candidate?: string | undefined; readonly reference?: string | undefined },
): void => {
  for (const side of ["candidate", "reference"] as const)
    if (places[side] !== undefined && components.every(({ mappings }) => mappings?.[side]))
      throw new CommandFailure(
        `--${side} is for metrics without a mapping, and each metric of ${file} maps its ${side}; leave one of them out`,
        2,
      );
};
