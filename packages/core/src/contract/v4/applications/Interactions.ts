/**
 * Runs of an application, step by step: what the `Trace` view shows, and what may be sent along with an output.
 *
 * @source API reference v4, `trace_spans` of "Create Application Test Case Outputs", `view=Trace`; the SDK's models of both.
 */
import { Instant } from "../../Instant.ts";
import * as Schema from "../../schema/Schema.ts";
import { anyJson, type Codec, JsonObject, openEnum, optional } from "../../Wire.ts";
import { IdentityType } from "../Entity.ts";

export const OperationStatus = openEnum(["SUCCESS", "ERROR", "CANCELED"]);
export type OperationStatus = typeof OperationStatus.Type;

export const OperationType = openEnum([
  "TEXT_INPUT",
  "TEXT_OUTPUT",
  "COMPLETION_INPUT",
  "COMPLETION",
  "KB_RETRIEVAL",
  "KB_INPUT",
  "RERANKING",
  "RETRIEVAL",
  "EXTERNAL_ENDPOINT",
  "PROMPT_ENGINEERING",
  "DOCUMENT_INPUT",
  "MAP_REDUCE",
  "DOCUMENT_SEARCH",
  "DOCUMENT_PROMPT",
  "CUSTOM",
  "CODE_EXECUTION",
  "DATA_MANIPULATION",
  "EVALUATION",
  "FILE_RETRIEVAL",
  "KB_ADD_CHUNK",
  "KB_MANAGEMENT",
  "GUARDRAIL",
  "TRACER",
  "AGENT_TRACER",
  "AGENT_WORKFLOW",
  "STANDALONE",
]);
export type OperationType = typeof OperationType.Type;

const createTraceSpan = {
  node_id: Schema.String,
  operation_input: JsonObject,
  operation_output: JsonObject,
  operation_expected: optional(JsonObject),
  operation_metadata: optional(JsonObject),
  operation_status: optional(openEnum(["SUCCESS", "ERROR"])),
  operation_type: optional(openEnum(["COMPLETION", "RERANKING", "RETRIEVAL", "CUSTOM"])),
  start_timestamp: Instant,
  duration_ms: optional(Schema.Finite),
};

/** A step as it is sent. */
export interface CreateTraceSpan extends Schema.StructType<typeof createTraceSpan> {}
export const CreateTraceSpan: Codec<CreateTraceSpan> = Schema.Struct(createTraceSpan);

const traceSpan = {
  id: optional(Schema.String),
  node_id: optional(Schema.String),
  parent_id: optional(Schema.String),
  trace_id: optional(Schema.String),
  group_id: optional(Schema.String),
  application_interaction_id: optional(Schema.String),
  application_variant_id: optional(Schema.String),
  account_id: optional(Schema.String),
  operation_input: anyJson,
  operation_output: anyJson,
  operation_expected: anyJson,
  operation_metadata: anyJson,
  operation_status: optional(OperationStatus),
  operation_type: optional(OperationType),
  start_timestamp: Instant,
  end_timestamp: optional(Instant),
  duration_ms: optional(Schema.Finite),
  created_by_user_id: optional(Schema.String),
  created_by_identity_type: optional(IdentityType),
};

/** One step of a workflow; `["trace", node_id, …]` of a `data_loc` points into it. */
export interface TraceSpan extends Schema.StructType<typeof traceSpan> {}
export const TraceSpan: Codec<TraceSpan> = Schema.Struct(traceSpan);

const interaction = {
  id: optional(Schema.String),
  application_spec_id: optional(Schema.String),
  application_variant_id: optional(Schema.String),
  chat_thread_id: optional(Schema.String),
  interaction_source: optional(openEnum(["EXTERNAL_AI", "EVALUATION", "SGP_CHAT", "AGENTS_SERVICE"])),
  aggregated: optional(Schema.Boolean),
  created_at: optional(Instant),
  start_timestamp: optional(Instant),
  duration_ms: optional(Schema.Finite),
  input: anyJson,
  output: anyJson,
  operation_status: optional(OperationStatus),
  operation_metadata: anyJson,
  trace_spans: optional(Schema.Array(TraceSpan)),
};

/** The run that gave an output. */
export interface Interaction extends Schema.StructType<typeof interaction> {}
export const Interaction: Codec<Interaction> = Schema.Struct(interaction);
