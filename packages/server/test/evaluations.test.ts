/** The documents' statements on evaluations beside their routes, and this server's choices where they are silent. */
import { resources } from "@evalwire/core/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { evaluationOf, makeWorld, type Prepared, prepare, type World } from "./world.ts";

let world: World;
let made: Prepared;

beforeEach(async () => {
  world = await makeWorld();
  made = await prepare(world, 3);
});

afterEach(() => world.close());

const { evaluations, applicationTestCaseOutputs, evaluationDatasets } = resources;
const account_id = "acme";

const questionSet = async (): Promise<string> => {
  const question = await world.call(resources.questions.create, {
    body: { account_id, title: "t", prompt: "p", type: "free_text" },
  });
  const body = { account_id, name: "s", question_ids: [question.id] };
  return (await world.call(resources.questionSets.create, { body })).id;
};

const config = async (evaluation_type: "human" | "studio" | "llm_auto") => ({
  evaluation_type,
  question_set_id: await questionSet(),
  ...(evaluation_type === "llm_auto" ? { auto_evaluation_model: "gpt-4o" } : {}),
});

const tasksOf = async (evaluation_id: string) => {
  const { items } = await world.call(evaluations.testCaseResults.list, {
    params: { evaluation_id },
    query: { view: ["Task"] },
  });
  return items.map(({ task }) => task?.status);
};

describe("who evaluates", () => {
  it("an evaluation by only an LLM has no tasks, until people join it", async () => {
    const inline = (await config("llm_auto")) as never;
    const evaluation = await world.call(evaluations.create, {
      body: { ...evaluationOf(made), inline_evaluation_config: inline },
    });
    const params = { evaluation_id: evaluation.id };
    expect(await tasksOf(evaluation.id)).toEqual([undefined, undefined, undefined]);
    expect(await world.call(evaluations.claimTask, { params, body: {} })).toBeNull();
    await world.call(evaluations.update, { params, body: { evaluation_type: "llm_benchmark" } });
    expect(await tasksOf(evaluation.id)).toEqual(["PENDING", "PENDING", "PENDING"]);
    await world.call(evaluations.update, { params, body: { evaluation_type: "llm_benchmark" } });
    expect(await tasksOf(evaluation.id)).toHaveLength(3);
    const viewed = await world.call(evaluations.retrieve, { params, query: { view: ["EvaluationConfig"] } });
    expect(viewed.evaluation_config_expanded?.evaluation_type).toBe("llm_benchmark");
  });

  it("a studio evaluation stays one", async () => {
    const inline = (await config("studio")) as never;
    const { id } = await world.call(evaluations.create, {
      body: { ...evaluationOf(made), inline_evaluation_config: inline },
    });
    const body = { evaluation_type: "llm_benchmark" as const };
    expect((await world.attempt(evaluations.update, { params: { evaluation_id: id }, body })).status).toBe(409);
  });

  it("a config is named or brought along, not both", async () => {
    const inline = (await config("human")) as never;
    const { id } = await world.call(resources.evaluationConfigs.create, {
      body: { account_id, ...((await config("human")) as object) } as never,
    });
    const both = { ...evaluationOf(made), evaluation_config_id: id, inline_evaluation_config: inline };
    const refused = await world.attempt(evaluations.create, { body: both });
    expect(refused.value.detail[0].loc).toEqual(["body", "inline_evaluation_config"]);
  });
});

describe("an evaluation that does not say its type", () => {
  const common = () => ({ account_id, application_spec_id: made.spec.id, name: "E", description: "?" });
  const create = (more: object) => world.attempt(evaluations.create, { body: { ...common(), ...more } as never });

  it.each([
    ["names neither variant nor dataset", () => ({})],
    ["names a variant", () => ({ application_variant_id: made.variant.id })],
    ["has nulls", () => ({ type: null, application_variant_id: null, evaluation_dataset_id: null })],
  ])("is empty where it %s", async (_, more) => {
    const { status, value } = await create(more());
    expect({ status, total: value.total_test_case_result_count }).toEqual({ status: 200, total: 0 });
    expect(value).not.toHaveProperty("evaluation_dataset_id");
    const params = { evaluation_id: value.id };
    const jobs = await world.call(evaluations.retrieve, { params, query: { view: ["AsyncJobs"] } });
    expect(jobs.async_jobs).toEqual([]);
  });

  it("is built where it names a dataset", async () => {
    const { type: _type, ...body } = evaluationOf(made) as { readonly type?: string };
    const { status, value } = await create(body);
    expect({ status, total: value.total_test_case_result_count }).toEqual({ status: 200, total: 3 });
  });

  it.each([
    ["evaluation_dataset_id", () => ({ evaluation_dataset_id: made.dataset.id }), ["application_variant_id"]],
    ["inline_evaluation_config", () => ({ inline_evaluation_config: {} }), ["type"]],
    ["evaluation_dataset_version", () => ({ evaluation_dataset_version: 1 }), ["type"]],
    ["its type", () => ({ type: "builder" }), ["application_variant_id", "evaluation_dataset_id"]],
  ])("is refused where something of a built one is missing beside %s", async (_, more, missing) => {
    const { status, value } = await create(more());
    expect(status).toBe(422);
    expect(value.detail.map(({ loc }: { readonly loc: ReadonlyArray<string> }) => loc.at(-1))).toEqual(missing);
  });
});

describe("what an evaluation is built from", () => {
  it("the version it names, as that version was", async () => {
    const params = { evaluation_dataset_id: made.dataset.id };
    const body = { test_case_data: { input: "Another notice" } };
    const more = await world.call(evaluationDatasets.testCases.create, { params, body });
    const changed = { ...params, test_case_id: made.testCases[0]!.id };
    await world.call(evaluationDatasets.testCases.update, {
      params: changed,
      body: { test_case_data: { input: "Rewritten" } },
    });
    await world.call(evaluationDatasets.publish, { params, body: {} });

    const first = await world.call(evaluations.create, {
      body: { ...evaluationOf(made), evaluation_dataset_version: 1 },
    });
    const { items } = await world.call(evaluations.testCaseResults.list, {
      params: { evaluation_id: first.id },
      query: { view: ["TestCaseVersion"] },
    });
    expect(items.map((item) => item.test_case_version?.test_case_data)).toEqual(
      made.testCases.map((testCase) => testCase.test_case_data),
    );
    const newest = await world.attempt(evaluations.create, { body: evaluationOf(made) });
    expect(newest.value.detail[0].msg).toContain("no output for 4 of the 4 test cases of version 2");
    const none = await world.attempt(evaluations.create, {
      body: { ...evaluationOf(made), evaluation_dataset_version: 3 },
    });
    expect(none.value.detail[0]).toMatchObject({ loc: ["body", "evaluation_dataset_version"] });
    expect(more.evaluation_dataset_id).toBe(made.dataset.id);
  });

  it("the newest outputs, or those of the group it names", async () => {
    const again = made.testCases.map((testCase) => ({
      application_variant_id: made.variant.id,
      evaluation_dataset_version_num: 1,
      test_case_id: testCase.id,
      output: { generation_output: { summary: "Newer" } },
    }));
    await world.call(applicationTestCaseOutputs.batch, { body: again });
    const summaries = async (more: object) => {
      const { id } = await world.call(evaluations.create, { body: { ...evaluationOf(made), ...more } });
      const { items } = await world.call(evaluations.testCaseResults.list, { params: { evaluation_id: id } });
      return items.map((item) => (item.test_case_evaluation_data as any).generation_output.summary as string);
    };
    expect(await summaries({})).toEqual(["Newer", "Newer", "Newer"]);
    const group = made.outputs[0]!.application_test_case_output_group_id!;
    expect((await summaries({ application_test_case_output_group_id: group }))[0]).toContain("closed on Monday 0");
  });

  it("nothing is left of one that could not be built", async () => {
    const before = await world.call(evaluations.list, {});
    const components = [[{ data_loc: ["test_case_data", "nothing"] }]];
    const refused = await world.attempt(evaluations.create, {
      body: { ...evaluationOf(made), annotation_config: { components } },
    });
    expect(refused.status).toBe(422);
    expect(await world.call(evaluations.list, {})).toEqual(before);
  });

  it("takes no results beside those it made, and no layout that leads nowhere later", async () => {
    const { id } = await world.call(evaluations.create, { body: evaluationOf(made) });
    const params = { evaluation_id: id };
    const body = {
      application_spec_id: made.spec.id,
      evaluation_dataset_version_num: "1",
      test_case_id: made.testCases[0]!.id,
      test_case_evaluation_data: { generation_output: "text" },
    };
    expect((await world.attempt(evaluations.testCaseResults.create, { params, body })).status).toBe(409);
    const layout = (key: string) => ({
      annotation_config: {
        document_loc: ["test_case_data", "input", key],
        summary_loc: ["test_case_output", "output"],
      },
    });
    // An answer lays the named places out.
    expect((await world.call(evaluations.update, { params, body: layout("document") })).annotation_config).toEqual({
      annotation_config_type: "summarization",
      components: [
        [{ data_loc: ["test_case_data", "input", "document"], label: "Document" }],
        [{ data_loc: ["test_case_output", "output"], label: "Summary" }],
      ],
    });
    const refused = await world.attempt(evaluations.update, { params, body: layout("title") });
    expect(refused.value.detail[0].loc).toEqual(["body", "annotation_config", "document_loc"]);
  });
});

describe("updates of a result", () => {
  const begin = async () => {
    const mapping = ["test_case_output", "output", "summary"];
    const { id } = await world.call(evaluations.create, {
      body: {
        ...evaluationOf(made),
        metric_config: {
          components: [{ name: "same", type: "rouge1", mappings: { candidate: mapping, reference: mapping } }],
        },
      },
    });
    const task = await world.call(evaluations.claimTask, { params: { evaluation_id: id }, body: {} });
    return { evaluation_id: id, test_case_result_id: task!.task_entity_id };
  };

  it("another output is measured again", async () => {
    const params = await begin();
    const { update, retrieve } = evaluations.testCaseResults;
    const view = { view: ["Metrics" as const] };
    expect((await world.call(retrieve, { params, query: view })).metrics).toEqual({ same: 1 });
    const nothing = { test_case_evaluation_data: { generation_output: { title: "no summary" } } };
    expect((await world.attempt(update, { params, body: nothing })).status).toBe(422);
    const empty = { test_case_evaluation_data: { generation_output: { summary: "" } } };
    const changed = await world.call(update, { params, body: empty });
    expect(changed.label_status).toBe("PENDING");
    expect((await world.call(retrieve, { params, query: view })).metrics).toEqual({ same: 0 });
  });

  it("what is not done cannot be audited; what failed is neither done nor lost", async () => {
    const params = await begin();
    const { update } = evaluations.testCaseResults;
    const early = await world.attempt(update, { params, body: { audit_status: "APPROVED" } });
    expect([early.status, early.value.detail]).toEqual([
      409,
      `Test case result ${params.test_case_result_id} is PENDING, and approve needs it to be COMPLETED or FIXED`,
    ]);
    const failed = await world.call(update, { params, body: { label_status: "FAILED" } });
    expect(failed.label_status).toBe("FAILED");
    const done = await world.call(update, { params, body: { label_status: "COMPLETED" } });
    expect(done.label_status).toBe("COMPLETED");
    const bad = await world.call(update, { params, body: { label_status: "FAILED" } });
    expect(bad.completed_at).toBeUndefined();
    const again = await world.call(update, { params, body: { label_status: "COMPLETED" } });
    expect(again.label_status).toBe("COMPLETED");
    const approved = await world.call(update, { params, body: { audit_status: "APPROVED", label_status: "PENDING" } });
    expect(approved).toMatchObject({ audit_status: "APPROVED", label_status: "COMPLETED" });
    const redone = await world.call(update, { params, body: { label_status: "PENDING", audit_comment: "Once more" } });
    expect(redone).toMatchObject({ audit_status: "UNAUDITED", audit_comment: "Once more" });
    expect(redone.completed_at).toBeUndefined();
  });

  it("work done for another is theirs", async () => {
    const params = await begin();
    const body = { result: { q: "good" }, annotated_by_user_id: "zoe", time_spent_labeling_s: 3 };
    await world.call(evaluations.testCaseResults.update, { params, body });
    const found = await world.call(evaluations.testCaseResults.retrieve, { params, query: { view: ["Task"] } });
    expect(found).toMatchObject({ annotated_by_user_id: "zoe", task: { assigned_to: { id: "zoe" } } });
  });
});
