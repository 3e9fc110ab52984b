import {
  type MetricConfig,
  MetricError,
  type MetricOptions,
  type MetricPlan,
  type MetricRecord,
  planMetrics,
} from "@evalwire/metrics";
import { useMemo } from "react";

/** The scores of one record by key, e.g. `{ "overlap/rouge1": 0.5 }`, or why there are none. */
export type MetricScores =
  | { readonly scores: Readonly<Record<string, number>>; readonly error?: undefined }
  | { readonly scores?: undefined; readonly error: MetricError };

const attempt = <A>(compute: () => A): A | MetricError => {
  try {
    return compute();
  } catch (refused) {
    if (refused instanceof MetricError) return refused;
    throw refused;
  }
};

/** Scores each record once, however often it is asked for; a record that is gone is forgotten. */
const scorerOf = (config: MetricConfig, options: MetricOptions | undefined) => {
  const plan: MetricPlan | MetricError = attempt(() => planMetrics(config, options));
  const known = new WeakMap<MetricRecord, MetricScores>();
  const score = (record: MetricRecord): MetricScores => {
    const measured = plan instanceof MetricError ? plan : attempt(() => plan.measure(record));
    return measured instanceof MetricError
      ? { error: measured }
      : { scores: Object.fromEntries(measured.map(({ key, value }) => [key, value])) };
  };
  return (record: MetricRecord): MetricScores => {
    const scores = known.get(record) ?? score(record);
    known.set(record, scores);
    return scores;
  };
};

/**
 * The scores of records under a `metric_config`, computed in the page as the platform would.
 *
 * A record that was scored before is not scored again, so keep its reference as long as its texts are the same. A
 * configuration or a record that cannot be scored gives its `MetricError` in the place of scores.
 *
 * @param config - the evaluation's `metric_config`; compared by content
 * @param records - `{ test_case_data, test_case_output, trace }`, or v5's `{ item }`
 * @param options - further scorers, word data; keep its reference
 *
 * @example
 * ```tsx
 * import type { MetricRecord } from "@evalwire/metrics";
 * import { useMetricScores } from "@evalwire/react-hooks";
 *
 * const Rouge = ({ record }: { record: MetricRecord }) => {
 *   const [first] = useMetricScores({ components: [{ name: "overlap", type: "rouge1" }] }, [record]);
 *   return <td>{first?.scores?.["overlap"]?.toFixed(2) ?? first?.error?.message}</td>;
 * };
 * ```
 */
export const useMetricScores = (
  config: MetricConfig,
  records: ReadonlyArray<MetricRecord>,
  options?: MetricOptions,
): ReadonlyArray<MetricScores> => {
  // A configuration is JSON from the wire: its text is its identity.
  const text = JSON.stringify(config);
  const score = useMemo(() => scorerOf(JSON.parse(text), options), [text, options]);
  return useMemo(() => records.map(score), [records, score]);
};
