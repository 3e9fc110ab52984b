import type { SGPClient } from "@evalwire/core";
import type { MetricConfig } from "@evalwire/metrics";
import type { DemoCase } from "./cases/index.ts";
import { type Judgement, verdicts } from "./Judgement.ts";

/** Inputs of the metrics: the application's output with the expected one. */
export const metricConfig = {
  components: (["rouge1", "rouge2", "rougeL"] as const).map((type) => ({
    name: type,
    type,
    mappings: { candidate: ["test_case_output", "output"], reference: ["test_case_data", "expected_output"] },
  })),
} satisfies MetricConfig;

export interface DemoEvaluation {
  readonly id: string;
  readonly name: string;
  /** Question ids, as answers are keyed by them. */
  readonly questions: { readonly quality: string; readonly verdict: string };
  /** Subject of each test case, by test case id. */
  readonly cases: ReadonlyMap<string, DemoCase>;
}

/** A judgement as the answers to the evaluation's questions. */
export const answersOf = (
  { questions }: DemoEvaluation,
  { quality, verdict }: Judgement,
): Record<string, string | number> => ({
  [questions.quality]: quality,
  [questions.verdict]: verdict,
});

const account_id = "demo";

/**
 * Everything an evaluation needs, made in the platform's usual order: dataset, test cases, a published version,
 * questions, a set of them, a config for people, an application with an offline variant, its outputs, and last
 * the evaluation, whose results and tasks the server makes.
 */
export const createEvaluation = async (
  client: SGPClient,
  cases: ReadonlyArray<DemoCase>,
  signal: AbortSignal,
): Promise<DemoEvaluation> => {
  const call = { signal };
  const dataset = await client.evaluationDatasets.create(
    { account_id, name: "Everyday texts", schema_type: "FLEXIBLE", schema_sub_type: "summarization", type: "manual" },
    call,
  );
  const evaluation_dataset_id = dataset.id;
  const testCases = await client.evaluationDatasets.testCases.batch(
    {
      evaluation_dataset_id,
      items: cases.map(({ title, document, expected }) => ({
        account_id,
        test_case_data: { input: { title, document }, expected_output: expected },
      })),
    },
    call,
  );
  const published = await client.evaluationDatasets.publish({ evaluation_dataset_id }, call);
  const evaluation_dataset_version = published.evaluation_dataset_version?.num ?? 1;

  const quality = await client.questions.create(
    {
      account_id,
      type: "rating",
      title: "Quality",
      prompt: "How well does the summary say what the text says?",
      ratingOptions: { minLabel: "useless", maxLabel: "as good as mine", scaleSteps: 5 },
    },
    call,
  );
  const verdict = await client.questions.create(
    {
      account_id,
      type: "categorical",
      title: "Verdict",
      prompt: "What is wrong with it, if anything?",
      choices: verdicts.map((value) => ({ label: `It is ${value}`, value, audit_required: value === "wrong" })),
    },
    call,
  );
  const questionSet = await client.questionSets.create(
    {
      account_id,
      name: "Summaries",
      question_ids: [quality.id, verdict.id],
      question_id_to_config: { [quality.id]: { required: true }, [verdict.id]: { required: true } },
    },
    call,
  );
  const config = await client.evaluationConfigs.create(
    { account_id, evaluation_type: "human", question_set_id: questionSet.id },
    call,
  );

  const application = await client.applicationSpecs.create(
    { account_id, name: "Summariser", description: "Sums up a short text in one or two sentences." },
    call,
  );
  const variant = await client.applicationVariants.create(
    { account_id, application_spec_id: application.id, name: "First draft", version: "OFFLINE", configuration: {} },
    call,
  );
  await client.applicationTestCaseOutputs.batch(
    {
      items: testCases.map((testCase, index) => ({
        account_id,
        application_variant_id: variant.id,
        evaluation_dataset_version_num: evaluation_dataset_version,
        test_case_id: testCase.id,
        output: { generation_output: cases[index]!.output },
      })),
    },
    call,
  );

  const evaluation = await client.evaluations.create(
    {
      type: "builder",
      account_id,
      name: "Summaries of everyday texts",
      description: `${cases.length} texts, summed up by an application and judged by people and by ROUGE.`,
      application_spec_id: application.id,
      application_variant_id: variant.id,
      evaluation_dataset_id,
      evaluation_dataset_version,
      evaluation_config_id: config.id,
      annotation_config: {
        annotation_config_type: "summarization",
        document_loc: ["test_case_data", "input", "document"],
        summary_loc: ["test_case_output", "output"],
        expected_summary_loc: ["test_case_data", "expected_output"],
      },
      metric_config: metricConfig,
    },
    call,
  );
  return {
    id: evaluation.id,
    name: evaluation.name,
    questions: { quality: quality.id, verdict: verdict.id },
    cases: new Map(testCases.map((testCase, index) => [testCase.id, cases[index]!])),
  };
};
