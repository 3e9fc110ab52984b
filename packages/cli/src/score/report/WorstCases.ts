/** The records with the worst scores of each metric, with their texts. Bounded: it keeps the five worst of each metric. */
import { type MetricConfig, type MetricOptions, type MetricRecord, planMetrics, type Texts } from "@evalwire/metrics";

export interface Case {
  /** Its own id; `undefined` when it has none. */
  readonly id: string | undefined;
  /** Its place among all records, from 0. */
  readonly index: number;
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

const casesKept = 5;

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

/** Where a score belongs among the worst; `undefined` where it is none of them. */
const placeOf = ({ cases, isLessBetter }: WorstCases, score: number): number | undefined => {
  const place = cases.findIndex((other) => (isLessBetter ? score > other.score : score < other.score));
  if (place >= 0) return place;
  return cases.length < casesKept ? cases.length : undefined;
};

const put = (list: WorstCases, place: number, one: Case): void => {
  list.cases.splice(place, 0, one);
  list.cases.length = Math.min(list.cases.length, casesKept);
};

/** Keeps a record where it is among the worst. Its texts are read only then. @param scores in the order of `worst` */
export const offer = (
  worst: ReadonlyArray<WorstCases>,
  record: MetricRecord,
  scores: ArrayLike<number>,
  known: Pick<Case, "id" | "index" | "line">,
): void => {
  worst.forEach((list, at) => {
    const place = placeOf(list, scores[at]!);
    if (place !== undefined) put(list, place, { ...known, score: scores[at]!, texts: list.read(record) });
  });
};

/** Keeps cases that were kept elsewhere; they are of later records than those that are here. */
export const merge = (worst: ReadonlyArray<WorstCases>, others: ReadonlyArray<ReadonlyArray<Case>>): void => {
  worst.forEach((list, at) => {
    for (const one of others[at]!) {
      const place = placeOf(list, one.score);
      if (place !== undefined) put(list, place, one);
    }
  });
};
