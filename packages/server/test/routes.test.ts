import { readFileSync } from "node:fs";
import { endpoints, resources } from "@evalwire/core/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { markdown, refused } from "./routesTable.ts";
import { evaluationOf, makeWorld, type Prepared, prepare, type World } from "./world.ts";

/**
 * One world, used in order: each test leaves what the next one needs. Every answer is held against the contract by
 * `world.call`, so a test only says what else is true of it.
 */
let world: World;
let made: Prepared;

beforeAll(async () => {
  world = await makeWorld({ users: { ada: { email: "ada@example.com", first_name: "Ada" } } });
  made = await prepare(world, 3);
});

afterAll(() => world.close());

const account_id = "acme";

describe("v4 objects", () => {
  it("specs: created, listed, changed, archived, left out, restored", async () => {
    const { create, retrieve, list, update, delete: remove } = resources.applicationSpecs;
    const { id } = await world.call(create, { body: { account_id, name: "Other", description: "d" } });
    const params = { application_spec_id: id };
    expect((await world.call(update, { params, body: { name: "Renamed" } })).name).toBe("Renamed");
    await world.call(remove, { params });
    const ids = async (query = {}) => (await world.call(list, { query })).items.map((item) => item.id);
    expect(await ids()).toEqual([made.spec.id]);
    expect(await ids({ include_archived: true })).toEqual([made.spec.id, id]);
    expect((await world.call(retrieve, { params })).archived_at).toBeTypeOf("string");
    expect((await world.attempt(update, { params, body: { name: "x" } })).status).toBe(409);
    expect((await world.call(update, { params, body: { restore: true } })).archived_at).toBeUndefined();
    expect(await ids()).toEqual([made.spec.id, id]);
  });

  it("variants belong to a spec that exists", async () => {
    const { create, retrieve, list, update, delete: remove } = resources.applicationVariants;
    const body = { account_id, application_spec_id: "nowhere", name: "v", version: "OFFLINE", configuration: {} };
    const refused = await world.attempt(create, { body });
    expect(refused.status).toBe(422);
    expect(refused.value.detail[0].loc).toEqual(["body", "application_spec_id"]);
    const { id } = await world.call(create, { body: { ...body, application_spec_id: made.spec.id } });
    const params = { application_variant_id: id };
    await world.call(update, { params, body: { description: "second" } });
    expect((await world.call(retrieve, { params })).description).toBe("second");
    await world.call(remove, { params });
    const listed = await world.call(list, { query: { application_spec_id: made.spec.id } });
    expect(listed.items.map((item) => item.id)).toEqual([made.variant.id]);
  });

  it("datasets: test cases change in the draft, published versions stay", async () => {
    const { create, retrieve, list, update, delete: remove, publish, testCases } = resources.evaluationDatasets;
    const body = { account_id, name: "Draft", schema_type: "GENERATION" };
    const dataset = await world.call(create, { body });
    const params = { evaluation_dataset_id: dataset.id };
    expect((await world.attempt(publish, { params, body: {} })).status).toBe(400);
    const one = await world.call(testCases.create, { params, body: { test_case_data: { input: "Why?" } } });
    expect(one).toMatchObject({ schema_type: "GENERATION", evaluation_dataset_id: dataset.id });
    const wrong = await world.attempt(testCases.create, { params, body: { test_case_data: { input: { a: "map" } } } });
    expect(wrong.value.detail).toEqual([
      { loc: ["body", "test_case_data", "input"], msg: "Input should be a valid string", type: "string_type" },
    ]);
    const published = await world.call(publish, { params, body: {} });
    expect(published.evaluation_dataset_version?.num).toBe(1);
    const at = { ...params, test_case_id: one.id };
    await world.call(testCases.update, { params: at, body: { test_case_data: { input: "How?" } } });
    expect((await world.call(testCases.retrieve, { params: at })).test_case_data).toEqual({ input: "How?" });
    expect((await world.call(publish, { params, body: {} })).evaluation_dataset_version?.num).toBe(2);
    await world.call(testCases.delete, { params: at });
    expect((await world.call(testCases.list, { params })).items).toEqual([]);
    await world.call(testCases.update, { params: at, body: { restore: true } });
    expect((await world.call(testCases.list, { params })).total_item_count).toBe(1);
    expect((await world.call(update, { params, body: { name: "Renamed" } })).name).toBe("Renamed");
    expect((await world.call(retrieve, { params })).name).toBe("Renamed");
    await world.call(remove, { params });
    expect((await world.call(list, {})).items.map((item) => item.id)).toEqual([made.dataset.id]);
  });

  it("outputs: of a test case the version holds, listed by their variant", async () => {
    const { batch, retrieve, list } = resources.applicationTestCaseOutputs;
    const [output] = made.outputs;
    const params = { application_test_case_output_id: output!.id };
    expect((await world.call(retrieve, { params })).interaction?.trace_spans?.[0]?.node_id).toBe("writer");
    const query = { application_variant_id: made.variant.id, evaluation_dataset_version_num: 1 };
    expect((await world.call(list, { query })).total_item_count).toBe(3);
    expect((await world.call(list, { query: { evaluation_dataset_id: "other" } })).items).toEqual([]);
    const body = {
      application_variant_id: made.variant.id,
      test_case_id: made.testCases[0]!.id,
      output: { generation_output: "text" },
      evaluation_dataset_version_num: 7,
    };
    const refused = await world.attempt(batch, { body: [body] });
    expect(refused.value.detail[0].loc).toEqual(["body", 0, "evaluation_dataset_version_num"]);
    expect(refused.value.detail[0].msg).toContain("versions 1 to 1");
  });
});

describe("evaluations", () => {
  const question = { account_id, title: "Right?", prompt: "Is the summary right?", type: "categorical" };
  let setId: string;
  let questionId: string;

  it("questions, sets and configs expand into each other", async () => {
    const { questions, questionSets, evaluationConfigs } = resources;
    expect((await world.attempt(questions.create, { body: question })).status).toBe(422);
    const choices = [
      { label: "Yes", value: "yes" },
      { label: "No", value: "no", audit_required: true },
    ];
    const one = await world.call(questions.create, { body: { ...question, choices } });
    questionId = one.id;
    expect((await world.call(questions.retrieve, { params: { question_id: one.id } })).choices).toEqual(choices);
    expect((await world.call(questions.list, {})).items).toEqual([one]);
    const body = { account_id, name: "Set", question_ids: [one.id], question_id_to_config: { [one.id]: {} } };
    const set = await world.call(questionSets.create, { body });
    setId = set.id;
    expect((await world.call(questionSets.retrieve, { params: { question_set_id: set.id } })).questions).toEqual([one]);
    expect((await world.call(questionSets.list, {})).items[0]?.questions).toBeUndefined();
    const config = await world.call(evaluationConfigs.create, {
      body: { account_id, evaluation_type: "human", question_set_id: set.id },
    });
    const params = { evaluation_config_id: config.id };
    const found = await world.call(evaluationConfigs.retrieve, { params });
    expect(found.question_set?.questions).toEqual([one]);
    await world.call(evaluationConfigs.delete, { params });
    expect((await world.call(evaluationConfigs.list, {})).items).toEqual([]);
  });

  it("a builder makes results, tasks and metrics, and shows what is asked", async () => {
    const evaluation = await world.call(resources.evaluations.create, {
      body: {
        ...evaluationOf(made),
        inline_evaluation_config: { evaluation_type: "human", question_set_id: setId },
        annotation_config: {
          components: [[{ data_loc: ["test_case_data", "input", "document"] }]],
          llm_prompt: {
            template: "{{a}}",
            variables: [{ name: "a", data_loc: ["trace", "writer", "output", "text"] }],
          },
        },
        metric_config: {
          components: [
            {
              name: "overlap",
              type: "rouge",
              mappings: {
                candidate: ["test_case_output", "output", "summary"],
                reference: ["test_case_data", "expected_output", "summary"],
              },
            },
          ],
        },
        tags: { month: "march" },
      },
    });
    expect(evaluation).toMatchObject({
      status: "PENDING",
      total_test_case_result_count: 3,
      completed_test_case_result_count: 0,
      tags: { month: "march" },
    });
    const params = { evaluation_id: evaluation.id };
    const view = ["ApplicationSpec", "AsyncJobs", "EvaluationConfig", "EvaluationDatasets"];
    const viewed = await world.call(resources.evaluations.retrieve, { params, query: { view } });
    expect(viewed.application_spec).toEqual(made.spec);
    expect(viewed.evaluation_datasets?.map((dataset) => dataset.id)).toEqual([made.dataset.id]);
    expect(viewed.evaluation_config_expanded?.question_set?.questions?.[0]?.id).toBe(questionId);
    expect(viewed.async_jobs?.[0]?.progress).toEqual({ test_case_results: 3 });

    const { list, retrieve } = resources.evaluations.testCaseResults;
    const all = ["AnnotationResults", "Metrics", "Task", "TestCaseVersion", "Trace"];
    const { items } = await world.call(list, { params, query: { view: all } });
    expect(items.map((item) => item.test_case_id)).toEqual(made.testCases.map((testCase) => testCase.id));
    expect(items[0]).toMatchObject({
      evaluation_dataset_version_num: "1",
      annotation_results: [],
      custom_metrics: [{ name: "words", output: 6 }],
      task: { status: "PENDING", task_entity_parent_id: evaluation.id, assigned_to: null },
      test_case_version: { id: made.testCases[0]!.id },
      application_test_case_output: { interaction: { trace_spans: [{ node_id: "writer" }] } },
    });
    // 5 of the candidate's 7 words and of the reference's 6 are the same: 2 * 5 / 13.
    expect(items[0]?.metrics?.["overlap/rouge1"]).toBeCloseTo(10 / 13, 12);
    const one = { ...params, test_case_result_id: items[0]!.id };
    const plain = await world.call(retrieve, { params: one });
    expect(plain.metrics).toBeUndefined();
    expect(await world.call(retrieve, { params: one, query: { view: all } })).toEqual(items[0]);
  });

  it("answers complete a result and its task; an audit fixes it; every version is kept", async () => {
    const [evaluation] = (await world.call(resources.evaluations.list, {})).items;
    const params = { evaluation_id: evaluation!.id };
    const task = await world.call(resources.evaluations.claimTask, { params, body: {} });
    const at = { ...params, test_case_result_id: task!.task_entity_id };
    const { update, retrieve, history, retrieveVersion, listVersion } = resources.evaluations.testCaseResults;
    const saved = await world.call(update, {
      params: at,
      body: { result: { [questionId]: "yes" }, label_status: "PENDING" },
    });
    expect(saved).toMatchObject({ label_status: "PENDING", annotated_by_user_id: "ada" });
    const done = await world.call(update, {
      params: at,
      body: { result: { [questionId]: "no" }, time_spent_labeling_s: 20 },
    });
    expect(done).toMatchObject({ label_status: "COMPLETED", audit_required: true, audit_status: "UNAUDITED" });
    const view = ["Task", "AnnotationResults"];
    expect(await world.call(retrieve, { params: at, query: { view } })).toMatchObject({
      task: { status: "COMPLETED", assignment_expires_at: null, assigned_to: { id: "ada", email: "ada@example.com" } },
      annotation_results: [{ question_id: questionId, selected_choice: { label: "No", value: "no" } }],
    });
    const fixed = await world.call(
      update,
      { params: at, body: { result: { [questionId]: "yes" }, audit_status: "FIXED", audit_comment: "It was right." } },
      "key-ben",
    );
    expect(fixed).toMatchObject({ audit_status: "FIXED", annotated_by_user_id: "ada", edited_by: { id: "ben" } });
    expect(await world.call(retrieve, { params: at, query: { view } })).toMatchObject({ task: { status: "FIXED" } });

    const versions = await world.call(history, { params: at });
    expect(versions.map((version) => version.result?.[questionId])).toEqual([undefined, "yes", "no", "yes"]);
    expect(versions.map((version) => typeof version.invalidated_at)).toEqual([
      "string",
      "string",
      "string",
      "undefined",
    ]);
    expect(await world.call(retrieveVersion, { params: { ...at, num: "3" } })).toEqual(versions[2]);
    expect((await world.attempt(retrieveVersion, { params: { ...at, num: "9" } })).status).toBe(404);
    expect((await world.attempt(retrieveVersion, { params: { ...at, num: "x" } })).status).toBe(422);
    expect((await world.call(listVersion, { params: { ...params, num: "1" } })).total_item_count).toBe(3);
    expect((await world.call(listVersion, { params: { ...params, num: "2" } })).items).toEqual([versions[1]]);
  });

  it("people's metrics are counted from the results", async () => {
    const [evaluation] = (await world.call(resources.evaluations.list, {})).items;
    const params = { evaluation_id: evaluation!.id };
    const { evaluationMetrics, contributorMetrics, hybridEvalMetrics } = resources.evaluations;
    expect(await world.call(evaluationMetrics.retrieve, { params })).toMatchObject({
      num_total_test_cases: 3,
      num_test_cases_labeled: 1,
      num_test_cases_flagged: 1,
      num_test_cases_fixed: 1,
      percentage_test_cases_fixed: 100,
      avg_labeling_time_per_test_case: 20,
    });
    const { items } = await world.call(contributorMetrics.list, { params });
    expect(items).toMatchObject([{ annotated_by_user_id: "ada", total_time_spent_labeling_sec: 20 }]);
    const one = { ...params, contributor_id: "ada" };
    expect(await world.call(contributorMetrics.retrieve, { params: one })).toEqual(items[0]);
    expect(await world.call(contributorMetrics.retrieve, { params: { ...params, contributor_id: "zoe" } })).toBeNull();
    const { all_question_info } = await world.call(hybridEvalMetrics.retrieve, { params });
    expect(all_question_info[questionId]).toMatchObject({ num_inconclusive: 1, num_correct: 0 });
  });

  it("tasks are assigned one by one and together", async () => {
    const [evaluation] = (await world.call(resources.evaluations.list, {})).items;
    const params = { evaluation_id: evaluation!.id };
    const { items } = await world.call(resources.evaluations.testCaseResults.list, {
      params,
      query: { view: ["Task"] },
    });
    const ids = items.flatMap((item) => (item.task?.status === "PENDING" ? [item.task.id] : []));
    const { update, batchAssign } = resources.evaluations.tasks;
    const at = { ...params, task_id: ids[0]! };
    const assigned = await world.call(update, { params: at, body: { assigned_to: "ben" } });
    expect(assigned).toMatchObject({ assigned_to: "ben", task_entity: { evaluation_id: evaluation!.id } });
    expect((await world.call(update, { params: at, body: {} }))?.assigned_to).toBe("ben");
    expect((await world.call(update, { params: at, body: { assigned_to: null } }))?.assigned_to).toBeNull();
    const both = await world.call(batchAssign, { params, body: { task_ids: ids, assigned_to: "cleo" } });
    expect(both?.map((task) => task.assigned_to)).toEqual(["cleo", "cleo"]);
    const unknown = { task_ids: [ids[0]!, "missing"], assigned_to: "ada" };
    expect((await world.attempt(batchAssign, { params, body: unknown })).status).toBe(404);
    const after = await world.call(update, { params: at, body: {} });
    expect(after?.assigned_to).toBe("cleo");
  });

  it("standalone evaluations take results", async () => {
    const { create, testCaseResults, retrieve, list, update, delete: remove } = resources.evaluations;
    const evaluation = await world.call(create, {
      body: { type: "default", account_id, application_spec_id: made.spec.id, name: "By hand", description: "d" },
    });
    const params = { evaluation_id: evaluation.id };
    const result = (index: number) => ({
      application_spec_id: made.spec.id,
      evaluation_dataset_version_num: "1",
      test_case_id: made.testCases[index]!.id,
      test_case_evaluation_data: { generation_output: "A text" },
    });
    await world.call(testCaseResults.create, { params, body: result(0) });
    await world.call(testCaseResults.batch, { params, body: [{ ...result(1), result: { q: "good" } }, result(2)] });
    expect(await world.call(retrieve, { params })).toMatchObject({
      total_test_case_result_count: 3,
      completed_test_case_result_count: 1,
    });
    const sorted = await world.call(list, { query: { sort_by: ["name:asc"] } });
    expect(sorted.items.map((item) => item.name)).toEqual(["By hand", "March"]);
    expect((await world.attempt(list, { query: { sort_by: ["colour:asc"] } })).status).toBe(422);
    expect((await world.call(update, { params, body: { name: "Renamed" } })).name).toBe("Renamed");
    await world.call(remove, { params });
    expect((await world.attempt(resources.evaluations.claimTask, { params, body: {} })).status).toBe(409);
    expect((await world.call(list, {})).items.map((item) => item.name)).toEqual(["March"]);
  });
});

describe("v5", () => {
  it("datasets and their items, in versions", async () => {
    const { datasets, datasetItems } = resources.v5;
    const dataset = await world.call(datasets.create, {
      body: { name: "Notices", data: [{ text: "a" }, { text: "b" }], tags: ["x"] },
    });
    const params = { dataset_id: dataset.id };
    const { items } = await world.call(datasetItems.list, { query: { dataset_id: dataset.id } });
    const first = { dataset_item_id: items[0]!.id };
    await world.call(datasetItems.update, { params: first, body: { data: { text: "A" } } });
    const more = await world.call(datasetItems.batch, { body: { dataset_id: dataset.id, data: [{ text: "c" }] } });
    await world.call(datasetItems.delete, { params: first });
    const texts = async (version?: number) => {
      const query = { dataset_id: dataset.id, ...(version === undefined ? {} : { version }) };
      return (await world.call(datasetItems.list, { query })).items.map(({ data }) => (data as { text: string }).text);
    };
    expect(await texts(1)).toEqual(["a", "b"]);
    expect(await texts(2)).toEqual(["A", "b"]);
    expect(await texts(3)).toEqual(["A", "b", "c"]);
    expect(await texts(4)).toEqual(["b", "c"]);
    expect(await texts()).toEqual(["b", "c"]);
    const query = { version: 1 };
    expect((await world.call(datasetItems.retrieve, { params: first, query })).data).toEqual({ text: "a" });
    expect((await world.attempt(datasetItems.retrieve, { params: first })).status).toBe(404);
    const third = { dataset_item_id: more.items[0]!.id };
    expect((await world.call(datasetItems.retrieve, { params: third })).version_num).toBe(3);
    expect((await world.call(datasets.retrieve, { params })).current_version_num).toBe(4);
    expect((await world.call(datasets.update, { params, body: { tags: ["y"] } })).tags).toEqual(["y"]);
    expect((await world.call(datasets.list, { query: { name: "NOTI", tags: ["y"] } })).total).toBe(1);
    expect((await world.call(datasets.list, { query: { tags: ["x"] } })).items).toEqual([]);
    await world.call(datasets.delete, { params });
    expect((await world.call(datasets.list, {})).items).toEqual([]);
    expect((await world.call(datasets.retrieve, { params, query: { include_archived: true } })).id).toBe(dataset.id);
    await world.call(datasets.update, { params, body: { restore: true } });
  });

  let questionId: string;

  it("questions", async () => {
    const { create, retrieve, list, update, delete: remove } = resources.v5.questions;
    const body = { name: "Right", prompt: "Is it right?", question_type: "categorical" as const };
    const wrong = await world.attempt(create, { body: { ...body, configuration: {} } as never });
    expect(wrong.value.detail).toEqual([
      { loc: ["body", "configuration", "choices"], msg: "Field required", type: "missing" },
    ]);
    const question = await world.call(create, { body: { ...body, configuration: { choices: ["yes", "no"] } } });
    questionId = question.id;
    const params = { question_id: question.id };
    await world.call(update, { params, body: { prompt: "Is it?" } });
    expect((await world.attempt(update, { params, body: { configuration: { choices: 3 } } })).status).toBe(422);
    expect((await world.call(retrieve, { params })).prompt).toBe("Is it?");
    const other = await world.call(create, { body: { name: "n", prompt: "p", question_type: "free_text" } });
    await world.call(remove, { params: { question_id: other.id } });
    expect((await world.call(list, {})).items.map((item) => item.id)).toEqual([question.id]);
  });

  it("evaluations run metric tasks at once, and people's wait for people", async () => {
    const { evaluations, evaluationItems, annotationTasks } = resources.v5;
    const evaluation = await world.call(evaluations.create, {
      body: {
        name: "Answers",
        data: [
          { answer: "the bridge is closed", wanted: "the bridge is closed" },
          { answer: "the bridge is open", wanted: 7 },
          { answer: "unknown" },
        ],
        metadata: { a: 1, b: { c: 2 } },
        tasks: [
          {
            task_type: "metric",
            configuration: { type: "rouge1", candidate: "item.answer", reference: "item.wanted" },
          },
        ],
      },
    });
    expect(evaluation).toMatchObject({ status: "completed", error_count: 1, progress: { items: { failed: 1 } } });
    const params = { evaluation_id: evaluation.id };
    const ofEvaluation = { evaluation_id: evaluation.id };
    const { items } = await world.call(evaluationItems.list, { query: ofEvaluation });
    expect(items.map((item) => item.data["rouge1"])).toEqual([1, 0, undefined]);
    expect(items[2]?.task_errors).toMatchObject({ rouge1: { error_type: "Missing" } });
    const failed = await world.call(evaluationItems.list, {
      query: { ...ofEvaluation, completion_status: "failed" },
    });
    expect(failed.items.map((item) => item.id)).toEqual([items[2]!.id]);
    expect(await world.call(evaluationItems.retrieve, { params: { evaluation_item_id: items[0]!.id } })).toEqual(
      items[0],
    );

    const renamed = await world.call(evaluations.update, {
      params,
      body: { name: "Renamed", metadata: { a: null, b: { d: 3 } } },
    });
    expect(renamed.metadata).toEqual({ b: { c: 2, d: 3 } });
    const contributor = {
      task_type: "contributor_evaluation.question" as const,
      alias: "right",
      configuration: { question_id: questionId, layout: { children: [{ data: "item.answer" }] } },
    };
    const changed = await world.call(evaluations.tasks.create, { params, body: { task: contributor } });
    expect(changed.tasks).toHaveLength(2);
    expect((await world.attempt(evaluations.tasks.create, { params, body: { task: contributor } })).status).toBe(422);
    const configuration = { type: "rouge1", candidate: "item.answer", reference: "{{item.answer}}" };
    await world.call(evaluations.tasks.update, { params: { ...params, alias: "rouge1" }, body: { configuration } });
    const again = await world.call(evaluationItems.list, { query: ofEvaluation });
    expect(again.items.map((item) => item.data["rouge1"])).toEqual([1, 1, 1]);
    expect((await world.call(evaluations.retrieve, { params })).tasks).toBeUndefined();
    const viewed = await world.call(evaluations.retrieve, { params, query: { views: ["tasks"] } });
    expect(viewed.tasks).toHaveLength(2);

    const claimed = await world.call(resources.evaluations.claimTask, {
      params,
      query: { task_type: "CONTRIBUTOR_ANNOTATION" },
      body: {},
    });
    expect(claimed).toMatchObject({ task_entity_id: items[0]!.id, assigned_to: "ada" });
    const update = { params: { ...params, alias: "rouge1" }, body: { configuration } };
    expect((await world.attempt(evaluations.tasks.update, update)).status).toBe(409);

    const audits = {
      evaluation_id: evaluation.id,
      evaluation_item_ids: [items[0]!.id],
      queue_id: "default",
      level_1_assigned_to: "ben",
      level_2_assigned_to: "cleo",
    };
    const waiting = await world.call(annotationTasks.batch, { body: { audit_assignment: audits } });
    expect(waiting.items.map((task) => [task.task_type, task.status, task.assigned_to])).toEqual([
      ["CONTRIBUTOR_AUDIT", "NOT_READY", "ben"],
      ["CONTRIBUTOR_AUDIT", "NOT_READY", "cleo"],
    ]);
    const same = { audit_assignment: { ...audits, level_1_assigned_to: "ada" } };
    expect((await world.attempt(annotationTasks.batch, { body: same })).status).toBe(409);
    const done = await world.call(annotationTasks.batch, {
      body: { ids: [claimed!.id, "unknown"], status: "COMPLETED" },
    });
    expect(done.items.map((task) => task.status)).toEqual(["COMPLETED"]);
    const ready = await world.call(annotationTasks.batch, { body: { audit_assignment: audits } });
    expect(ready.items.map((task) => task.status)).toEqual(["PENDING", "NOT_READY"]);
    const back = await world.call(annotationTasks.batch, { body: { ids: [claimed!.id], status: "PENDING_REDO" } });
    expect(back.items[0]).toMatchObject({ status: "PENDING_REDO", assigned_to: "ada" });
  });

  it("what this server cannot do fails on every item, with a reason", async () => {
    const { evaluations, evaluationItems } = resources.v5;
    const task = { task_type: "chat_completion" as const, configuration: { model: "a/b", messages: [] } };
    const evaluation = await world.call(evaluations.create, {
      body: { name: "Chat", data: [{ a: 1 }], tasks: [task] },
    });
    expect(evaluation).toMatchObject({ status: "failed", error_count: 1 });
    const { items } = await world.call(evaluationItems.list, { query: { evaluation_id: evaluation.id } });
    expect(items[0]?.task_errors?.["chat_completion"]).toMatchObject({ error_type: "Unavailable" });
  });

  it("evaluations of datasets, archived and restored with their items", async () => {
    const { evaluations, evaluationItems, datasets, datasetItems } = resources.v5;
    const [dataset] = (await world.call(datasets.list, {})).items;
    const held = (await world.call(datasetItems.list, { query: { dataset_id: dataset!.id } })).items;
    const evaluation = await world.call(evaluations.create, {
      body: { name: "Of a set", dataset_id: dataset!.id, data: [{ dataset_item_id: held[1]!.id, more: true }] },
    });
    expect(evaluation.datasets.map((one) => one.id)).toEqual([dataset!.id]);
    const query = { evaluation_id: evaluation.id };
    const { items } = await world.call(evaluationItems.list, { query });
    expect(items.map((item) => item.data)).toEqual([{ text: "b" }, { text: "c", more: true }]);
    const params = { evaluation_id: evaluation.id };
    await world.call(evaluations.delete, { params });
    expect((await world.call(evaluationItems.list, { query })).items).toEqual([]);
    expect((await world.attempt(evaluations.update, { params, body: { name: "x" } })).status).toBe(409);
    await world.call(evaluations.update, { params, body: { restore: true } });
    expect((await world.call(evaluationItems.list, { query })).total).toBe(2);
    const created = await world.call(evaluations.create, {
      body: { name: "Makes a set", data: [{ a: 1, b: 2 }], dataset: { name: "Made", keys: ["a"] } },
    });
    const made = await world.call(datasetItems.list, { query: { dataset_id: created.datasets[0]!.id } });
    expect(made.items.map((item) => item.data)).toEqual([{ a: 1 }]);
    expect((await world.call(evaluations.list, { query: { name: "makes" } })).total).toBe(1);
  });
});

describe("routes beside the usual ones of v4", () => {
  const { evaluationDatasets, questionSets, questions, applicationVariantReports, users } = resources;

  it("question sets are changed, archived, restored", async () => {
    const asked = { account_id, type: "free_text", title: "t", prompt: "p" };
    const one = await world.call(questions.create, { body: asked });
    const two = await world.call(questions.create, { body: asked });
    const set = await world.call(questionSets.create, { body: { account_id, name: "s", question_ids: [one.id] } });
    const params = { question_set_id: set.id };
    const changed = await world.call(questionSets.update, {
      params,
      body: { name: "S", question_ids: [two.id, one.id] },
    });
    expect([changed.name, changed.questions!.map(({ id }) => id)]).toEqual(["S", [two.id, one.id]]);
    const refused = await world.attempt(questionSets.update, { params, body: { question_ids: ["missing"] } });
    expect(refused.value.detail[0].loc).toEqual(["body", "question_ids", 0]);
    expect(await world.call(questionSets.delete, { params })).toEqual({ success: true, count: 1 });
    expect((await world.attempt(questionSets.update, { params, body: { name: "x" } })).status).toBe(409);
    await world.call(questionSets.update, { params, body: { restore: true } });
  });

  it("versions of a dataset are begun, published, listed, and each holds its own test cases", async () => {
    const { evaluationDatasetVersions: versions, testCases } = evaluationDatasets;
    const dataset = await world.call(evaluationDatasets.create, {
      body: { account_id, name: "v", schema_type: "GENERATION" },
    });
    const params = { evaluation_dataset_id: dataset.id };
    expect((await world.attempt(versions.create, { params, body: {} })).status).toBe(400);
    const one = await world.call(testCases.create, { params, body: { test_case_data: { input: "a" } } });
    const first = await world.call(versions.create, { params, body: {} });
    expect(first).toMatchObject({ num: 1, draft: false, evaluation_dataset_id: dataset.id });
    const begun = await world.call(versions.create, { params, body: { draft: true } });
    expect(begun).toMatchObject({ num: 2, draft: true });
    expect((await world.attempt(versions.create, { params, body: {} })).status).toBe(409);
    const of = { ...params, test_case_id: one.id };
    await world.call(testCases.update, { params: of, body: { test_case_data: { input: "b" } } });
    await world.call(testCases.update, { params: of, body: { test_case_data: { input: "B" } } });
    const at = { ...params, evaluation_dataset_version_id: begun.id };
    expect((await world.call(versions.publish, { params: at, body: {} })).evaluation_dataset_version?.draft).toBe(
      false,
    );
    expect((await world.attempt(versions.publish, { params: at, body: {} })).status).toBe(409);
    expect((await world.call(versions.retrieve, { params: at })).num).toBe(2);
    expect((await world.call(versions.list, { params })).items.map(({ num }) => num)).toEqual([1, 2]);
    const { evaluation_dataset_versions } = await world.call(evaluationDatasets.retrieve, { params });
    expect(evaluation_dataset_versions?.map(({ num }) => num)).toEqual([1, 2]);

    const inputs = async (num: string) =>
      (await world.call(testCases.history.list, { params: { ...params, num } })).items.map(
        ({ test_case_data }) => (test_case_data as { input: string }).input,
      );
    expect([await inputs("1"), await inputs("2")]).toEqual([["a"], ["B"]]);
    expect((await world.attempt(testCases.history.list, { params: { ...params, num: "3" } })).status).toBe(404);
    const asIn = await world.call(testCases.history.retrieve, { params: { ...of, num: "1" } });
    expect(asIn.test_case_data).toEqual({ input: "a" });
    // Of three states two are held by versions; the one between is forgotten.
    expect(await world.call(testCases.history.delete, { params: of })).toEqual({ success: true, count: 1 });
    expect([await inputs("1"), await inputs("2")]).toEqual([["a"], ["B"]]);
  });

  it("drafts of a model: none, and what would need a model says so", async () => {
    const params = { evaluation_dataset_id: made.dataset.id };
    const { approveBatch, autogeneratedDraftTestCases: drafts, generationJobs: jobs } = evaluationDatasets;
    expect(await world.call(jobs.list, { params })).toEqual({ generation_jobs: [] });
    expect((await world.call(drafts.list, { params })).items).toEqual([]);
    expect(await world.call(approveBatch, { params, body: {} })).toEqual({ success: true });
    const asked = await world.attempt(jobs.create, { params, body: { num_test_cases: 3 } });
    expect(asked.value.detail).toBe("Drafting test cases needs a model, and this server runs none");
    const draft = { ...params, autogenerated_draft_test_case_id: "d" };
    expect((await world.attempt(drafts.approve, { params: draft, body: {} })).status).toBe(404);
    const nowhere = { evaluation_dataset_id: "nowhere" };
    expect((await world.attempt(jobs.create, { params: nowhere, body: {} })).status).toBe(404);
  });

  it("reports of variants are kept, without scores", async () => {
    const body = { application_variant_id: made.variant.id, evaluation_dataset_ids: [made.dataset.id] };
    const report = await world.call(applicationVariantReports.create, { body });
    const params = { application_variant_report_id: report.id };
    expect(await world.call(applicationVariantReports.retrieve, { params })).toMatchObject(body);
    const listed = await world.call(applicationVariantReports.list, { query: { application_spec_id: made.spec.id } });
    expect(listed.items.map(({ id }) => id)).toEqual([report.id]);
    const other = { ...body, evaluation_dataset_ids: ["nowhere"] };
    expect((await world.attempt(applicationVariantReports.create, { body: other })).status).toBe(422);
  });

  it("users are those the keys name", async () => {
    const ada = { id: "ada", email: "ada@example.com", first_name: "Ada" };
    expect(await world.call(users.info, {})).toEqual(ada);
    expect(await world.call(users.retrieve, { params: { user_id: "ada" } })).toEqual(ada);
    expect((await world.call(users.retrieve, { params: { user_id: "zoe" } })).id).toBe("zoe");
  });

  it("outputs with spans have a whole interaction", async () => {
    const params = { application_test_case_output_id: made.outputs[0]!.id };
    const { interaction } = await world.call(resources.applicationTestCaseOutputs.retrieve, { params });
    expect(interaction).toMatchObject({
      aggregated: false,
      application_spec_id: made.spec.id,
      application_variant_id: made.variant.id,
      duration_ms: 0,
      operation_status: "SUCCESS",
      start_timestamp: "2026-01-02T03:04:05.000Z",
      input: { input: { document: "Notice 0: the bridge is closed on Monday." } },
      output: { generation_output: { summary: "The bridge is closed on Monday 0." } },
    });
    expect(interaction!.trace_spans![0]).toMatchObject({
      id: `${interaction!.id}:1`,
      operation_type: "CUSTOM",
      operation_status: "SUCCESS",
      duration_ms: 0,
    });
  });
});

describe("routes beside the usual ones of v5", () => {
  const { evaluations, evaluationItems, evaluationGroups, evaluationDashboards, questions, rubrics } = resources.v5;

  it("evaluations are filtered by status, tag and metadata", async () => {
    const make = (name: string, tags: ReadonlyArray<string>, metadata: Record<string, unknown>) =>
      world.call(evaluations.create, { body: { name, tags, metadata, data: [{ a: 1 }] } });
    await make("f1", ["red"], { size: 9 });
    await make("f2", ["red", "x,y"], { size: 10 });
    const names = async (...filters: ReadonlyArray<readonly [string, string, string]>) => {
      const body = { filters: filters.map(([key, operator, value]) => ({ key, operator, value })) };
      return (await world.call(evaluations.filter, { body })).items.map(({ name }) => name);
    };
    const isRed = ["tag", "==", "red"] as const;
    expect(await names(isRed)).toEqual(["f1", "f2"]);
    expect(await names(isRed, ["size", ">=", "10"])).toEqual(["f2"]);
    expect(await names(isRed, ["size", "IN", "9,11"])).toEqual(["f1"]);
    expect(await names(isRed, ["size", "NOT_IN", "9,11"], ["status", "!=", "failed"])).toEqual(["f2"]);
    const many = { filters: Array.from({ length: 11 }, () => ({ key: "a", operator: "==", value: "b" })) };
    expect((await world.attempt(evaluations.filter, { body: many })).status).toBe(422);
    expect((await world.call(evaluations.list, { query: { tags: ["x,y"] } })).items.map(({ name }) => name)).toEqual([
      "f2",
    ]);
  });

  it("items have a schema, and are exported", async () => {
    const data = [
      { a: 'say "hi"', deep: { b: 1 } },
      { a: "x,y", c: [1] },
    ];
    const { id } = await world.call(evaluations.create, { body: { name: "e", data } });
    const schema = await world.call(evaluations.retrieveSchema, { params: { evaluation_id: id } });
    expect(schema).toMatchObject({ total_items: 2, is_sampled: false });
    expect(schema.fields.map(({ field_name, data_type, item_count }) => [field_name, data_type, item_count])).toEqual([
      ["a", "string", 2],
      ["deep.b", "number", 1],
      ["c", "array", 1],
    ]);
    const exported = async (export_format: "csv" | "json" | "jsonl") =>
      (await world.attempt(evaluationItems.export, { body: { evaluation_id: id, export_format } })).value;
    const { items } = await world.call(evaluationItems.list, { query: { evaluation_id: id } });
    expect(JSON.parse(await exported("json"))).toEqual(items);
    expect(
      (await exported("jsonl"))
        .trim()
        .split("\n")
        .map((line: string) => JSON.parse(line)),
    ).toEqual(items);
    expect(await exported("csv")).toBe(
      ["id,a,deep,c,task_errors", `${items[0]!.id},"say ""hi""","{""b"":1}",,`, `${items[1]!.id},"x,y",,[1],`, ""].join(
        "\r\n",
      ),
    );
    const signed = { evaluation_id: id, export_method: "signed_url" as const };
    expect((await world.attempt(evaluationItems.export, { body: signed })).value.detail).toContain("object storage");
  });

  it("a dry run says that no code is run here", async () => {
    const body = { task_type: "custom_function" as const, configuration: {}, sample_data: [] };
    const { status, value } = await world.attempt(evaluations.tasks.dryRun, { body });
    expect([status, value.detail]).toEqual([400, "A custom function is Python, and this server runs no foreign code"]);
  });

  it("questions are archived and restored, and requested by id", async () => {
    const body = { name: "q", prompt: "p", question_type: "free_text" as const };
    const { id } = await world.call(questions.create, { body });
    const params = { question_id: id };
    expect((await world.call(questions.archive, { params })).archived_at).toBeTypeOf("string");
    expect((await world.attempt(questions.retrieve, { params })).status).toBe(404);
    expect((await world.call(questions.restore, { params })).archived_at).toBeUndefined();
    expect((await world.call(questions.list, { query: { ids: [id, "missing"] } })).items.map((one) => one.id)).toEqual([
      id,
    ]);
  });

  it("rubrics keep their criteria, and count their versions", async () => {
    const rubric = await world.call(rubrics.create, {
      body: { title: "Tone", criteria: [{ title: "polite", weight: 2 }] },
    });
    const params = { rubric_id: rubric.id };
    const added = await world.call(rubrics.criteria.create, { params, body: { title: "short" } });
    const at = { ...params, rubric_criteria_id: added.id! };
    expect(await world.call(rubrics.criteria.update, { params: at, body: { weight: 3 } })).toMatchObject({
      weight: 3,
      version: 2,
    });
    expect((await world.call(rubrics.update, { params, body: { tags: ["t"] } })).version).toBe(4);
    const [listed] = (await world.call(rubrics.list, { query: { title: "ton", tags: ["t"] } })).items;
    expect(listed!.criteria!.map(({ title, weight }) => [title, weight])).toEqual([
      ["polite", 2],
      ["short", 3],
    ]);
    expect(await world.call(rubrics.criteria.delete, { params: at })).toMatchObject({ id: added.id, deleted: true });
    expect((await world.call(rubrics.retrieve, { params })).criteria!.map(({ title }) => title)).toEqual(["polite"]);
    expect(await world.call(rubrics.delete, { params })).toMatchObject({ deleted: true });
    expect((await world.attempt(rubrics.criteria.create, { params, body: { title: "x" } })).status).toBe(409);
  });

  it("groups and dashboards are kept with their members and widgets", async () => {
    const one = await world.call(evaluations.create, { body: { name: "g", data: [{ a: 1 }] } });
    const body = { name: "G", evaluation_ids: [one.id], row_identifiers: { [one.id]: "a" } };
    const group = await world.call(evaluationGroups.create, { body });
    const params = { group_id: group.id };
    const query = { views: ["members", "row_identifiers"] };
    const shown = await world.call(evaluationGroups.retrieve, { params, query });
    expect(shown.members!.map(({ evaluation_id }) => evaluation_id)).toEqual([one.id]);
    expect(shown.row_identifiers).toEqual([{ evaluation_id: one.id, column_name: "a" }]);
    expect((await world.call(evaluationGroups.update, { params, body: { name: "H" } })).name).toBe("H");
    expect((await world.call(evaluationGroups.list, { query: { evaluation_id: one.id } })).items).toHaveLength(1);

    const dashboard = await world.call(evaluationDashboards.create, { body: { name: "D", evaluation_id: one.id } });
    const at = { dashboard_id: dashboard.id };
    const widget = await world.call(evaluationDashboards.widgets.create, {
      params: at,
      body: { title: "w", type: "bar" },
    });
    const of = { ...at, widget_id: widget.id };
    await world.call(evaluationDashboards.widgets.update, { params: of, body: { title: "W" } });
    const views = { views: ["widgets"] };
    expect((await world.call(evaluationDashboards.retrieve, { params: at, query: views })).widgets).toMatchObject([
      { id: widget.id, title: "W", type: "bar" },
    ]);
    expect((await world.call(evaluationDashboards.list, { query: { evaluation_id: one.id } })).items).toHaveLength(1);
    expect((await world.call(evaluationDashboards.update, { params: at, body: { name: "E" } })).name).toBe("E");
    await world.call(evaluationDashboards.widgets.delete, { params: of });
    expect((await world.call(evaluationDashboards.retrieve, { params: at, query: views })).widgets).toEqual([]);
    expect((await world.call(evaluationDashboards.delete, { params: at })).archived_at).toBeTypeOf("string");
    expect((await world.call(evaluationGroups.delete, { params })).deleted_at).toBeTypeOf("string");
    expect((await world.attempt(evaluationGroups.retrieve, { params })).status).toBe(404);
  });
});

it("every route of the contract has been answered with 200, but those of which the server says why not", () => {
  const missing = endpoints.map(({ name }) => name).filter((name) => !world.called.has(name));
  expect(missing.toSorted()).toEqual(Object.keys(refused).toSorted());
});

it("docs/routes.md is what the contract says: node --conditions=@evalwire/source scripts/routes.ts", () => {
  expect(readFileSync(new URL("../../../docs/routes.md", import.meta.url), "utf8")).toBe(markdown());
});
