/** Views of the tasks of an evaluation: all at once, kept up to date one change at a time, or live over a watch. */
export { type Estimate, type EstimateArgs, estimate } from "./estimate.ts";
export { type LiveQueue, live } from "./live.ts";
export { index, type QueueCounts, type QueueIndex, type QueueOptions } from "./QueueIndex.ts";
export * from "./views.ts";
export type { QueueTask, Rate, Throughput, TimeToLabel } from "./WorkFigures.ts";
