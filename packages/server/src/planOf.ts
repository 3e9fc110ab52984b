import { type MetricOptions, type MetricPlan, planMetrics } from "@evalwire/metrics";
import { extendedScorers } from "@evalwire/metrics/extended";
import { installKernels } from "@evalwire/metrics/wasm";

let isPrepared = false;

/**
 * How this server computes a config: on the WebAssembly kernels where the runtime has them, with the extended scorers and the user's own.
 * Throws a `MetricError` for a config that cannot be computed.
 */
export const planOf = (config: Parameters<typeof planMetrics>[0], options: MetricOptions): MetricPlan => {
  // A pair of long texts holds this thread, and with the kernels for a fraction of the time.
  if (!isPrepared) installKernels();
  isPrepared = true;
  return planMetrics(config, { ...options, scorers: { ...extendedScorers, ...options.scorers } });
};
