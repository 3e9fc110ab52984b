/**
 * How results come to be: one for each test case of a dataset version, from the outputs of a variant (`type: "builder"`), or
 * one for each body that was sent (`type: "default"`). Both check the layouts and compute the metrics.
 */
import type { ApplicationTestCaseOutputs, Evaluations, TestCaseResults, TestCases } from "@evalwire/core/contract";
import type { MetricRecord } from "@evalwire/metrics";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { Answer, CallContext, Steps } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import { invalid } from "../../http/Refusal.ts";
import type { Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import { newestOutputs, outputs } from "../applications/ApplicationTestCaseOutputs.ts";
import { type ResultMemory, resultMemoryOf, results } from "../collections.ts";
import * as EvaluationDatasets from "../datasets/EvaluationDatasets.ts";
import { stored } from "../stored.ts";
import * as DataLocs from "./dataLocs.ts";
import { measure } from "./measure.ts";

type Result = TestCaseResults.TestCaseResult;
type Output = ApplicationTestCaseOutputs.ApplicationTestCaseOutput;

/** Inputs of a result. */
export interface Source {
  readonly testCase: Document<TestCases.TestCase>;
  readonly versionNum: string;
  /** The application's answer, as it goes over the wire. */
  readonly data: unknown;
  readonly output: Document<Output> | undefined;
}

const toRecord = ({ testCase, data, output }: Source): MetricRecord => ({
  id: testCase.body.id,
  test_case_data: testCase.body.test_case_data,
  test_case_output: data,
  trace: output?.body.interaction?.trace_spans ?? [],
});

/** Fields common to several results. */
export interface Common {
  readonly evaluationId: string;
  readonly accountId: string;
  readonly specId: string;
  readonly layouts: DataLocs.Layouts;
  readonly metricConfig: Evaluations.Evaluation["metric_config"];
}

/** Refuses (422) layouts that lead nowhere and metrics that cannot be computed; then the metrics of each source. */
export const examine = Effect.fnUntraced(function* (
  common: Pick<Common, "layouts" | "metricConfig">,
  sources: ReadonlyArray<Source>,
): Steps<ReadonlyArray<ResultMemory["metrics"]>> {
  const records = sources.map(toRecord);
  const wrong = DataLocs.wrongIn(common.layouts, records);
  if (wrong.length > 0) return yield* invalid(...wrong);
  return yield* measure(common.metricConfig, records, ["body", "metric_config"]);
});

/** Makes a result of each source; `sent` are the fields a caller gave for it. */
export const insertResults = Effect.fnUntraced(function* (
  call: CallContext,
  common: Common,
  sources: ReadonlyArray<Source>,
  sent: (index: number) => Partial<Result> = () => ({}),
): Steps<ReadonlyArray<Document<Result>>> {
  const metrics = yield* examine(common, sources);
  return yield* Entity.createMany(
    results,
    sources.map((source, index) => ({
      accountId: common.accountId,
      parentId: common.evaluationId,
      hidden: { num: 1, testCaseVersionId: source.testCase.id, metrics: metrics[index]! } satisfies ResultMemory,
      body: (id) => ({ ...toResult(call, id, common, source), ...sent(index) }) as Result,
    })),
  );
});

const toResult = (call: CallContext, id: string, common: Common, source: Source): Result => {
  const { testCase, output } = source;
  return {
    ...stored(call, id, common.accountId),
    updated_at: call.now,
    application_spec_id: common.specId,
    evaluation_id: common.evaluationId,
    evaluation_dataset_id: testCase.body.evaluation_dataset_id,
    evaluation_dataset_version_num: source.versionNum,
    test_case_id: testCase.body.id,
    label_status: "PENDING",
    audit_status: "UNAUDITED",
    audit_required: false,
    test_case_evaluation_data_schema: testCase.body.schema_type,
    test_case_evaluation_data: source.data,
    ...(output === undefined ? {} : { application_test_case_output_id: output.id }),
  } as Result;
};

/** A test case of a dataset version, and its output. */
interface Pair {
  readonly versionId: string;
  readonly outputId: string;
}

/** An evaluation's dataset version, and what its results are made from. */
export interface Gathered {
  readonly version: Document<EvaluationDatasets.Version>;
  readonly pairs: ReadonlyArray<Pair>;
}

/** The test cases of the version with the newest output of each; 422 naming those that have none. */
export const gather = Effect.fnUntraced(function* (body: Evaluations.BuildEvaluation): Steps<Gathered> {
  const loc = ["body", "evaluation_dataset_version"];
  const asked = body.evaluation_dataset_version ?? undefined;
  const version = yield* EvaluationDatasets.versionOf(body.evaluation_dataset_id, asked, loc);
  const { num } = version.body;
  const group = body.application_test_case_output_group_id ?? undefined;
  const newest = yield* newestOutputs(body.application_variant_id, body.evaluation_dataset_id, num, group);
  const pairs: Array<Pair> = [];
  const missing: Array<string> = [];
  const pair = (cases: ReadonlyArray<Document<TestCases.TestCase>>) =>
    Effect.sync(() => {
      // The states of a test case are its children.
      for (const { id, parentId } of cases) {
        const output = newest.get(parentId!);
        if (output === undefined) missing.push(parentId!);
        else pairs.push({ versionId: id, outputId: output.id });
      }
    });
  yield* Entity.walkIds(EvaluationDatasets.testCaseVersions, EvaluationDatasets.heldIds(version), pair);
  const mayMiss = [...newest.values()].some(({ ignoreMissing }) => ignoreMissing);
  if (pairs.length === 0 || (missing.length > 0 && !mayMiss)) {
    const total = missing.length + pairs.length;
    const shown = missing.slice(0, 5).join(", ") + (missing.length > 5 ? `, and ${missing.length - 5} more` : "");
    const from = group === undefined ? `application variant ${body.application_variant_id}` : `group ${group}`;
    const problem = `${from} has no output for ${missing.length} of the ${total} test cases of version ${num}: ${shown}`;
    const hint = "send them to /v4/application-test-case-outputs/batch first; this server runs no applications";
    return yield* invalid(Detail.value(["body", "application_variant_id"], `${problem} (${hint})`));
  }
  return { version, pairs };
});

/** Makes the result of each pair, a thousand at a time; `visit` is given what was made. */
export const insertPairs = Effect.fnUntraced(function* (
  call: CallContext,
  common: Common,
  { version, pairs }: Gathered,
  visit: (made: ReadonlyArray<Document<Result>>) => Answer<void>,
): Steps<void> {
  const { documents } = yield* Store;
  const versionNum = String(version.body.num);
  const outputOf = new Map(pairs.map(({ versionId, outputId }) => [versionId, outputId]));
  const insert = Effect.fnUntraced(function* (cases: ReadonlyArray<Document<TestCases.TestCase>>): Steps<void> {
    const found = yield* documents.retrieveMany(
      outputs,
      cases.map(({ id }) => outputOf.get(id)!),
    );
    const sources = cases.map((testCase): Source => {
      const output = found.get(outputOf.get(testCase.id)!)!;
      return { testCase, versionNum, data: output.body.output, output };
    });
    yield* visit(yield* insertResults(call, common, sources));
  });
  yield* Entity.walkIds(
    EvaluationDatasets.testCaseVersions,
    pairs.map(({ versionId }) => versionId),
    insert,
  );
});

/** The inputs of results, as they stand now: for reading them again. */
export const sourcesOfResults = Effect.fnUntraced(function* (
  all: ReadonlyArray<Document<Result>>,
): Steps<ReadonlyArray<Source>> {
  const { documents } = yield* Store;
  const caseIds = all.map((result) => resultMemoryOf(result).testCaseVersionId);
  const cases = yield* documents.retrieveMany(EvaluationDatasets.testCaseVersions, caseIds);
  const outputIds = all.flatMap(({ body }) => body.application_test_case_output_id ?? []);
  const found = yield* documents.retrieveMany(outputs, outputIds);
  return all.map((result, index) => ({
    testCase: cases.get(caseIds[index]!)!,
    versionNum: String(result.body.evaluation_dataset_version_num),
    data: result.body.test_case_evaluation_data,
    output: found.get(result.body.application_test_case_output_id ?? ""),
  }));
});
