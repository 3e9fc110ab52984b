/**
 * How the people work on an evaluation, counted from its results. Percentages are 0 to 100; a flagged result is one that
 * calls for an audit; a day is a UTC day on which something was completed.
 */
import type { EvaluationMetrics, Questions, TestCaseResults } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { CallContext, Handler, Steps } from "../../Handler.ts";
import { Store } from "../../store/Store.ts";
import { evaluations, results } from "../collections.ts";
import { questionsOf } from "../questions/EvaluationConfigs.ts";

type Result = TestCaseResults.TestCaseResult;

const percentage = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);

const mean = (numbers: ReadonlyArray<number>): { readonly sum: number; readonly mean: number } | undefined => {
  if (numbers.length === 0) return undefined;
  const sum = numbers.reduce((total, one) => total + one, 0);
  return { sum, mean: sum / numbers.length };
};

const secondsOf = (labeled: ReadonlyArray<Result>) =>
  mean(labeled.flatMap(({ time_spent_labeling_s }) => time_spent_labeling_s ?? []));

const resultsOf = Effect.fnUntraced(function* (call: CallContext, evaluationId: string): Steps<ReadonlyArray<Result>> {
  const { documents } = yield* Store;
  const evaluation = yield* Entity.find(evaluations, call, evaluationId);
  const all = yield* documents.list(results, { parentId: evaluation.id });
  return all.map(({ body }) => body);
});

const isLabeled = ({ label_status }: Result): boolean => label_status === "COMPLETED";

export const retrieve: Handler<typeof EvaluationMetrics.retrieve> = Effect.fnUntraced(function* (call) {
  const all = yield* resultsOf(call, call.params.evaluation_id);
  const labeled = all.filter(isLabeled);
  const having = (status: string) => labeled.filter(({ audit_status }) => (audit_status ?? "UNAUDITED") === status);
  const [unaudited, approved, fixed] = [having("UNAUDITED"), having("APPROVED"), having("FIXED")] as const;
  const days = new Set(labeled.flatMap(({ completed_at }) => completed_at?.slice(0, 10) ?? []));
  return {
    evaluation_id: call.params.evaluation_id,
    num_total_test_cases: all.length,
    num_test_cases_labeled: labeled.length,
    num_test_cases_flagged: labeled.filter(({ audit_required }) => audit_required).length,
    num_test_cases_unaudited: unaudited.length,
    num_test_cases_approved: approved.length,
    num_test_cases_fixed: fixed.length,
    percentage_test_cases_unaudited: percentage(unaudited.length, labeled.length),
    percentage_test_cases_approved: percentage(approved.length, labeled.length),
    percentage_test_cases_fixed: percentage(fixed.length, labeled.length),
    avg_labeling_time_per_test_case: secondsOf(labeled)?.mean ?? 0,
    avg_num_test_cases_labeled_per_day: days.size === 0 ? 0 : labeled.length / days.size,
  };
});

const contributor = (
  evaluationId: string,
  userId: string,
  labeled: ReadonlyArray<Result>,
): EvaluationMetrics.ContributorMetrics => {
  const fixed = labeled.filter(({ audit_status }) => audit_status === "FIXED").length;
  const seconds = secondsOf(labeled);
  return {
    annotated_by_user_id: userId,
    evaluation_id: evaluationId,
    total_num_test_cases_labeled: labeled.length,
    num_test_cases_fixed: fixed,
    percentage_test_cases_fixed: percentage(fixed, labeled.length),
    avg_time_spent_labeling_sec: seconds?.mean ?? null,
    total_time_spent_labeling_sec: seconds?.sum ?? null,
  };
};

/** By annotator, in the order in which each first appears. */
const contributors = (
  evaluationId: string,
  all: ReadonlyArray<Result>,
): ReadonlyArray<EvaluationMetrics.ContributorMetrics> => {
  const byUser = new Map<string, Array<Result>>();
  for (const result of all.filter(isLabeled)) {
    const user = result.annotated_by_user_id;
    if (user) byUser.set(user, [...(byUser.get(user) ?? []), result]);
  }
  return [...byUser].map(([user, labeled]) => contributor(evaluationId, user, labeled));
};

export const listContributors: Handler<typeof EvaluationMetrics.listContributors> = Effect.fnUntraced(function* (call) {
  const every = contributors(call.params.evaluation_id, yield* resultsOf(call, call.params.evaluation_id));
  const page = call.query.page ?? 1;
  const limit = call.query.limit ?? 100;
  return {
    items: every.slice((page - 1) * limit, page * limit),
    current_page: page,
    items_per_page: limit,
    total_item_count: every.length,
  };
});

export const retrieveContributor: Handler<typeof EvaluationMetrics.retrieveContributor> = Effect.fnUntraced(
  function* (call) {
    const every = contributors(call.params.evaluation_id, yield* resultsOf(call, call.params.evaluation_id));
    return every.find(({ annotated_by_user_id }) => annotated_by_user_id === call.params.contributor_id) ?? null;
  },
);

/** This server runs no LLM, so nothing agrees: every question counts as inconclusive where it was answered. The figures are numbers all the same, as the platform's models want them. */
const agreement = (
  question: Questions.Question,
  labeled: ReadonlyArray<Result>,
): EvaluationMetrics.QuestionAgreement => {
  const answered = labeled.filter(({ result }) => Object.hasOwn(result ?? {}, question.id)).length;
  const isFreeText = question.type === "free_text";
  return {
    question_title: question.title,
    question_type: question.type,
    evaluation_question: question.prompt,
    is_conditional_question: (question.conditions ?? []).length > 0,
    num_correct: 0,
    num_wrong: 0,
    num_inconclusive: isFreeText ? 0 : answered,
    num_free_text: isFreeText ? answered : 0,
    agreement_rate: 0,
    total_time: 0,
    total_tokens: 0,
    choices: question.choices ?? null,
  };
};

export const retrieveHybrid: Handler<typeof EvaluationMetrics.retrieveHybrid> = Effect.fnUntraced(function* (call) {
  const labeled = (yield* resultsOf(call, call.params.evaluation_id)).filter(isLabeled);
  const evaluation = yield* Entity.find(evaluations, call, call.params.evaluation_id);
  const questions = yield* questionsOf(evaluation.body.evaluation_config_id ?? undefined);
  return {
    all_question_info: Object.fromEntries(questions.map((question) => [question.id, agreement(question, labeled)])),
  };
});
