/** The questions annotators answer. */
import type { Questions } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { Handler } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import { invalid } from "../../http/Refusal.ts";
import { collection } from "../../store/Documents.ts";
import * as Page from "../Page.ts";
import { stored } from "../stored.ts";

export const questions = collection<Questions.Question>("question", "Question");

export const create: Handler<typeof Questions.create> = Effect.fnUntraced(function* (call) {
  const accountId = yield* Entity.accountOf(call, call.body.account_id);
  if (call.body.type === "categorical" && (call.body.choices ?? []).length === 0) {
    return yield* invalid(Detail.value(["body", "choices"], "a categorical question needs choices"));
  }
  const { body } = yield* Entity.create(questions, {
    accountId,
    body: (id) => ({ ...call.body, ...stored(call, id, accountId) }),
  });
  return body;
});

export const list: Handler<typeof Questions.list> = (call) => Page.list(questions, call);

export const retrieve: Handler<typeof Questions.retrieve> = (call) =>
  Entity.bodyOf(Entity.find(questions, call, call.params.question_id));
