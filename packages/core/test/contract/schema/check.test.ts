import { describe, expect, it } from "vitest";
import {
  check,
  EvaluationConfigs,
  Evaluations,
  Page,
  Tasks,
  TestCaseResults,
  unknownMembers,
  ValidationError,
  v5,
} from "../../../src/contract/index.ts";
import task from "../../fixtures/contract/task.json" with { type: "json" };

const issues = (checked: ReturnType<ReturnType<typeof check>>): ReadonlyArray<string> =>
  checked.ok ? [] : checked.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);

const evaluation = {
  account_id: "a",
  application_spec_id: "s",
  application_variant_id: "v",
  evaluation_dataset_id: "d",
  name: "n",
  description: "",
};

describe("a message", () => {
  it("says what was expected and what kind of thing came, never the thing itself", () => {
    expect(issues(check(Tasks.Task)({ ...task, status: 7 }))).toEqual(["status: Expected string, got a number"]);
    expect(issues(check(Tasks.Task)({ ...task, priority: "secret" }))).toEqual([
      "priority: Expected number, got a string",
    ]);
    expect(issues(check(Tasks.Task)([]))).toEqual([": Expected object, got an array"]);
    expect(issues(check(Tasks.Task)({ ...task, assignment_expires_at: "tomorrow" }))).toEqual([
      "assignment_expires_at: Expected an ISO 8601 date and time",
    ]);
  });

  it("names every fault, in the order of the schema", () => {
    const { id: _, ...others } = task;
    expect(issues(check(Tasks.Task)({ ...others, account_id: null, priority: 1.5 }))).toEqual([
      "id: Missing",
      "account_id: Expected string, got null",
      "priority: Expected a whole number",
    ]);
  });
});

describe("a union", () => {
  const create = check(Evaluations.CreateEvaluation);

  it("is complained about as the variant its discriminator names", () => {
    const { account_id: _, ...others } = evaluation;
    expect(issues(create({ ...evaluation, type: "default", tags: 3 }))).toEqual([
      "tags: Expected object | null, got a number",
    ]);
    expect(issues(create({ ...others, type: "builder" }))).toEqual(["account_id: Missing"]);
    expect(issues(create({ ...evaluation, type: "other" }))).toEqual(['type: Expected "builder" | "default"']);
  });

  it("without a discriminator is complained about as the variant it is nearest to", () => {
    const annotated = (annotation_config: unknown) => issues(create({ ...evaluation, annotation_config }));
    expect(annotated({ document_loc: 5, summary_loc: [] })).toEqual([
      "annotation_config.document_loc: Expected array, got a number",
    ]);
    expect(annotated({ summary_loc: [] })).toEqual(["annotation_config.document_loc: Missing"]);
    expect(annotated({ components: [[{ label: "x" }]] })).toEqual([
      "annotation_config.components.0.0.data_loc: Missing",
    ]);
  });

  it("is complained about as the variant that a wrong field speaks of, with what that one lacks", () => {
    const create = check(v5.Evaluations.CreateEvaluation);
    // Once `dataset_id` is anything but null, the items are those of a dataset and need its ids.
    expect(issues(create({ name: "n", data: [{}], dataset_id: 7 }))).toEqual([
      "dataset_id: Expected string, got a number",
      "data.0.dataset_item_id: Missing",
    ]);
    expect(issues(create({ name: "n", data: [{}], dataset_id: null }))).toEqual([]);
    expect(issues(create({ name: "n", data: [{}], dataset_id: "d" }))).toEqual(["data.0.dataset_item_id: Missing"]);
  });

  it("of names for the same thing lists them all", () => {
    const config = { account_id: "a", question_set_id: "q", evaluation_type: "unheard-of" };
    expect(issues(check(EvaluationConfigs.CreateEvaluationConfig)(config))).toEqual([
      'evaluation_type: Expected "human" | "studio" | "llm_auto" | "llm_benchmark" | null',
    ]);
  });

  it("keeps a variant of a later version, and reports it", () => {
    const later = { ...task.task_entity, test_case_evaluation_data_schema: "RANKING", test_case_evaluation_data: [1] };
    expect(check(TestCaseResults.TestCaseResult)(later)).toEqual({ ok: true, value: later });
    expect(unknownMembers(TestCaseResults.TestCaseResult)(later)).toEqual([
      { path: ["test_case_evaluation_data_schema"], value: "RANKING", known: ["GENERATION", "FLEXIBLE"] },
    ]);
  });
});

describe("what the documents leave open is taken either way", () => {
  const result = task.task_entity;

  it("a dataset version as text or as number", () => {
    for (const evaluation_dataset_version_num of ["1", 1]) {
      expect(check(TestCaseResults.TestCaseResult)({ ...result, evaluation_dataset_version_num }).ok).toBe(true);
    }
    expect(check(TestCaseResults.TestCaseResult)({ ...result, evaluation_dataset_version_num: 1.5 }).ok).toBe(false);
  });

  it("an assignee as id, as user, or as null", () => {
    const { task_entity: _, ...view } = task;
    for (const assigned_to of ["u", { id: "u", email: "u@example.org" }, null]) {
      expect(check(Tasks.Task)({ ...task, assigned_to }).ok).toBe(true);
      expect(check(TestCaseResults.TestCaseResult)({ ...result, task: { ...view, assigned_to } }).ok).toBe(true);
    }
    expect(issues(check(Tasks.Task)({ ...task, assigned_to: { id: "u" } }))).toEqual(["assigned_to.email: Missing"]);
  });

  it("no task at all, where one is claimed or assigned", () => {
    expect(
      [Tasks.claim, Tasks.update, Tasks.batchAssign].map(({ success }) => check<unknown>(success)(null).ok),
    ).toEqual([true, true, true]);
  });

  it("a field that is null as one that is not there", () => {
    const nothing = { assigned_to: null, assignment_expires_at: null, task_entity: null };
    expect(check(Tasks.Task)({ ...task, ...nothing }).ok).toBe(true);
  });
});

it("a page is refused at the item's place", () => {
  const page = { items: [task, { ...task, id: 1 }], current_page: 1, items_per_page: 2, total_item_count: 2 };
  expect(issues(check(Page.of(Tasks.Task))(page))).toEqual(["items.1.id: Expected string, got a number"]);
});

it("a limit is between 1 and 10,000", () => {
  const query = check<unknown>(Evaluations.list.query!);
  expect([1, 10_000, 0, 10_001, 1.5].map((limit) => query({ limit }).ok)).toEqual([true, true, false, false, false]);
});

it("a key named __proto__ is a field like any other", () => {
  const hostile = JSON.parse(`{"__proto__": {"ok": true}, "name": "n", "tags": 1}`) as unknown;
  expect(issues(check(v5.Evaluations.UpdateEvaluation)(hostile))).toEqual([
    "tags: Expected array | null, got a number",
  ]);
});

it("FastAPI's body of a 422 is accepted", () => {
  const body = { detail: [{ loc: ["body", "items", 0, "name"], msg: "Field required", type: "missing" }] };
  expect(check(ValidationError.ValidationError)(body)).toEqual({ ok: true, value: body });
});
