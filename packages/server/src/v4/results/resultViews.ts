/** What `view` adds to test case results; each view is read once for a whole page. */
import type { Questions, TestCaseResults } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import { withFields } from "../../Encoded.ts";
import type { Answer, Steps } from "../../Handler.ts";
import { Policy, userOf } from "../../Policy.ts";
import type { Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import { outputs, remembered } from "../applications/ApplicationTestCaseOutputs.ts";
import { resultMemoryOf } from "../collections.ts";
import { testCaseVersions } from "../datasets/EvaluationDatasets.ts";
import { toView } from "./Tasks.ts";

type Result = TestCaseResults.TestCaseResult;
type Results = ReadonlyArray<Document<Result>>;

/** Fields a view adds, by the result's id. */
type Extras = (result: Document<Result>) => Partial<Result>;

/** The annotation task of each result, with its holder as a user. */
const taskView = Effect.fnUntraced(function* (evaluationId: string, results: Results): Steps<Extras> {
  const { tasks } = yield* Store;
  const policy = yield* Policy;
  // A page is in order of `seq`, so the tasks of its results are a range.
  const range = { first: results[0]?.seq ?? 0, last: results.at(-1)?.seq ?? -1 };
  const rows = yield* tasks.list(evaluationId, range);
  const byEntity = new Map(
    rows.flatMap((row) => (row.task_type === "EVALUATION_ANNOTATION" ? [[row.entity_id, row]] : [])),
  );
  return ({ id }) => {
    const row = byEntity.get(id);
    if (row === undefined) return {};
    const assigned_to = row.assigned_to === null ? null : userOf(policy, row.assigned_to);
    return { task: { ...toView(row), assigned_to } };
  };
});

const metricsView = Effect.fnUntraced(function* (results: Results): Steps<Extras> {
  const { documents } = yield* Store;
  const ids = results.flatMap(({ body }) => body.application_test_case_output_id ?? []);
  const found = yield* documents.retrieveMany(outputs, ids);
  return (result) => {
    const output = found.get(result.body.application_test_case_output_id ?? "");
    const custom = Object.entries(output === undefined ? {} : remembered(output).metrics);
    return {
      metrics: resultMemoryOf(result).metrics,
      custom_metrics: custom.map(([name, value]) => ({
        id: `${output!.id}:${name}`,
        name,
        type: "number",
        output: value,
      })),
    };
  };
});

const testCaseView = Effect.fnUntraced(function* (results: Results): Steps<Extras> {
  const { documents } = yield* Store;
  const versions = yield* documents.retrieveMany(
    testCaseVersions,
    results.map((result) => resultMemoryOf(result).testCaseVersionId),
  );
  return (result) => {
    const version = versions.get(resultMemoryOf(result).testCaseVersionId);
    return version === undefined ? {} : { test_case_version: version.body };
  };
});

const traceView = Effect.fnUntraced(function* (results: Results): Steps<Extras> {
  const { documents } = yield* Store;
  const ids = results.flatMap(({ body }) => body.application_test_case_output_id ?? []);
  const found = yield* documents.retrieveMany(outputs, ids);
  return ({ body }) => {
    const output = found.get(body.application_test_case_output_id ?? "");
    return output === undefined ? {} : { application_test_case_output: output.body };
  };
});

/** An answer as annotations have it: the choices it names where the question has choices, else itself, as text where it must. */
const selected = (question: Questions.Question | undefined, answer: TestCaseResults.Answer): unknown => {
  const choices = question?.choices ?? [];
  const named = choices.filter(({ value }) => (Array.isArray(answer) ? answer.includes(value) : answer === value));
  if (Array.isArray(answer) && choices.length > 0) return named;
  return named[0] ?? (typeof answer === "string" || typeof answer === "number" ? answer : JSON.stringify(answer));
};

const annotationsView = (questions: ReadonlyMap<string, Questions.Question>): Extras => {
  return ({ id, body }) => ({
    annotation_results: Object.entries(body.result ?? {}).map(([questionId, answer]) => ({
      id: `${id}:${questionId}`,
      annotation_type: "human",
      question_id: questionId,
      selected_choice: selected(questions.get(questionId), answer),
      test_case_result_lineage_id: id,
      created_at: body.completed_at ?? body.updated_at ?? body.created_at,
    })),
  });
};

const view = (
  name: TestCaseResults.View,
  evaluationId: string,
  results: Results,
  questions: ReadonlyMap<string, Questions.Question>,
): Answer<Extras> => {
  switch (name) {
    case "Task":
      return taskView(evaluationId, results);
    case "Metrics":
      return metricsView(results);
    case "TestCaseVersion":
      return testCaseView(results);
    case "Trace":
      return traceView(results);
    case "AnnotationResults":
      return Effect.succeed(annotationsView(questions));
    default:
      return Effect.succeed(() => ({}));
  }
};

/** Results, in order of creation, each with the requested views, as JSON. */
export const expand = (
  evaluationId: string,
  results: Results,
  views: ReadonlyArray<TestCaseResults.View>,
  questions: ReadonlyMap<string, Questions.Question>,
): Answer<ReadonlyArray<string>> =>
  Effect.map(
    Effect.forEach(views, (name) => view(name, evaluationId, results, questions)),
    (extras) =>
      results.map((result) => withFields(result.text, Object.assign({}, ...extras.map((extra) => extra(result))))),
  );
