/**
 * The wire contract: schemas and routes of the platform's API, v4 by name and v5 under `v5`.
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
  unwritableAnswers,
} from "./answers/checkAnswers.ts";
export * as Endpoint from "./Endpoint.ts";
export { endpoints, resources, type Tree } from "./endpoints.ts";
export { httpDate } from "./httpDate.ts";
export * as Instant from "./Instant.ts";
export * as lifecycle from "./lifecycle.ts";
export { mayReorder, type Numbers, orderedObject, parseOrdered } from "./orderedJson.ts";
export { type Checked, check } from "./schema/check.ts";
export { type Guard, guard } from "./schema/guard.ts";
export { type Issue, type Mismatch, mismatches } from "./schema/Issue.ts";
export { type LeftOut, type Lenient, lenient } from "./schema/lenient.ts";
export * as Schema from "./schema/Schema.ts";
export { type UnknownValue, unknownMembers } from "./schema/unknownMembers.ts";
export { checkOptions, nearest, optionIssues, unknownName } from "./unknownNames.ts";
export * as ValidationError from "./ValidationError.ts";
export * as ApplicationSpecs from "./v4/applications/ApplicationSpecs.ts";
export * as ApplicationTestCaseOutputs from "./v4/applications/ApplicationTestCaseOutputs.ts";
export * as ApplicationVariantReports from "./v4/applications/ApplicationVariantReports.ts";
export * as ApplicationVariants from "./v4/applications/ApplicationVariants.ts";
export * as Interactions from "./v4/applications/Interactions.ts";
export * as EvaluationDatasets from "./v4/datasets/EvaluationDatasets.ts";
export * as EvaluationDatasetVersions from "./v4/datasets/EvaluationDatasetVersions.ts";
export * as GeneratedTestCases from "./v4/datasets/GeneratedTestCases.ts";
export * as TestCaseData from "./v4/datasets/TestCaseData.ts";
export * as TestCaseHistory from "./v4/datasets/TestCaseHistory.ts";
export * as TestCases from "./v4/datasets/TestCases.ts";
export * as Entity from "./v4/Entity.ts";
export * as AnnotationConfig from "./v4/evaluations/AnnotationConfig.ts";
export * as AnnotationResults from "./v4/evaluations/AnnotationResults.ts";
export * as EvaluationConfigs from "./v4/evaluations/EvaluationConfigs.ts";
export * as EvaluationMetrics from "./v4/evaluations/EvaluationMetrics.ts";
export * as Evaluations from "./v4/evaluations/Evaluations.ts";
export * as MetricConfig from "./v4/evaluations/MetricConfig.ts";
export * as Tasks from "./v4/evaluations/Tasks.ts";
export * as TestCaseResults from "./v4/evaluations/TestCaseResults.ts";
export * as Page from "./v4/Page.ts";
export * as QuestionSets from "./v4/questions/QuestionSets.ts";
export * as Questions from "./v4/questions/Questions.ts";
export * as Users from "./v4/Users.ts";
export * as v5 from "./v5/index.ts";
export * as Wire from "./Wire.ts";
