/** Views of the tasks of an evaluation: all at once, kept up to date one change at a time, or live over a watch. */
export { type Estimate, type EstimateArgs, estimate } from "./estimate.ts";
export * from "./views.ts";
