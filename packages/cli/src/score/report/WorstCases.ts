/** The records with the worst scores of each metric, with their texts: so few that any number of records may pass by. */
import { type MetricConfig, type MetricOptions, type MetricRecord, planMetrics, type Texts } from "@evalwire/metrics";

export interface Case {
  readonly id: string;
  readonly line: number;
  readonly score: number;
  readonly texts: Texts;
}

export interface WorstCases {
  readonly key: string;
  readonly isLessBetter: boolean;
  /** Worst first; of equal ones the first to come. */
  readonly cases: Array<Case>;
  /** The texts this metric compares. */
  readonly read: (record: MetricRecord) => Texts;
}

/** Cases kept for each metric. */
const room = 5;

/** Nothing yet, for each metric of a configuration that is known to be good. */
export const make = (config: MetricConfig, options: MetricOptions): ReadonlyArray<WorstCases> =>
  config.components.flatMap((component) => {
    const { keys, lessIsBetter, read } = planMetrics({ components: [component] }, options);
    return keys.map((key) => ({
      key,
      isLessBetter: lessIsBetter.has(key),
      cases: [],
      read: (record: MetricRecord) => read(record)[0]!,
    }));
  });

/** Keeps a record where it is among the worst. Its texts are read only then. */
export const offer = (
  worst: ReadonlyArray<WorstCases>,
  record: MetricRecord,
  {
    id,
    line,
    metrics,
  }: { readonly id: string; readonly line: number; readonly metrics: Readonly<Record<string, number>> },
): void => {
  for (const { key, isLessBetter, cases, read } of worst) {
    const score = metrics[key]!;
    const isWorse = (other: Case) => (isLessBetter ? score > other.score : score < other.score);
    const place = cases.findIndex(isWorse);
    if (place < 0 && cases.length >= room) continue;
    cases.splice(place < 0 ? cases.length : place, 0, { id, line, score, texts: read(record) });
    cases.length = Math.min(cases.length, room);
  }
};
