/** Summary of each metric's scores, over all records and over each group of them. */
import {
  bootstrapIntervals,
  type IntervalOptions,
  quantiles,
  type ResampleRun,
  type Values,
} from "@evalwire/metrics/stats";
import * as Corpora from "./Corpora.ts";
import * as Scores from "./Scores.ts";

/** One metric over records. A figure is `null` where there are no scores: there is no mean of nothing. */
export interface MetricSummary {
  readonly key: string;
  readonly mean: number | null;
  /** 95 % percentile bootstrap interval of the mean; `null` for a single record, which has none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly min: number | null;
  readonly q1: number | null;
  readonly median: number | null;
  readonly q3: number | null;
  readonly max: number | null;
  /** Of all texts together, where that is another thing than the mean: BLEU, chrF and TER as papers report them. */
  readonly corpus?: Corpora.CorpusScore;
  /** Range of the metric's numbers; `null` where they are not bounded. */
  readonly scale: readonly [0, 1] | readonly [0, 100] | null;
  readonly isLessBetter: boolean;
  readonly signatures: ReadonlyArray<string>;
}

/** Records, and what they come to. */
export interface GroupSummary extends Readonly<Scores.Unscored> {
  /** Records that were scored. */
  readonly records: number;
  readonly metrics: ReadonlyArray<MetricSummary>;
}

export interface Summary extends GroupSummary {
  /** Scored records whose answer is an empty text. */
  readonly emptyAnswers: number;
  /** Scored records with an id that an earlier one has, too. */
  readonly repeatedIds: number;
  /** By component, the scored records of which it sees nothing: a text has letters, and none of the tokens that are compared. */
  readonly withoutTokens: Readonly<Record<string, number>>;
  /** By the values of the fields that records are grouped by; absent where they are not. */
  readonly groups?: ReadonlyArray<GroupSummary & { readonly group: string }>;
  /** Whether the groups are different runs: then there are no figures over all of them. */
  readonly isMixed: boolean;
}

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

export interface SummaryOptions extends ResampleRun, IntervalOptions {}

const probabilities = [0, 0.25, 0.5, 0.75, 1];

const metricsOf = async (
  scores: Scores.Scores,
  columns: ReadonlyArray<Values>,
  records: number,
  lessIsBetter: ReadonlySet<string>,
  options: SummaryOptions,
  group?: string,
): Promise<ReadonlyArray<MetricSummary>> => {
  const intervals = await bootstrapIntervals(columns, options);
  return scores.keys.map((key, at) => {
    const { estimate, low, high } = intervals[at]!;
    const [min, q1, median, q3, max] = quantiles(columns[at]!, probabilities).map(orNull);
    const corpus = scores.corpora.find((one) => one.key === key);
    const whole = corpus && Corpora.scoreOf(corpus, group);
    return {
      key,
      ...(whole && { corpus: whole }),
      scale: scaleOf(corpus?.metric, min!, max!),
      mean: orNull(estimate),
      low: records < 2 ? null : orNull(low),
      high: records < 2 ? null : orNull(high),
      ...{ min: min!, q1: q1!, median: median!, q3: q3!, max: max! },
      isLessBetter: lessIsBetter.has(key),
      signatures: [...scores.signatures.get(key)!],
    };
  });
};

/** Sums of floating-point numbers may exceed 1 by so much. */
const rounding = 1e-12;

/** Metrics of a corpus say whether they are in percent; of the others those are shares of 1 whose numbers are. Rates of errors have no bound. */
const scaleOf = (
  corpus: Corpora.CorpusMetric | undefined,
  min: number | null,
  max: number | null,
): MetricSummary["scale"] => {
  if (corpus?.isPercent) return [0, 100];
  return (min ?? 0) >= 0 && (max ?? 0) <= 1 + rounding ? [0, 1] : null;
};

const unscored = ({ failed, noAnswer, noReference }: Scores.Unscored): Scores.Unscored => ({
  failed,
  noAnswer,
  noReference,
});

const groupsOf = async (
  scores: Scores.Scores,
  lessIsBetter: ReadonlySet<string>,
  options: SummaryOptions,
): Promise<NonNullable<Summary["groups"]>> => {
  const columns = scores.keys.map((key) => Scores.valuesOf(scores, key));
  const groups: Array<GroupSummary & { readonly group: string }> = [];
  for (const group of scores.groups) {
    const places = Scores.placesOf(scores, group);
    const own = columns.map((values) => Float64Array.from(places, (place) => values[place]!));
    const metrics = await metricsOf(scores, own, places.length, lessIsBetter, options, group);
    const counts = unscored(scores.unscoredOf.get(group) ?? Scores.noneUnscored());
    groups.push({ group, records: places.length, ...counts, metrics });
  }
  scores.keys.forEach((key, at) => {
    Scores.release(scores, key, columns[at]!);
  });
  return groups;
};

/**
 * @param lessIsBetter the keys of which less is better
 * @param isGrouped whether records are grouped
 */
export const of = async (
  scores: Scores.Scores,
  lessIsBetter: ReadonlySet<string>,
  isGrouped: boolean,
  options: SummaryOptions,
): Promise<Summary> => {
  const groups = isGrouped ? await groupsOf(scores, lessIsBetter, options) : undefined;
  const kept = scores.keys.map((key) => Scores.keptOf(scores, key));
  const metrics = scores.isMixed ? [] : await metricsOf(scores, kept, Scores.count(scores), lessIsBetter, options);
  return {
    records: Scores.count(scores),
    ...unscored(scores),
    emptyAnswers: scores.emptyAnswers,
    repeatedIds: scores.repeatedIds,
    withoutTokens: Object.fromEntries(scores.withoutTokens),
    ...{ isMixed: scores.isMixed, metrics },
    ...(groups && { groups }),
  };
};
