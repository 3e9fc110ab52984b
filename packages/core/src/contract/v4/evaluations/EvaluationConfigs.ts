/**
 * Who evaluates, with which questions: people, an LLM, or both (`llm_benchmark`).
 *
 * @source API reference v4, "Evaluation Configs".
 */

import * as Endpoint from "../../Endpoint.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, openEnum, optional } from "../../Wire.ts";
import { Deleted, stored } from "../Entity.ts";
import * as Page from "../Page.ts";
import { QuestionSet } from "../questions/QuestionSets.ts";

export const EvaluationType = openEnum(["human", "studio", "llm_auto", "llm_benchmark"]);
export type EvaluationType = typeof EvaluationType.Type;

const autoEvaluationParameters = {
  batch_size: optional(Schema.Int),
  temperature: optional(Schema.Finite),
};

export interface AutoEvaluationParameters extends Schema.StructType<typeof autoEvaluationParameters> {}
export const AutoEvaluationParameters: Codec<AutoEvaluationParameters> = Schema.Struct(autoEvaluationParameters);

const shared = {
  question_set_id: Schema.String,
  studio_project_id: optional(Schema.String),
  auto_evaluation_parameters: optional(AutoEvaluationParameters),
};

const evaluationConfig = {
  ...stored,
  ...shared,
  evaluation_type: EvaluationType,
  /** The list of models grows too fast to be an enum. */
  auto_evaluation_model: optional(Schema.String),
  question_set: optional(QuestionSet),
};

export interface EvaluationConfig extends Schema.StructType<typeof evaluationConfig> {}
export const EvaluationConfig: Codec<EvaluationConfig> = Schema.Struct(evaluationConfig);

const auto = {
  ...shared,
  evaluation_type: Schema.Literals(["llm_auto", "llm_benchmark"]),
  auto_evaluation_model: Schema.String,
};

/** People evaluate: no model may be named. */
const manual = {
  ...shared,
  evaluation_type: Schema.Literals(["human", "studio"]),
  auto_evaluation_model: Schema.optionalKey(Schema.Null),
};

const createEvaluationConfig = Schema.Union([
  Schema.Struct({ account_id: Schema.String, ...auto }),
  Schema.Struct({ account_id: Schema.String, ...manual }),
]);
export type CreateEvaluationConfig = typeof createEvaluationConfig.Type;
export const CreateEvaluationConfig: Codec<CreateEvaluationConfig> = createEvaluationConfig;

const inlineEvaluationConfig = Schema.Union([
  Schema.Struct({ account_id: optional(Schema.String), ...auto }),
  Schema.Struct({ account_id: optional(Schema.String), ...manual }),
]);

/** A config made together with its evaluation, which lends it the account. */
export type InlineEvaluationConfig = typeof inlineEvaluationConfig.Type;
export const InlineEvaluationConfig: Codec<InlineEvaluationConfig> = inlineEvaluationConfig;

export const create = Endpoint.post("evaluationConfigs.create", {
  path: "/v4/evaluation-configs",
  body: CreateEvaluationConfig,
  success: EvaluationConfig,
});

export const list = Endpoint.get("evaluationConfigs.list", {
  path: "/v4/evaluation-configs",
  query: Schema.Struct(Page.query),
  success: Page.of(EvaluationConfig),
  paging: "page",
});

export const retrieve = Endpoint.get("evaluationConfigs.retrieve", {
  path: "/v4/evaluation-configs/:evaluation_config_id",
  success: EvaluationConfig,
});

export const remove = Endpoint.remove("evaluationConfigs.delete", {
  path: "/v4/evaluation-configs/:evaluation_config_id",
  success: Deleted,
});
