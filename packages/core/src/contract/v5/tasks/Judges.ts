/**
 * The tasks in which an item is judged by an LLM with a question or a schema, an agent, or a person.
 *
 * @source API reference v5, `auto_evaluation.*` and `contributor_evaluation.question` of "Create Evaluation".
 */
import * as Schema from "../../schema/Schema.ts";
import { type Codec, JsonObject, openEnum, optional } from "../../Wire.ts";
import { Locator } from "./Locator.ts";

const alias = optional(Schema.String);

const autoQuestionTask = {
  task_type: Schema.Literal("auto_evaluation.question"),
  alias,
  configuration: Schema.Struct({ model: Schema.String, prompt: Schema.String, question_id: Schema.String }),
};

/** An LLM answers a question. */
export interface AutoQuestionTask extends Schema.StructType<typeof autoQuestionTask> {}
export const AutoQuestionTask: Codec<AutoQuestionTask> = Schema.Struct(autoQuestionTask);

const guidedDecodingTask = {
  task_type: Schema.Literal("auto_evaluation.guided_decoding"),
  alias,
  configuration: Schema.Struct({
    model: optional(Schema.String),
    prompt: optional(Schema.String),
    system_prompt: optional(Schema.String),
    choices: optional(Schema.Array(Schema.String)),
    /** A JSON schema. */
    response_format: optional(JsonObject),
    inference_args: optional(JsonObject),
    /** `{ op, … }`; the fields of the comparisons are not documented. */
    run_condition: optional(JsonObject),
  }),
};

/** An LLM chooses among `choices`, or answers in the shape of `response_format`; or an agent's settings instead. */
export interface GuidedDecodingTask extends Schema.StructType<typeof guidedDecodingTask> {}
export const GuidedDecodingTask: Codec<GuidedDecodingTask> = Schema.Struct(guidedDecodingTask);

const agentTask = {
  task_type: Schema.Literal("auto_evaluation.agent"),
  alias,
  configuration: Schema.Struct({
    name: Schema.String,
    definition: Schema.String,
    output_rules: Schema.Array(Schema.String),
    output_type: optional(openEnum(["text", "integer", "float", "boolean"])),
    output_values: optional(Schema.Array(Schema.Unknown)),
    data_fields: optional(Schema.Array(Schema.String)),
    designated_to: optional(JsonObject),
    rubric_id: optional(Schema.String),
    rubric_version: optional(Schema.Union([Schema.Int, Schema.String])),
  }),
};

/** An agent judges by rules. */
export interface AgentTask extends Schema.StructType<typeof agentTask> {}
export const AgentTask: Codec<AgentTask> = Schema.Struct(agentTask);

/** The layout a person sees: values of the item in rows and columns, nested as deep as wanted. */
export interface Layout {
  readonly children: ReadonlyArray<Layout | { readonly data: Locator; readonly label?: string | null }>;
  readonly direction?: "row" | "column" | (string & {}) | null;
}

export const Layout: Codec<Layout> = Schema.Struct({
  children: Schema.Array(
    Schema.Union([
      Schema.suspend((): Codec<Layout> => Layout),
      Schema.Struct({ data: Locator, label: optional(Schema.String) }),
    ]),
  ),
  direction: optional(openEnum(["row", "column"])),
});

const contributorQuestionTask = {
  task_type: Schema.Literal("contributor_evaluation.question"),
  alias,
  configuration: Schema.Struct({
    question_id: Schema.String,
    layout: Layout,
    /** `default` by default. */
    queue_id: optional(Schema.String),
    required: optional(Schema.Boolean),
    rubric_id: optional(Schema.String),
    prefill_from: optional(Schema.String),
  }),
};

/** A person answers a question; each item gets an annotation task. */
export interface ContributorQuestionTask extends Schema.StructType<typeof contributorQuestionTask> {}
export const ContributorQuestionTask: Codec<ContributorQuestionTask> = Schema.Struct(contributorQuestionTask);
