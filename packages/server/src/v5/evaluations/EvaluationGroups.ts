/** Evaluations put side by side: stored and returned. */
import type { v5 } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Entity from "../../Entity.ts";
import type { CallContext, Handler, Steps } from "../../Handler.ts";
import * as Detail from "../../http/Detail.ts";
import { invalid, notFound } from "../../http/Refusal.ts";
import { type Collection, collection, type Document } from "../../store/Documents.ts";
import { Store } from "../../store/Store.ts";
import { evaluations } from "../collections.ts";
import * as Page from "../Page.ts";
import { stored } from "../stored.ts";

type Group = v5.EvaluationGroups.EvaluationGroup;

export const groups: Collection<Group> = collection("v5_evaluation_group", "Evaluation group");

/** Fields in answers only when a view requests them. */
interface Memory {
  readonly evaluationIds: ReadonlyArray<string>;
  readonly rowIdentifiers: Readonly<Record<string, string>>;
}

const memoryOf = ({ hidden }: Document<Group>): Memory => hidden as Memory;

/** Rows are identified in members only; 422 otherwise. */
const checkRows = Effect.fnUntraced(function* (
  ids: ReadonlyArray<string>,
  rows: Readonly<Record<string, string>> | null | undefined,
): Steps<void> {
  const stranger = Object.keys(rows ?? {}).find((id) => !ids.includes(id));
  if (stranger === undefined) return;
  yield* invalid(Detail.value(["body", "row_identifiers", stranger], "not an evaluation of this group"));
});

const shown = Effect.fnUntraced(function* (group: Document<Group>, views: ReadonlyArray<string> = []): Steps<Group> {
  const { documents } = yield* Store;
  const { evaluationIds, rowIdentifiers } = memoryOf(group);
  const found = views.includes("members") ? yield* documents.retrieveMany(evaluations, evaluationIds) : undefined;
  const members = found && evaluationIds.map((id) => ({ evaluation_id: id, evaluation: found.get(id)?.body ?? null }));
  const rows = Object.entries(rowIdentifiers).map(([evaluation_id, column_name]) => ({ evaluation_id, column_name }));
  return {
    ...group.body,
    ...(members === undefined ? {} : { members }),
    ...(views.includes("row_identifiers") ? { row_identifiers: rows } : {}),
  };
});

export const create: Handler<typeof v5.EvaluationGroups.create> = Effect.fnUntraced(function* (call) {
  const { evaluation_ids, row_identifiers, ...asked } = call.body;
  const accountId = yield* Entity.accountOf(call, undefined);
  for (const [index, id] of evaluation_ids.entries()) {
    yield* Entity.refer(evaluations, call, id, ["body", "evaluation_ids", index]);
  }
  yield* checkRows(evaluation_ids, row_identifiers);
  const made = yield* Entity.create(groups, {
    accountId,
    hidden: { evaluationIds: evaluation_ids, rowIdentifiers: row_identifiers ?? {} } satisfies Memory,
    body: (id) => ({
      ...asked,
      ...stored(call, id),
      object: "evaluation_group" as const,
      account_id: accountId,
      tags: asked.tags ?? [],
    }),
  });
  return made.body;
});

export const list: Handler<typeof v5.EvaluationGroups.list> = Effect.fnUntraced(function* (call) {
  const { evaluation_id, views, include_deleted, ...query } = call.query;
  const { documents } = yield* Store;
  const isNamed = Page.named(query);
  const includeArchived = include_deleted === true || query.include_archived === true;
  const every = yield* documents.list(groups, { includeArchived });
  const kept = every.filter(
    (group) =>
      isNamed({ name: group.body.name, tags: group.body.tags ?? [] }) &&
      (evaluation_id === undefined || memoryOf(group).evaluationIds.includes(evaluation_id)),
  );
  const found = yield* Page.ofList(kept, query);
  return { ...found, items: yield* Effect.forEach(found.items, (group) => shown(group, views)) };
});

const find = Effect.fnUntraced(function* (
  call: CallContext,
  id: string,
  isArchivedSeen: boolean,
): Steps<Document<Group>> {
  const group = yield* Entity.find(groups, call, id);
  if (group.archivedAt === null || isArchivedSeen) return group;
  return yield* notFound(groups.noun, id, "among what is not deleted; include_deleted=true shows it");
});

export const retrieve: Handler<typeof v5.EvaluationGroups.retrieve> = Effect.fnUntraced(function* (call) {
  const group = yield* find(call, call.params.group_id, call.query.include_deleted === true);
  return yield* shown(group, call.query.views);
});

export const update: Handler<typeof v5.EvaluationGroups.update> = Effect.fnUntraced(function* (call) {
  const group = yield* Entity.take(groups, call, call.params.group_id);
  yield* Entity.unarchived(groups, group);
  const { row_identifiers, ...fields } = Entity.sent(call.body);
  const memory = memoryOf(group);
  yield* checkRows(memory.evaluationIds, row_identifiers);
  const hidden: Memory = { ...memory, ...(row_identifiers === undefined ? {} : { rowIdentifiers: row_identifiers }) };
  return (yield* Entity.write(groups, group, { ...group.body, ...fields }, hidden)).body;
});

export const remove: Handler<typeof v5.EvaluationGroups.remove> = Effect.fnUntraced(function* (call) {
  const group = yield* Entity.take(groups, call, call.params.group_id);
  const archived = yield* Entity.archive(groups, call, group);
  return { ...archived.body, deleted_at: archived.archivedAt };
});
