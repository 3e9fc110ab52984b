/** ROUGE of a corpus with its confidence interval: rouge_score's `BootstrapAggregator`, to the last bit. */
import { checkOptions } from "../checkOptions.ts";
import { MersenneTwister } from "../kernel/MersenneTwister.ts";
import { Score } from "../Score.ts";
import { quantileOfSorted } from "./describe.ts";

type Numbers = Pick<Score, "precision" | "recall" | "fmeasure">;

/** How the interval is found. */
export interface AggregateOptions {
  /** What `np.random.seed` would be given: 0 to 2 ** 32 - 1. Default 0. */
  readonly seed?: number | undefined;
  /** Number of resamples, at least 1. Default 1000. */
  readonly samples?: number | undefined;
  /** Width of the interval, between 0 and 1. Default 0.95. */
  readonly confidence?: number | undefined;
}

const optionNames: Record<keyof AggregateOptions, true> = { seed: true, samples: true, confidence: true };

/** A corpus score. `mid` is the median of the resampled means, which Hugging Face evaluate reports; it is close to `mean`. */
export interface Aggregate {
  readonly mean: Score;
  readonly low: Score;
  readonly mid: Score;
  readonly high: Score;
}

const columnsOf = (scores: ReadonlyArray<Numbers>): ReadonlyArray<Float64Array> => [
  Float64Array.from(scores, ({ precision }) => precision),
  Float64Array.from(scores, ({ recall }) => recall),
  Float64Array.from(scores, ({ fmeasure }) => fmeasure),
];

/** The sum of `values` from `from` to `to` in numpy's order: halves of whole eights down to 128, there eight sums side by side. */
const pairwiseSum = (values: Float64Array, from: number, to: number): number => {
  const length = to - from;
  if (length > 128) {
    const half = from + ((length >> 4) << 3);
    return pairwiseSum(values, from, half) + pairwiseSum(values, half, to);
  }
  const eights = length < 8 ? from : to - (length % 8);
  const sums = new Float64Array(8);
  for (let at = from; at < eights; at++) sums[(at - from) % 8]! += values[at]!;
  const [a, b, c, d, e, f, g, h] = sums as unknown as [number, number, number, number, number, number, number, number];
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (let at = eights; at < to; at++) sum += values[at]!;
  return sum;
};

const meanOf = (column: Float64Array): number => pairwiseSum(column, 0, column.length) / column.length;

/** The means of `samples` resamples, each column's sorted. Draws row by row, so all columns see the same rows. */
const resample = (columns: ReadonlyArray<Float64Array>, samples: number, random: MersenneTwister) => {
  const [precisions, recalls, fmeasures] = columns as [Float64Array, Float64Array, Float64Array];
  const rows = precisions.length;
  const means = columns.map(() => new Float64Array(samples));
  for (let sample = 0; sample < samples; sample++) {
    let [precision, recall, fmeasure] = [0, 0, 0];
    for (let draw = 0; draw < rows; draw++) {
      const row = random.below(rows);
      precision += precisions[row]!;
      recall += recalls[row]!;
      fmeasure += fmeasures[row]!;
    }
    means[0]![sample] = precision / rows;
    means[1]![sample] = recall / rows;
    means[2]![sample] = fmeasure / rows;
  }
  return means.map((column) => column.sort());
};

/**
 * The scores of a corpus: per type the mean, and the bootstrap's low, middle and high. The same seed gives the same numbers as
 * rouge_score after `np.random.seed(seed)`; the types are drawn for in the order in which the first row has them.
 *
 * @param rows one result of `rouge` per pair, all with the same types; at least one
 * @param options seed, number of resamples, confidence
 * @throws RangeError when there is no row, a row lacks a type, or an option is out of range
 *
 * Time is `samples` times the number of rows, for each type. Source: rouge_score 0.1.2 `scoring.py`; numpy 1.24 `percentile`.
 *
 * @example
 * ```ts
 * import { rouge } from "@evalwire/metrics";
 * import { aggregateRouge } from "@evalwire/metrics/stats";
 *
 * const rows = [rouge("a b", "a c"), rouge("a b c", "a b c")];
 * const corpus = aggregateRouge(rows, { seed: 7 });
 * corpus.rouge1.mean.fmeasure; // => 0.75
 * corpus.rouge1.low.fmeasure; // => 0.5
 * ```
 */
export const aggregateRouge = <Type extends string>(
  rows: Iterable<Readonly<Record<Type, Numbers>>>,
  options: AggregateOptions = {},
): Record<Type, Aggregate> => {
  checkOptions("aggregateRouge", options, optionNames);
  const { seed = 0, samples = 1000, confidence = 0.95 } = options;
  if (!Number.isInteger(samples) || samples < 1)
    throw new RangeError(`samples must be a whole number above 0, not ${samples}`);
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`confidence must lie between 0 and 1, not ${confidence}`);
  const all = [...rows];
  if (all.length === 0) throw new RangeError("aggregateRouge: there are no scores to aggregate");
  const random = new MersenneTwister(seed);
  const tail = (1 - confidence) / 2;
  // numpy is asked in percent and divides again: the detour is part of the number.
  const probabilities = [tail, 0.5, 1 - tail].map((probability) => (100 * probability) / 100);
  const aggregate = (type: Type): Aggregate => {
    const scores = all.map((row, index) => {
      if (row[type] === undefined) throw new RangeError(`aggregateRouge: row ${index} has no ${type}`);
      return row[type];
    });
    const columns = columnsOf(scores);
    const means = resample(columns, samples, random);
    const choices = `${type}|rows:${all.length}|bootstrap:${samples}|confidence:${confidence}|seed:${seed}|impl:rouge_score-0.1.2`;
    const score = (of: string, [precision, recall, fmeasure]: ReadonlyArray<number>) =>
      new Score(precision!, recall!, fmeasure!, `${choices}|of:${of}`);
    const at = (probability: number) => means.map((column) => quantileOfSorted(column, probability));
    return {
      mean: score("mean", columns.map(meanOf)),
      low: score("low", at(probabilities[0]!)),
      mid: score("mid", at(probabilities[1]!)),
      high: score("high", at(probabilities[2]!)),
    };
  };
  const types = Object.keys(all[0]!) as Array<Type>;
  return Object.fromEntries(types.map((type) => [type, aggregate(type)])) as Record<Type, Aggregate>;
};
