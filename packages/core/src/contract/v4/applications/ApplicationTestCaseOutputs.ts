/**
 * Answers of an application variant to the test cases of a dataset version.
 *
 * @source API reference v4, "Application Test Case Outputs".
 */

import * as Endpoint from "../../Endpoint.ts";
import { Instant } from "../../Instant.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, optional, unknownTag } from "../../Wire.ts";
import { FlexibleOutput, GenerationOutput, SchemaType, schemaTypes } from "../datasets/TestCaseData.ts";
import * as Page from "../Page.ts";
import { CreateTraceSpan, Interaction } from "./Interactions.ts";

const fields = {
  id: Schema.String,
  account_id: Schema.String,
  application_variant_id: Schema.String,
  evaluation_dataset_id: Schema.String,
  evaluation_dataset_version_num: optional(Schema.Union([Schema.Int, Schema.String])),
  test_case_id: Schema.String,
  test_case_version_id: optional(Schema.String),
  created_at: Instant,
  application_interaction_id: optional(Schema.String),
  application_test_case_output_group_id: optional(Schema.String),
  interaction: optional(Interaction),
};

const generationTestCaseOutput = {
  ...fields,
  schema_type: Schema.Literal("GENERATION"),
  output: GenerationOutput,
};

export interface GenerationTestCaseOutput extends Schema.StructType<typeof generationTestCaseOutput> {}
export const GenerationTestCaseOutput: Codec<GenerationTestCaseOutput> = Schema.Struct(generationTestCaseOutput);

const flexibleTestCaseOutput = {
  ...fields,
  schema_type: Schema.Literal("FLEXIBLE"),
  output: FlexibleOutput,
};

export interface FlexibleTestCaseOutput extends Schema.StructType<typeof flexibleTestCaseOutput> {}
export const FlexibleTestCaseOutput: Codec<FlexibleTestCaseOutput> = Schema.Struct(flexibleTestCaseOutput);

const unknownTestCaseOutput = {
  ...fields,
  schema_type: unknownTag(schemaTypes),
  output: Schema.Unknown,
};

/** An output of a schema this version does not know. */
export interface UnknownTestCaseOutput extends Schema.StructType<typeof unknownTestCaseOutput> {}
export const UnknownTestCaseOutput: Codec<UnknownTestCaseOutput> = Schema.Struct(unknownTestCaseOutput);

export type ApplicationTestCaseOutput = GenerationTestCaseOutput | FlexibleTestCaseOutput | UnknownTestCaseOutput;
export const ApplicationTestCaseOutput: Codec<ApplicationTestCaseOutput> = Schema.Union([
  GenerationTestCaseOutput,
  FlexibleTestCaseOutput,
  UnknownTestCaseOutput,
]);

const createApplicationTestCaseOutput = {
  account_id: optional(Schema.String),
  application_variant_id: Schema.String,
  evaluation_dataset_version_num: Schema.Int,
  test_case_id: Schema.String,
  output: FlexibleOutput,
  schema_type: optional(SchemaType),
  application_interaction_id: optional(Schema.String),
  metrics: optional(Schema.Record(Schema.Finite)),
  trace_spans: optional(Schema.Array(CreateTraceSpan)),
  ignore_missing: optional(Schema.Boolean),
};

/** `metrics` come back as `custom_metrics` of the test case result; `ignore_missing` allows test cases without output. */
export interface CreateApplicationTestCaseOutput extends Schema.StructType<typeof createApplicationTestCaseOutput> {}
export const CreateApplicationTestCaseOutput: Codec<CreateApplicationTestCaseOutput> = Schema.Struct(
  createApplicationTestCaseOutput,
);

export const batch = Endpoint.post("applicationTestCaseOutputs.batch", {
  path: "/v4/application-test-case-outputs/batch",
  body: Schema.Array(CreateApplicationTestCaseOutput),
  success: Schema.Array(ApplicationTestCaseOutput),
});

export const list = Endpoint.get("applicationTestCaseOutputs.list", {
  path: "/v4/application-test-case-outputs",
  query: Schema.Struct({
    ...Page.query,
    application_variant_id: Schema.optionalKey(Schema.String),
    evaluation_dataset_id: Schema.optionalKey(Schema.String),
    evaluation_dataset_version_num: Schema.optionalKey(Schema.Int),
    application_test_case_output_group_id: Schema.optionalKey(Schema.String),
  }),
  success: Page.of(ApplicationTestCaseOutput),
  paging: "page",
});

export const retrieve = Endpoint.get("applicationTestCaseOutputs.retrieve", {
  path: "/v4/application-test-case-outputs/:application_test_case_output_id",
  success: ApplicationTestCaseOutput,
});
