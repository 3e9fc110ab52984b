/**
 * The steps of an evaluation for each of its items: call a model, compute a metric, ask an LLM or a person.
 *
 * A task's `alias` names the column its results go to, where other tasks find them as `item.<alias>`.
 *
 * @source API reference v5, `tasks` of "Create Evaluation".
 */
import * as Schema from "../../schema/Schema.ts";
import { type Codec, JsonObject, openEnum, optional, unknownTag } from "../../Wire.ts";
import { ChatCompletionTask } from "./ChatCompletion.ts";
import { AgentTask, AutoQuestionTask, ContributorQuestionTask, GuidedDecodingTask } from "./Judges.ts";
import { Locator, orLocator } from "./Locator.ts";

const alias = optional(Schema.String);

const inferenceTask = {
  task_type: Schema.Literal("inference"),
  alias,
  configuration: Schema.Struct({
    model: Schema.String,
    args: optional(orLocator(JsonObject)),
    inference_configuration: optional(orLocator(JsonObject)),
  }),
};

/** Calls a model that is not a chat model. */
export interface InferenceTask extends Schema.StructType<typeof inferenceTask> {}
export const InferenceTask: Codec<InferenceTask> = Schema.Struct(inferenceTask);

const applicationVariantTask = {
  task_type: Schema.Literal("application_variant"),
  alias,
  configuration: Schema.Struct({
    application_variant_id: Schema.String,
    inputs: orLocator(JsonObject),
    history: optional(orLocator(Schema.Array(JsonObject))),
    operation_metadata: optional(orLocator(JsonObject)),
    overrides: optional(orLocator(JsonObject)),
  }),
};

/** Runs an application variant. */
export interface ApplicationVariantTask extends Schema.StructType<typeof applicationVariantTask> {}
export const ApplicationVariantTask: Codec<ApplicationVariantTask> = Schema.Struct(applicationVariantTask);

const agentexOutputTask = {
  task_type: Schema.Literal("agentex_output"),
  alias,
  configuration: Schema.Struct({
    agentex_agent_id: Schema.String,
    input_column: Schema.Union([Schema.String, JsonObject, Schema.Array(Schema.Unknown)]),
    deployment_id: optional(Schema.String),
    include_traces: optional(orLocator(Schema.Boolean)),
    /** 60 by default. */
    timeout_seconds: optional(orLocator(Schema.Finite)),
  }),
};

/** Asks an agent hosted on the platform. */
export interface AgentexOutputTask extends Schema.StructType<typeof agentexOutputTask> {}
export const AgentexOutputTask: Codec<AgentexOutputTask> = Schema.Struct(agentexOutputTask);

export const MetricType = openEnum(["bleu", "meteor", "cosine_similarity", "f1", "rouge1", "rouge2", "rougeL"]);
export type MetricType = typeof MetricType.Type;

const metricTask = {
  task_type: Schema.Literal("metric"),
  alias,
  configuration: Schema.Struct({ type: MetricType, candidate: Locator, reference: Locator }),
};

/** Compares two texts of the item; the column is the metric's `type` unless `alias` says otherwise. */
export interface MetricTask extends Schema.StructType<typeof metricTask> {}
export const MetricTask: Codec<MetricTask> = Schema.Struct(metricTask);

const customFunctionTask = {
  task_type: Schema.Literal("custom_function"),
  alias,
  configuration: Schema.Struct({
    /** Python. */
    function_source: Schema.String,
    arg_mapping: optional(Schema.Record(Locator)),
    config_args: optional(JsonObject),
    outputs: optional(Schema.Array(Schema.Struct({ path: Schema.String, alias: optional(Schema.String) }))),
  }),
};

/** Runs a function of one's own. */
export interface CustomFunctionTask extends Schema.StructType<typeof customFunctionTask> {}
export const CustomFunctionTask: Codec<CustomFunctionTask> = Schema.Struct(customFunctionTask);

export const taskTypes = [
  "chat_completion",
  "inference",
  "application_variant",
  "agentex_output",
  "metric",
  "auto_evaluation.question",
  "auto_evaluation.guided_decoding",
  "auto_evaluation.agent",
  "contributor_evaluation.question",
  "custom_function",
] as const;

const unknownTask = { task_type: unknownTag(taskTypes), alias, configuration: optional(JsonObject) };

/** A task of a type this version does not know. */
export interface UnknownTask extends Schema.StructType<typeof unknownTask> {}
export const UnknownTask: Codec<UnknownTask> = Schema.Struct(unknownTask);

export type Task =
  | ChatCompletionTask
  | InferenceTask
  | ApplicationVariantTask
  | AgentexOutputTask
  | MetricTask
  | AutoQuestionTask
  | GuidedDecodingTask
  | AgentTask
  | ContributorQuestionTask
  | CustomFunctionTask
  | UnknownTask;

export const Task: Codec<Task> = Schema.Union([
  ChatCompletionTask,
  InferenceTask,
  ApplicationVariantTask,
  AgentexOutputTask,
  MetricTask,
  AutoQuestionTask,
  GuidedDecodingTask,
  AgentTask,
  ContributorQuestionTask,
  CustomFunctionTask,
  UnknownTask,
]);
