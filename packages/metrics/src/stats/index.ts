/**
 * `@evalwire/metrics/stats`: what many scores say together, how sure that is, and how far people and metrics agree.
 */

export { chrfCorpus } from "../ngram/chrf.ts";
export { sacreBleuCorpus } from "../ngram/sacreBleu.ts";
export type { CorpusMetric } from "../Pairs.ts";
export { terCorpus } from "../ter/ter.ts";
export { type Aggregate, type AggregateOptions, aggregateRouge } from "./aggregateRouge.ts";
export { cohenKappa, fleissKappa, type KappaOptions, type Rating } from "./agreement.ts";
export { bootstrapInterval, bootstrapIntervals, type Interval, type IntervalOptions } from "./bootstrap.ts";
export { brierScore, type Calibration, type CalibrationBin, calibration, rocAuc } from "./calibration.ts";
export type { Coded, Values } from "./coded.ts";
export {
  approximateRandomisation,
  type Comparison,
  compareDifferences,
  compareMeans,
  type MeansCompared,
  pairedBootstrap,
} from "./compare.ts";
export { kendall, pearson, ranks, spearman } from "./correlation.ts";
export { type Histogram, histogram, mean, quantiles, quantilesOfSorted, standardDeviation } from "./describe.ts";
export type { ResampleOptions, ResampleRun } from "./draws.ts";
export { type AlphaOptions, krippendorffAlpha, type Level } from "./krippendorff.ts";
export { multiLabelAlpha, type SetDistance } from "./multiLabel.ts";
export { benjaminiHochberg, holm } from "./multipleTests.ts";
export {
  type PairedTestOptions,
  pairedTest,
  type SegmentCounts,
  type TestedSystem,
} from "./pairedTest.ts";
export { type SignFlip, signFlipTest } from "./signFlip.ts";
export { sum } from "./sums.ts";
