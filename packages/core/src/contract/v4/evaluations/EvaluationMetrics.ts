/**
 * How the people work, and how far they and the LLM agree. None of these carries text metrics such as ROUGE.
 *
 * @source API reference v4, "Get Evaluation Metrics", "Get Contributor Metrics", "Get Hybrid Eval Metrics".
 */

import * as Endpoint from "../../Endpoint.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, optional } from "../../Wire.ts";
import * as Page from "../Page.ts";
import { QuestionType } from "../questions/Questions.ts";

const evaluationMetrics = {
  evaluation_id: Schema.String,
  num_total_test_cases: Schema.Int,
  num_test_cases_labeled: Schema.Int,
  num_test_cases_flagged: Schema.Int,
  num_test_cases_unaudited: Schema.Int,
  num_test_cases_approved: Schema.Int,
  num_test_cases_fixed: Schema.Int,
  percentage_test_cases_unaudited: Schema.Finite,
  percentage_test_cases_approved: Schema.Finite,
  percentage_test_cases_fixed: Schema.Finite,
  /** Seconds. */
  avg_labeling_time_per_test_case: optional(Schema.Finite),
  avg_num_test_cases_labeled_per_day: optional(Schema.Finite),
};

/** How much has been annotated and audited, and how fast. */
export interface EvaluationMetrics extends Schema.StructType<typeof evaluationMetrics> {}
export const EvaluationMetrics: Codec<EvaluationMetrics> = Schema.Struct(evaluationMetrics);

const contributorMetrics = {
  annotated_by_user_id: Schema.String,
  evaluation_id: Schema.String,
  total_num_test_cases_labeled: Schema.Int,
  num_test_cases_fixed: Schema.Int,
  percentage_test_cases_fixed: Schema.Finite,
  avg_time_spent_labeling_sec: optional(Schema.Finite),
  total_time_spent_labeling_sec: optional(Schema.Finite),
};

/** The same of one annotator. */
export interface ContributorMetrics extends Schema.StructType<typeof contributorMetrics> {}
export const ContributorMetrics: Codec<ContributorMetrics> = Schema.Struct(contributorMetrics);

const questionAgreement = {
  question_title: Schema.String,
  question_type: QuestionType,
  evaluation_question: optional(Schema.String),
  is_conditional_question: optional(Schema.Boolean),
  num_correct: Schema.Int,
  num_wrong: Schema.Int,
  num_inconclusive: Schema.Int,
  num_free_text: Schema.Int,
  agreement_rate: optional(Schema.Finite),
  total_time: optional(Schema.Finite),
  total_tokens: optional(Schema.Finite),
  choices: optional(Schema.Array(Schema.Unknown)),
};

/** How often the LLM answered one question as the people did. */
export interface QuestionAgreement extends Schema.StructType<typeof questionAgreement> {}
export const QuestionAgreement: Codec<QuestionAgreement> = Schema.Struct(questionAgreement);

const hybridEvaluationMetrics = { all_question_info: Schema.Record(QuestionAgreement) };

/** Agreement by question id. */
export interface HybridEvaluationMetrics extends Schema.StructType<typeof hybridEvaluationMetrics> {}
export const HybridEvaluationMetrics: Codec<HybridEvaluationMetrics> = Schema.Struct(hybridEvaluationMetrics);

const one = "/v4/evaluations/:evaluation_id";

export const retrieve = Endpoint.get("evaluations.evaluationMetrics.retrieve", {
  path: `${one}/evaluation-metrics`,
  success: EvaluationMetrics,
});

export const listContributors = Endpoint.get("evaluations.contributorMetrics.list", {
  path: `${one}/contributor-metrics`,
  query: Schema.Struct(Page.query),
  success: Page.of(ContributorMetrics),
  paging: "page",
});

export const retrieveContributor = Endpoint.get("evaluations.contributorMetrics.retrieve", {
  path: `${one}/contributor-metrics/:contributor_id`,
  success: Schema.NullOr(ContributorMetrics),
});

export const retrieveHybrid = Endpoint.get("evaluations.hybridEvalMetrics.retrieve", {
  path: `${one}/hybrid-eval-metrics`,
  success: HybridEvaluationMetrics,
});
