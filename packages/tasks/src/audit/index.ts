/** Auditing, as Effect functions: verdicts of v4, and sampling. */
export { type SampleOptions, sample } from "./sample.ts";
export { approve, fix, requestRevision } from "./verdict.ts";
