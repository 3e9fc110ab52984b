/** The questions of v5. */
import { v5 } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { Handler } from "../../Handler.ts";
import * as Input from "../../http/Input.ts";
import { invalid } from "../../http/Refusal.ts";
import { type Collection, collection } from "../../store/Documents.ts";
import { archive, find } from "../archived.ts";
import * as Page from "../Page.ts";
import { stored } from "../stored.ts";

type Question = v5.Questions.Question;

export const questions: Collection<Question> = collection("v5_question", "Question");

const whole = Input.reader(v5.Questions.CreateQuestion);

export const create: Handler<typeof v5.Questions.create> = Effect.fnUntraced(function* (call) {
  const accountId = yield* Entity.accountOf(call, undefined);
  const { body } = yield* Entity.create(questions, {
    accountId,
    body: (id) => ({ ...call.body, ...stored(call, id), object: "question" }) as Question,
  });
  return body;
});

export const list: Handler<typeof v5.Questions.list> = (call) => {
  const { ids } = call.query;
  return Page.list(questions, call, { keep: ids === undefined ? undefined : (question) => ids.includes(question.id) });
};

export const retrieve: Handler<typeof v5.Questions.retrieve> = (call) =>
  Entity.bodyOf(find(questions, call, call.params.question_id));

/** The question has to be one of its type after the change as well. */
export const update: Handler<typeof v5.Questions.update> = (call) =>
  Effect.map(
    Entity.change(questions, call, call.params.question_id, (patch, { body }) => {
      const read = whole({ ...body, ...patch }, "body");
      return "value" in read ? Effect.succeed(patch) : Effect.fail(invalid(...read.details));
    }),
    ({ body }) => body,
  );

export const remove: Handler<typeof v5.Questions.remove> = (call) => archive(questions, call, call.params.question_id);

export const archiveOne: Handler<typeof v5.Questions.archive> = Effect.fnUntraced(function* (call) {
  const question = yield* Entity.take(questions, call, call.params.question_id);
  return (yield* Entity.archive(questions, call, question)).body;
});

export const restore: Handler<typeof v5.Questions.restore> = Effect.fnUntraced(function* (call) {
  return (yield* Entity.restore(questions, yield* Entity.take(questions, call, call.params.question_id))).body;
});
