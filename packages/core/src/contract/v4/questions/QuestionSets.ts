/**
 * Questions asked together.
 *
 * @source API reference v4, "Question Sets".
 */

import * as Endpoint from "../../Endpoint.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, optional, type UpdateOrRestore, updateOrRestore } from "../../Wire.ts";
import { Deleted, stored } from "../Entity.ts";
import * as Page from "../Page.ts";
import { Question } from "./Questions.ts";

const asked = {
  name: Schema.String,
  instructions: optional(Schema.String),
  question_id_to_config: optional(Schema.Record(Schema.Struct({ required: optional(Schema.Boolean) }))),
};

const questionSet = {
  ...stored,
  ...asked,
  questions: optional(Schema.Array(Question)),
};

/** `questions` are there where the set is expanded: when it is retrieved, and within an evaluation's config. */
export interface QuestionSet extends Schema.StructType<typeof questionSet> {}
export const QuestionSet: Codec<QuestionSet> = Schema.Struct(questionSet);

const createQuestionSet = {
  account_id: Schema.String,
  ...asked,
  question_ids: Schema.Array(Schema.String),
};

export interface CreateQuestionSet extends Schema.StructType<typeof createQuestionSet> {}
export const CreateQuestionSet: Codec<CreateQuestionSet> = Schema.Struct(createQuestionSet);

const changed = {
  name: optional(Schema.String),
  instructions: optional(Schema.String),
  question_id_to_config: asked.question_id_to_config,
  question_ids: optional(Schema.Array(Schema.String)),
};

export type UpdateQuestionSet = UpdateOrRestore<typeof changed>;
export const UpdateQuestionSet: Codec<UpdateQuestionSet> = updateOrRestore(changed);

export const create = Endpoint.post("questionSets.create", {
  path: "/v4/question-sets",
  body: CreateQuestionSet,
  success: QuestionSet,
});

export const list = Endpoint.get("questionSets.list", {
  path: "/v4/question-sets",
  query: Schema.Struct(Page.query),
  success: Page.of(QuestionSet),
  paging: "page",
});

export const retrieve = Endpoint.get("questionSets.retrieve", {
  path: "/v4/question-sets/:question_set_id",
  success: QuestionSet,
});

export const update = Endpoint.patch("questionSets.update", {
  path: "/v4/question-sets/:question_set_id",
  body: UpdateQuestionSet,
  success: QuestionSet,
});

export const remove = Endpoint.remove("questionSets.delete", {
  path: "/v4/question-sets/:question_set_id",
  success: Deleted,
});
