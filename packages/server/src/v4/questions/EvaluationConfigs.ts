/** The evaluators and their questions. */
import type { EvaluationConfigs, QuestionSets as QuestionSetsOf, Questions } from "@evalwire/core/contract";
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
import * as QuestionSets from "./QuestionSets.ts";

type Config = EvaluationConfigs.EvaluationConfig;

export const configs = collection<Config>("evaluation_config", "Evaluation config");

/** The kind of evaluator: by default an LLM if one is named, else people. */
const typeOf = (asked: EvaluationConfigs.InlineEvaluationConfig): EvaluationConfigs.EvaluationType =>
  asked.evaluation_type ?? ((asked.auto_evaluation_model ?? null) === null ? "human" : "llm_auto");

/** Makes a config; `loc` is the place of the requesting body. */
export const make = Effect.fnUntraced(function* (
  call: CallContext,
  accountId: string,
  asked: EvaluationConfigs.InlineEvaluationConfig,
  loc: ReadonlyArray<string>,
): Steps<Document<Config>> {
  yield* Entity.refer(QuestionSets.questionSets, call, asked.question_set_id, [...loc, "question_set_id"]);
  const evaluation_type = typeOf(asked);
  if ((evaluation_type === "human" || evaluation_type === "studio") && (asked.auto_evaluation_model ?? null) !== null) {
    const problem = `no model evaluates where evaluation_type is ${evaluation_type}`;
    return yield* invalid(Detail.value([...loc, "auto_evaluation_model"], problem));
  }
  return yield* Entity.create(configs, {
    accountId,
    body: (id) => ({ ...asked, ...stored(call, id, accountId), evaluation_type }),
  });
});

/** Each config with its question set, and that with its questions, by the config's id. */
export const expandAll = Effect.fnUntraced(function* (
  all: ReadonlyArray<Document<Config>>,
): Steps<ReadonlyMap<string, Config>> {
  const { documents } = yield* Store;
  const found = yield* documents.retrieveMany(
    QuestionSets.questionSets,
    all.map(({ body }) => body.question_set_id),
  );
  const sets = yield* QuestionSets.expandAll([...found.values()]);
  return new Map(
    all.map(({ id, body }) => {
      const set = sets.get(body.question_set_id);
      return [id, set === undefined ? body : { ...body, question_set: set }];
    }),
  );
});

/** The config with its question set, and that with its questions. */
export const expand = (config: Document<Config>): Answer<Config> =>
  Effect.map(expandAll([config]), (all) => all.get(config.id)!);

/** The question set of a config, with its questions; `undefined` when there is no config. */
export const questionSetOf = Effect.fnUntraced(function* (
  id: string | undefined,
): Steps<QuestionSetsOf.QuestionSet | undefined> {
  const { documents } = yield* Store;
  const config = id === undefined ? undefined : yield* documents.retrieve(configs, id);
  return config === undefined ? undefined : ((yield* expand(config)).question_set ?? undefined);
});

/** The questions of a config; none when there is no config. */
export const questionsOf = (id: string | undefined): Answer<ReadonlyArray<Questions.Question>> =>
  Effect.map(questionSetOf(id), (set) => set?.questions ?? []);

export const create: Handler<typeof EvaluationConfigs.create> = Effect.fnUntraced(function* (call) {
  const accountId = yield* Entity.accountOf(call, call.body.account_id);
  return yield* expand(yield* make(call, accountId, call.body, ["body"]));
});

export const list: Handler<typeof EvaluationConfigs.list> = (call) => Page.list(configs, call);

export const retrieve: Handler<typeof EvaluationConfigs.retrieve> = (call) =>
  Effect.flatMap(Entity.find(configs, call, call.params.evaluation_config_id), expand);

export const remove: Handler<typeof EvaluationConfigs.remove> = (call) =>
  archive(configs, call, call.params.evaluation_config_id);
