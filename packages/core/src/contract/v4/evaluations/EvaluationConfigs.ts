/**
 * The evaluators and their questions: people, an LLM, or both (`llm_benchmark`).
 *
 * @source API reference v4, "Evaluation Configs".
 */

import * as Endpoint from "../../Endpoint.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, openEnum, optional } from "../../Wire.ts";
import { Deleted, stored } from "../Entity.ts";
import * as Page from "../Page.ts";
import { QuestionSet } from "../questions/QuestionSets.ts";
import { Question } from "../questions/Questions.ts";

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

const legacyEvaluationConfig = {
  evaluation_type: EvaluationType,
  question_set: Schema.Struct({
    questions: optional(Schema.Array(Question)),
    question_id_to_config: Schema.optionalKey(Schema.Unknown),
  }),
  studio_project_id: optional(Schema.String),
};

/** The config of an evaluation from before configs were objects of their own: it has no id. */
export interface LegacyEvaluationConfig extends Schema.StructType<typeof legacyEvaluationConfig> {}
export const LegacyEvaluationConfig: Codec<LegacyEvaluationConfig> = Schema.Struct(legacyEvaluationConfig);

/** What `view=EvaluationConfig` adds to an evaluation. */
export type ExpandedEvaluationConfig = EvaluationConfig | LegacyEvaluationConfig;
export const ExpandedEvaluationConfig: Codec<ExpandedEvaluationConfig> = Schema.Union([
  EvaluationConfig,
  LegacyEvaluationConfig,
]);

const asked = {
  ...shared,
  /** Where it is left out: an LLM if a model is named, else people. */
  evaluation_type: optional(Schema.Literals(["human", "studio", "llm_auto", "llm_benchmark"])),
  /** For the two types in which an LLM evaluates; where none is named the platform chooses one. */
  auto_evaluation_model: optional(Schema.String),
};

const createEvaluationConfig = { account_id: Schema.String, ...asked };

export interface CreateEvaluationConfig extends Schema.StructType<typeof createEvaluationConfig> {}
export const CreateEvaluationConfig: Codec<CreateEvaluationConfig> = Schema.Struct(createEvaluationConfig);

const inlineEvaluationConfig = { account_id: optional(Schema.String), ...asked };

/** A config made together with its evaluation, which lends it the account. */
export interface InlineEvaluationConfig extends Schema.StructType<typeof inlineEvaluationConfig> {}
export const InlineEvaluationConfig: Codec<InlineEvaluationConfig> = Schema.Struct(inlineEvaluationConfig);

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
