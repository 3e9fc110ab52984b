/** Questions asked together. */
import type { QuestionSets } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { Answer, CallContext, Handler, Steps } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import { invalid } from "../../http/Refusal.ts";
import { collection, type Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import { archive } from "../archive.ts";
import * as Page from "../Page.ts";
import { stored } from "../stored.ts";
import { questions } from "./Questions.ts";

export const questionSets = collection<QuestionSets.QuestionSet>("question_set", "Question set");

/** The ids a set was made with, in their order. */
const questionIds = (set: Document<QuestionSets.QuestionSet>): ReadonlyArray<string> =>
  (set.hidden as { readonly questionIds: ReadonlyArray<string> }).questionIds;

/** Each set with its questions, by the set's id. */
export const expandAll = Effect.fnUntraced(function* (
  sets: ReadonlyArray<Document<QuestionSets.QuestionSet>>,
): Steps<ReadonlyMap<string, QuestionSets.QuestionSet>> {
  const { documents } = yield* Store;
  const found = yield* documents.retrieveMany(questions, sets.flatMap(questionIds));
  return new Map(
    sets.map((set) => [
      set.id,
      { ...set.body, questions: questionIds(set).flatMap((id) => found.get(id)?.body ?? []) },
    ]),
  );
});

/** The set with its questions. */
export const expand = (set: Document<QuestionSets.QuestionSet>): Answer<QuestionSets.QuestionSet> =>
  Effect.map(expandAll([set]), (all) => all.get(set.id)!);

/** The questions exist, and only they are configured; 422 otherwise. */
const check = Effect.fnUntraced(function* (
  call: CallContext,
  ids: ReadonlyArray<string>,
  configs: QuestionSets.CreateQuestionSet["question_id_to_config"],
): Steps<void> {
  for (const [index, id] of ids.entries()) {
    yield* Entity.refer(questions, call, id, ["body", "question_ids", index]);
  }
  for (const id of Object.keys(configs ?? {})) {
    if (!ids.includes(id)) {
      return yield* invalid(Detail.value(["body", "question_id_to_config", id], "not one of question_ids"));
    }
  }
});

export const create: Handler<typeof QuestionSets.create> = Effect.fnUntraced(function* (call) {
  const { question_ids, ...body } = call.body;
  const accountId = yield* Entity.accountOf(call, body.account_id);
  yield* check(call, question_ids, body.question_id_to_config);
  const made = yield* Entity.create(questionSets, {
    accountId,
    hidden: { questionIds: question_ids },
    body: (id) => ({ ...body, ...stored(call, id, accountId) }),
  });
  return yield* expand(made);
});

export const list: Handler<typeof QuestionSets.list> = (call) => Page.list(questionSets, call);

export const retrieve: Handler<typeof QuestionSets.retrieve> = (call) =>
  Effect.flatMap(Entity.find(questionSets, call, call.params.question_set_id), expand);

export const update: Handler<typeof QuestionSets.update> = Effect.fnUntraced(function* (call) {
  const set = yield* Entity.take(questionSets, call, call.params.question_set_id);
  if (call.body.restore === true) return yield* expand(yield* Entity.restore(questionSets, set));
  yield* Entity.unarchived(questionSets, set);
  const { question_ids, ...fields } = Entity.sent(call.body) as Partial<QuestionSets.CreateQuestionSet>;
  const ids = question_ids ?? questionIds(set);
  yield* check(call, ids, fields.question_id_to_config);
  return yield* expand(yield* Entity.write(questionSets, set, { ...set.body, ...fields }, { questionIds: ids }));
});

export const remove: Handler<typeof QuestionSets.remove> = (call) =>
  archive(questionSets, call, call.params.question_set_id);
