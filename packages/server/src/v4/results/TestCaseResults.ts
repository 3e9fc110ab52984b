/** The results of an evaluation: read with their views, added to standalone evaluations, annotated and audited by update. */
import type {
  Evaluations,
  QuestionSets,
  TestCaseResults,
  Questions as Wire,
  Page as WirePage,
} from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Encoded from "../../Encoded.ts";
import * as Entity from "../../Entity.ts";
import type { Answer, CallContext, Handler, Steps } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import { conflict, invalid, notFound } from "../../http/Refusal.ts";
import { Policy, userOf } from "../../Policy.ts";
import type { Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import { specs } from "../applications/ApplicationSpecs.ts";
import { checkOutput } from "../applications/ApplicationTestCaseOutputs.ts";
import { evaluations, memoryOf, resultMemoryOf, results, resultVersions } from "../collections.ts";
import { testCases, testCaseVersions, versionIdOf } from "../datasets/EvaluationDatasets.ts";
import * as Build from "../evaluations/build.ts";
import * as Evaluation from "../evaluations/Evaluations.ts";
import * as Page from "../Page.ts";
import * as EvaluationConfigs from "../questions/EvaluationConfigs.ts";
import { checkedAnswers } from "./answers.ts";
import { withTask } from "./resultHistory.ts";
import * as ResultViews from "./resultViews.ts";
import { submit } from "./submit.ts";
import * as Tasks from "./Tasks.ts";

type Result = TestCaseResults.TestCaseResult;

/** The question set of an evaluation's config. */
const questionSetOf = (evaluation: Document<Evaluations.Evaluation>) =>
  EvaluationConfigs.questionSetOf(evaluation.body.evaluation_config_id ?? undefined);

const byId = (set: QuestionSets.QuestionSet | undefined): ReadonlyMap<string, Wire.Question> =>
  new Map((set?.questions ?? []).map((question) => [question.id, question]));

const withViews = Effect.fnUntraced(function* (
  evaluation: Document<Evaluations.Evaluation>,
  found: ReadonlyArray<Document<Result>>,
  views: ReadonlyArray<TestCaseResults.View>,
): Steps<ReadonlyArray<string>> {
  const questions = views.includes("AnnotationResults") ? byId(yield* questionSetOf(evaluation)) : byId(undefined);
  return yield* ResultViews.expand(evaluation.id, found, views, questions);
});

export const list: Handler<typeof TestCaseResults.list> = Effect.fnUntraced(function* (call) {
  const evaluation = yield* Entity.find(evaluations, call, call.params.evaluation_id);
  const views = call.query.view ?? [];
  // The list that a watch polls is made by the database in one piece.
  if (views.length === 0) return yield* Page.list(results, call, { parentId: evaluation.id });
  if (views.length === 1 && views[0] === "Task") {
    return yield* Page.list(results, call, { parentId: evaluation.id }, "task");
  }
  const page = yield* Page.documents(results, call, { parentId: evaluation.id });
  const items = yield* withViews(evaluation, page.items, views);
  return Encoded.page<WirePage.Page<Result>>(items, { ...page, items: undefined });
});

type One = CallContext & { readonly params: { readonly evaluation_id: string; readonly test_case_result_id: string } };

/** The result, if it is one of the evaluation's. */
const within = Effect.fnUntraced(function* (call: One, look: typeof Entity.find): Steps<Document<Result>> {
  const { evaluation_id, test_case_result_id } = call.params;
  const found = yield* look(results, call, test_case_result_id);
  return found.parentId === evaluation_id ? found : yield* notFound(results.noun, test_case_result_id);
});

export const retrieve: Handler<typeof TestCaseResults.retrieve> = Effect.fnUntraced(function* (call) {
  const evaluation = yield* Entity.find(evaluations, call, call.params.evaluation_id);
  const [text] = yield* withViews(evaluation, [yield* within(call, Entity.find)], call.query.view ?? []);
  return new Encoded.Encoded<Result>(text!);
});

/** The test case a body is about: any that exists, or with `datasetId` one of that dataset. */
const testCaseOf = Effect.fnUntraced(function* (
  call: CallContext,
  id: string,
  loc: ReadonlyArray<string | number>,
): Steps<Document<Build.Source["testCase"]["body"]>> {
  const { documents } = yield* Store;
  const testCase = yield* Entity.refer(testCases, call, id, [...loc, "test_case_id"]);
  return (yield* documents.retrieve(testCaseVersions, versionIdOf(testCase)))!;
});

/** A caller's fields for a new result: answers complete it at once. */
const given = (call: CallContext, body: TestCaseResults.CreateTestCaseResult): Partial<Result> => {
  const { account_id: _account, test_case_evaluation_data: _data, ...sent } = Entity.sent(body);
  const isDone = sent.label_status === undefined ? sent.result !== undefined : sent.label_status === "COMPLETED";
  const label_status = isDone ? "COMPLETED" : (sent.label_status ?? "PENDING");
  const by = {
    annotated_by_user_id: sent.annotated_by_user_id ?? call.caller.userId,
    annotated_by_identity_type: sent.annotated_by_identity_type ?? call.caller.identityType,
  };
  return { ...sent, label_status, ...(isDone ? { completed_at: call.now, ...by } : {}) };
};

const insert = Effect.fnUntraced(function* (
  call: CallContext & { readonly params: { readonly evaluation_id: string } },
  bodies: ReadonlyArray<TestCaseResults.CreateTestCaseResult>,
  locOf: (index: number) => ReadonlyArray<string | number>,
): Steps<ReadonlyArray<Result>> {
  const evaluation = yield* Entity.take(evaluations, call, call.params.evaluation_id);
  yield* Entity.unarchived(evaluations, evaluation);
  if (memoryOf(evaluation).type === "builder") {
    const hint = "only evaluations of type default take results";
    return yield* conflict(`The results of evaluation ${evaluation.id} were made from its dataset; ${hint}`);
  }
  const questionSet = yield* questionSetOf(evaluation);
  const sources: Array<Build.Source> = [];
  const known = new Set<string>();
  for (const [index, body] of bodies.entries()) {
    const loc = locOf(index);
    yield* Entity.accountOf(call, body.account_id);
    if (!known.has(body.application_spec_id)) {
      yield* Entity.refer(specs, call, body.application_spec_id, [...loc, "application_spec_id"]);
      known.add(body.application_spec_id);
    }
    yield* checkedAnswers(questionSet, undefined, body as Partial<Result>, loc);
    const testCase = yield* testCaseOf(call, body.test_case_id, loc);
    const data = body.test_case_evaluation_data;
    yield* checkOutput(testCase.body.schema_type, data, [...loc, "test_case_evaluation_data"]);
    sources.push({ testCase, data, versionNum: body.evaluation_dataset_version_num, output: undefined });
  }
  const common = Evaluation.commonOf(evaluation);
  const made = yield* Build.insertResults(call, common, sources, (index) => given(call, bodies[index]!));
  const open = made.filter(({ body }) => body.label_status !== "COMPLETED");
  if (yield* Evaluation.isForPeople(evaluation)) yield* Tasks.enqueue(call, open);
  const more = { total: made.length, completed: made.length - open.length };
  yield* Entity.write(evaluations, evaluation, Evaluation.tally(evaluation.body, call, more));
  return made.map(({ body }) => body);
});

export const create: Handler<typeof TestCaseResults.create> = (call) =>
  Effect.map(
    insert(call, [call.body], () => ["body"]),
    ([made]) => made!,
  );

export const batch: Handler<typeof TestCaseResults.batch> = (call) =>
  insert(call, call.body, (index) => ["body", index]);

/** The metrics again, when an update brings another output. */
const remeasured = Effect.fnUntraced(function* (
  evaluation: Document<Evaluations.Evaluation>,
  result: Document<Result>,
  data: unknown,
): Steps<Partial<ReturnType<typeof resultMemoryOf>>> {
  if (data === undefined) return {};
  yield* checkOutput(result.body.test_case_evaluation_data_schema, data, ["body", "test_case_evaluation_data"]);
  const sources = yield* Build.sourcesOfResults([result]);
  const common = Evaluation.commonOf(evaluation);
  const [metrics] = yield* Build.examine(
    common,
    sources.map((source) => ({ ...source, data })),
  );
  return { metrics: metrics! };
});

export const update: Handler<typeof TestCaseResults.update> = Effect.fnUntraced(function* (call) {
  const { tasks } = yield* Store;
  const evaluation = yield* Entity.take(evaluations, call, call.params.evaluation_id);
  yield* Entity.unarchived(evaluations, evaluation);
  const result = yield* within(call, Entity.take);
  yield* Entity.accountOf(call, call.body.account_id);
  const { account_id: _, ...patch } = Entity.sent(call.body);
  if (patch.application_spec_id !== undefined) {
    yield* Entity.refer(specs, call, patch.application_spec_id, ["body", "application_spec_id"]);
  }
  if (patch.test_case_id !== undefined && patch.test_case_id !== result.body.test_case_id) {
    return yield* invalid(Detail.value(["body", "test_case_id"], "a result stays with its test case"));
  }
  const hidden = yield* remeasured(evaluation, result, patch.test_case_evaluation_data);
  const range = { first: result.seq, last: result.seq };
  const task = (yield* tasks.list(evaluation.id, range)).find((row) => row.task_type === "EVALUATION_ANNOTATION");
  const questionSet = yield* questionSetOf(evaluation);
  yield* checkedAnswers(questionSet, result.body, patch as Partial<Result>, ["body"]);
  const submitted = yield* submit(call, result, patch as Partial<Result>, task, byId(questionSet), hidden);
  if (submitted.completed !== 0) {
    yield* Entity.write(evaluations, evaluation, Evaluation.tally(evaluation.body, call, submitted));
  }
  return submitted.result.body;
});

/** Every version of a result, the oldest first, the present one last. */
const versionsOf = Effect.fnUntraced(function* (result: Document<Result>): Steps<ReadonlyArray<Result>> {
  const { documents } = yield* Store;
  const earlier = yield* documents.list(resultVersions, { parentId: result.id });
  return [...earlier.map(({ body }) => body), result.body];
});

/** With the `Task` view a version carries the task as it was, and a change of only the task makes one, too. */
export const history: Handler<typeof TestCaseResults.history> = Effect.fnUntraced(function* (call) {
  const result = yield* within(call, Entity.find);
  if (call.query.view?.includes("Task") !== true) return yield* versionsOf(result);
  const { documents, tasks } = yield* Store;
  const policy = yield* Policy;
  const found = yield* tasks.list(result.parentId!, { first: result.seq, last: result.seq });
  const task = found.find((row) => row.task_type === "EVALUATION_ANNOTATION");
  if (task === undefined) return yield* versionsOf(result);
  const earlier = yield* documents.list(resultVersions, { parentId: result.id });
  return withTask(earlier, result.body, task, yield* tasks.versions(task.id), (id) => userOf(policy, id));
});

/** A version's number, counted from 1. */
const numberOf = (text: string): Answer<number> =>
  /^[1-9]\d{0,8}$/.test(text)
    ? Effect.succeed(Number(text))
    : Effect.fail(invalid(Detail.unparsable(["path", "num"], "int")));

export const retrieveVersion: Handler<typeof TestCaseResults.retrieveVersion> = Effect.fnUntraced(function* (call) {
  const num = yield* numberOf(call.params.num);
  const version = (yield* versionsOf(yield* within(call, Entity.find)))[num - 1];
  return version ?? (yield* notFound(results.noun, call.params.test_case_result_id, `in version ${num}`));
});

export const listVersion: Handler<typeof TestCaseResults.listVersion> = Effect.fnUntraced(function* (call) {
  const num = yield* numberOf(call.params.num);
  const evaluation = yield* Entity.find(evaluations, call, call.params.evaluation_id);
  const page = yield* Page.documents(results, call, {
    parentId: evaluation.id,
    keep: (result) => resultMemoryOf(result).num >= num,
  });
  const items = yield* Effect.forEach(page.items, versionsOf);
  return { ...page, items: items.map((versions) => versions[num - 1]!) };
});
