/**
 * What is said on the wire: schemas and routes of the platform's API, v4 by name and v5 under `v5`.
 *
 * The `HttpApi` and OpenAPI descriptions derived from it have their own entry, `@evalwire/core/contract/api`.
 */
export type { Question as AnyQuestion, Questions as AnyQuestions } from "./answers/AskedQuestion.ts";
export {
  type AnswerIssue,
  type AnswerRule,
  type AnswersChecked,
  type CheckAnswersOptions,
  checkAnswers,
  type FormIssue,
  type FormValidator,
  type SkippedCheck,
} from "./answers/checkAnswers.ts";
export { type Checked, check } from "./check.ts";
export * as Endpoint from "./Endpoint.ts";
export { endpoints, resources, type Tree } from "./endpoints.ts";
export { type Guard, guard } from "./guard.ts";
export { httpDate } from "./httpDate.ts";
export * as Instant from "./Instant.ts";
export { type Issue, type Mismatch, mismatches } from "./Issue.ts";
export * as lifecycle from "./lifecycle.ts";
export * as Schema from "./Schema.ts";
export { type UnknownValue, unknownMembers } from "./unknownMembers.ts";
export * as ValidationError from "./ValidationError.ts";
export * as AnnotationConfig from "./v4/AnnotationConfig.ts";
export * as AnnotationResults from "./v4/AnnotationResults.ts";
export * as ApplicationSpecs from "./v4/ApplicationSpecs.ts";
export * as ApplicationTestCaseOutputs from "./v4/ApplicationTestCaseOutputs.ts";
export * as ApplicationVariants from "./v4/ApplicationVariants.ts";
export * as Entity from "./v4/Entity.ts";
export * as EvaluationConfigs from "./v4/EvaluationConfigs.ts";
export * as EvaluationDatasets from "./v4/EvaluationDatasets.ts";
export * as EvaluationMetrics from "./v4/EvaluationMetrics.ts";
export * as Evaluations from "./v4/Evaluations.ts";
export * as MetricConfig from "./v4/MetricConfig.ts";
export * as Page from "./v4/Page.ts";
export * as QuestionSets from "./v4/QuestionSets.ts";
export * as Questions from "./v4/Questions.ts";
export * as Tasks from "./v4/Tasks.ts";
export * as TestCaseData from "./v4/TestCaseData.ts";
export * as TestCaseResults from "./v4/TestCaseResults.ts";
export * as TestCases from "./v4/TestCases.ts";
export * as v5 from "./v5/index.ts";
export * as Wire from "./Wire.ts";
