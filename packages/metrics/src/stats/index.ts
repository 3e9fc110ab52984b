/**
 * `@evalwire/metrics/stats`: what many scores say together, how sure that is, and how far people and metrics agree.
 */

export { type Aggregate, type AggregateOptions, aggregateRouge } from "./aggregateRouge.ts";
export { cohenKappa, fleissKappa, krippendorffAlpha, type Level, type Rating } from "./agreement.ts";
export { kendall, pearson, ranks, spearman } from "./correlation.ts";
export { type Histogram, histogram, mean, quantiles, quantilesOfSorted, standardDeviation } from "./describe.ts";
export {
  approximateRandomisation,
  bootstrapInterval,
  bootstrapIntervals,
  type Comparison,
  compareMeans,
  type Interval,
  type MeansCompared,
  pairedBootstrap,
  type ResampleOptions,
  type ResampleRun,
} from "./resample.ts";
