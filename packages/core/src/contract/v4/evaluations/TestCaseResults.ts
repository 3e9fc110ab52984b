/**
 * The result of one test case in one evaluation: what the application answered, what annotators and auditors said of
 * it, and, in the `Task` view, who is at work on it.
 *
 * @source API reference v4, "Test Case Results"; platform guide "Auditing".
 */

import * as Endpoint from "../../Endpoint.ts";
import { Instant } from "../../Instant.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, JsonObject, openEnum, optional, unknownTag } from "../../Wire.ts";
import { ApplicationTestCaseOutput } from "../applications/ApplicationTestCaseOutputs.ts";
import { FlexibleOutput, GenerationOutput, schemaTypes } from "../datasets/TestCaseData.ts";
import { TestCase } from "../datasets/TestCases.ts";
import { IdentityType, stored, User } from "../Entity.ts";
import * as Page from "../Page.ts";
import { AnnotationResult, CustomMetric } from "./AnnotationResults.ts";
import { TaskView } from "./TaskView.ts";

export const LabelStatus = openEnum(["PENDING", "COMPLETED", "FAILED"]);
export type LabelStatus = typeof LabelStatus.Type;

export const AuditStatus = openEnum(["UNAUDITED", "FIXED", "APPROVED"]);
export type AuditStatus = typeof AuditStatus.Type;

const single = [Schema.String, Schema.Boolean, Schema.Finite] as const;

const answer = Schema.Union([...single, Schema.Array(Schema.Union(single)), JsonObject]);

/** The answer to one question: a choice's value, several of them, a text, a number; a form's answer is an object. */
export type Answer = typeof answer.Type;
export const Answer: Codec<Answer> = answer;

/** Answers by question id. */
export const Answers = Schema.Record(Answer);
export type Answers = typeof Answers.Type;

const fields = {
  ...stored,
  updated_at: optional(Instant),
  application_spec_id: Schema.String,
  evaluation_id: Schema.String,
  evaluation_dataset_id: Schema.String,
  /** The documents say text where other objects have a number; both are taken. */
  evaluation_dataset_version_num: Schema.Union([Schema.String, Schema.Int]),
  test_case_id: Schema.String,
  application_test_case_output_id: optional(Schema.String),
  label_status: LabelStatus,
  result: optional(Answers),
  completed_at: optional(Instant),
  time_spent_labeling_s: optional(Schema.Int),
  audit_status: optional(AuditStatus),
  audit_required: optional(Schema.Boolean),
  audit_comment: optional(Schema.String),
  annotated_by_user_id: optional(Schema.String),
  annotated_by_identity_type: optional(IdentityType),
  edited_by_user_id: optional(Schema.String),
  edited_by_identity_type: optional(IdentityType),
  edited_by: optional(User),
  /** Set on a version that was overwritten or deleted. */
  invalidated_at: optional(Instant),
  task: optional(TaskView),
  test_case_version: optional(TestCase),
  application_test_case_output: optional(ApplicationTestCaseOutput),
  annotation_results: optional(Schema.Array(AnnotationResult)),
  metrics: optional(Schema.Record(Schema.Finite)),
  custom_metrics: optional(Schema.Array(CustomMetric)),
};

const generationTestCaseResult = {
  ...fields,
  /** `GENERATION` where it is left out. */
  test_case_evaluation_data_schema: optional(Schema.Literal("GENERATION")),
  test_case_evaluation_data: GenerationOutput,
};

export interface GenerationTestCaseResult extends Schema.StructType<typeof generationTestCaseResult> {}
export const GenerationTestCaseResult: Codec<GenerationTestCaseResult> = Schema.Struct(generationTestCaseResult);

const flexibleTestCaseResult = {
  ...fields,
  test_case_evaluation_data_schema: Schema.Literal("FLEXIBLE"),
  test_case_evaluation_data: FlexibleOutput,
};

export interface FlexibleTestCaseResult extends Schema.StructType<typeof flexibleTestCaseResult> {}
export const FlexibleTestCaseResult: Codec<FlexibleTestCaseResult> = Schema.Struct(flexibleTestCaseResult);

const unknownTestCaseResult = {
  ...fields,
  test_case_evaluation_data_schema: unknownTag(schemaTypes),
  test_case_evaluation_data: Schema.Unknown,
};

/** A result of a schema this version does not know. */
export interface UnknownTestCaseResult extends Schema.StructType<typeof unknownTestCaseResult> {}
export const UnknownTestCaseResult: Codec<UnknownTestCaseResult> = Schema.Struct(unknownTestCaseResult);

export type TestCaseResult = GenerationTestCaseResult | FlexibleTestCaseResult | UnknownTestCaseResult;
export const TestCaseResult: Codec<TestCaseResult> = Schema.Union([
  GenerationTestCaseResult,
  FlexibleTestCaseResult,
  UnknownTestCaseResult,
]);

const writable = {
  account_id: optional(Schema.String),
  annotated_by_user_id: optional(Schema.String),
  annotated_by_identity_type: optional(IdentityType),
  edited_by_identity_type: optional(IdentityType),
  label_status: optional(LabelStatus),
  audit_status: optional(AuditStatus),
  audit_required: optional(Schema.Boolean),
  audit_comment: optional(Schema.String),
  result: optional(Answers),
  time_spent_labeling_s: optional(Schema.Int),
};

const createTestCaseResult = {
  ...writable,
  application_spec_id: Schema.String,
  evaluation_dataset_version_num: Schema.String,
  test_case_id: Schema.String,
  test_case_evaluation_data: FlexibleOutput,
};

export interface CreateTestCaseResult extends Schema.StructType<typeof createTestCaseResult> {}
export const CreateTestCaseResult: Codec<CreateTestCaseResult> = Schema.Struct(createTestCaseResult);

const updateTestCaseResult = {
  ...writable,
  application_spec_id: optional(Schema.String),
  evaluation_dataset_version_num: optional(Schema.String),
  test_case_id: optional(Schema.String),
  test_case_evaluation_data: optional(FlexibleOutput),
};

/** Answers complete the result, unless `label_status: "PENDING"` is sent along to keep it open. */
export interface UpdateTestCaseResult extends Schema.StructType<typeof updateTestCaseResult> {}
export const UpdateTestCaseResult: Codec<UpdateTestCaseResult> = Schema.Struct(updateTestCaseResult);

/** Optional views in an answer, besides the result itself. */
export const View = openEnum(["AnnotationResults", "Metrics", "Task", "TestCaseVersion", "Trace"]);
export type View = typeof View.Type;

const view = { view: Schema.optionalKey(Schema.Array(View)) };
const collection = "/v4/evaluations/:evaluation_id/test-case-results";

export const create = Endpoint.post("evaluations.testCaseResults.create", {
  path: collection,
  body: CreateTestCaseResult,
  success: TestCaseResult,
});

export const batch = Endpoint.post("evaluations.testCaseResults.batch", {
  path: `${collection}/batch`,
  body: Schema.Array(CreateTestCaseResult),
  success: Schema.Array(TestCaseResult),
});

export const list = Endpoint.get("evaluations.testCaseResults.list", {
  path: collection,
  query: Schema.Struct({ ...Page.query, ...view }),
  success: Page.of(TestCaseResult),
  paging: "page",
});

export const retrieve = Endpoint.get("evaluations.testCaseResults.retrieve", {
  path: `${collection}/:test_case_result_id`,
  query: Schema.Struct(view),
  success: TestCaseResult,
});

export const update = Endpoint.patch("evaluations.testCaseResults.update", {
  path: `${collection}/:test_case_result_id`,
  body: UpdateTestCaseResult,
  success: TestCaseResult,
});

export const history = Endpoint.get("evaluations.testCaseResults.history", {
  path: `${collection}/:test_case_result_id/history`,
  query: Schema.Struct(view),
  success: Schema.Array(TestCaseResult),
});

export const retrieveVersion = Endpoint.get("evaluations.testCaseResults.retrieveVersion", {
  path: `${collection}/:test_case_result_id/history/:num`,
  success: TestCaseResult,
});

export const listVersion = Endpoint.get("evaluations.testCaseResults.listVersion", {
  path: `${collection}/history/:num`,
  query: Schema.Struct(Page.query),
  success: Page.of(TestCaseResult),
  paging: "page",
});
