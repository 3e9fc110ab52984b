/** The scorer of records: a chunk of its own, loaded when the first record is requested. */

import { checkOptions } from "@evalwire/core/contract";
import { type MetricConfig, MetricError, type MetricOptions, type MetricPlan, planMetrics } from "@evalwire/metrics";
import { type WebWorker, WorkerPool, webWorker } from "@evalwire/metrics/corpus";
import { once } from "../stores/once.ts";
import { type Engine, type MetricScoresOptions, make, type ScoreQueue } from "./ScoreQueue.ts";

/** Options that a worker cannot be sent. */
const isSendable = ({ scorers, providers, key }: MetricOptions): boolean =>
  scorers === undefined && providers === undefined && key === undefined;

/** The worker beside this module; `undefined` where there are none, or a policy of the page forbids it. */
const ownWorker = (): WebWorker | undefined => {
  if (typeof Worker === "undefined") return undefined;
  try {
    return new Worker(new URL("./metricWorker.js", import.meta.url), { type: "module" }) as WebWorker;
  } catch {
    return undefined;
  }
};

const planOf = (config: MetricConfig, options: MetricOptions): MetricPlan | MetricError => {
  try {
    return planMetrics(config, options);
  } catch (refused) {
    if (refused instanceof MetricError) return refused;
    throw refused;
  }
};

/** @param spawn - makes the worker; `false` for none, the package's own when left out */
const start = (config: MetricConfig, options: MetricOptions, spawn?: (() => WebWorker) | false): Engine => {
  const plan = planOf(config, options);
  const worker =
    spawn === false || plan instanceof MetricError || !isSendable(options) ? undefined : (spawn ?? ownWorker)();
  const { preset, unavailable } = options;
  const pool = worker && new WorkerPool({ config, workers: 1, preset, unavailable, spawn: () => webWorker(worker) });
  return {
    plan,
    pool,
    errorOf: (failure, record) => {
      const id = typeof record.id === "string" ? record.id : undefined;
      if (failure instanceof MetricError)
        return failure.record === undefined
          ? new MetricError(failure.reason, { component: failure.component, record: id })
          : failure;
      const problem = failure instanceof Error ? failure.message : String(failure);
      return new MetricError({ _tag: "Failed", problem }, { record: id });
    },
  };
};

const queues = new WeakMap<MetricScoresOptions, Map<string, ScoreQueue>>();

const names: Record<keyof MetricScoresOptions, true> = {
  scorers: true,
  key: true,
  providers: true,
  preset: true,
  unavailable: true,
  worker: true,
};

/** The same queue, and worker, for all components that score by the same configuration and options. */
export const queueOf = (config: string, options: MetricScoresOptions): ScoreQueue => {
  checkOptions("useMetricScores", options, names);
  const { worker, ...rest } = options;
  return once(
    once(queues, options, () => new Map<string, ScoreQueue>()),
    config,
    () => make(() => start(JSON.parse(config), rest, worker)),
  );
};
