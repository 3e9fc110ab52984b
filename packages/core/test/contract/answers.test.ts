/** Differences between answers and requests in the platform's own models, each by its smallest case. */
import { describe, expect, it } from "vitest";
import {
  AnnotationConfig,
  AnnotationResults,
  check,
  EvaluationConfigs,
  EvaluationDatasets,
  EvaluationMetrics,
  Evaluations,
  Interactions,
  Page,
  type Schema,
  TestCaseResults,
  unknownMembers,
  v5,
} from "../../src/contract/index.ts";
import evaluation from "../fixtures/contract/evaluation-created.json" with { type: "json" };
import task from "../fixtures/contract/task.json" with { type: "json" };

const takes = (schema: Schema.Codec<unknown>, value: unknown): void => {
  expect(check(schema)(value)).toEqual({ ok: true, value });
};

const refusedAt = (schema: Schema.Codec<unknown>, value: unknown): ReadonlyArray<string> => {
  const checked = check(schema)(value);
  return checked.ok ? [] : checked.issues.map(({ path }) => path.join("."));
};

const stored = { id: "x", created_at: "2030-01-01T00:00:00Z", account_id: "a", created_by_user_id: "u" };
const { updated_at: _, test_case_evaluation_data_schema: __, ...result } = task.task_entity;

describe("answers of v4", () => {
  it.each(["flexible", "generation", "summarization", "multiturn", "translation", "of a later version", null])(
    "an annotation config is one flat object, of kind %s too",
    (annotation_config_type) => {
      const components = [[{ data_loc: ["test_case_data", "input"] }]];
      const annotation_config = { annotation_config_type, components };
      takes(Evaluations.Evaluation, { ...evaluation, annotation_config });
      takes(Page.of(Evaluations.Evaluation), {
        items: [evaluation, { ...evaluation, annotation_config: { annotation_config_type, components: null } }],
        current_page: 1,
        items_per_page: 100,
        total_item_count: 2,
      });
      takes(Evaluations.Evaluation, { ...evaluation, question_id_to_annotation_config: { q1: annotation_config } });
    },
  );

  it("an evaluation's jobs, config and older fields", () => {
    const job = { id: "j", status: "DONE", created_at: stored.created_at, updated_at: stored.created_at };
    takes(Evaluations.Evaluation, { ...evaluation, async_jobs: [{ ...job, progress: [1], job_metadata: "text" }] });
    takes(Evaluations.Evaluation, { ...evaluation, tags: ["a"], evaluation_config: "text" });
    takes(Evaluations.Evaluation, {
      ...evaluation,
      evaluation_config_expanded: { evaluation_type: "human", question_set: { question_id_to_config: {} } },
    });
  });

  it("a result without an update, without a schema, with a form's answer", () => {
    takes(TestCaseResults.TestCaseResult, result);
    const annotation = { id: "r:q", annotation_type: "human", question_id: "q", created_at: stored.created_at };
    for (const selected_choice of [{ field: "x" }, ["00:01"], 7, true, null]) {
      takes(AnnotationResults.AnnotationResult, { ...annotation, selected_choice });
    }
  });

  it("hybrid metrics with parts of tokens, a dataset that calls its schema otherwise", () => {
    const info = { question_title: "t", question_type: "rating", num_correct: 0, num_wrong: 0 };
    const counts = { num_inconclusive: 0, num_free_text: 0, total_tokens: 12.5 };
    takes(EvaluationMetrics.HybridEvaluationMetrics, { all_question_info: { q: { ...info, ...counts } } });
    takes(EvaluationDatasets.EvaluationDataset, { ...stored, name: "d", kind_schema: "GENERATION" });
  });

  it("an interaction with the steps the platform knows", () => {
    const steps = ["TEXT_INPUT", "KB_RETRIEVAL", "AGENT_WORKFLOW", "STANDALONE"];
    const trace_spans = steps.map((operation_type) => ({
      id: "s",
      operation_type,
      operation_status: "CANCELED",
      start_timestamp: stored.created_at,
      duration_ms: 1,
    }));
    const interaction = { id: "i", aggregated: false, interaction_source: "SGP_CHAT", input: "any", trace_spans };
    takes(Interactions.Interaction, interaction);
    expect(unknownMembers(Interactions.Interaction)(interaction)).toEqual([]);
  });
});

describe("answers of v5", () => {
  it("need no object, and pages nothing but their items", () => {
    const by = { id: "x", created_at: stored.created_at };
    takes(v5.Page.of(v5.Datasets.Dataset), { items: [{ ...by, name: "n", tags: [], current_version_num: 1 }] });
    takes(v5.DatasetItems.DatasetItem, { ...by, data: ["any", "JSON"] });
    takes(v5.EvaluationItems.EvaluationItem, { ...by, evaluation_id: "e", data: {} });
    takes(v5.Evaluations.Evaluation, { ...by, name: "n", status: "completed", tags: [], datasets: [] });
    takes(v5.Questions.Question, { ...by, name: "n", prompt: "p" });
    takes(v5.Datasets.remove.success, { id: "x", deleted: true, object: "dataset" });
  });

  it("and an agent's settings may be places in the item", () => {
    const configuration = {
      agentex_agent_id: "a",
      input_column: "q",
      include_traces: "item.t",
      timeout_seconds: "item.n",
    };
    takes(v5.Tasks.Task, { task_type: "agentex_output", configuration });
  });
});

describe("requests of v4", () => {
  it("a layout by its prompt only, or without components", () => {
    takes(AnnotationConfig.Layout, { llm_prompt_template: "Which is better?" });
    takes(AnnotationConfig.Layout, { direction: "row" });
  });

  it("are strict: a layout that is nearly of a kind is of none", () => {
    expect(refusedAt(AnnotationConfig.Layout, { document_loc: ["a"] })).toEqual(["summary_loc"]);
    expect(refusedAt(AnnotationConfig.Layout, { messages_loc: 7 })).toEqual(["messages_loc"]);
  });

  it("a config without a type, without a model, without either", () => {
    const config = { account_id: "a", question_set_id: "q" };
    for (const more of [{}, { evaluation_type: "llm_auto" }, { auto_evaluation_model: "gpt-4o" }]) {
      takes(EvaluationConfigs.CreateEvaluationConfig, { ...config, ...more });
    }
  });
});
