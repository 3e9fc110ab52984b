/**
 * `@evalwire/metrics/corpus`: a `metric_config` over any number of records, as a stream.
 */
export {
  BadLine,
  entryOf,
  type JsonEntry,
  type JsonLinesOptions,
  jsonEntries,
  jsonLines,
  type Pieces,
  pythonProblem,
} from "./jsonLines.ts";
export type { Progress } from "./Progress.ts";
export { mayBePythonJson, parseJson, parsePythonJson } from "./parseJson.ts";
export {
  type CorpusOptions,
  type Outcome,
  type RecordFailed,
  type RecordResult,
  type RecordScored,
  type ScorePool,
  scoreCorpus,
} from "./scoreCorpus.ts";
export type { Setup } from "./serveScores.ts";
export { type PoolWorker, WorkerPool, type WorkerPoolOptions } from "./WorkerPool.ts";
export { type WebWorker, webWorker } from "./webWorker.ts";
