/**
 * The questions annotators answer. Their option objects are the one place where the v4 wire is in camelCase.
 *
 * @source API reference v4, "Questions".
 */

import * as Endpoint from "../../Endpoint.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, JsonObject, openEnum, optional } from "../../Wire.ts";
import { stored } from "../Entity.ts";
import * as Page from "../Page.ts";

export const QuestionType = openEnum(["categorical", "free_text", "rating", "number", "form", "timestamp"]);
export type QuestionType = typeof QuestionType.Type;

const choice = {
  label: Schema.String,
  value: Schema.Union([Schema.String, Schema.Finite, Schema.Boolean]),
  /** Choosing it calls for an audit. */
  audit_required: optional(Schema.Boolean),
};

/** One answer of a categorical question; `value` is what a result carries. */
export interface Choice extends Schema.StructType<typeof choice> {}
export const Choice: Codec<Choice> = Schema.Struct(choice);

const ratingOptions = {
  minLabel: Schema.String,
  maxLabel: Schema.String,
  scaleSteps: Schema.Int,
};

export interface RatingOptions extends Schema.StructType<typeof ratingOptions> {}
export const RatingOptions: Codec<RatingOptions> = Schema.Struct(ratingOptions);

/** The least and the most, each where there is one. */
const range = { min: optional(Schema.Finite), max: optional(Schema.Finite) };

const asked = {
  type: QuestionType,
  title: Schema.String,
  prompt: Schema.String,
  choices: optional(Schema.Array(Choice)),
  multi: optional(Schema.Boolean),
  dropdown: optional(Schema.Boolean),
  allowMultiTimestamps: optional(Schema.Boolean),
  ratingOptions: optional(RatingOptions),
  numberOptions: optional(Schema.Struct(range)),
  freeTextOptions: optional(Schema.Struct({ characterLimit: optional(Schema.Struct(range)) })),
  /** A JSON schema. */
  form_schema: optional(JsonObject),
  /** When the question is shown; their grammar is not documented. */
  conditions: optional(Schema.Array(JsonObject)),
  default: Schema.optionalKey(Schema.Unknown),
  required: optional(Schema.Boolean),
};

const question = { ...stored, ...asked };

export interface Question extends Schema.StructType<typeof question> {}
export const Question: Codec<Question> = Schema.Struct(question);

const createQuestion = { account_id: Schema.String, ...asked };

export interface CreateQuestion extends Schema.StructType<typeof createQuestion> {}
export const CreateQuestion: Codec<CreateQuestion> = Schema.Struct(createQuestion);

export const create = Endpoint.post("questions.create", {
  path: "/v4/questions",
  body: CreateQuestion,
  success: Question,
});

export const list = Endpoint.get("questions.list", {
  path: "/v4/questions",
  query: Schema.Struct(Page.query),
  success: Page.of(Question),
  paging: "page",
});

export const retrieve = Endpoint.get("questions.retrieve", {
  path: "/v4/questions/:question_id",
  success: Question,
});
