"use client";

import type { MetricConfig, MetricRecord } from "@evalwire/metrics";
import * as React from "react";
import * as equal from "../stores/equal.ts";
import { onDemand } from "../stores/onDemand.ts";
import { cell } from "../stores/Store.ts";
import { useStore } from "../useStore.ts";
import type { MetricScores, MetricScoresOptions } from "./ScoreQueue.ts";

/** The scorer: a chunk of its own. */
export const scoring = onDemand(() => import("./scoring.ts"));

const byDefault: MetricScoresOptions = {};
const pending: MetricScores = { isPending: true };
const none = cell(0);

/**
 * The scores of records under a `metric_config`, computed in the page as the platform would: in a worker, so that the page stays quick.
 *
 * Each record is `isPending` until it is scored. A record that was scored before is not scored again, so keep its reference as long as its
 * texts are the same. A configuration or a record that cannot be scored gives its `MetricError` in the place of scores.
 *
 * @param config - the evaluation's `metric_config`; compared by content
 * @param records - `{ test_case_data, test_case_output, trace }`, or v5's `{ item }`
 * @param options - further scorers, word data, the worker; keep its reference
 *
 * @example
 * ```tsx
 * import type { MetricRecord } from "@evalwire/metrics";
 * import { useMetricScores } from "@evalwire/react-hooks";
 *
 * const Rouge = ({ record }: { record: MetricRecord }) => {
 *   const [first] = useMetricScores({ components: [{ name: "overlap", type: "rouge1" }] }, [record]);
 *   if (first?.isPending) return <td>…</td>;
 *   return <td>{first?.scores?.["overlap"]?.toFixed(2) ?? first?.error?.message}</td>;
 * };
 * ```
 */
export const useMetricScores = (
  config: MetricConfig,
  records: ReadonlyArray<MetricRecord>,
  options: MetricScoresOptions = byDefault,
): ReadonlyArray<MetricScores> => {
  // A configuration is JSON from the wire: its text is its identity.
  const text = JSON.stringify(config);
  const { module, error } = useStore(scoring);
  const queue = React.useMemo(() => module?.queueOf(text, options), [module, text, options]);
  const select = React.useCallback(
    (_: number) => records.map((record) => queue?.get(record) ?? (error ? { error } : pending)),
    [records, queue, error],
  );
  React.useEffect(() => queue?.ask(records), [records, queue]);
  return useStore<number, ReadonlyArray<MetricScores>>(queue ?? none, select, equal.elements);
};
