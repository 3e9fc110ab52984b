/**
 * sacrebleu's paired tests of corpus scores, with its draws: the same seed gives its p values.
 *
 * A corpus score is not a mean, so what is drawn or swapped are the counts of segments, and a score is made of each selection's sums.
 * Sums of resamples are rounded to single precision, as there.
 */
import { checkOptions } from "../checkOptions.ts";
import { Pcg64 } from "../kernel/Pcg64.ts";
import type { CorpusMetric } from "../Pairs.ts";
import { mean } from "./describe.ts";

/** Which test, and how often it draws. */
export interface PairedTestOptions {
  /** `randomisation` (default, sacrebleu's `--paired-ar`) or `bootstrap` (`--paired-bs`). */
  readonly test?: "randomisation" | "bootstrap" | undefined;
  /** Default 10,000 swaps, or 1,000 resamples. */
  readonly samples?: number | undefined;
  /** Resamples behind mean and interval beside a randomisation; default 0, which gives none. A bootstrap has its own. */
  readonly confidenceSamples?: number | undefined;
  /** An integer from 0 to 2³² - 1; default 12345, sacrebleu's. */
  readonly seed?: number | undefined;
}

const optionNames: Record<keyof PairedTestOptions, true> = {
  test: true,
  samples: true,
  confidenceSamples: true,
  seed: true,
};

/** A system of the test. */
export interface TestedSystem {
  /** Of the corpus as given. */
  readonly score: number;
  /** Of the resamples' scores. */
  readonly mean?: number | undefined;
  /** Half the distance between the scores near either end of them, at 95 %. */
  readonly halfWidth?: number | undefined;
  /** That the difference from the baseline is chance; absent for the baseline. Never below 1 / (samples + 1), also where nothing differs. */
  readonly pValue?: number | undefined;
}

/** The counts of each segment, in order: `metric.countsOf` of each pair. */
export type SegmentCounts = ReadonlyArray<ReadonlyArray<number>>;

const add = (sums: Array<number>, counts: ReadonlyArray<number>, round: (value: number) => number): void => {
  for (let at = 0; at < sums.length; at++) sums[at] = round(sums[at]! + round(counts[at]!));
};

const exact = (value: number): number => value;

const scoreOfAll = (metric: CorpusMetric, segments: SegmentCounts): number => {
  const sums = new Array<number>(segments[0]?.length ?? 0).fill(0);
  for (const counts of segments) add(sums, counts, exact);
  return metric.scoreOf(sums);
};

/** The scores of resamples: each row of draws serves all systems. */
const resampledScores = (
  metric: CorpusMetric,
  systems: ReadonlyArray<SegmentCounts>,
  samples: number,
  random: Pcg64,
): ReadonlyArray<Float64Array> => {
  const [size, width] = [systems[0]!.length, systems[0]![0]!.length];
  const scores = systems.map(() => new Float64Array(samples));
  for (let sample = 0; sample < samples; sample++) {
    const sums = systems.map(() => new Array<number>(width).fill(0));
    for (let draw = 0; draw < size; draw++) {
      const row = random.below(size);
      systems.forEach((segments, at) => {
        add(sums[at]!, segments[row]!, Math.fround);
      });
    }
    sums.forEach((all, at) => {
      scores[at]![sample] = metric.scoreOf(all);
    });
  }
  return scores;
};

const spreadOf = (scores: Float64Array) => {
  const sorted = scores.toSorted();
  const low = Math.floor(sorted.length / 40);
  return { mean: mean(scores), halfWidth: (sorted[sorted.length - low - 1]! - sorted[low]!) / 2 };
};

const pValueOf = (differences: Float64Array, observed: number): number =>
  (1 + differences.filter((difference) => difference > observed).length) / (1 + differences.length);

/** The differences that swapping segments between two systems at random gives. */
const swappedDifferences = (
  metric: CorpusMetric,
  baseline: SegmentCounts,
  system: SegmentCounts,
  samples: number,
  random: Pcg64,
): Float64Array =>
  Float64Array.from({ length: samples }, () => {
    const [one, other] = [
      new Array<number>(baseline[0]!.length).fill(0),
      new Array<number>(baseline[0]!.length).fill(0),
    ];
    baseline.forEach((counts, row) => {
      const isBaseline = random.bit() === 1;
      add(isBaseline ? one : other, counts, exact);
      add(isBaseline ? other : one, system[row]!, exact);
    });
    return Math.abs(metric.scoreOf(one) - metric.scoreOf(other));
  });

/**
 * Tests systems against a baseline by one corpus metric, as sacrebleu's `PairedTest` does.
 *
 * @param metric such as `sacreBleuCorpus()`, `chrfCorpus({ wordOrder: 2 })`, `terCorpus()`
 * @param baseline the counts of the baseline's segments
 * @param systems those of the other systems, segment by segment
 * @returns the baseline, then the systems
 * @throws RangeError when there is no segment, a system has another number of them, or an option makes no sense
 *
 * Source: sacrebleu 2.6.0 `significance`; Koehn 2004; Riezler and Maxwell 2005.
 *
 * @example
 * ```ts
 * import { pairedTest, sacreBleuCorpus } from "@evalwire/metrics/stats"
 *
 * const metric = sacreBleuCorpus()
 * const countsOf = (candidate: string) => metric.countsOf({ candidate, references: "the cat sat on the mat" })
 * const [baseline, better] = [["a dog sat on a mat", "cat"].map(countsOf), ["the cat sat on the mat", "the cat"].map(countsOf)]
 * pairedTest(metric, baseline, [better], { samples: 100 }).map(({ score }) => score.toFixed(1)) // => ["9.1", "60.7"]
 * ```
 */
export const pairedTest = (
  metric: CorpusMetric,
  baseline: SegmentCounts,
  systems: ReadonlyArray<SegmentCounts>,
  options: PairedTestOptions = {},
): ReadonlyArray<TestedSystem> => {
  checkOptions("pairedTest", options, optionNames);
  const { test = "randomisation", seed = 12345, confidenceSamples = 0 } = options;
  const { samples = test === "bootstrap" ? 1000 : 10_000 } = options;
  if (!Number.isInteger(samples) || samples < 1)
    throw new RangeError(`Samples must be a whole number above 0, not ${samples}.`);
  if (!Number.isInteger(confidenceSamples) || confidenceSamples < 0)
    throw new RangeError(`Resamples for an interval must be a whole number, not ${confidenceSamples}.`);
  if (baseline.length === 0) throw new RangeError("Nothing to compare: there is no segment.");
  for (const system of systems) {
    if (system.length !== baseline.length)
      throw new RangeError(`Systems must have equally many segments: ${baseline.length} and ${system.length} are not.`);
  }
  const baselineScore = scoreOfAll(metric, baseline);
  const spreads = (segments: SegmentCounts, count: number, random = new Pcg64(seed)) =>
    count === 0 ? {} : spreadOf(resampledScores(metric, [segments], count, random)[0]!);
  const first = { score: baselineScore, ...spreads(baseline, test === "bootstrap" ? samples : confidenceSamples) };
  const tested = systems.map((system): TestedSystem => {
    const random = new Pcg64(seed);
    const score = scoreOfAll(metric, system);
    const observed = Math.abs(baselineScore - score);
    if (test === "randomisation") {
      const pValue = pValueOf(swappedDifferences(metric, baseline, system, samples, random), observed);
      return { score, pValue, ...spreads(system, confidenceSamples, random) };
    }
    const [ofBaseline, ofSystem] = resampledScores(metric, [baseline, system], samples, random);
    const differences = ofSystem!.map((one, at) => Math.abs(one - ofBaseline![at]!));
    const middle = mean(differences);
    return {
      score,
      pValue: pValueOf(
        differences.map((one) => one - middle),
        observed,
      ),
      ...spreadOf(ofSystem!),
    };
  });
  return [first, ...tested];
};
