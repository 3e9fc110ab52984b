/** The plan of a configuration: the same in the main thread and in each worker. */
import { type MetricConfig, type MetricOptions, type MetricPlan, planMetrics } from "@evalwire/metrics";
import { extendedScorers } from "@evalwire/metrics/extended";

/** @throws MetricError for a bad configuration */
export const planOf = (config: MetricConfig, options: MetricOptions): MetricPlan =>
  planMetrics(config, { ...options, scorers: { ...extendedScorers, ...options.scorers } });
