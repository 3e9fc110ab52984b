/**
 * The evaluation's scores, computed here from the texts the server gave back, and held against the server's own.
 */
import type { SGPClient } from "@evalwire/core";
import { computeMetrics, locate, type MetricRecord, rouge } from "@evalwire/metrics";
import { metricConfig } from "./createEvaluation.ts";

export interface Mean {
  readonly precision: number;
  readonly recall: number;
  readonly fmeasure: number;
  /** Half of all texts score at most this F-measure. */
  readonly median: number;
}

export interface Scores {
  readonly texts: number;
  /** By the component's name in the `metric_config`. */
  readonly means: Readonly<Record<string, Mean>>;
  /** Scores compared one by one with those of the server's `Metrics` view. */
  readonly compared: number;
  /** The largest difference found; 0 says that every double is the same. */
  readonly largestDifference: number;
}

const mean = (values: ReadonlyArray<number>): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length === 0 ? 0 : (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
};

const { mappings } = metricConfig.components[0]!;

const text = (record: MetricRecord, side: keyof typeof mappings): string => {
  const located = locate(mappings[side], record);
  return located.found ? String(located.value) : "";
};

/** Reads every result with its text and metrics, and scores each again. */
export const compute = async (client: SGPClient, evaluationId: string, signal: AbortSignal): Promise<Scores> => {
  const results = client.evaluations.testCaseResults.list(
    { evaluation_id: evaluationId, view: ["Metrics", "TestCaseVersion"], limit: 1_000 },
    { signal },
  );
  const types = metricConfig.components.map(({ type }) => type);
  const details = new Map(types.map((type) => [type as string, [] as Array<Omit<Mean, "median">>]));
  let texts = 0;
  let compared = 0;
  let largestDifference = 0;
  for await (const result of results) {
    texts++;
    const record = {
      id: result.id,
      test_case_data: result.test_case_version?.test_case_data,
      test_case_output: result.test_case_evaluation_data,
    };
    for (const [key, score] of Object.entries(computeMetrics(metricConfig, record))) {
      const theirs = result.metrics?.[key];
      compared++;
      largestDifference = Math.max(
        largestDifference,
        theirs === undefined ? Number.POSITIVE_INFINITY : Math.abs(theirs - score),
      );
    }
    const triples = rouge(text(record, "candidate"), text(record, "reference"), { types });
    for (const type of types) details.get(type)!.push(triples[type]);
  }
  const means = Object.fromEntries(
    Array.from(details, ([name, scores]) => {
      const of = (part: "precision" | "recall" | "fmeasure") => scores.map((score) => score[part]);
      return [
        name,
        {
          precision: mean(of("precision")),
          recall: mean(of("recall")),
          fmeasure: mean(of("fmeasure")),
          median: median(of("fmeasure")),
        },
      ];
    }),
  );
  return { texts, means, compared, largestDifference };
};
