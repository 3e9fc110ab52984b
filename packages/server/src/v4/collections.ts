/** The two collections that several files of evaluations, results and tasks work on, and what is remembered beside them. */
import type { Evaluations, TestCaseResults } from "@evalwire/core/contract";
import { collection, type Document } from "../store/Documents.ts";
import type { Metrics } from "./evaluations/measure.ts";

export const evaluations = collection<Evaluations.Evaluation>("evaluation", "Evaluation");

/** Children of their evaluation; the present version of each. */
export const results = collection<TestCaseResults.TestCaseResult>("test_case_result", "Test case result");

/** Earlier versions of results, children of the result. */
export const resultVersions = collection<TestCaseResults.TestCaseResult>(
  "test_case_result_version",
  "Test case result version",
);

export interface EvaluationMemory {
  readonly type: "builder" | "default";
  readonly datasetId: string | null;
  readonly versionNum: number | null;
  /** Set when people were added beside the LLM, or an LLM beside the people, after the evaluation was made. */
  readonly isHybrid: boolean;
  readonly jobs: ReadonlyArray<Evaluations.AsyncJob>;
}

export interface ResultMemory {
  /** 1 when it was made, one more with each change. */
  readonly num: number;
  /** The version of the test case it is about. */
  readonly testCaseVersionId: string;
  /** What `view=Metrics` shows. */
  readonly metrics: Metrics;
}

export const memoryOf = (evaluation: Document<Evaluations.Evaluation>): EvaluationMemory =>
  evaluation.hidden as EvaluationMemory;

export const resultMemoryOf = (result: Document<TestCaseResults.TestCaseResult>): ResultMemory =>
  result.hidden as ResultMemory;
