/**
 * The task that calls a chat model. Its settings are those of the OpenAI chat API, most of them also as locators.
 *
 * @source API reference v5, `chat_completion` of "Create Evaluation".
 */
import * as Schema from "../../schema/Schema.ts";
import { type Codec, JsonObject, optional } from "../../Wire.ts";
import { orLocator } from "./Locator.ts";

const flag = optional(orLocator(Schema.Boolean));
const integer = optional(orLocator(Schema.Int));
const number = optional(orLocator(Schema.Finite));
const map = optional(orLocator(JsonObject));
const text = optional(Schema.String);
const texts = optional(orLocator(Schema.Array(Schema.String)));
const maps = optional(orLocator(Schema.Array(JsonObject)));

const configuration = {
  /** `vendor/name`. */
  model: Schema.String,
  messages: orLocator(Schema.Array(JsonObject)),
  audio: map,
  frequency_penalty: number,
  function_call: map,
  functions: maps,
  logit_bias: map,
  logprobs: flag,
  max_completion_tokens: integer,
  max_tokens: integer,
  metadata: map,
  modalities: texts,
  n: integer,
  parallel_tool_calls: flag,
  prediction: map,
  presence_penalty: number,
  reasoning_effort: text,
  response_format: map,
  seed: integer,
  /** One text, or up to four. */
  stop: texts,
  store: flag,
  temperature: number,
  tool_choice: map,
  tools: maps,
  top_k: integer,
  top_logprobs: integer,
  top_p: number,
};

/** The prompt for the model, and its parameters. */
export interface ChatCompletionConfiguration extends Schema.StructType<typeof configuration> {}
export const ChatCompletionConfiguration: Codec<ChatCompletionConfiguration> = Schema.Struct(configuration);

const chatCompletionTask = {
  task_type: Schema.Literal("chat_completion"),
  alias: optional(Schema.String),
  configuration: ChatCompletionConfiguration,
};

/** Calls `model` with `messages`; the column is `chat_completion` unless `alias` says otherwise. */
export interface ChatCompletionTask extends Schema.StructType<typeof chatCompletionTask> {}
export const ChatCompletionTask: Codec<ChatCompletionTask> = Schema.Struct(chatCompletionTask);
