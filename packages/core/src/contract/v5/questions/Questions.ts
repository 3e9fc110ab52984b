/**
 * The questions of v5: `name` and `question_type` where v4 has `title` and `type`, one `configuration`, choices as texts.
 *
 * @source API reference v5, "Questions".
 */

import * as Endpoint from "../../Endpoint.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, JsonObject, optional, unknownTag, updateOrRestore } from "../../Wire.ts";
import { Deleted, stored } from "../Entity.ts";
import * as Page from "../Page.ts";

export const questionTypes = ["categorical", "rating", "number", "free_text", "form", "timestamp"] as const;

const asked = {
  name: Schema.String,
  prompt: Schema.String,
  /** When the question is shown; their grammar is not documented. */
  conditions: optional(Schema.Array(JsonObject)),
};

/** A question with these fields, of each type. */
const ofEachType = <const F extends Schema.Fields>(fields: F) =>
  Schema.Union([
    Schema.Struct({
      ...fields,
      question_type: Schema.Literal("categorical"),
      configuration: Schema.Struct({
        choices: Schema.Array(Schema.String),
        multi: optional(Schema.Boolean),
        dropdown: optional(Schema.Boolean),
      }),
    }),
    Schema.Struct({
      ...fields,
      question_type: Schema.Literal("rating"),
      configuration: Schema.Struct({ min_label: Schema.String, max_label: Schema.String, steps: Schema.Int }),
    }),
    Schema.Struct({
      ...fields,
      question_type: Schema.Literal("number"),
      configuration: optional(Schema.Struct({ min: optional(Schema.Finite), max: optional(Schema.Finite) })),
    }),
    Schema.Struct({
      ...fields,
      question_type: Schema.Literal("free_text"),
      configuration: optional(Schema.Struct({ min_length: optional(Schema.Int), max_length: optional(Schema.Int) })),
    }),
    Schema.Struct({
      ...fields,
      question_type: Schema.Literal("form"),
      configuration: Schema.Struct({ form_schema: JsonObject }),
    }),
    Schema.Struct({
      ...fields,
      question_type: Schema.Literal("timestamp"),
      configuration: optional(Schema.Struct({ multi: optional(Schema.Boolean) })),
    }),
    Schema.Struct({ ...fields, question_type: unknownTag(questionTypes), configuration: optional(JsonObject) }),
  ]);

const answered = { ...stored, ...asked, object: optional(Schema.Literal("question")) };
const typed = ofEachType(answered);
const untyped = Schema.Struct({
  ...answered,
  question_type: Schema.optionalKey(Schema.Null),
  configuration: optional(JsonObject),
});

/** A question of one of the types, of a later one, or one that does not say which it is of. */
export type Question = typeof typed.Type | typeof untyped.Type;
export const Question: Codec<Question> = Schema.Union([typed, untyped]);

const createQuestion = ofEachType(asked);

export type CreateQuestion = typeof createQuestion.Type;
export const CreateQuestion: Codec<CreateQuestion> = createQuestion;

export const UpdateQuestion = updateOrRestore({
  name: optional(Schema.String),
  prompt: optional(Schema.String),
  conditions: optional(Schema.Array(JsonObject)),
  configuration: optional(JsonObject),
});
export type UpdateQuestion = typeof UpdateQuestion.Type;

const collection = "/v5/questions";
const one = `${collection}/:question_id` as const;

export const create = Endpoint.post("v5.questions.create", {
  path: collection,
  body: CreateQuestion,
  success: Question,
});

export const list = Endpoint.get("v5.questions.list", {
  path: collection,
  query: Schema.Struct({
    ...Page.query,
    /** Only these. */
    ids: Schema.optionalKey(Schema.Array(Schema.String)),
  }),
  success: Page.of(Question),
  paging: "cursor",
});

export const retrieve = Endpoint.get("v5.questions.retrieve", {
  path: one,
  query: Schema.Struct(Page.archived),
  success: Question,
});

export const update = Endpoint.patch("v5.questions.update", {
  path: one,
  body: UpdateQuestion,
  success: Question,
});

export const remove = Endpoint.remove("v5.questions.delete", {
  path: one,
  success: Deleted,
});

export const archive = Endpoint.post("v5.questions.archive", { path: `${one}/archive`, success: Question });

export const restore = Endpoint.post("v5.questions.restore", { path: `${one}/restore`, success: Question });
