/** What the scores of each metric look like together. */
import { bootstrapIntervals, quantilesOfSorted, type ResampleRun } from "@evalwire/metrics/stats";
import * as Scores from "./Scores.ts";

/** One metric over all records. A figure is `null` where there are no scores: there is no mean of nothing. */
export interface Spread {
  readonly key: string;
  readonly mean: number | null;
  /** 95 % percentile bootstrap interval of the mean. */
  readonly low: number | null;
  readonly high: number | null;
  readonly least: number | null;
  readonly quartile1: number | null;
  readonly median: number | null;
  readonly quartile3: number | null;
  readonly most: number | null;
  readonly isLessBetter: boolean;
  readonly signatures: ReadonlyArray<string>;
}

export interface Summary {
  /** Records that were scored. */
  readonly records: number;
  /** Records that could not be. */
  readonly failed: number;
  readonly spreads: ReadonlyArray<Spread>;
}

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

const shares = [0, 0.25, 0.5, 0.75, 1];

/** @param lessIsBetter the keys of which less is better */
export const of = async (
  scores: Scores.Scores,
  lessIsBetter: ReadonlySet<string>,
  options: ResampleRun,
): Promise<Summary> => {
  const columns = scores.keys.map((key) => Scores.valuesOf(scores, key));
  const intervals = await bootstrapIntervals(columns, options);
  // One room for all metrics: a copy of a million scores for each would not be let go in time.
  const sorted = new Float64Array(Scores.count(scores));
  return {
    records: Scores.count(scores),
    failed: scores.failed,
    spreads: scores.keys.map((key, at) => {
      const { estimate, low, high } = intervals[at]!;
      sorted.set(columns[at]!);
      const [least, quartile1, median, quartile3, most] = quantilesOfSorted(sorted.sort(), shares).map(orNull);
      return {
        key,
        mean: orNull(estimate),
        low: orNull(low),
        high: orNull(high),
        least: least!,
        quartile1: quartile1!,
        median: median!,
        quartile3: quartile3!,
        most: most!,
        isLessBetter: lessIsBetter.has(key),
        signatures: [...scores.signatures.get(key)!],
      };
    }),
  };
};
